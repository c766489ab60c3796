"""Read the rules of a Schematron that was compiled to XSLT, as the bodies of a standard publish it.

Such a style sheet has a template for each rule: the elements that it is about, and what has to be true of each. Two
compilers are in use: that of ISO (CEN, Factur-X), which tells patterns apart by modes, and SchXslt (KoSIT).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_SCHXSLT_RULE = "{https://doi.org/10.5281/zenodo.1495494}rule"
UNNUMBERED = "Factur-X"
"""What stands for the number of a rule that has none."""

_MODE = re.compile(r"M[0-9]+")
_NUMBER = re.compile(r"^(?:\[[A-Za-z0-9_-]+\] ?[-:]?|[A-Za-z0-9_-]+ ?[-:]) ?")


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a rule: a ``variable``, or an assertion that has to be ``wanted``."""

    test: str
    variable: str | None = None
    wanted: bool = True
    rule: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What has to be true of the elements that the path ``about`` leads to."""

    about: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """The rules of each pattern, those that go first first; and what ``variables`` of all rules are."""

    names: dict[str, str]
    patterns: tuple[tuple[Rule, ...], ...]
    variables: tuple[Step, ...]


def read_style_sheet(sheet: Path) -> StyleSheet:
    """Return what a style sheet says. Rules that only warn are left out."""
    root = etree.parse(sheet).getroot()
    patterns: dict[str, list[Rule]] = {}
    templates = root.findall(f"{_XSL}template")
    for each in sorted(templates, key=lambda each: -float(each.get("priority", "0"))):
        pattern = _pattern_of(each)
        if pattern is not None:
            patterns.setdefault(pattern, []).append(Rule(_anywhere(each.get("match")), tuple(_steps_of(each))))
    variables = (each for each in root if each.tag in (f"{_XSL}param", f"{_XSL}variable") and each.get("select"))
    return StyleSheet(
        {key: uri for key, uri in root.nsmap.items() if key},
        tuple(map(tuple, patterns.values())),
        tuple(Step(each.get("select"), each.get("name")) for each in variables),
    )


def _pattern_of(template: Any) -> str | None:
    """Return the pattern that a template's rule belongs to; None for a template that is no rule."""
    if template.get("match") is None or template.find(f".//{_SVRL}fired-rule") is None:
        return None
    named = template.find(f".//{_SCHXSLT_RULE}")
    if named is not None:
        return str(named.get("pattern"))
    return str(template.get("mode")) if _MODE.fullmatch(template.get("mode", "")) else None


def _anywhere(match: str) -> str:
    """Return the path to all that a template matches, wherever it is in the document."""
    parts = (part.strip() for part in _alternatives(match))
    return " | ".join(part if part.startswith(("/", "(")) else f"//{part}" for part in parts)


def _alternatives(match: str) -> Iterator[str]:
    """Yield the parts of a union that is in no brackets and no quotes."""
    depth, quote, start = 0, "", 0
    for index, sign in enumerate(match):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "[(":
            depth += 1
        elif sign in "])":
            depth -= 1
        elif sign == "|" and depth == 0:
            yield match[start:index]
            start = index + 1
    yield match[start:]


def _steps_of(template: Any) -> Iterator[Step]:
    for element in template:
        if element.tag == f"{_XSL}variable":
            yield Step(element.get("select"), element.get("name"))
        elif element.tag == f"{_XSL}if":
            yield from _assertion(element, f"{_SVRL}successful-report", wanted=False)
        elif element.tag == f"{_XSL}choose":
            first = element.find(f"{_XSL}when")
            if first.find(_SCHXSLT_RULE) is None:
                yield from _assertion(element, f"{_SVRL}failed-assert", wanted=True, test=first.get("test"))
                continue
            for each in element.iterfind(f"{_XSL}otherwise/{_SCHXSLT_RULE}/{_XSL}if"):
                yield from _assertion(each, f"{_SVRL}failed-assert", wanted=False)
                yield from _assertion(each, f"{_SVRL}successful-report", wanted=False)


def _assertion(element: Any, kind: str, *, wanted: bool, test: str | None = None) -> Iterator[Step]:
    """Yield an assertion (or, not ``wanted``, what must not be); nothing for one that only warns."""
    said = element.find(f".//{kind}")
    if said is None:
        return
    facts = {**said.attrib, **{each.get("name"): each.text or "" for each in said.iterfind(f"{_XSL}attribute")}}
    flags = (facts.get("flag", "") + facts.get("role", "")).lower()
    if "warn" in flags or "info" in flags:
        return
    words = " ".join("".join(said.find(f"{_SVRL}text").itertext()).split())
    plain = _NUMBER.sub("", words).rstrip(".")
    yield Step(test or element.get("test"), None, wanted, facts.get("id") or UNNUMBERED, plain)
