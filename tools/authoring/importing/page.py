"""Make the files of a template of an HTML page with places such as ``{{ customer.name }}``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from reports.engine.templating.template_code import MAIN, environment_of
from tools.authoring.importing.handlebars import is_handlebars, to_jinja
from tools.authoring.importing.resources import Resources
from tools.authoring.importing.uses import uses_of

_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_FILTER = re.compile(r"\|\s*([A-Za-z_][\w.]*)(\((?:[^()]|\([^()]*\))*\))?")
_EMPTY = re.compile(r"\b([A-Za-z_][\w.]*) is (not )?empty\b")
_OF_OTHERS = {"date": "day", "format_date": "day", "format_datetime": "moment", "number_format": "number",
              "format_number": "number", "raw": None, "nl2br": None, "escape": "e", "len": "length"}  # fmt: skip
_UNTRANSLATED = re.compile(
    r"<%[^<>]{0,200}%>|\bt-(?:esc|out|foreach|if|field)\s*=|\{\$[^{}]{1,80}\}|\[\[[^\[\]]{1,80}\]\]"
)
_QWEB = re.compile(r"<\?xml\b[^<>]*\?>|</?(?:odoo|openerp|data|template|t)\b[^<>]*>")
"""Elements around a report of Odoo's, of which browsers print `template` not at all."""

_HTML = re.compile(r"<html\b[^<>]*>", re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^<>]*>", re.IGNORECASE)
_GETTEXT = "_"
_OURS = ("data", "context", "labels", "lang", "direction")
_PAPER = {"enum": ["A4", "Letter"], "default": "A4", "description": "Paper size."}
_SIZE = '<style>@page { size: {{ "letter" if data.paper | default("A4") == "Letter" else "A4" }} }</style>'


class NotImportableError(Exception):
    """A page that cannot become a template."""


def files_of(page: Path, title: str, told: Callable[[str], object]) -> dict[str, bytes]:
    """Return the files of a template by their names, and tell what does not carry over. Raises NotImportableError."""
    resources = Resources(page.parent, told)
    html = resources.page(page.read_text("utf-8-sig", errors="replace"))
    if found := _UNTRANSLATED.search(html):
        told(f"places such as {found[0][:60]} stay as they are: write them as {{{{ name }}}}")
        html = _QWEB.sub("", html) if found[0].startswith("t-") else html
    environment = environment_of(page.parent.resolve())
    try:
        html = _known_filters(to_jinja(html, told) if is_handlebars(html) else html, environment, told)
        parsed = environment.parse(html)
    except TemplateSyntaxError as error:
        raise NotImportableError(
            f"{page.name}, line {error.lineno}: {error.message}. Mend it, then import again."
        ) from None
    except ValueError as error:
        raise NotImportableError(f"{page.name}: {error}. Mend it, then import again.") from None
    known = {*environment.globals, *_OURS}
    names = {name for name in meta.find_undeclared_variables(parsed) if name not in known}
    sets = _texts_as_they_are(parsed, names, told)
    use = uses_of(parsed, names)
    sets += "".join(f"{{% set {name} = data.{name} %}}\n" for name in sorted(names))
    properties = {name: each.schema(name) for name, each in sorted(use.properties.items())}
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": f"Made of {page.name}.",
        "x-pressrun": {"kind": "object"},
        "type": "object",
        "required": sorted(properties),
        "properties": {"paper": _PAPER, **properties},
    }
    sample = {name: each.sample(name) for name, each in sorted(use.properties.items())}
    return {
        MAIN: (sets + _with_head(html, title, any("@page" in each for each in (html, *resources.style)))).encode(),
        "style.css": ("\n".join(resources.style) or "/* The page has its style in itself. */\n").encode(),
        "schema.json": _json(schema),
        "sample.json": _json(sample),
        **resources.files,
    }


def _texts_as_they_are(parsed: nodes.Template, names: set[str], told: Callable[[str], object]) -> str:
    """Return a macro in the place of gettext's function, and tell what else a page calls or includes."""
    for call in parsed.find_all(nodes.Call):
        called, steps = call.node, list[str]()
        while isinstance(called, nodes.Getattr):
            steps.insert(0, called.attr)
            called = called.node
        if isinstance(called, nodes.Name) and called.name in names - {_GETTEXT}:
            told(f"{'.'.join([called.name, *steps])}(…) on line {call.lineno} is code of the other program: "
                 "put its result into the data")  # fmt: skip
    for file in parsed.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)):
        name = getattr(file.template, "value", "another document")  # type: ignore[attr-defined]
        told(f"{name} on line {file.lineno} does not come along: put its text into the page")
    if _GETTEXT not in names:
        return ""
    names.remove(_GETTEXT)
    return f"{{% macro {_GETTEXT}(text) %}}{{{{ text }}}}{{% endmacro %}}\n"


def _known_filters(html: str, environment: Environment, told: Callable[[str], object]) -> str:
    def known(match: re.Match[str]) -> str:
        name, arguments = match[1], match[2] or ""
        if name in _OF_OTHERS:
            ours = _OF_OTHERS[name]
            if arguments:
                told(f"the filter {name}{arguments[:40]} became {ours or 'nothing'}: give it a style or decimals")
            return f"| {ours}" if ours else ""
        if name not in environment.filters:
            told(f"there is no filter {name!r} here; it is left out")
            return ""
        return match[0]

    def tested(match: re.Match[str]) -> str:
        return match[1] if match[2] else f"not {match[1]}"

    return _CODE.sub(lambda code: _EMPTY.sub(tested, _FILTER.sub(known, code[0])), html)


def _with_head(html: str, title: str, has_paper: bool) -> str:
    if not _HTML.search(html):
        html = f"<!doctype html>\n<html>\n<head></head>\n<body>\n{html}\n</body>\n</html>\n"
    html = _HTML.sub(
        lambda match: match[0] if " lang=" in match[0].lower() else f'<html lang="{{{{ lang }}}}"{match[0][5:]}',
        html,
        1,
    )
    if not _HEAD.search(html):
        html = _HTML.sub(lambda match: f"{match[0]}\n<head></head>", html, 1)
    added = "" if has_paper else _SIZE
    added += "" if re.search(r"<title\b", html, re.IGNORECASE) else f"<title>{title}</title>"
    return _HEAD.sub(lambda match: f"{match[0]}{added}", html, 1)


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
