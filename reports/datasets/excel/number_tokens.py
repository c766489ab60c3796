"""Cut Excel's number formats into tokens. Every character is looked at once."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum


class Part(Enum):
    """A kind of token in a format."""

    LITERAL = "literal"
    DIGIT = "digit"
    POINT = "point"
    COMMA = "comma"
    PERCENT = "percent"
    EXPONENT = "exponent"
    SLASH = "slash"
    TEXT = "text"
    GENERAL = "general"
    DATE = "date"
    HALF_DAY = "half day"
    ELAPSED = "elapsed"
    CONDITION = "condition"


_MOST_TOKENS = 80

Token = tuple[Part, str]


def sections_of(code: str) -> Iterator[list[Token]]:
    """Yield the tokens of each section."""
    section: list[Token] = []
    for part, text in _Scanner(code).tokens():
        if part is None:
            yield _finished(section)
            section = []
        elif part is Part.LITERAL and section and section[-1][0] is Part.LITERAL:
            section[-1] = (part, section[-1][1] + text)
        else:
            section.append((part, text))
    yield _finished(section)


def _finished(section: list[Token]) -> list[Token]:
    # Excel has 30 decimals, so nothing that it writes has more tokens than that.
    return [(Part.GENERAL, "")] if len(section) > _MOST_TOKENS else _with_minutes(section)


def _with_minutes(section: list[Token]) -> list[Token]:
    """Tell minutes (``n``) from months: they follow hours, or stand before seconds."""
    at_dates = [at for at, (part, _) in enumerate(section) if part in (Part.DATE, Part.ELAPSED)]
    for number, at in enumerate(at_dates):
        part, text = section[at]
        if part is not Part.DATE or text[0] != "M" or len(text) > len("mm"):
            continue
        before = section[at_dates[number - 1]][1] if number else ""
        after = section[at_dates[number + 1]][1] if number + 1 < len(at_dates) else ""
        if before.startswith("h") or after.startswith("s"):
            section[at] = (part, text.replace("M", "n"))
    return section


class _Scanner:
    """Cut a format into tokens."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._at = 0

    def tokens(self) -> Iterator[tuple[Part | None, str]]:
        """Yield tokens, and None between sections."""
        code = self._code
        while self._at < len(code):
            character = code[self._at]
            self._at += 1
            if character == ";":
                yield None, ""
            elif character == '"':
                yield Part.LITERAL, self._until('"')
            elif character in "\\!":
                yield Part.LITERAL, self._next()
            elif character == "_":
                self._next()
                yield Part.LITERAL, " "
            elif character == "*":
                self._next()
            elif character == "[":
                yield from _in_brackets(self._until("]"))
            else:
                yield self._plain(character)

    def _plain(self, character: str) -> Token:
        if character in "0#?":
            return Part.DIGIT, character
        rest = self._code[self._at - 1 :].lower()
        if rest.startswith("general"):
            self._at += len("general") - 1
            return Part.GENERAL, ""
        if rest.startswith(("e+", "e-")):
            self._at += 1
            return Part.EXPONENT, rest[1]
        for half in ("am/pm", "a/p"):
            if rest.startswith(half):
                self._at += len(half) - 1
                return Part.HALF_DAY, half
        lower = character.lower()
        if lower in "ymdhsegb" or rest.startswith("aaa"):
            return Part.DATE, self._repeated(lower)
        if character == "." and rest[1:2] == "0" and self._follows_seconds():
            places = len(rest) - 1 - len(rest[1:].lstrip("0"))
            self._at += places
            return Part.DATE, "f" * places
        parts = {".": Part.POINT, ",": Part.COMMA, "%": Part.PERCENT, "/": Part.SLASH, "@": Part.TEXT}
        return parts.get(character, Part.LITERAL), character

    def _repeated(self, letter: str) -> str:
        start = self._at - 1
        while self._at < len(self._code) and self._code[self._at].lower() == letter:
            self._at += 1
        count = self._at - start
        if letter == "a" or (letter == "d" and count > len("dd")):
            return "E" * count  # in the Far East, the letter of a day of the week is an a
        # Years of an era are years; Excel knows no other calendar by these letters.
        return {"m": "M", "e": "y", "b": "y"}.get(letter, letter) * (max(count, 4) if letter in "eb" else count)

    def _follows_seconds(self) -> bool:
        return self._code[: self._at - 1].lower().endswith(("s", "s]"))

    def _next(self) -> str:
        self._at += 1
        return self._code[self._at - 1 : self._at]

    def _until(self, end: str) -> str:
        start = self._at
        at = self._code.find(end, start)
        self._at = len(self._code) if at < 0 else at + 1
        return self._code[start:] if at < 0 else self._code[start:at]


def _in_brackets(text: str) -> Iterator[Token]:
    """Yield what stands in brackets: a currency, a condition, an elapsed time; colours and languages are left out."""
    lower = text.lower()
    if text.startswith("$"):
        sign = text[1:].partition("-")[0]
        if sign:
            yield Part.LITERAL, sign
    elif lower and lower[0] in "hms" and lower == lower[0] * len(lower):
        yield Part.ELAPSED, lower
    elif text[:1] in "<>=" and text:
        yield Part.CONDITION, text
