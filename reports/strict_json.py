"""Read JSON (RFC 8259) without the liberties of Python's parser.

Duplicate keys, NaN and Infinity, unpaired surrogates and bottomless nesting are refused, since other readers of
the same text would see something else, or nothing.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

MAX_DEPTH = 100
_SURE_DIGITS = 15
_has_long_number = re.compile(f"[-+.0-9eE]{{{_SURE_DIGITS + 1}}}").search
_MARKED = re.compile('"\ud800([^"]*)"')
_UNPAIRED_SURROGATE = re.compile(r"[\ud800-\udfff]")


def parse(text: str | bytes, constant: Callable[[str], Any] | None = None, *, exact: bool = False) -> Any:
    """Return the value of a JSON text. Raises ValueError with a sentence that says what is wrong, and where.

    With ``exact``, a number that a float would change, such as one of 20 digits, is a Decimal.
    ``constant`` returns what NaN, Infinity and -Infinity stand for, or raises ValueError; without it they are refused.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"it is not UTF-8: byte {error.start} cannot be read") from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=constant or _refuse_constant,
            parse_float=_unchanged if exact and may_change_in_floats(text) else None,
        )
    except json.JSONDecodeError as error:
        place = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise ValueError(f"{place}{cure_at(text, error.pos)}") from None
    except RecursionError:
        raise ValueError(f"it is nested more than {MAX_DEPTH} levels deep") from None
    except ValueError as error:
        raise _in_our_words(error) from None
    _check(value)
    return value


def may_change_in_floats(text: str) -> bool:
    """Tell whether a JSON text may have numbers that a float would change, which is quick to ask."""
    return _has_long_number(text) is not None


def dumps(value: Any, *, indent: int | None = None) -> str:
    """Write a value as JSON; a Decimal as the number that it is. Raises ValueError for NaN and Infinity."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False, default=_marked)
    return _MARKED.sub(r"\1", text)


def _marked(value: Any) -> str:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError(f"{type(value).__name__} is no value of JSON")
    return f"\ud800{value}"  # which no text has


def _unchanged(text: str) -> float | Decimal:
    number = float(text)
    # Fifteen digits always survive, and what is too large is refused by its value.
    if len(text) <= _SURE_DIGITS or number in (float("inf"), float("-inf")):
        return number
    written = Decimal(text)
    return number if Decimal(repr(number)) == written else written


def parse_at(
    text: str, start: int, constant: Callable[[str], Any] | None = None, *, exact: bool = False
) -> tuple[Any, int]:
    """Return the value that starts at a place of a JSON text, and the place where it ends.

    ``constant`` and ``exact`` are as for parse(), but ``exact`` is slow: ask may_change_in_floats() first.
    Raises json.JSONDecodeError where the text breaks off or is no JSON, and ValueError
    for all else that parse() refuses.
    """
    decoder = _decoder
    if constant is not None or exact:
        decoder = json.JSONDecoder(
            object_pairs_hook=_object,
            parse_constant=constant or _refuse_constant,
            parse_float=_unchanged if exact else None,
        )
    try:
        value, end = decoder.raw_decode(text, start)
    except RecursionError:
        raise ValueError(f"it is nested more than {MAX_DEPTH} levels deep") from None
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        raise _in_our_words(error) from None
    _check(value)
    return value, end


# What people and programs write in place of JSON, by what stands at the place where it is none.
_CURES = (
    (re.compile(r",?+\s*+[\]}]").match, "remove the comma before the closing bracket"),
    (re.compile(r",?+\s*+'").match, "write double quotes around names and texts, not single ones"),
    (re.compile(r",?+\s*+(?://|/\*|#)").match, "remove the comments, which JSON has none of"),
    (re.compile(r"(?:True|False|None)\b").match, "write true, false and null, not True, False and None"),
    (re.compile(r",?+\s*+[A-Za-z_$][\w$]*+\s*+:").match, "write double quotes around names"),
    (re.compile(r"\s*+\Z").match, "the text seems to be cut off"),
)
_VALUE = re.compile(r"\s*+[\[{\"]").match
_AFTER_ZERO = re.compile(r"[0-9]+").match
_LONGEST_LOOK = 200


def cure_at(text: str, at: int) -> str:
    """Return what to do about a place of a text that is no JSON, behind a semicolon; nothing if that is not known."""
    here = text[at : at + _LONGEST_LOOK]
    before = text[max(0, at - _LONGEST_LOOK) : at].rstrip()
    # A list is read value by value; what is before may be forgotten.
    is_behind_comma = not before or before.endswith(",") or here.startswith(",")
    if before.endswith("0") and _AFTER_ZERO(here):
        return "; write numbers without zeros before them, or in double quotes"
    if before.endswith(("}", "]", '"')) and _VALUE(here):
        return "; put a comma between one value and the next"
    for number, (matches, cure) in enumerate(_CURES):
        if (number or is_behind_comma) and matches(here):
            return f"; {cure}"
    return ""


def _in_our_words(error: ValueError) -> ValueError:
    # Python's own limit, by which it tells programmers how to raise it.
    if "integer string conversion" in str(error):
        return ValueError(f"a number has more than {sys.get_int_max_str_digits():,} digits")
    return error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice[:80]!r} stands twice in one object: name each key once")
    return result


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number: write null for nothing")


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse_constant)


def _check(root: Any) -> None:
    pending = [(root, 1)]
    while pending:
        value, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise ValueError(f"it is nested more than {MAX_DEPTH} levels deep")
        if isinstance(value, dict):
            for key, item in value.items():
                _check_text(key)
                pending.append((item, depth + 1))
        elif isinstance(value, list):
            pending.extend((item, depth + 1) for item in value)
        elif isinstance(value, str):
            _check_text(value)
        elif isinstance(value, float) and value in (float("inf"), float("-inf")):
            raise ValueError(f"a number is too large{_key_of_infinity(root)}")


def _key_of_infinity(root: Any) -> str:
    """Return under which key a number is that is too large; nothing if it is under none."""
    pending = [root]
    while pending:
        value = pending.pop()
        for key, item in value.items() if isinstance(value, dict) else ():
            if isinstance(item, float) and abs(item) == float("inf"):
                return f", that of the key {key[:80]!r}"
        pending.extend(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
    return ""


def _check_text(text: str) -> None:
    if _UNPAIRED_SURROGATE.search(text):
        raise ValueError("a string has an unpaired surrogate, which is not a character")
