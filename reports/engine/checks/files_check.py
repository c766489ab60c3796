"""Find all files that a template's own text asks for and may not have, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import tinycss2

from reports.engine.templating.template_code import SHARED, shared_of
from reports.findings import Finding, did_you_mean

_IN_HTML = re.compile(
    r"<(?:img|link|image|use|object|embed|source)\b[^<>]*?\s(?:src|href|xlink:href|data)\s*=\s*(?:\"([^\"{}]*)\"|'([^'{}]*)')",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def findings_of_addresses(file: str, text: str, path: Path) -> Iterator[Finding]:
    """Yield addresses in a document or a style sheet that lead to no file of the template."""
    found = _in_css(text) if path.suffix == ".css" else _in_html(text)
    lines = text.split("\n")
    for line, column, address in found:
        message, cure = _fault_of(address, path)
        if message:
            yield Finding(file, line, message, column, lines[line - 1], cure=cure)


def _fault_of(address: str, path: Path) -> tuple[str, str]:
    if not address or address.startswith("#") or address[:5].casefold() == "data:":
        return "", ""
    if _SCHEME.match(address):
        return f"{address[:120]!r} is not read: a document has the files of its template alone", (
            "Save it in the template's folder, and write its name."
        )
    folder = path.parent
    target = (folder / unquote(address.partition("#")[0].partition("?")[0])).resolve()
    if target.is_relative_to(beside := folder.parent.resolve() / SHARED):
        target = shared_of(folder).resolve() / target.relative_to(beside)
    if not any(target.is_relative_to(root.resolve()) for root in (folder, shared_of(folder))):
        return f"{address!r} is outside of the template's folder", "Put the file into the folder."
    if target.is_file():
        return "", ""
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    return f"there is no file {address!r}", did_you_mean(target.name, names) or "Add it, or correct the name."


def _in_html(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _IN_HTML.finditer(text):
        group = 1 if found[1] is not None else 2
        start = found.start(group)
        yield text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start), found[group]


def _in_css(text: str) -> Iterator[tuple[int, int, str]]:
    pending = [tinycss2.parse_component_value_list(text, skip_comments=True)]
    while pending:
        nodes = pending.pop()
        is_import = False
        for node in nodes:
            if node.type == "at-keyword":
                is_import = node.lower_value == "import"
            elif node.type == "url" or (node.type == "string" and is_import):
                yield node.source_line, node.source_column, node.value
                is_import = False
            elif node.type == "function" and node.lower_name == "url":
                yield from ((each.source_line, each.source_column, each.value)
                            for each in node.arguments if each.type == "string")  # fmt: skip
            elif node.type != "whitespace":
                is_import = False
            inner = getattr(node, "content", None) or getattr(node, "arguments", None)
            if inner:
                pending.append(inner)
