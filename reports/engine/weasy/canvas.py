"""Draw parts of pages into bytes, with WeasyPrint's own hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf
from weasyprint.pdf.stream import Stream

from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.patches.fonts import fonts_with_exact_widths
from reports.engine.weasy.patches.tags import RowStream, as_artifacts

PX = 0.75
"""Points in a CSS pixel, which is WeasyPrint's unit."""

MARK = b"\x00"
"""Stands in a fragment where the number of a marked content goes, which a page counts from zero."""

_STATE = re.compile(rb"/(\S+) gs\b")
_MARKED = re.compile(rb"<</MCID \d+>>")


class Canvas:
    """The resources that all drawings of a document share: fonts, pictures, graphics states and forms."""

    def __init__(self, *, is_tagged: bool, intent: str | None = None) -> None:
        self.fonts: dict[Any, Any] = fonts_with_exact_widths()
        self.images: dict[Any, Any] = {}
        self.resources = pydyf.Dictionary(
            {
                "ExtGState": pydyf.Dictionary(),
                "XObject": pydyf.Dictionary(),
                "Pattern": pydyf.Dictionary(),
                "Shading": pydyf.Dictionary(),
                "ColorSpace": None,
            }
        )
        self._is_tagged = is_tagged
        self._intent = intent
        self._forms: dict[bytes, bytes] = {}

    @property
    def is_tagged(self) -> bool:
        """Tell whether what is drawn gets marks for the structure of the document."""
        return self._is_tagged

    @property
    def intent(self) -> str | None:
        """Return the output intent of the document, by WeasyPrint's name."""
        return self._intent

    def stream(self, *, marks: bool = True, artifact: bytes | None = None) -> Stream:
        """Return an empty stream to draw on. Without ``marks``, nothing of it belongs to the structure.

        With ``artifact``, all texts are one of these properties.
        """
        tags: dict[Any, Any] | None = {} if self._is_tagged and marks else None
        shared = self.fonts, (0, 0, 0, 0), self.resources, self.images
        stream = RowStream(*shared, tags, {}, self._intent, compress=False)
        return as_artifacts(stream, artifact) if artifact is not None else stream

    def form(self, drawn: bytes, width: float, height: float) -> bytes:
        """Keep a drawing that is used more than once, and return the operator that draws it; nothing of nothing.

        Nothing is drawn further out than ``width`` and ``height`` around it.
        """
        if not drawn:
            return b""
        if drawn not in self._forms:
            name = f"row{len(self._forms)}"
            extra = {
                "Type": "/XObject",
                "Subtype": "/Form",
                "BBox": pydyf.Array((-width, -height, 2 * width, 2 * height)),
                "Resources": pydyf.Dictionary({"ExtGState": self._states_in(drawn)}),
            }
            self.resources["XObject"][name] = pydyf.Stream([drawn], pydyf.Dictionary(extra), compress=True)
            self._forms[drawn] = f"/{name} Do".encode()
        return self._forms[drawn]

    def counted(self) -> int:
        """Count the fonts and pictures: the document has them in the order in which its own process meets them."""
        return len(self.fonts) + len(self.images)

    def add_alpha(self, alpha: float) -> None:
        """Have the graphics states that let through what is below."""
        stream = self.stream(marks=False)
        stream.set_alpha(alpha)
        stream.set_alpha(alpha, stroke=True)

    def _states_in(self, drawn: bytes) -> pydyf.Dictionary:
        """Return the graphics states that a drawing names, and no others that happen to be known."""
        known = self.resources["ExtGState"]
        names = dict.fromkeys(name.decode() for name in _STATE.findall(drawn))
        return pydyf.Dictionary({name: known[name] for name in names})

    @contextmanager
    def only_lines_and_text(self) -> Iterator[None]:
        """Raise UnsupportedTableError when what is drawn meanwhile uses patterns or groups."""
        before = self._groups()
        yield
        after = self._groups()
        if after != before or any(not name.startswith(("a", "A")) for name in self.resources["ExtGState"]):
            raise UnsupportedTableError("rows have gradients, transparent parts or pictures as backgrounds")

    def _groups(self) -> list[int]:
        """Count groups, patterns and shadings. Pictures do not count: they are written at the end."""
        groups = sum(group is not None for group in self.resources["XObject"].values())
        return [groups, len(self.resources["Pattern"]), len(self.resources["Shading"])]


def tags_on(stream: Stream) -> Any:
    """Return the marked contents of a stream by their boxes; None without marks."""
    return stream._tags


def count_marks_on(stream: Stream, *, like: Stream) -> None:
    """Number the marked contents of a stream after those of another one."""
    stream._tags = like._tags


def operators(stream: Stream) -> bytes:
    """Return what was drawn on a stream."""
    return b"\n".join(map(pydyf._to_bytes, stream.stream))


def with_open_marks(drawn: bytes) -> bytes:
    """Replace the numbers of marked contents, which are in order, by MARK."""
    return _MARKED.sub(b"<</MCID " + MARK + b">>", drawn)


def number(value: float) -> bytes:
    """Write a number as WeasyPrint does."""
    return pydyf._to_bytes(float(value))  # type: ignore[no-any-return]
