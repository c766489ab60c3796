"""Define what a caller sends. Apart from ``model``, so that the renderer starts without pydantic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from reports.jobs.compose_request import AssetNames, LetterheadRequest, named_assets
from reports.jobs.deliver_request import DeliverRequest
from reports.jobs.filenames import Filename, encodable
from reports.jobs.output_request import OutputRequest
from reports.jobs.pdf_request import MOST_ATTACHMENTS, AttachmentRequest, PdfRequest, check_attachments
from reports.jobs.protect_request import ProtectRequest
from reports.jobs.reading_request import ReadingRequest
from reports.jobs.sign_request import SignRequest

# As what an e-mail is about it stands in a header.
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
_TITLE = r"^[^\x00-\x1f\x7f]+$"
# Of the addresses that RFC 5321 allows those that are in use: no quotes, no comments, nothing that could end a header.
_EMAIL_ADDRESS = (
    r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$"
)
_LONGEST_LOCAL_PART = 64
# No user, no password, no fragment; what the host may be is decided when it is resolved.
_WEBHOOK_URL = r"^https?://[A-Za-z0-9.\[\]:-]+([/?][!$-;=?-Z\[\]_a-z~]*)?$"

_KEY = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,119}$"

_Title = Annotated[str, StringConstraints(min_length=1, max_length=200), Field(json_schema_extra={"pattern": _TITLE})]


def is_key(text: str) -> bool:
    """Tell whether a text may be a key of a caller's, as ``options.replaces`` has it."""
    return re.fullmatch(_KEY, text) is not None


