"""Run a template so that its document tells of each text which part of which file has written it.

Marks are characters for private use, around each text of a template and around each value that it prints. Later they
are taken out again, and the document is compared with the one that was printed: where a template calculates with marks,
the two differ, and no word leads to a wrong place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from reports.engine.templating.exact_numbers import escaped
from reports.engine.templating.template_code import MAIN, TemplateCode, environment_of, load_template_code
from reports.render_contract import RenderContext

OPEN, END_OF_NUMBER, CLOSE = "\uf8d0", "\uf8d1", "\uf8d2"
_DIGITS = str.maketrans("0123456789", "".join(chr(0xF8E0 + digit) for digit in range(10)))
MARKS = re.compile(f"{OPEN}[^{END_OF_NUMBER}]*{END_OF_NUMBER}|{CLOSE}")
NUMBERS = {chr(0xF8E0 + digit): str(digit) for digit in range(10)}


@dataclass(frozen=True, slots=True)
class Site:
    """A part of a line of a template's file: a text, or an expression whose value is printed."""

    path: Path
    line: int
    column: int
    source: str
    is_value: bool

    @property
    def file(self) -> str:
        """Return the path below the folder of all templates."""
        return f"{self.path.parent.name}/{self.path.name}"


class _Marks(Extension):
    """Marks around what a template prints; ``sites`` of the environment has what their numbers stand for."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield a template's tokens, with those that mark each line of text and each value."""
        path = Path(stream.filename or stream.name or MAIN)
        lines = path.read_text("utf-8").split("\n") if path.is_file() else []
        passed: Counter[int] = Counter()

        def site(line: int, written: str, *, is_value: bool) -> int:
            source = lines[line - 1] if line <= len(lines) else ""
            found = max(source.find(written, passed[line]), 0)
            passed[line] = found + len(written)
            sites: Any = self.environment.globals["_sites"]
            sites.append(Site(path, line, found + 1, source, is_value))
            return len(sites) - 1

        for token in stream:
            line = token.lineno
            if token.type == "data":
                for number, part in enumerate(token.value.splitlines(keepends=True), line):
                    if part.isspace():
                        yield Token(line, "data", part)
                    else:
                        opened = _open(site(number, part.strip(), is_value=False))
                        yield Token(line, "data", f"{opened}{part}{CLOSE}")
            elif token.type == "variable_begin":
                called: Any = site(line, "{{", is_value=True)
                yield token
                yield from (Token(line, "name", "_marked"), Token(line, "lparen", "("), Token(line, "integer", called))
                yield from (Token(line, "comma", ","), Token(line, "lparen", "("))
            elif token.type == "variable_end":
                yield from (Token(line, "rparen", ")"), Token(line, "rparen", ")"), token)
            else:
                yield token


def _open(number: int) -> str:
    return f"{OPEN}{str(number).translate(_DIGITS)}{END_OF_NUMBER}"


def _marked(number: int, value: Any) -> Markup | str:
    """Put marks around a printed value. One that is empty has none, as templates ask whether something is empty."""
    text = escaped(value) if isinstance(value, Decimal | float) else escape(value)
    return Markup(f"{_open(number)}{text}{CLOSE}") if text else text  # noqa: S704, it is escaped


def _unmarked(value: Any) -> Any:
    """Return a text without marks; anything else as it is."""
    if not isinstance(value, str) or OPEN not in value:
        return value
    return type(value)(MARKS.sub("", value))


def _blind(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a filter or function see no marks. A text that it gives back as it was keeps them."""

    @wraps(function)
    def called(*values: Any, **named: Any) -> Any:
        result = function(*map(_unmarked, values), **{name: _unmarked(value) for name, value in named.items()})
        same = (each for each in values if isinstance(each, str) and OPEN in each and _unmarked(each) == result)
        return next(same, result) if isinstance(result, str) else result

    return called


def _let_calculate(environment: Any) -> None:
    """Have filters, tests and functions calculate with texts that macros have printed, as they do without marks."""
    for kind in (environment.filters, environment.tests):
        kind.update({name: _blind(function) for name, function in kind.items()})
    call = environment.call

    def called(context: Any, function: Any, *values: Any, **named: Any) -> Any:
        if function is not _marked and not isinstance(function, Macro):
            values, named = tuple(map(_unmarked, values)), {name: _unmarked(value) for name, value in named.items()}
        return call(context, function, *values, **named)

    environment.call = called


class MarkedCode:
    """A template whose documents have marks, for one author on one machine."""

    def __init__(self, folder: Path) -> None:
        code = load_template_code(folder.resolve())
        environment = environment_of(code.folder)
        environment.loader = FileSystemLoader([code.folder, code.roots[1]])
        self.sites: list[Site] = []
        environment.globals.update(_sites=self.sites, _marked=_marked)
        environment.add_extension(_Marks)
        _let_calculate(environment)
        self._plain = code
        self._code: TemplateCode = replace(code, main=environment.get_template(MAIN))

    @property
    def roots(self) -> tuple[Path, Path]:
        """Return the folders that the template reads from."""
        return self._plain.roots

    @property
    def labels(self) -> Mapping[str, Mapping[str, str]]:
        """Return the texts by language."""
        return self._plain.labels

    def plain(self, data: Mapping[str, Any], context: RenderContext) -> str:
        """Write the document without marks. Raises whatever the template raises."""
        return self._plain.html(self._plain.view(data, context), context)

    def html(
        self, data: Mapping[str, Any], context: RenderContext, labels: Mapping[str, Mapping[str, str]] | None = None
    ) -> str:
        """Write the document with marks, of other labels if given. Raises whatever the template raises."""
        code = self._code if labels is None else replace(self._code, labels=labels)
        return code.html(code.view(data, context), context)
