"""The port of signatures: where a rendered PDF is, which key signs it, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Protocol, Self

from reports.errors import (
    PressrunError,
    SignatureMisplacedError,
    SigningKeyMissingError,
    SigningKeyUnusableError,
    TimestampNotOfferedError,
    TimestampUnavailableError,
    TooLargeError,
)

LEVEL, LEVEL_WITH_TIME = "PAdES B-B", "PAdES B-T"
CHECK, SIGN = "check", "sign"
"""What the sign function can be asked to do."""


@dataclass(frozen=True, slots=True)
class SignatureBox:
    """The place of a visible signature: a page from 1 on, or -1 for the last; millimetres from its upper left."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SigningOrder:
    """A PDF to sign. Both object keys are in the artifacts bucket, and belong to the tenant.

    ``password`` opens the PDF, if it is encrypted. It is never kept or logged.
    """

    tenant: str
    key: str
    source: str
    destination: str
    filename: str
    reason: str | None = None
    location: str | None = None
    certify: bool = False
    timestamp: bool = False
    visible: SignatureBox | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"SigningOrder(tenant={self.tenant!r}, key={self.key!r}, source={self.source!r})"

    def as_dict(self) -> dict[str, Any]:
        """Return the order as JSON has it."""
        return asdict(self)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """Read an order. Raises TypeError for other members than its own, so that none is overlooked."""
        box = content.get("visible")
        return cls(**{**content, "visible": None if box is None else SignatureBox(**box)})


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it was made. Size and digest are those of the whole signed file; times are ISO 8601 in UTC."""

    size: int
    sha256: str
    signer: str
    issuer: str
    serial: str
    signed_at: str
    certified: bool = False
    level: str = LEVEL
    timestamp: Mapping[str, str] | None = None
    """Who says since when the signature exists (``authority``), and that time (``at``)."""

    def as_dict(self) -> dict[str, Any]:
        """Return the signature as JSON has it."""
        return asdict(self)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """Read a signature, without what a later release may have added."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in content.items() if name in known})

    def facts(self) -> dict[str, Any]:
        """Return what callers are told of it."""
        facts = {name: value for name, value in asdict(self).items() if name not in ("size", "sha256")}
        return {name: value for name, value in facts.items() if value is not None}


class Signer(Protocol):
    """The signatures of tenants. Both methods may raise ServiceUnavailableError.

    They raise SigningKeyMissingError for the name of a key that the tenant does not have, SigningKeyUnusableError for
    one that cannot sign now, TimestampNotOfferedError and TimestampUnavailableError, and SignatureMisplacedError.
    """

    def check(self, order: SigningOrder) -> None:
        """Return only if the order can be carried out now, as far as that is known before the render."""
        ...

    def sign(self, order: SigningOrder) -> Signature:
        """Sign a PDF, and store it at its destination. The source stays.

        Raises TooLargeError for a PDF that is too large to be signed.
        """
        ...


def told(error: PressrunError) -> dict[str, Any]:
    """Return an error that is no fault of the sign function, as its answer has it. Raises the error for any other."""
    match error:
        case SigningKeyMissingError():
            return {"error": {"code": error.code, "name": error.name}}
        case SigningKeyUnusableError():
            return {"error": {"code": error.code, "name": error.name, "reason": error.reason}}
        case SignatureMisplacedError():
            return {"error": {"code": error.code, "reason": error.reason}}
        case TooLargeError():
            return {"error": {"code": error.code, "message": error.message}}
        case TimestampNotOfferedError() | TimestampUnavailableError():
            return {"error": {"code": error.code}}
    raise error


def error_of(content: Mapping[str, str]) -> PressrunError:
    """Return the error that an answer of the sign function has."""
    match content["code"]:
        case SigningKeyMissingError.code:
            return SigningKeyMissingError(content["name"])
        case SigningKeyUnusableError.code:
            return SigningKeyUnusableError(content["name"], content["reason"])
        case SignatureMisplacedError.code:
            return SignatureMisplacedError(content["reason"])
        case TimestampNotOfferedError.code:
            return TimestampNotOfferedError()
        case TimestampUnavailableError.code:
            return TimestampUnavailableError()
    return TooLargeError(content["message"])
