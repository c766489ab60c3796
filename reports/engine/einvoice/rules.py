"""Check XML against the rules of a compiled Schematron.

XPath 2 says what a rule is about and what has to be true, and elementpath evaluates it. A processor for all of XSLT 2
is Saxon alone, which takes 110 MB; it is the judge in the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from elementpath import XPath2Parser, XPathContext, get_node_tree
from lxml import etree

from reports.engine.einvoice.style_sheets import Rule, read_style_sheet

# How Factur-X asks whether a code is in a list.
_LISTED = re.compile(r"document\('[^']+'\)/codedb/cl\[@id=([0-9]+)\]/enumeration\[@value=\$(\w+)\]")
_IN_LIST = r"contains($list\1, concat('|', $\2, '|'))"
# Of several variables of one loop, elementpath takes the later ones from where the first one led to.
_NEXT_VARIABLE = re.compile(r",\s*(\$\w+\s+in\b)")


class Finding(NamedTuple):
    """A rule that is broken: its number and words, and the path to the element that it is about."""

    rule: str
    words: str
    path: str


class Rules:
    """The rules of one style sheet."""

    def __init__(self, sheet: Path) -> None:
        """Read a style sheet, with the lists of codes beside it."""
        self._sheet = read_style_sheet(sheet)
        self._parser = XPath2Parser(namespaces=self._sheet.names, strict=False)
        self._parsed: dict[str, Any] = {}
        for prefix, name, function in _FUNCTIONS:
            if prefix in self._sheet.names:
                self._parser.external_function(function, name, prefix)
        self._lists = {
            f"list{entries.get('id')}": f"|{'|'.join(str(each.get('value')) for each in entries)}|"
            for file in sheet.parent.glob("*_codedb.xml")
            for entries in etree.parse(file).getroot()
        }

    def findings(self, xml: bytes) -> Iterator[Finding]:
        """Yield the rules that a document breaks."""
        tree = get_node_tree(etree.ElementTree(etree.fromstring(xml)))
        whole: dict[str, Any] = dict(self._lists)
        for each in self._sheet.variables:
            whole[str(each.variable)] = self._value(each.test, XPathContext(tree, variables=whole))
        for rules in self._sheet.patterns:
            # Of each pattern, the first rule that is about an element is the one that counts.
            seen: set[Any] = set()
            for rule in rules:
                for node in self._values(rule.about, XPathContext(tree, variables=whole)):
                    if node not in seen:
                        seen.add(node)
                        yield from self._broken(rule, tree, node, whole)

    def _broken(self, rule: Rule, tree: Any, node: Any, whole: dict[str, Any]) -> Iterator[Finding]:
        variables = dict(whole)
        for step in rule.steps:
            context = XPathContext(tree, item=node, variables=variables)
            if step.variable is not None:
                variables[step.variable] = self._value(step.test, context)
            elif self._holds(step.test, context) is not step.wanted:
                yield Finding(step.rule, step.words, _path(node))

    def _holds(self, expression: str, context: XPathContext) -> bool:
        values = self._values(expression, context)
        return bool(self._parsed[expression].boolean_value(values))

    def _value(self, expression: str, context: XPathContext) -> Any:
        values = self._values(expression, context)
        return values[0] if len(values) == 1 else values

    def _values(self, expression: str, context: XPathContext) -> list[Any]:
        parsed = self._parsed.get(expression)
        if parsed is None:
            plain = _NEXT_VARIABLE.sub(r" return for \1", _LISTED.sub(_IN_LIST, expression))
            parsed = self._parsed[expression] = self._parser.parse(plain)
        return list(parsed.select(context))


@cache
def rules_of(sheet: Path) -> Rules:
    """Return the rules of a style sheet. They are read once."""
    return Rules(sheet)


def _path(node: Any) -> str:
    return re.sub(r"Q\{[^{}]*\}", "", str(node.path))


def _number(value: Any) -> Decimal:
    """Return a value of XPath as a number: an element, or a number already."""
    return Decimal(str(getattr(value, "string_value", value)).strip())


def _slack(one: Any, other: Any, slack: Any) -> bool:
    return abs(_number(one) - _number(other)) <= _number(slack)


def _decimal_or_zero(value: Any = None) -> Decimal:
    return _number(value) if value is not None else Decimal(0)


# Functions of style sheets that the rules call.
_FUNCTIONS = (
    ("u", "slack", _slack),
    ("u", "decimalOrZero", _decimal_or_zero),
)