class NotifyOptions(BaseModel):
    """The receivers of the news that a report has ended."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    email: Annotated[str, StringConstraints(max_length=254, pattern=_EMAIL_ADDRESS)] | None = Field(
        default=None, description="An address that gets a message with a link to the report, or why there is none."
    )
    webhook: Annotated[str, StringConstraints(max_length=2000, pattern=_WEBHOOK_URL)] | None = Field(
        default=None, description="An HTTPS URL that gets the event by POST, signed as Standard Webhooks says."
    )

    @field_validator("email")
    @classmethod
    def _no_longer_than_mail_servers_take(cls, value: str | None) -> str | None:
        if value is not None and len(value.partition("@")[0]) > _LONGEST_LOCAL_PART:
            raise ValueError(f"has more than {_LONGEST_LOCAL_PART} characters before the @")
        return value

    @field_validator("email")
    @classmethod
    def _no_encoded_word(cls, value: str | None) -> str | None:
        if value is not None and "=?" in value:
            raise ValueError("contains =?, which readers of e-mail take for the beginning of an encoded word")
        return value


class ReportOptions(BaseModel):
    """A caller's options for a report besides its data."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    filename: Filename | None = Field(default=None, description="Name of the PDF; `.pdf` is added when missing.")
    title: _Title | None = Field(default=None, description="Title in the document and in its metadata.")
    locale: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$")] | None = Field(
        default=None, description="Language and region of dates, numbers and labels, such as `en-GB`."
    )

    notify: NotifyOptions | None = Field(default=None, description="Who is told when the report has ended.")
    replaces: Annotated[str, StringConstraints(pattern=_KEY)] | None = Field(
        default=None,
        description="A key of yours, such as `monthly-2026-10`: of all reports with this key, the one that was asked "
        "for last is the latest.",
    )

    sample: bool | None = Field(
        default=None,
        description="True for a template's sample data: `SAMPLE` stands across each page of the PDF, and begins its "
        "title, so that it is not taken for a real document.",
    )
    accessibility: Literal["required", "warn", "off"] | None = Field(
        default=None,
        description="What happens when the PDF cannot claim to be accessible (PDF/UA-1). `warn`, which is what happens "
        "without this option: the report has a warning, and its PDF claims nothing. `required`: the report fails. "
        "`off`: the PDF has no structure for screen readers, and is smaller.",
    )
    pdf: PdfRequest | None = Field(default=None, description="Which standards the PDF has to keep.")
    attach: Annotated[list[AttachmentRequest], Field(max_length=MOST_ATTACHMENTS)] | None = Field(
        default=None, description="Files that are put into the PDF."
    )
    einvoice: (
        Literal[
            "facturx-basic", "facturx-en16931", "facturx-extended", "xrechnung", "xrechnung-ubl", "peppol-bis-3", "none"
        ]
        | None
    ) = Field(
        default=None,
        description="The form of electronic invoice (EN 16931) that is made of the same data, and checked. "
        "`facturx-…`, which is ZUGFeRD as well, is put into the PDF, which is PDF/A-3 then. The others are files "
        "of their own, such as `xrechnung.xml`. The template `invoice` has it.",
    )
    letterhead: LetterheadRequest | None = Field(
        default=None, description="A PDF of your tenant's, from PUT /assets/{name}, that is laid under the pages."
    )
    prepend: AssetNames | None = Field(
        default=None, description="Names of assets whose pages stand before those of the report, such as a cover."
    )
    append: AssetNames | None = Field(
        default=None, description="Names of assets whose pages stand behind those of the report, such as terms."
    )
    protect: ProtectRequest | None = Field(
        default=None, description="Passwords of the PDF, and what its readers may do. It is encrypted then, by AES-256."
    )
    sign: SignRequest | None = Field(
        default=None, description="Who signs the PDF, by a key that the operator keeps for your tenant."
    )
    outputs: Annotated[list[OutputRequest], Field(max_length=5)] | None = Field(
        default=None, description="Files that are made beside the PDF, as further artifacts."
    )
    deliver_to: DeliverRequest | None = Field(
        default=None,
        description="A bucket of your own that gets the files of the report as well, once it has succeeded.",
    )
    reading: ReadingRequest | None = Field(
        default=None, description="How the data are read and shown, in place of what Pressrun would infer."
    )

    @field_validator("title")
    @classmethod
    def _no_control_characters(cls, value: str | None) -> str | None:
        if value is not None and _CONTROL_CHARACTER.search(value):
            raise ValueError("contains a control character, such as a line break")
        return value

    @field_validator("title")
    @classmethod
    def _encodable(cls, value: str | None) -> str | None:
        return None if value is None else encodable(value)

    @field_validator("pdf")
    @classmethod
    def _described_if_it_has_to_be(cls, value: PdfRequest | None, info: ValidationInfo) -> PdfRequest | None:
        if value is None or info.data.get("accessibility") != "off":
            return value
        if value.ua or (value.variant or "").endswith("a"):
            raise ValueError("this needs the structure for screen readers, which `accessibility: off` leaves out")
        return value

    @field_validator("attach")
    @classmethod
    def _with_room(cls, value: list[AttachmentRequest] | None, info: ValidationInfo) -> list[AttachmentRequest] | None:
        if value is None:
            return None
        check_attachments(value)
        pdf = info.data.get("pdf")
        if value and pdf is not None and (pdf.variant or "").startswith("pdf/a-2"):
            raise ValueError("PDF/A-2 takes no attachments: ask for pdf/a-3a, pdf/a-3b or pdf/a-3u")
        return value

    @field_validator("einvoice")
    @classmethod
    def _with_a_pdf_that_takes_it(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None or not value.startswith("facturx"):
            return value
        pdf = info.data.get("pdf")
        if pdf is not None and (pdf.variant or "").startswith("pdf/a-2"):
            raise ValueError("PDF/A-2 takes no electronic invoice: ask for pdf/a-3a, pdf/a-3b or pdf/a-3u")
        if any((each.name or "").lower() == FACTUR_X for each in info.data.get("attach") or ()):
            raise ValueError(f"an attachment is called {FACTUR_X}, as the electronic invoice is: give it another name")
        return value

    @field_validator("letterhead", "prepend", "append")
    @classmethod
    def _to_a_pdf_that_takes_them(cls, value: Any, info: ValidationInfo) -> Any:
        if not value:
            return value
        pdf = info.data.get("pdf")
        if pdf is not None and pdf.variant is not None:
            raise ValueError("PDF/A takes no pages of yours, since nothing proves that they keep it")
        if (info.data.get("einvoice") or "").startswith("facturx"):
            raise ValueError("an electronic invoice is PDF/A, which takes no pages of yours")
        return value

    @property
    def assets(self) -> Sequence[tuple[str, str]]:
        """Return the pointer to each name of an asset, and the name."""
        return list(named_assets(self.letterhead, self.prepend, self.append))

    @field_validator("protect")
    @classmethod
    def _of_a_pdf_that_may_be_encrypted(
        cls, value: ProtectRequest | None, info: ValidationInfo
    ) -> ProtectRequest | None:
        if value is None:
            return None
        if (pdf := info.data.get("pdf")) is not None and pdf.variant is not None:
            raise ValueError("PDF/A forbids encryption: leave out either this or `pdf.variant`")
        if info.data.get("einvoice") not in (None, "none"):
            raise ValueError("receivers of electronic invoices cannot read what is encrypted: leave out this or that")
        return value

    @field_validator("outputs")
    @classmethod
    def _each_once_and_nothing_that_is_protected(
        cls, value: list[OutputRequest] | None, info: ValidationInfo
    ) -> list[OutputRequest] | None:
        if not value:
            return value
        formats = [each.format for each in value]
        if len(set(formats)) < len(formats):
            raise ValueError("two of them have the same format")
        protect = info.data.get("protect")
        if protect is not None and (protect.user_password or protect.user_secret):
            raise ValueError("they would show what the password of the PDF hides: leave out this or that")
        return value

    def kept(self) -> ReportOptions:
        """Return what the job keeps of them: no passwords, and no contents of files, which stay where they are."""
        options = self.without_passwords()
        if not options.attach:
            return options
        return options.model_copy(update={"attach": [each.without_content() for each in options.attach]})

    def without_receivers(self) -> ReportOptions:
        """Return the options of the same report that no one is told of, and that takes no other one's place."""
        return self.model_copy(update={"notify": None, "replaces": None, "deliver_to": None})

    def with_text_alone(self) -> ReportOptions:
        """Return the options of the same report that is only looked at: unsigned, with its text beside the PDF."""
        outputs = [OutputRequest(format="text")]
        return self.without_receivers().model_copy(update={"outputs": outputs, "sign": None})

    def without_passwords(self) -> ReportOptions:
        """Return what may be kept as it is."""
        if self.protect is None or not self.protect.has_passwords:
            return self
        return self.model_copy(update={"protect": self.protect.without_passwords()})


FACTUR_X = "factur-x.xml"
"""The name of an electronic invoice in a PDF."""

IDEMPOTENCY_KEY = r"^[ -~]{1,255}$"
"""What an idempotency key may be: printable ASCII."""


class ReportRequest(BaseModel):
    """One request for a report, as it comes by POST /reports and POST /queue/reports."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    template: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    data: dict[str, Any]
    options: ReportOptions = ReportOptions()

    def without_passwords(self) -> Self:
        """Return what may be kept as it is."""
        options = self.options.without_passwords()
        return self if options is self.options else self.model_copy(update={"options": options})


class BatchItem(ReportRequest):
    """One of the requests of POST /reports/batch."""

    idempotency_key: Annotated[str, StringConstraints(pattern=IDEMPOTENCY_KEY)] | None = Field(
        default=None, description="A key of yours, 1 to 255 characters of printable ASCII: asked for twice, made once."
    )
