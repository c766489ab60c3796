"""Map words on pages to lines of a template and to places in the data, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.weasy.conservation import pages_kept
from reports.render_contract import RenderContext, RenderRequest, Template
from tools.authoring.origins.dependence import NOTHING, Changes, Dependence, Probe, at, leaves, pointer_of
from tools.authoring.origins.element_texts import element_texts, folded
from tools.authoring.origins.marked_code import MarkedCode
from tools.authoring.origins.marked_html import MarkedHTML, Slot, printed_by, read_marked
from tools.authoring.origins.page_words import Word, words_of_pages

_CSS_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)"')
_TAGS = re.compile("<[^<>]*>")
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6}) ?|\\(.)")


class NotTraceableError(Exception):
    """The reason why words of a report cannot be followed to their origin."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in a template, with the source of the line, and JSON pointers into the data and into labels.json.

    ``beside`` are places in the data that are printed there, too, and do not change the word.
    """

    file: str
    line: int
    column: int
    source: str
    data: Dependence = NOTHING
    beside: Dependence = NOTHING
    labels: Dependence = NOTHING


class WordMap:
    """The words of a report, and what each comes from."""

    def __init__(
        self, renderer: WeasyPrintRenderer, template: Template, data: Mapping[str, Any], context: RenderContext
    ):
        self.code = MarkedCode(template.folder)
        self.data = data
        self.context = context
        self.document = self._document()
        self._known: dict[Word, list[Origin]] = {}
        pdf = bytearray()
        with pages_kept() as pages:
            renderer.render(RenderRequest(template, data, context), output=pdf.extend)
        self.pages: list[list[Word]] = self._words(bytes(pdf), pages)

    def _document(self) -> MarkedHTML:
        document = read_marked(self.code.html(self.data, self.context))
        if document.plain != self.code.plain(self.data, self.context):
            raise NotTraceableError("The template calculates with what it prints, so that words cannot be followed.")
        return document

    def _words(self, pdf: bytes, pages: Sequence[Any]) -> list[list[Word]]:
        from weasyprint import HTML

        texts = element_texts(HTML(string=self.document.commented).etree_element)
        root = next((box.element for page in pages for box in page.children if box.element is not None), None)
        elements = [] if root is None else [each for each in root.iter() if isinstance(each.tag, str)]
        if len(elements) != len(texts):
            raise NotTraceableError("The template prints parts of tags, so that words cannot be followed.")
        words = words_of_pages(pdf, pages, dict(zip(elements, texts, strict=True)), self._in_margins())
        return [[replace(word, slots=self._narrowed(word)) for word in page] for page in words]

    def _narrowed(self, word: Word) -> tuple[Slot, ...]:
        """Return the slots that have printed all of a word, if there are any: those of a tag stand for each in it."""
        if len(word.slots) < 2:
            return word.slots
        shown = folded(word.text)
        whole = [slot for slot in word.slots if shown in folded(self.document.texts[slot])]
        return (min(whole, key=lambda slot: len(self.document.texts[slot])),) if whole else word.slots

    def _in_margins(self) -> dict[str, tuple[Slot, ...]]:
        """Return what the strings of style sheets in the document have been printed by."""
        found: dict[str, tuple[Slot, ...]] = {}
        for text, slots in self.document.styles:
            for string in _CSS_STRING.finditer(text):
                said = folded(_CSS_ESCAPE.sub(_unescaped, string[1]))
                of = tuple(dict.fromkeys(slot for slot in slots[string.start() : string.end()] if slot is not None))
                found.setdefault(said, of)
        return found

    def origins(self, word: Word) -> list[Origin]:
        """Return where a word comes from: lines of the template, and what in the data and the labels it depends on."""
        if word not in self._known:
            known = [self._origin(slot, word) for slot in word.slots]
            self._known[word] = known or list(self._in_style_sheets(word))
        return self._known[word]

    def on_line(self, file: str, line: int) -> list[tuple[int, int]]:
        """Return the words that a line of a template prints: the number of the page, and of the word on it."""
        sites = {number for number, site in enumerate(self.code.sites) if (site.file, site.line) == (file, line)}
        return self._where(lambda slot: slot[0] in sites)

    def of_place(self, pointer: str) -> list[tuple[int, int]]:
        """Return the words that depend on a place in the data, or on one below it."""
        texts = self.document.texts
        below = [path for path in leaves(self.data) if f"{pointer_of(path)}/".startswith(f"{pointer}/")]
        changes = Changes(self.data)
        for turn in Changes.TURNS if below else ():
            try:
                now = read_marked(self.code.html(changes.made(below, turn), self.context)).texts
            except Exception:  # noqa: BLE001, S112, a template may fail in any way on data that were not checked
                continue
            return self._where(lambda slot, now=now: slot in now and now[slot] != texts[slot])  # type: ignore[misc]
        return []

    def _where(self, is_meant: Callable[[Slot], bool]) -> list[tuple[int, int]]:
        return [
            (page, number)
            for page, words in enumerate(self.pages)
            for number, word in enumerate(words)
            if any(map(is_meant, word.slots))
        ]

    def _in_style_sheets(self, word: Word) -> Iterator[Origin]:
        """Yield the first line of a style sheet that has a word in what it prints."""
        for path in (each for root in self.code.roots for each in sorted(root.rglob("*.css"))):
            for number, line in enumerate(path.read_text("utf-8", "replace").split("\n"), 1):
                at = line.find(word.text)
                if "content" in line and at >= 0:
                    yield Origin(f"{path.parent.name}/{path.name}", number, at + 1, line)
                    return

    def _origin(self, slot: Slot, word: Word) -> Origin:
        site = self.code.sites[slot[0]]
        if not site.is_value:
            within = site.source.find(word.text, site.column - 1)
            return Origin(site.file, site.line, within + 1 if within >= 0 else site.column, site.source)
        labels = self.code.labels

        def of_data(data: Any) -> str | None:
            return printed_by(self.code.html(data, self.context), slot)

        def of_labels(texts: Any) -> str | None:
            return printed_by(self.code.html(self.data, self.context, texts), slot)

        data = Probe(self.data, of_data).find()
        in_labels = Probe(labels, of_labels).find() if labels else NOTHING
        shown = folded(word.text)
        count = _count(self.document.texts[slot], shown)

        values = {pointer_of(path): folded(str(at(self.data, path))) for path in leaves(self.data)}

        def changes_it(pointer: str) -> bool:
            return count == 0 or shown in values[pointer] or _count(data.printed[pointer], shown) != count

        return Origin(
            *(site.file, site.line, site.column, site.source),
            data=data.only(changes_it),
            beside=data.only(lambda pointer: not changes_it(pointer)),
            labels=in_labels,
        )


def _count(printed: str, shown: str) -> int:
    """Count how often a word is in what is printed."""
    return folded(unescape(_TAGS.sub("", printed))).count(shown)


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else found[2]
