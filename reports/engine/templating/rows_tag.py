"""Read ``{% rows lines as line %}<tr>…</tr>{% endrows %}``: the mark of a template's long table.

To the author it is a loop. To the engine it is the place where rows can be taken one by one, however many there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.runtime import Context
from markupsafe import Markup

from reports.engine.templating import foreign_words

CAPTURE = "_long_tables"
"""Name of the template variable that holds a render's Capture; without one, the tag is a plain loop."""

SHORT = 150
"""Rows up to which a table is not worth the effort: WeasyPrint needs about as long for all of it as for its frame."""

# Around every value that a row prints between tags, or as a link's target. No document may hold these characters, so
# no value does.
OPEN, CLOSE = "\x02", "\x03"
_PLACEHOLDER = '<tr data-long-table="{}"></tr>'
_MARKS = str.maketrans("", "", OPEN + CLOSE)
_TAG_ENDS = re.compile(r"[<>]")
_IN_TARGET = re.compile(r"""<a(?=\s)[^<>]*\shref\s*=\s*(?:"[^"<>]*|'[^'<>]*)$""", re.IGNORECASE)
PRINTED = (
    r" -~\t\n\r\x80-\u202c"  # U+202D and U+202E turn letters around: exe.png is read where gnp.exe stands
    r"\u202f-\ud7ff\ue000-\ufffd\U00010000-\U000323af"  # above are none that are assigned, but for private use
    r"\U000e0000-\U000e0fff"  # but tags and selectors, which are never seen
)
"""Characters that are printed as they are, as a regular expression takes them in brackets. Others become U+FFFD."""

_UNPRINTABLE = re.compile(f"[^{PRINTED}{OPEN}{CLOSE}]")


def without_marks(html: str) -> str:
    """Return a row as it is for WeasyPrint."""
    return html.translate(_MARKS)


@dataclass(frozen=True, slots=True)
class RowSource:
    """The content of one tag: the lines, and the function that writes the HTML of one."""

    lines: Iterable[Any]
    write: Callable[[Any], str]

    def __iter__(self) -> Iterator[str]:
        """Return each line's HTML, with marks around its values, from the first line on every time."""
        return map(self.html, self.lines)

    def html(self, line: Any) -> str:
        """Return a line's HTML; characters that are not printed become U+FFFD."""
        html = self.write(line)
        return html if _UNPRINTABLE.search(html) is None else _UNPRINTABLE.sub("\ufffd", html)

    def count(self) -> int | None:
        """Return how many lines there are, if they say so."""
        try:
            return len(self.lines)  # type: ignore[arg-type]
        except TypeError:
            return None


def filled(html: str, sources: Sequence[RowSource]) -> str:
    """Put all rows into a document that has placeholders for them."""
    for number, source in enumerate(sources):
        before, place, after = html.partition(_PLACEHOLDER.format(number))
        html = "".join((before, *map(without_marks, source), after)) if place else html
    return html


@dataclass(slots=True)
class Capture:
    """Gather the row sources of a document, and leave a placeholder for each."""

    sources: list[RowSource] = field(default_factory=list)

    def placeholder(self, source: RowSource) -> Markup:
        """Keep a source and return the element that marks its place: ``<tr data-long-table="0"></tr>``."""
        self.sources.append(source)
        return Markup(_PLACEHOLDER).format(len(self.sources) - 1)  # noqa: S704, a number is all that is filled in


@dataclass(frozen=True, slots=True)
class LongTables:
    """The rows for the placeholders of a document, and the listener for rows that are done."""

    sources: Sequence[RowSource]
    progress: Callable[[int], object]


class RowsTag(Extension):
    """Add the tag to a Jinja environment."""

    tags = {"rows"}

    def parse(self, parser: Parser) -> nodes.Node:
        """Turn the tag into a call with its body as ``caller``."""
        line_number = next(parser.stream).lineno
        lines = parser.parse_expression()
        parser.stream.expect("name:as")
        target = parser.parse_assign_target(name_only=True)
        target.set_ctx("param")
        body = parser.parse_statements(("name:endrows",), drop_needle=True)
        if any(node for part in body for node in (part, *part.find_all(nodes.NSRef)) if isinstance(node, nodes.NSRef)):
            parser.fail("rows are written in any order, so they cannot add up in a namespace; do that in view.py")
        _mark_values(body)
        call = self.call_method("_rows", [nodes.ContextReference(), lines])
        return nodes.CallBlock(call, [target], [], body).set_lineno(line_number)

    def _rows(self, context: Context, lines: Iterable[Any], caller: Callable[[Any], str]) -> Markup:
        write = caller
        if foreign_words.are_marked(context.get("labels")):
            # Rows are read for their form, which an element around a label would change.
            write = lambda line: foreign_words.without_marks(caller(line))  # noqa: E731
        capture = context.get(CAPTURE)
        if isinstance(capture, Capture):
            return capture.placeholder(RowSource(lines, write))
        return Markup(without_marks("".join(map(write, lines))))  # noqa: S704, the body is escaped already


def _mark_values(body: list[nodes.Node]) -> None:
    """Put marks around each value that is printed as text, or in a link's target.

    Those in other places within a tag are part of a row's form, as its look may depend on them.
    """
    in_tag = False
    for output in (found for node in body for found in _outputs(node)):
        marked: list[nodes.Expr] = []
        written = ""
        for child in output.nodes:
            if isinstance(child, nodes.TemplateData):
                ends = _TAG_ENDS.findall(child.data)
                in_tag = ends[-1] == "<" if ends else in_tag
                written += child.data
                marked.append(child)
            elif in_tag and not _IN_TARGET.search(written):
                marked.append(child)
            else:
                marked += [nodes.TemplateData(OPEN), child, nodes.TemplateData(CLOSE)]
        output.nodes = marked


def _outputs(node: nodes.Node) -> Iterator[nodes.Output]:
    """Yield what is printed, in the order of the source."""
    if isinstance(node, nodes.Output):
        yield node
    else:
        for child in node.iter_child_nodes():
            yield from _outputs(child)
