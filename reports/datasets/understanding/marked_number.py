"""Recognise numbers with a mark that changes what they mean: a footnote's, a flag, about, more than, or millions."""

from __future__ import annotations

import re

from reports.datasets.understanding.number_shape import number_shape

_BEFORE = re.compile(r"(?:[~≈≤≥±]|[<>]=?|(?:ca|approx|env|c)\.|ca|about|circa|etwa|environ) ?", re.IGNORECASE)
# Flags such as "p" for provisional are those of Eurostat and the statistical offices that follow it.
_AFTER = re.compile(
    r"(?: ?[*†‡§#]{1,3}| ?\[[\w ]{1,8}\]| ?\((?:[a-z]|0)\)|[¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉ]{1,2}| [bcdefnprsuz]{1,2}"
    r"| ?(?:[kKMBT]|[bm]n|[Mm]io|[Mm]rd|mill?ion|[bt]rillion|Millionen|Milliarden)\.?)"
)
_LONGEST = 40


def is_marked_number(shape: str) -> bool:
    """Tell whether a shape is that of a number beside such a mark."""
    if len(shape) > _LONGEST or "0" not in shape:
        return False
    before = _BEFORE.match(shape)
    rest = shape[before.end() :] if before else shape
    end = rest.rindex("0") + 1
    while end < len(rest) and rest[end] in ".,":
        end += 1
    after = _AFTER.fullmatch(rest, end)
    if rest[-1:] in (")", "]") and after is None:
        begin = rest.rfind("[" if rest[-1] == "]" else "(")
        end = begin if begin > 0 else end
        after = _AFTER.fullmatch(rest, end)
    return bool(before or after) and number_shape((rest[:end] if after else rest).strip()) is not None
