"""Define the words of a render: templates, what goes into a render, and what comes out of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any, Protocol, runtime_checkable

from reports.clock import NEVER, Deadline

EINVOICE = "einvoice"
"""The member of the data that is an electronic invoice, in place of all that it says."""


class InputKind(StrEnum):
    """Name what a template is made from when a file is uploaded for it."""

    OBJECT = "object"
    ROWS = "rows"
    IMAGE = "image"


class WarmUp(StrEnum):
    """Name when a rendering process renders a page of its own, so that the first report finds all loaded.

    ``FIRST`` also reads all templates, before the process is ready: for a snapshot, which many processes begin from.
    """

    NOT = "not"
    WHILE_IDLE = "while-idle"
    FIRST = "first"


SANDBOX_MEASURES = frozenset(
    {"capabilities", "descriptors", "dumpable", "landlock", "limits", "no_new_privs", "seccomp"}
)
"""What keeps a rendering process from all but rendering; SECURITY.md says what each is for."""


@dataclass(frozen=True, slots=True)
class TemplateLimits:
    """The limits of a template on its renders; None leaves one to the stage."""

    seconds: float | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """The limits of a render. The memory is that of the process, its libraries included."""

    seconds: float = 240
    memory_bytes: int = 2400 * 2**20
    pages: int = 30_000
    pdf_bytes: int = 2**30
    cpu_seconds: float = 20
    cpu_seconds_per_mb: float = 400

    def cpu_seconds_for(self, size: int) -> float:
        """Return the processor time that a render of so many bytes of input may take, of all its processes."""
        return self.cpu_seconds + self.cpu_seconds_per_mb * size / 1_000_000

    def lowered_by(self, template: TemplateLimits) -> RenderLimits:
        """Return the lower of both limits, each. A template cannot raise those of its stage."""
        return replace(
            self,
            seconds=min(self.seconds, template.seconds or self.seconds),
            pages=min(self.pages, template.pages or self.pages),
        )


@dataclass(frozen=True, slots=True)
class Template:
    """Describe a template: a folder with template.html.j2, style.css, schema.json and sample.json.

    ``kind`` says what an uploaded file has to hold. For ROWS and IMAGE, ``property`` is the property of the data
    that rows (a list of objects) or the picture (a ``data:`` URI) are put into. ``understands`` says that the template
    asks what columns of rows hold, and takes no list. ``einvoices``: whether it says its data in the terms of EN 16931.
    ``owner`` is the tenant whose own it is, a stranger's work; empty for one of the product.
    """

    name: str
    title: str
    description: str
    folder: Path
    schema: Mapping[str, Any]
    kind: InputKind = InputKind.OBJECT
    property: str | None = None
    limits: TemplateLimits = TemplateLimits()
    understands: bool = False
    einvoices: bool = False
    owner: str = ""

    def schema_around_rows(self) -> Mapping[str, Any]:
        """Return the schema of all but the rows."""
        return {**self.schema, "properties": {**self.schema.get("properties", {}), str(self.property): {}}}

    def schema_of_einvoice(self) -> Mapping[str, Any]:
        """Return the schema of data that are an electronic invoice, with what may be said besides."""
        properties = {"paper": self.schema.get("properties", {}).get("paper", True)}
        return {
            **{word: self.schema[word] for word in ("$schema", "$defs") if word in self.schema},
            "type": "object",
            "additionalProperties": False,
            "properties": {**properties, EINVOICE: {"type": "string", "minLength": 1}},
        }


class Accessibility(StrEnum):
    """Name what happens to a document that cannot be accessible: an error, a warning, or neither and no structure."""

    REQUIRED = "required"
    WARN = "warn"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to be put into the PDF; ``relationship`` is its AFRelationship (ISO 32000-2, 7.11.3), such as ``Data``."""

    name: str
    content_type: str
    body: bytes
    relationship: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class PdfClaims:
    """The standards that a PDF has to claim: a ``variant`` such as ``pdf/a-3a``, and PDF/UA-1.

    ``ua`` is None for a document that claims PDF/UA-1 if it may. ``invoice`` is the level of Factur-X of the electronic
    invoice in it, such as ``EN 16931``.
    """

    variant: str | None = None
    ua: bool | None = None
    invoice: str | None = None


@dataclass(frozen=True, slots=True)
class Protection:
    """The encryption of a PDF. Without ``user``, anyone may open it; ``allowed`` is what its readers may do then."""

    user: str | None = field(repr=False)
    owner: str = field(repr=False)
    allowed: frozenset[str]

    def facts(self) -> dict[str, Any]:
        """Return what may be told of it."""
        return {"encryption": "AES-256", "needs_password": self.user is not None, "allowed": sorted(self.allowed)}


MOST_PAGES_OF_ASSET = 50


@dataclass(frozen=True, slots=True)
class Asset:
    """A PDF of a tenant's, as it was uploaded."""

    name: str
    body: bytes = field(repr=False)

    def facts(self) -> dict[str, str]:
        """Return what may be told of it."""
        return {"name": self.name, "sha256": hashlib.sha256(self.body).hexdigest()}


