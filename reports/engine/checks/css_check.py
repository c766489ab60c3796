"""Read a template's style sheets as WeasyPrint does, and tell where it passes over something."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tinycss2

from reports.engine.weasy.fonts import BUNDLED_FONTS, LARGE
from reports.findings import Finding, Severity, did_you_mean

_AT = re.compile(r"(?: at| was ignored at) (\d+):(\d+)")
_IGNORED = re.compile(r"Ignored `(?P<name>[^`:]+): (?P<value>.*)` at \d+:\d+, (?P<why>.*)\.", re.DOTALL)
_RULE = re.compile(r"Unknown rule <AtRule (@[\w-]+)")
_MEDIA = re.compile(r"Invalid media type '(.*)' the whole", re.DOTALL)
_GENERIC = {"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui", "inherit", "initial", "unset",
            "revert", "emoji", "math", "ui-serif", "ui-sans-serif", "ui-monospace", "ui-rounded"}  # fmt: skip
_FONT_SIZE = re.compile(
    r"[\d.]+(?:px|pt|em|rem|mm|cm|in|%|pc|q|ex|ch|vw|vh)(?:/\S+)?\s+(.*)", re.IGNORECASE | re.DOTALL
)
_BLANK = re.compile(r"/\*.*?(?:\*/|\Z)|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL)
_OTHER_CASES = "WeasyPrint does not know it; what it says has no effect."


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def findings_of_css(file: str, text: str, folder: Path, fonts: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Yield what WeasyPrint would pass over in a style sheet; ``fonts`` are families that others bring.

    The engine has to be loaded.
    """
    lines = text.split("\n")
    unbalanced = list(_unbalanced(text))
    for message, line, column in unbalanced:
        yield _finding(file, lines, line, column, message, severity=Severity.ERROR)
    for said in _warnings(text, folder):
        at = _AT.search(said)
        if at is None and "media type" in said and "Expected" in said:
            continue  # it is said once more, with the place
        message, cure = _in_words(said)
        if not (unbalanced and "selector" in said):
            line_of_it, column_of_it = (int(at[1]), int(at[2])) if at else (None, None)
            yield _finding(file, lines, line_of_it, column_of_it, message, cure=cure)
    yield from _fonts(file, lines, text, fonts)


def _finding(
    file: str,
    lines: list[str],
    line: int | None,
    column: int | None,
    message: str,
    cure: str = "",
    severity: Severity = Severity.WARNING,
) -> Finding:
    source = lines[line - 1] if line is not None and line <= len(lines) else ""
    return Finding(file, line, message, column, source, cure=cure, severity=severity)


def _in_words(said: str) -> tuple[str, str]:
    if found := _IGNORED.fullmatch(said):
        name, value = found["name"].strip(), " ".join(found["value"].split())[:60]
        if found["why"] == "unknown property":
            return f"unknown property {name!r}", did_you_mean(name, known_properties(), 0.75) or _OTHER_CASES
        return f"{name!r} does not take {value!r} ({found['why']})", ""
    if found := _RULE.match(said):
        return f"unknown rule {found[1]!r}", "WeasyPrint does not know it; all within it has no effect."
    if found := _MEDIA.match(said):
        return f"unknown media {found[1].strip()!r}", "Pages are `print` or `all`; write `@page` for sizes of paper."
    return " ".join(said.split())[:200].rstrip("."), ""


def _warnings(text: str, folder: Path) -> list[str]:
    from weasyprint import CSS  # only when the native libraries are loaded
    from weasyprint.css.counters import CounterStyle
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Nothing(URLFetcher):  # type: ignore[misc]
        """What is imported is looked at by itself."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002
            return URLFetcherResponse(url, b"", {"Content-Type": "text/css"})

    logger, log = logging.getLogger("weasyprint"), _Log()
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(log)
    try:
        without_fonts = re.sub(r"@font-face", "@font-facE", text)
        CSS(string=without_fonts, base_url=folder.as_uri() + "/", url_fetcher=Nothing(),
            font_config=FontConfiguration(), counter_style=CounterStyle())  # fmt: skip
    finally:
        logger.removeHandler(log)
        logger.propagate = propagated
    return [each for each in dict.fromkeys(log.messages) if "@font-face" not in each.casefold()]


@cache
def known_properties() -> frozenset[str]:
    """Return the properties that WeasyPrint knows."""
    from weasyprint.css.properties import INITIAL_VALUES
    from weasyprint.css.validation.expanders import EXPANDERS

    return frozenset(name.replace("_", "-") for name in (*INITIAL_VALUES, *EXPANDERS))


def _unbalanced(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield braces that close nothing, or are never closed; CSS itself closes them at the end of the file."""
    opened: list[tuple[int, int]] = []
    plain = _BLANK.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for number, line in enumerate(plain.split("\n"), 1):
        for column, sign in enumerate(line, 1):
            if sign == "{":
                opened.append((number, column))
            elif sign == "}" and not opened:
                yield "this '}' closes nothing", number, column
            elif sign == "}":
                opened.pop()
    for number, column in opened:
        yield "this '{' is never closed, so all behind it is taken for a part of it", number, column


def _fonts(file: str, lines: list[str], text: str, fonts: frozenset[str]) -> Iterator[Finding]:
    own = {name.casefold() for name in (*own_families(text), *fonts)}
    known = {name.casefold() for name in families()} | own | _GENERIC
    for rule_line, rule_column, name in _wanted_families(text):
        if name.casefold() not in known:
            nearest = did_you_mean(name, families())
            yield _finding(
                file,
                lines,
                rule_line,
                rule_column,
                f"there is no font {name!r}; another one is printed",
                cure=nearest or "Put its file into the template's folder, and write an @font-face for it.",
            )


def _declarations(text: str) -> Iterator[Any]:
    """Yield the declarations of a style sheet, with those in blocks that are nested."""
    pending = [tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)]
    while pending:
        for node in pending.pop():
            if node.type == "declaration":
                yield node
            elif getattr(node, "content", None):
                pending.append(tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True))


def _wanted_families(text: str) -> Iterator[tuple[int, int, str]]:
    for each in _declarations(text):
        value = tinycss2.serialize(each.value).strip()
        if each.lower_name == "font":
            found = _FONT_SIZE.search(value)
            value = found[1] if found else ""
        elif each.lower_name != "font-family":
            continue
        if value and "var(" not in value:
            for name in value.split(","):
                yield each.source_line, each.source_column, name.strip().strip("'\"")


def own_families(text: str) -> Iterator[str]:
    """Yield the families of fonts that a style sheet brings."""
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "at-rule" and rule.lower_at_keyword == "font-face" and rule.content:
            for each in tinycss2.parse_blocks_contents(rule.content):
                if each.type == "declaration" and each.lower_name == "font-family":
                    yield tinycss2.serialize(each.value).strip().strip("'\"")


@cache
def families() -> frozenset[str]:
    """Return the families of all fonts that documents may use without bringing their own."""
    from fontTools.ttLib import TTFont  # it takes as long to load as all else here

    found = {LARGE}
    for path in BUNDLED_FONTS.rglob("*.[to]tf"):
        with TTFont(path, lazy=True) as font:
            found |= {str(name) for which in (1, 16) if (name := font["name"].getDebugName(which))}
    return frozenset(found)
