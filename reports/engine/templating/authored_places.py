"""Find the line of a template that an element of a document was written in.

Documents do not hold that. When there is something to say of an element, the template is run once more, with the line
in each of its start tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from reports.engine.templating.rows_tag import Capture
from reports.engine.templating.template_code import MAIN, TemplateCode, environment_of
from reports.render_contract import RenderContext

PLACE = "data-authored-at"
_START_TAG = re.compile(r"<[A-Za-z][A-Za-z0-9:-]*(?=[\s/>])")


class _StartTagsWithLines(Extension):
    """What a template's text has as start tags, with the file and the line of each."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield a template's tokens."""
        path = Path(stream.filename or stream.name or MAIN)
        name = f"{path.parent.name}/{path.name}"
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, token.type, _with_lines(token.value, name, token.lineno))
            else:
                yield token


def _with_lines(text: str, name: str, first: int) -> str:
    def placed(match: re.Match[str]) -> str:
        return f"{match[0]} {PLACE}={name}:{first + text.count(chr(10), 0, match.start())}"

    return _START_TAG.sub(placed, text)


def html_with_places(code: TemplateCode, view: Mapping[str, Any], context: RenderContext) -> str:
    """Write a document again, without the rows of long tables, with the line of each start tag in an attribute."""
    environment = environment_of(code.folder)
    environment.loader = FileSystemLoader([code.folder, code.roots[1]])
    environment.add_extension(_StartTagsWithLines)
    return replace(code, main=environment.get_template(MAIN)).html(view, context, Capture())


def place_of(element: Any, elements: Iterator[Any]) -> str | None:
    """Return where the first of the elements that is like another one was written, as ``file, line n``."""
    wanted = element.tag, dict(element.attrib)
    for found in elements:
        attributes = dict(found.attrib)
        place = attributes.pop(PLACE, None)
        if place is not None and (found.tag, attributes) == wanted:
            file, _, line = place.rpartition(":")
            return f"{file}, line {line}"
    return None
