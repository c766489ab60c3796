"""Define what a caller says about who may open the PDF, and what readers of it may do."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from reports import strict_json
from reports.errors import InvalidOptionsError, Violation
from reports.jobs.filenames import PLAIN_NAME, encodable

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 127
"""Bytes of a password that AES-256 takes (ISO 32000-2, 7.6.4.3.3)."""

_PASSWORDS = frozenset({"user_password", "owner_password"})

Allowed = Literal["print", "copy", "modify"]
EVERYTHING: tuple[Allowed, ...] = ("print", "copy", "modify")

_Password = Annotated[str, StringConstraints(max_length=LONGEST_PASSWORD)]
_Secret = Annotated[str, StringConstraints(pattern=PLAIN_NAME)]


class ProtectRequest(BaseModel):
    """The encryption of a PDF, by AES-256. Programs that read it aloud may do so in any case."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    user_password: _Password | None = Field(
        default=None,
        description="What opens the PDF: at least 8 characters. It is kept encrypted, until the request itself is "
        "removed. `POST /queue/reports` and uploads take none: name a secret there.",
        json_schema_extra={"minLength": SHORTEST_PASSWORD, "format": "password"},
    )
    owner_password: _Password | None = Field(
        default=None,
        description="What lifts the restrictions: at least 8 characters, and not those of the user. Without it, "
        "nothing lifts them.",
        json_schema_extra={"minLength": SHORTEST_PASSWORD, "format": "password"},
    )
    user_secret: _Secret | None = Field(
        default=None, description="The name of a secret of your tenant's that has the user's password."
    )
    owner_secret: _Secret | None = Field(
        default=None, description="The name of a secret of your tenant's that has the owner's password."
    )
    allow: Annotated[list[Allowed], Field(max_length=3)] | None = Field(
        default=None, description="What readers may do without the owner's password. Without this: everything."
    )

    @field_validator("user_password", "owner_password")
    @classmethod
    def _usable(cls, value: str | None) -> str | None:
        return None if value is None else usable_password(value)

    @model_validator(mode="after")
    def _said_once(self) -> ProtectRequest:
        if self.user_password is not None and self.user_secret is not None:
            raise ValueError("give either user_password or user_secret")
        if self.owner_password is not None and self.owner_secret is not None:
            raise ValueError("give either owner_password or owner_secret")
        check_different(self.user_password, self.owner_password)
        if self.user_secret is not None and self.user_secret == self.owner_secret:
            raise ValueError("the user's and the owner's secret are the same: name two")
        if not self.model_dump(exclude_none=True):
            raise ValueError("say how: give a password or the name of a secret, or say what readers are allowed")
        return self

    @property
    def has_passwords(self) -> bool:
        """Tell whether passwords themselves are in it, not only names of secrets."""
        return self.user_password is not None or self.owner_password is not None

    def to_seal(self) -> str | None:
        """Return the passwords as one text, which ``unsealed`` reads; None when there are none."""
        return json.dumps([self.user_password, self.owner_password]) if self.has_passwords else None

    def without_passwords(self) -> ProtectRequest:
        """Return what may be kept as it is."""
        kept = {"user_password": None, "owner_password": None, "allow": self.allowed}
        return self.model_copy(update=kept)

    @property
    def allowed(self) -> Sequence[Allowed]:
        """Return what readers may do, in one order."""
        return list(EVERYTHING) if self.allow is None else [each for each in EVERYTHING if each in self.allow]


def unsealed(text: str) -> tuple[str | None, str | None]:
    """Return the passwords of user and owner in what was sealed."""
    user, owner = json.loads(text)
    return user, owner


def without_passwords(body: str) -> str:
    """Return a request without its passwords, which are empty then, and so refused; of what is not JSON, nothing.

    Most requests have none, and stay as they are, to the byte.
    """
    # JSON may write a name by the numbers of its letters.
    if not any(name in body for name in _PASSWORDS) and "\\u" not in body:
        return body
    try:
        content = strict_json.parse(body, exact=True)
    except ValueError:
        return ""
    options = content.get("options") if isinstance(content, dict) else None
    protect = options.get("protect") if isinstance(options, dict) else None
    if not isinstance(protect, dict) or not (given := _PASSWORDS & protect.keys()):
        return body
    protect.update(dict.fromkeys(given, ""))
    return strict_json.dumps(content)


def check_no_passwords(protect: ProtectRequest | None) -> None:
    """Raise InvalidOptionsError for passwords in what is kept as it is."""
    if protect is not None and protect.has_passwords:
        name = "user" if protect.user_password is not None else "owner"
        fault = f"an upload takes no passwords, which would be stored with it: name a secret, in {name}_secret"
        raise InvalidOptionsError([Violation(f"/options/protect/{name}_password", fault)])


def usable_password(text: str) -> str:
    """Return a password as PDFs have it, the same however its letters were typed. Raises ValueError."""
    password = unicodedata.normalize("NFKC", encodable(text))
    if not password:
        raise ValueError(
            "this is empty. POST /queue/reports and uploads take no passwords, which would be stored there: "
            "name a secret"
        )
    if any(unicodedata.category(character) in ("Cc", "Cn", "Co") for character in password):
        raise ValueError("a password may not have characters that cannot be typed")
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password has at least {SHORTEST_PASSWORD} characters")
    if len(password.encode()) > LONGEST_PASSWORD:
        raise ValueError(f"a password has at most {LONGEST_PASSWORD} bytes")
    return password


def check_different(user: str | None, owner: str | None) -> None:
    """Raise ValueError if the user's password is the owner's, so that all might lift the restrictions."""
    if user is not None and user == owner:
        raise ValueError("the owner's password is the user's, who could lift all restrictions: give another one")
