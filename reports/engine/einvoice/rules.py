"""Check XML against the rules of a Schematron that was compiled to XSLT, as the bodies of a standard publish it.

Such a style sheet has a template for each rule: the elements that it is about, and what has to be true of each. XPath 2
says both, and elementpath evaluates it. A processor for all of XSLT 2 is Saxon alone, which takes 110 MB; it is the
judge in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from elementpath import XPath2Parser, XPathContext, get_node_tree
from lxml import etree

_XSL = "{http://www.w3.org/1999/XSL/Transform}"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
UNNUMBERED = "Factur-X"
"""What stands for the number of a rule that has none."""

_MODE = re.compile(r"M[0-9]+")
# How Factur-X asks whether a code is in a list.
_LISTED = re.compile(r"document\('[^']+'\)/codedb/cl\[@id=([0-9]+)\]/enumeration\[@value=\$(\w+)\]")
_IN_LIST = r"contains($list\1, concat('|', $\2, '|'))"
# Of several variables of one loop, elementpath takes the later ones from where the first one led to.
_NEXT_VARIABLE = re.compile(r",\s*(\$\w+\s+in\b)")
_NUMBER = re.compile(r"^\[?[A-Za-z0-9_-]+\]?\s*[-:]\s*")


class Finding(NamedTuple):
    """A rule that is broken: its number and words, and the path to the element that it is about."""

    rule: str
    words: str
    path: str


@dataclass(frozen=True, slots=True)
class _Step:
    """A part of a rule: a ``variable``, or an assertion that has to be ``wanted``."""

    test: str
    variable: str | None = None
    wanted: bool = True
    rule: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    about: str
    steps: tuple[_Step, ...]


class Rules:
    """The rules of one style sheet. Those that only warn are left out."""

    def __init__(self, sheet: Path) -> None:
        """Read a style sheet, with the lists of codes beside it."""
        root = etree.parse(sheet).getroot()
        self._parser = XPath2Parser(namespaces={key: uri for key, uri in root.nsmap.items() if key}, strict=False)
        self._parsed: dict[str, Any] = {}
        self._lists = {
            f"list{entries.get('id')}": f"|{'|'.join(str(each.get('value')) for each in entries)}|"
            for file in sheet.parent.glob("*_codedb.xml")
            for entries in etree.parse(file).getroot()
        }
        self._patterns: dict[str, list[_Rule]] = {}
        templates = [each for each in root.iterfind(f"{_XSL}template") if each.find(f"{_SVRL}fired-rule") is not None]
        for each in sorted(templates, key=lambda each: -float(each.get("priority", "0"))):
            if _MODE.fullmatch(each.get("mode", "")):
                self._patterns.setdefault(each.get("mode"), []).append(_rule_of(each))

    def findings(self, xml: bytes) -> Iterator[Finding]:
        """Yield the rules that a document breaks."""
        tree = get_node_tree(etree.ElementTree(etree.fromstring(xml)))
        for rules in self._patterns.values():
            # Of each pattern, the first rule that is about an element is the one that counts.
            seen: set[Any] = set()
            for rule in rules:
                for node in self._values(rule.about, XPathContext(tree)):
                    if node not in seen:
                        seen.add(node)
                        yield from self._broken(rule, tree, node)

    def _broken(self, rule: _Rule, tree: Any, node: Any) -> Iterator[Finding]:
        variables: dict[str, Any] = dict(self._lists)
        for step in rule.steps:
            values = self._values(step.test, XPathContext(tree, item=node, variables=variables))
            if step.variable is not None:
                variables[step.variable] = values[0] if len(values) == 1 else values
            elif self._parsed[step.test].boolean_value(values) is not step.wanted:
                yield Finding(step.rule, step.words, _path(node))

    def _values(self, expression: str, context: XPathContext) -> list[Any]:
        parsed = self._parsed.get(expression)
        if parsed is None:
            plain = _NEXT_VARIABLE.sub(r" return for \1", _LISTED.sub(_IN_LIST, expression))
            parsed = self._parsed[expression] = self._parser.parse(plain)
        return list(parsed.select(context))


@cache
def rules_in(folder: Path) -> Rules:
    """Return the rules of a folder of factur-x. They are read once."""
    [sheet] = (path for path in folder.iterdir() if path.suffix in (".xsl", ".xslt"))
    return Rules(sheet)


def _rule_of(template: Any) -> _Rule:
    about = template.get("match")
    steps = (step for element in template if (step := _step_of(element)) is not None)
    return _Rule(about if about.startswith("/") else f"//{about}", tuple(steps))


def _step_of(element: Any) -> _Step | None:
    if element.tag == f"{_XSL}variable":
        return _Step(element.get("select"), element.get("name"))
    if element.tag == f"{_XSL}choose":
        test = element.find(f"{_XSL}when").get("test")
        return _assertion(test, element.find(f".//{_SVRL}failed-assert"), wanted=True)
    if element.tag == f"{_XSL}if":
        return _assertion(element.get("test"), element.find(f".//{_SVRL}successful-report"), wanted=False)
    return None


def _assertion(test: str, said: Any, *, wanted: bool) -> _Step | None:
    """Return an assertion (or, not ``wanted``, what must not be); None for one that only warns."""
    facts = {**said.attrib, **{each.get("name"): each.text or "" for each in said.iterfind(f"{_XSL}attribute")}}
    if "warn" in facts.get("flag", "").lower() or "warn" in facts.get("role", "").lower():
        return None
    words = " ".join("".join(said.find(f"{_SVRL}text").itertext()).split())
    return _Step(test, None, wanted, facts.get("id") or UNNUMBERED, _NUMBER.sub("", words).rstrip("."))


def _path(node: Any) -> str:
    return re.sub(r"Q\{[^{}]*\}", "", str(node.path))
