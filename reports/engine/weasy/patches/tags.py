"""Replace how WeasyPrint describes a document for screen readers. See ``reports.engine.weasy.structure``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import weasyprint.pdf
from weasyprint.pdf.stream import Stream

from reports.engine.weasy.patches import replaces
from reports.engine.weasy.structure.description import claim, describe

UA = "pdf/ua-1"


@replaces("weasyprint.pdf.add_tags", "weasyprint.pdf.Stream", "weasyprint.pdf.VARIANTS", release="70.0")
def describe_documents_as_wholes() -> None:
    """Have WeasyPrint give a document one structure instead of one for each page, and claim nothing that is not so.

    It parts what crosses a page (its issue 2903), takes running lines for neither content nor artifact (1836), and
    names the headers of cells wrongly where these span others. It claims PDF/UA-1 whatever the document holds.
    """
    weasyprint.pdf.add_tags = lambda pdf, document, _version, streams: describe(pdf, document, streams)
    weasyprint.pdf.Stream = TaggedStream
    _, properties = weasyprint.pdf.VARIANTS[UA]
    weasyprint.pdf.VARIANTS[UA] = claim, properties


@replaces("weasyprint.pdf.stream.Stream.marked", release="70.0")
def as_artifacts(stream: Stream, properties: bytes) -> Stream:
    """Have what is marked on a stream be artifacts with these properties, in which nothing belongs to an element."""
    stream.__class__ = _ArtifactStream
    stream.properties = properties
    return stream


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
