"""Replace how WeasyPrint describes a document for screen readers. See ``reports.engine.weasy.structure``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import weasyprint.pdf
from weasyprint.pdf.stream import Stream

from reports.engine.weasy.archival import INTENT, in_srgb
from reports.engine.weasy.patches import replaces
from reports.engine.weasy.structure.description import claim, describe
from reports.engine.weasy.structure.roles import is_decoration

UA = "pdf/ua-1"
_ARCHIVAL = ("pdf/a-2a", "pdf/a-2b", "pdf/a-2u", "pdf/a-3a", "pdf/a-3b", "pdf/a-3u")
_PROPERTIES = ("pdf_version", "pdf_identifier")
_set_color = Stream.set_color


@replaces("weasyprint.pdf.add_tags", "weasyprint.pdf.Stream", "weasyprint.pdf.VARIANTS", release="70.0")
def describe_documents_as_wholes() -> None:
    """Have WeasyPrint give a document one structure instead of one for each page, and claim nothing that is not so.

    It parts what crosses a page (its issue 2903), takes running lines for neither content nor artifact (1836), and
    names the headers of cells wrongly where these span others. It claims PDF/UA-1 whatever the document holds.
    """
    weasyprint.pdf.add_tags = lambda pdf, document, _version, streams: describe(pdf, document, streams)
    weasyprint.pdf.Stream = TaggedStream
    for variant in (UA, *_ARCHIVAL):
        _, properties = weasyprint.pdf.VARIANTS[variant]
        # The caller says whether there are tags, and which colours there may be.
        weasyprint.pdf.VARIANTS[variant] = claim, {key: properties[key] for key in _PROPERTIES if key in properties}


@replaces("weasyprint.pdf.stream.Stream.set_color", release="70.0")
def keep_colours_within_the_intent() -> None:
    """Have WeasyPrint write colours of a press as those of a screen, where the document is for a screen's."""

    def set_color(stream: Any, color: Any, stroke: bool = False) -> None:
        is_foreign = color.space == "device-cmyk" and stream._output_intent == INTENT
        _set_color(stream, in_srgb(color) if is_foreign else color, stroke)

    Stream.set_color = set_color


@replaces("weasyprint.pdf.stream.Stream.marked", release="70.0")
def as_artifacts(stream: Stream, properties: bytes) -> Stream:
    """Have what is marked on a stream be artifacts with these properties, in which nothing belongs to an element."""
    stream.__class__ = _ArtifactStream
    stream.properties = properties
    return stream


class RowStream(Stream):  # type: ignore[misc]
    """A stream on which pictures that say nothing are artifacts, and belong to no element."""

    @contextmanager
    def marked(self, box: Any, tag: str) -> Iterator[None]:
        """See WeasyPrint."""
        with self.artifact() if tag == "Figure" and is_decoration(box) else super().marked(box, tag):
            yield


class _ArtifactStream(Stream):  # type: ignore[misc]
    properties: bytes

    @contextmanager
    def marked(self, _box: Any, _tag: str) -> Iterator[None]:
        if self._tags is None:
            yield
            return
        self.begin_marked_content("Artifact", self.properties)
        yield
        self.end_marked_content()


class TaggedStream(Stream):  # type: ignore[misc]
    """A stream that remembers where its marked contents begin: what they belong to is decided when all are drawn."""

    def clone(self, **arguments: Any) -> Stream:
        """See WeasyPrint, which makes groups and patterns so."""
        clone = super().clone(**arguments)
        clone.__class__ = TaggedStream
        return clone

    @contextmanager
    def marked(self, box: Any, tag: str) -> Iterator[None]:
        """See WeasyPrint."""
        place = len(self.stream)
        with super().marked(box, tag):
            if self._tags is not None:
                self._tags[box] |= {"stream": self, "place": place}
            yield
