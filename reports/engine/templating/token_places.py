"""Find the column of what Jinja names by its line alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from jinja2 import Environment, TemplateSyntaxError
from jinja2.lexer import Token, TokenStream, describe_token, ignored_tokens
from jinja2.parser import Parser

_RAW = ("raw_begin", "raw_end")
_AT = re.compile(r" at (\d+)$")
_OPEN = ("if", "for", "macro", "call", "filter", "block", "with", "autoescape", "rows")


def column_of(name: str, source: str, after: str = "") -> int | None:
    """Return the column in which a word first stands in a line, ``after`` a pattern; None if it does not."""
    found = re.search(rf"{after}(?<!\w)({re.escape(name)})(?!\w)", source) if name else None
    return None if found is None else found.start(1) + 1


def place_of_syntax_error(
    environment: Environment, source: str, line: int, message: str
) -> tuple[int, int | None, str]:
    """Return line and column of what Jinja cannot read, and what is wrong: of what is not closed, where it begins."""
    unread = _AT.search(message)
    if unread is not None:
        return (*_line_and_column(source, int(unread[1])), message[: unread.start()])
    if (end := _end_of_lexing(environment, source)) is not None:
        return (*_line_and_column(source, end), message)
    tokens = list(_tokens(environment, source))
    if message.startswith("Unexpected end of template") and (opened := _unclosed(tokens)):
        name, offset = opened
        number, column = _line_and_column(source, offset)
        return number, column, f"{name!r} is never closed; {{% end{name} %}} is missing"
    offset_of_fault = _offset_of_fault(environment, source, tokens)
    if offset_of_fault is None:
        return line, None, message
    return (*_line_and_column(source, offset_of_fault), message)


def _line_and_column(source: str, offset: int) -> tuple[int, int]:
    return source.count("\n", 0, offset) + 1, offset - source.rfind("\n", 0, offset)


def _end_of_lexing(environment: Environment, source: str) -> int | None:
    """Return the offset behind the last token, of a source that cannot be divided into tokens to its end."""
    at = 0
    try:
        for _, _, value in environment.lexer.tokeniter(source, None):
            at = max(at, source.find(value, at)) + len(value)
    except TemplateSyntaxError:
        return at
    return None


def _tokens(environment: Environment, source: str) -> Iterator[tuple[Token, int]]:
    """Yield what the parser sees of a source, each with its offset."""
    at = 0
    offsets = []
    for _, kind, value in environment.lexer.tokeniter(source, None):
        at = max(at, source.find(value, at))
        if kind not in ignored_tokens and kind not in _RAW:
            offsets.append(at)
        at += len(value)
    tokens = list(environment.lexer.tokenize(source))
    if len(tokens) == len(offsets):
        yield from zip(tokens, offsets, strict=True)


def _unclosed(tokens: list[tuple[Token, int]]) -> tuple[str, int] | None:
    """Return the name and the offset of the innermost tag that is not closed."""
    opened: list[tuple[str, int]] = []
    for (before, _), (token, offset) in pairwise(tokens):
        if before.type != "block_begin" or token.type != "name":
            continue
        if token.value in _OPEN:
            opened.append((token.value, offset))
        elif token.value.startswith("end") and opened:
            opened.pop()
    return opened[-1] if opened else None


def _offset_of_fault(environment: Environment, source: str, tokens: list[tuple[Token, int]]) -> int | None:
    """Parse once more, and return the offset of the token at which the parser gave up."""
    taken = 0

    def counted() -> Iterator[Token]:
        nonlocal taken
        for token, _ in tokens:
            taken += 1
            yield token

    parser = Parser(environment, source)
    parser.stream = TokenStream(counted(), None, None)
    try:
        parser.parse()
    except TemplateSyntaxError as error:
        last = taken - 1 - len(parser.stream._pushed)
        for index in (last, last - 1, last - 2):
            if 0 <= index < len(tokens) and repr(describe_token(tokens[index][0])) in str(error.message):
                return tokens[index][1]
        # What closes a tag too early is named; all else stands at the last token that was looked at.
        on_line = [offset for token, offset in tokens[: last + 1] if token.lineno == error.lineno]
        return on_line[-1] if on_line else None
    return None
