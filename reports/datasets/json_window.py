"""Look at a JSON text part by part, so that it is never held as a whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from reports import strict_json
from reports.errors import UnreadableFileError

LONGEST_ROW = 4 * 2**20
"""Characters of a row. What is read at once has to have an end."""

_SPACE = " \t\r\n"


class Window:
    """Look at a part of a JSON text, which moves on over what has been read."""

    def __init__(self, parts: Iterator[str], constant: Callable[[str], Any] | None = None) -> None:
        self._parts = parts
        self._constant = constant
        self._text = ""
        self._is_exact = False
        self._at = 0
        self._is_last = False
        self._line = 1
        self._column = 1

    def is_over(self) -> bool:
        """Tell whether nothing but spaces follows."""
        return not self._next()

    def accepts(self, sign: str) -> bool:
        """Step over a sign, if it is the next."""
        if self._next() != sign:
            return False
        self._at += 1
        return True

    def expect(self, sign: str) -> None:
        """Step over a sign. Raises UnreadableFileError when another one is there."""
        if not self.accepts(sign):
            self._refuse(f"Expecting {sign!r}", self._at)

    def expect_end(self) -> None:
        """Raise UnreadableFileError unless the text is over."""
        if self._next():
            self._refuse("Extra data", self._at)

    def value(self) -> Any:
        """Return the next value. Raises UnreadableFileError."""
        self._next()
        while True:
            try:
                value, end = strict_json.parse_at(self._text, self._at, self._constant, exact=self._is_exact)
            except json.JSONDecodeError as error:
                if self._is_last or len(self._text) - self._at > LONGEST_ROW:
                    self._refuse(error.msg, error.pos)
            except ValueError as error:
                self._refuse(f"{error}, in the value that begins", self._at)
            else:
                # A number that ends with the window may go on behind it.
                if end < len(self._text) or self._is_last:
                    self._at = end
                    return value
            self._read_on()

    def _next(self) -> str:
        """Return the next sign that is no space, without stepping over it; nothing at the end."""
        while True:
            while self._at < len(self._text):
                sign = self._text[self._at]
                if sign not in _SPACE:
                    return sign
                self._at += 1
            if self._is_last:
                return ""
            self._read_on()

    def _read_on(self) -> None:
        """Forget what has been read, and take in more: the longer the rest is, the more, so that no row costs twice."""
        self._line, self._column = self._place(self._at)
        rest = [self._text[self._at :]]
        wanted = len(rest[0])
        while wanted >= 0 and not self._is_last:
            part = next(self._parts, None)
            self._is_last = part is None
            rest.append(part or "")
            wanted -= len(part or "") or 1
        self._text, self._at = "".join(rest), 0
        self._is_exact = strict_json.may_change_in_floats(self._text)

    def _place(self, at: int) -> tuple[int, int]:
        """Return the line and the column of a place in the window."""
        lines = self._text.count("\n", 0, at)
        column = at - self._text.rfind("\n", 0, at) if lines else self._column + at
        return self._line + lines, column

    def _refuse(self, reason: str, at: int) -> NoReturn:
        line, column = self._place(at)
        cure = strict_json.cure_at(self._text, at)
        raise UnreadableFileError(f"The file is not JSON: {reason} at line {line}, column {column}{cure}.")