@dataclass(frozen=True, slots=True)
class Composition:
    """What is laid under the pages of a PDF, and what stands before and behind them."""

    letterhead: Asset | None = None
    first_page_only: bool = False
    prepend: tuple[Asset, ...] = ()
    append: tuple[Asset, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return what may be told of it."""
        letterhead = self.letterhead
        pages = "first" if self.first_page_only else "all"
        facts: dict[str, Any] = {} if letterhead is None else {"letterhead": {**letterhead.facts(), "pages": pages}}
        added = {"prepend": self.prepend, "append": self.append}
        return facts | {name: [asset.facts() for asset in assets] for name, assets in added.items() if assets}


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A kind of file besides the PDF; ``first``, ``last`` and ``width`` (in pixels) are those of pictures of pages."""

    format: str
    first: int = 1
    last: int = 1
    width: int = 0


@dataclass(frozen=True, slots=True)
class Finish:
    """What is done to a PDF after its layout. Without anything, it is passed on as it is made."""

    composition: Composition | None = None
    protection: Protection | None = None
    outputs: tuple[OutputFile, ...] = ()

    @property
    def leaves_it(self) -> bool:
        """Tell whether the PDF itself stays as it was laid out."""
        return self.composition is None and self.protection is None

    @property
    def needs_password(self) -> bool:
        """Tell whether the PDF takes a password to be opened."""
        return self.protection is not None and self.protection.user is not None

    def facts(self) -> dict[str, Any]:
        """Return what may be told of it."""
        facts = {} if self.composition is None else self.composition.facts()
        return facts if self.protection is None else {**facts, "protect": self.protection.facts()}


NOTHING = Finish()


@dataclass(frozen=True, slots=True)
class Look:
    """What a tenant has changed of a template's look: custom properties of CSS, and texts by language.

    Names and values are of known kinds, and stand in a document as they are.
    """

    tokens: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class RenderContext:
    """The facts that a render may know besides the data. ``created_at`` (aware) is the only clock in a document."""

    job_id: str
    created_at: datetime
    locale: str = "en"
    title: str | None = None
    source: str = ""
    is_sample: bool = False
    """Whether the data are a sample's: each page of the PDF says so."""
    accessibility: Accessibility = Accessibility.WARN
    tenant: str = ""
    """Whose report it is; empty where there are no tenants."""
    pdf: PdfClaims = PdfClaims()
    attachments: tuple[Attachment, ...] = ()
    einvoice: str | None = None
    """The form of electronic invoice that is made as well, such as ``facturx-en16931``."""
    look: Look | None = None

    @property
    def source_title(self) -> str:
        """Return the uploaded file's name without its suffix, ``.csv.gz`` among them; nothing without a file."""
        return PurePosixPath(PurePosixPath(self.source).name.removesuffix(".gz")).stem


@runtime_checkable
class OnDisk(Protocol):
    """Data that are read from a file while a report is rendered."""

    path: Path

    def at(self, path: Path) -> OnDisk:
        """Return the same data, read from another place."""


@runtime_checkable
class Read(Protocol):
    """Data that were read from a file or a request, with what was inferred meanwhile, and the guesses in that."""

    reading: Mapping[str, Any]
    warnings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """All that a report is rendered from, and the bounds of its render.

    ``data`` has passed the template's schema. ``deadline`` is when the caller's time is over. ``limits`` are set by
    the renderer that enforces them; None leaves them to it. A PDF that needs a password by its ``finish`` gets
    no pictures of its pages beside it. ``checks_template``: whether the template is checked before it is rendered.
    """

    template: Template
    data: Mapping[str, Any]
    context: RenderContext
    deadline: Deadline = NEVER
    limits: RenderLimits | None = None
    finish: Finish = NOTHING
    checks_template: bool = False


THUMBNAIL = "thumbnail.png"
"""The name of the picture of a report's first page."""


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """A file that was made besides the PDF, such as a thumbnail; width and height are in pixels."""

    name: str
    content_type: str
    body: bytes
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class RenderedReport:
    """Describe a PDF that the engine has written: its bytes went to the renderer's ``output`` in parts.

    ``size`` is in bytes, ``sha256`` in hexadecimal, both of the PDF. ``layout`` says by which path its pages were
    made, such as ``{"path": "plain", "reason": "…"}`` or ``{"path": "long_table", "rows": 100000, "laid_out": 12}``.
    ``reading`` is what was inferred of the data: JSON, and not long. ``cpu_seconds`` are those of all processes that
    rendered, ``peak_mb`` the most memory of the one that led them; None where they were not measured. ``finish`` is
    what was done to the PDF after its layout.
    """

    pages: int
    size: int
    sha256: str
    files: tuple[RenderedFile, ...] = ()
    warnings: tuple[Mapping[str, Any], ...] = ()
    layout: Mapping[str, Any] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)
    finish: Mapping[str, Any] = field(default_factory=dict)
    cpu_seconds: float | None = None
    peak_mb: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a render, in rows; ``total`` is None until they have been counted."""

    done: int
    total: int | None = None


Output = Callable[[bytes], object]
"""What takes a PDF in parts, in order."""

ProgressListener = Callable[[Progress], object]
"""What is told how far a render is."""


class Renderer(Protocol):
    """Turn a template and its data into a PDF."""

    def render(
        self, request: RenderRequest, *, output: Output, progress: ProgressListener | None = None
    ) -> RenderedReport:
        """Render, within the limits of the stage and the template, and the time that the caller has left.

        The PDF goes to ``output`` in parts and in order while it is made, so what has gone there before an error is
        to be thrown away. What ``output`` or ``progress`` raise ends the render.

        Raises InvalidDataError, TemplateBrokenError, ResourceBlockedError, UnreadableFileError, NotAccessibleError,
        NotArchivableError or EInvoiceInvalidError for what is in the document; RenderTimeoutError, RenderMemoryError,
        TooMuchWorkError or TooManyPagesError for what is too much; and InterruptedRenderError when the caller's time is
        over first.
        """
        ...
