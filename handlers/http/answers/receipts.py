"""Answers about receipts. Docstrings are published in the OpenAPI document."""

from __future__ import annotations

from typing import (
    Annotated,
    NotRequired,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from handlers.http.answers.reports import ReportFinish
from handlers.http.answers.types import Count, Digest, Time
from reports.jobs.values import Door


class ReceiptTimes(TypedDict):
    """When a report was asked for, begun and ended. The first is the date in its PDF."""

    created_at: Time
    started_at: Time
    finished_at: Time


class ReceiptInput(TypedDict):
    """What a report was made from, as it was kept: the request, or the uploaded file."""

    door: Door
    sha256: Digest


class ReceiptTemplate(TypedDict):
    """The template, with the digest of all its files."""

    name: str
    sha256: Digest
    version: NotRequired[Annotated[int, Field(ge=1, description="Of a template of your tenant's own.")]]


class ReceiptPdf(TypedDict):
    """The PDF as it was delivered."""

    sha256: Digest
    pages: Count
    rendered_sha256: NotRequired[
        Annotated[str, Field(description="Of a signed PDF: the SHA-256 of the revision before its signature.")]
    ]


class ReceiptFile(TypedDict):
    """A file of a report."""

    name: str
    content_type: str
    bytes: Count
    sha256: NotRequired[Digest]


class ReceiptStandard(TypedDict):
    """A standard, and whether the PDF claims it."""

    standard: Annotated[str, Field(description="Such as `PDF/UA-1`, `PDF/A-3A` or `EN 16931 (xrechnung)`.")]
    claimed: Annotated[bool | None, Field(description="null where the findings were too many to be kept.")]
    checked: Annotated[str, Field(description="What was checked before it was claimed.")]
    findings: list[str]


class Receipt(TypedDict):
    """What a report was made of, how, when, and what it consists of."""

    v: int
    report: str
    rerenders: NotRequired[Annotated[str, Field(description="The report that this one was made after.")]]
    tenant: str
    correlation_id: str
    attempt: Count
    times: ReceiptTimes
    input: ReceiptInput
    template: ReceiptTemplate
    engine: dict[str, str]
    pdf: ReceiptPdf
    files: list[ReceiptFile]
    conformance: list[ReceiptStandard]
    finish: NotRequired[ReportFinish]


class FullReceipt(TypedDict):
    """A receipt, and its signed form."""

    receipt: Receipt
    jws: NotRequired[
        Annotated[str, Field(description="The compact JWS (RFC 7515) whose payload is the receipt as JSON.")]
    ]


class ReceiptKey(TypedDict):
    """A public key for Ed25519 as a JWK."""

    kty: str
    crv: str
    use: str
    alg: str
    kid: str
    x: str


class ReceiptKeySet(TypedDict):
    """The public keys of receipts."""

    keys: list[ReceiptKey]
