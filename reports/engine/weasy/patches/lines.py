"""Replace how WeasyPrint breaks texts into lines, for texts that it has broken before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from hashlib import blake2b
from secrets import token_bytes
from typing import Any

from weasyprint.layout import inline, preferred
from weasyprint.text.line_break import Layout

from reports.engine.weasy.patches import replaces

PROPERTIES = (
    "direction",
    "font_family",
    "font_feature_settings",
    "font_kerning",
    "font_language_override",
    "font_size",
    "font_stretch",
    "font_style",
    "font_variant_alternates",
    "font_variant_caps",
    "font_variant_east_asian",
    "font_variant_ligatures",
    "font_variant_numeric",
    "font_variant_position",
    "font_variation_settings",
    "font_weight",
    "hyphenate_character",
    "hyphenate_limit_chars",
    "hyphenate_limit_zone",
    "hyphens",
    "lang",
    "letter_spacing",
    "overflow_wrap",
    "tab_size",
    "text_decoration_line",
    "white_space",
    "word_break",
    "word_spacing",
)
"""The properties of CSS that the first line of a text depends on, by their names in WeasyPrint's styles."""

MOST_LINES = 5_000
"""Lines of one document that are remembered; two pages have some hundred."""

_LONGEST_TEXT = 200
_LINES = "pressrun_lines"
_KEY = "pressrun_key_of_lines"

_Key = tuple[Any, ...]
_Measures = list[Any]
_Line = tuple[dict[str, Any], _Measures]
_Split = Callable[..., tuple[Any, int, int | None, float, float, float]]


class KnownLines:
    """The lines of the document that is laid out, and of the one before it, without its texts.

    So the texts of a template stay known, and no text of a report stays in memory: those of the document before are
    known by digests with a key that this process has drawn.
    """

    def __init__(self) -> None:
        self._secret = token_bytes(16)
        self._before: dict[_Key, tuple[dict[str, Any], int, _Measures]] = {}
        self._now: dict[_Key, _Line] = {}

    def of(self, key: _Key) -> _Line | None:
        """Return what is known under a key, of which the first part is the text; None if nothing is."""
        found = self._now.get(key)
        if found is None and (kept := self._before.get(self._digested(key))) is not None:
            facts, length, measures = kept
            found = ({**facts, "text": key[0][:length]}, measures)
            self.add(key, found)
        return found

    def add(self, key: _Key, found: _Line) -> None:
        """Keep what was found, as long as there is room."""
        if len(self._now) < MOST_LINES:
            self._now[key] = found

    @contextmanager
    def for_document(self, fonts: Any) -> Iterator[None]:
        """Have lines of texts in these fonts remembered meanwhile: those of one document."""
        around = vars(fonts).get(_LINES)
        vars(fonts)[_LINES] = self
        try:
            yield
        finally:
            vars(fonts)[_LINES] = around
            self._before = dict(self._without_texts())
            self._now = {}

    def _without_texts(self) -> Iterator[tuple[_Key, tuple[dict[str, Any], int, _Measures]]]:
        for key, (facts, measures) in self._now.items():
            line = facts["text"]
            # Of a line with a hyphen of its own, the beginning of the text is not all.
            if key[0].startswith(line):
                others = {name: value for name, value in facts.items() if name != "text"}
                yield self._digested(key), (others, len(line), measures)

    def _digested(self, key: _Key) -> _Key:
        text, *others = key
        return (blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=self._secret).digest(), *others)


@replaces("weasyprint.layout.inline.split_first_line", "weasyprint.layout.preferred.split_first_line", release="70.0")
def remember_lines() -> None:
    """Break a text into lines once, however often it is measured and laid out, in one document and in the next.

    WeasyPrint asks for the narrowest and the widest lines of one text up to a dozen times, in flex boxes and tables,
    and with ``overflow-wrap: anywhere`` for each letter of it. Half of the texts of a report are those of its template,
    which the report before had, too. The outcome depends on the arguments, on PROPERTIES of the style, and on the
    fonts alone. Nothing is remembered outside of ``KnownLines.for_document``.
    """
    for module in (inline, preferred):
        if not hasattr(module.split_first_line, "remembers"):
            module.split_first_line = _remembering(module.split_first_line)


def _remembering(split: _Split) -> _Split:
    @wraps(split)
    def split_first_line(
        text: str,
        style: Any,
        context: Any,
        max_width: float | None,
        justification_spacing: float,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> tuple[Any, int, int | None, float, float, float]:
        known: KnownLines | None = vars(style.font_config).get(_LINES)
        values = None if known is None or len(text) > _LONGEST_TEXT else _values_of(style)
        if known is None or values is None:
            return split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
        key = (text, max_width, justification_spacing, is_line_start, minimum, values)
        found = known.of(key)
        if found is None:
            layout, *measures = split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
            made: _Line = (dict(vars(layout)), measures)
            known.add(key, made)
            found = made
        facts, (length, resume_at, width, height, baseline) = found
        # WeasyPrint has freed what the layout was of Pango's, and makes it anew to draw the text.
        again = Layout.__new__(Layout)
        vars(again).update(facts)
        return again, length, resume_at, width, height, baseline

    vars(split_first_line)["remembers"] = True
    return split_first_line


def _values_of(style: Any) -> Any:
    """Return a style's values of PROPERTIES, worked out once for each style; None where one is no plain value."""
    known = vars(style)
    if _KEY not in known:
        known[_KEY] = _hashable(map(style.__getitem__, PROPERTIES))
    return known[_KEY]


def _hashable(values: Iterable[Any]) -> tuple[Any, ...] | None:
    found = tuple(frozenset(value) if isinstance(value, set) else value for value in values)
    try:
        hash(found)
    except TypeError:
        return None
    return found
