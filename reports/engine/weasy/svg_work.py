"""Count the work that an SVG picture would make before it is drawn, and refuse what its size does not explain.

A few lines can ask for millions of drawings: a ``use`` of a ``use``, a pattern in a pattern, a marker at each point of
a path, a style rule for each element. The count takes time in proportion to the size of the picture, as each element is
counted once, however often it would be drawn. Its unit is what drawing a rectangle takes, about 0.1 ms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.request import DataHandler, Request
from xml.etree import ElementTree
from xml.parsers import expat

import cssselect2
import tinycss2
from cssselect2.parser import SelectorError
from weasyprint.svg import DEF_TYPES, NOT_INHERITED_ATTRIBUTES
from weasyprint.svg.css import parse_declarations

from reports.errors import UnreadableFileError

MOST_BASE_WORK = 50_000
"""Units of work that a picture of any size may make; so many rectangles take about 5 s."""

BYTES_PER_UNIT = 16
"""Bytes of a picture that allow it one unit more."""

MOST_DEPTH = 100
"""Elements that stand in, or refer to, one another."""

_CHARACTERS_PER_UNIT = 64
_UNITS_PER_LETTER = 2
_LONG_VALUE = 100
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_REFERRING = frozenset({"use", "pattern", "linearGradient", "radialGradient", "filter", "textPath"})
_TEXTS = frozenset({"text", "tspan", "textPath", "a", "tref"})
_BOXED = frozenset({"use", "svg", "symbol"})
# Read by linear means; all else by regular expressions that start anew at each character.
_LINEAR = frozenset({"class", "id", "style", *_HREFS})


def parse_svg(body: bytes) -> ElementTree.Element:
    """Return the root of an SVG picture. Raises UnreadableFileError when it is no XML, or declares a document type."""
    # ElementTree's own parser hides expat's; entities need a document type, so no version of expat has to resist them.
    checker = expat.ParserCreate()
    checker.StartDoctypeDeclHandler = _refuse_entities
    try:
        checker.Parse(body, True)
        return ElementTree.fromstring(body)  # noqa: S314, it has no document type
    except (ElementTree.ParseError, expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableFileError("An SVG picture is not well-formed XML. Export it again.") from error


def check_work(root: ElementTree.Element, size: int) -> None:
    """Raise UnreadableFileError for a picture of ``size`` bytes whose drawing takes more work than they explain."""
    most = MOST_BASE_WORK + size // BYTES_PER_UNIT
    if _work_of(root, most, 1) > most:
        raise _too_much_work()


def _work_of(root: ElementTree.Element, most: float, depth: int) -> float:
    _check_depth(root)
    return _Counter(root, most).work(depth)


def _pictured(url: str) -> bytes | None:
    """Return the SVG picture that a ``data:`` URI holds; None for all else, which is drawn as one thing, or refused."""
    if url[:5].lower() != "data:":
        return None
    try:
        response = DataHandler().data_open(Request("data:" + url[5:]))  # noqa: S310, it decodes, and opens nothing
    except (ValueError, OSError):
        return None
    return response.read() if response.headers.get_content_type() == "image/svg+xml" else None


def _too_much_work() -> UnreadableFileError:
    return UnreadableFileError(
        "An SVG picture takes far more work to draw than its size explains: it repeats its parts, its style rules or "
        "its text too often. Export it again without symbols and patterns, or save it as PNG."
    )


def _too_deep() -> UnreadableFileError:
    return UnreadableFileError(
        f"An SVG picture has more than {MOST_DEPTH} elements that stand in or refer to one another. "
        "Export it again without groups and symbols, or save it as PNG."
    )


def _refuse_entities(name: str, system: str | None, public: str | None, has_subset: int) -> None:
    del name, system, public
    if has_subset:
        raise UnreadableFileError(
            "An SVG picture declares entities in its document type. Export it again as plain SVG, without a DTD."
        )


def _check_depth(root: ElementTree.Element) -> None:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MOST_DEPTH:
            raise _too_deep()
        level = [child for element in level for child in element]


@dataclass(frozen=True, slots=True)
class _Cost:
    """The cost of an element with all that is drawn for it; ``size`` is what has to be read to measure it."""

    work: float = 0
    size: float = 0
    vertices: float = 0

    def __add__(self, other: _Cost) -> _Cost:
        return _Cost(self.work + other.work, self.size + other.size, self.vertices + other.vertices)


@dataclass(slots=True)
class _Rule:
    """Declarations that a selector may give an element, and the work to find out whether it does."""

    matching: float
    declarations: list[tuple[str, str]]


@dataclass(slots=True)
class _Rules:
    """Style rules by what their selectors ask for."""

    by_key: dict[str, list[_Rule]] = field(default_factory=lambda: defaultdict(list))

    def of(self, element: ElementTree.Element) -> Iterator[_Rule]:
        """Yield the rules that may hold for an element."""
        names = element.get("class", "").split() if self.by_key else ()
        for key in {"*", f"#{element.get('id')}", _tag(element), *(f".{name}" for name in names)}:
            yield from self.by_key.get(key, ())


class _Counter:
    """A count of work over all elements of a picture, each counted once."""

    def __init__(self, root: ElementTree.Element, most: float) -> None:
        self._root = root
        self._most = most
        self._elements = [element for element in root.iter() if isinstance(element.tag, str)]
        self._by_id: dict[str, ElementTree.Element] = {}
        for element in self._elements:
            self._by_id.setdefault(element.get("id", ""), element)
        self._rules, self._parsing = _rules_of(self._elements)
        self._nested: dict[str, float] = {}
        self._costs: dict[ElementTree.Element, _Cost] = {}
        self._pending: set[ElementTree.Element] = set()
        self._spent = 0.0

    def work(self, depth: int) -> float:
        """Return the units of work of a picture at that depth.

        Raises UnreadableFileError for elements that refer to themselves.
        """
        lookups = sum(1 for element in self._elements if element.get("id")) * len(self._elements) / 1000
        return self._parsing + lookups + self._cost(self._root, depth).work

    def _cost(self, element: ElementTree.Element, depth: int) -> _Cost:
        known = self._costs.get(element)
        if known is not None:
            return known
        if depth > MOST_DEPTH:
            raise _too_deep()
        if element in self._pending:
            raise UnreadableFileError("An SVG picture has an element that refers to itself. Export it again.")
        self._pending.add(element)
        cost = self._costs[element] = self._counted(element, depth)
        self._pending.discard(element)
        return cost

    def _counted(self, element: ElementTree.Element, depth: int) -> _Cost:
        tag = _tag(element)
        rules = list(self._rules.of(element))
        # Bounded as a sum: many elements with one class may each have all of its rules.
        self._spent += len(rules) / 10
        if self._spent > self._most:
            raise _too_much_work()
        pairs = [*element.items(), *_styles(element), *(pair for rule in rules for pair in rule.declarations)]
        total = _Cost(1 + sum(rule.matching for rule in rules) + _text_work(element, tag), 1)
        for child in element:
            total += self._as_child(child, depth + 1)
        if tag == "image":
            total += _Cost(sum(self._nested_work(value.strip(), depth + 1) for name, value in pairs if name in _HREFS))
        if tag in _REFERRING:
            for target in self._targets([value for name, value in pairs if name in _HREFS], is_href=True):
                total += self._cost(target, depth + 1)
        # Markers last: they are drawn at the points that the others give.
        for name, value in sorted(pairs, key=lambda pair: pair[0].startswith("marker")):
            total += self._of_value(name, value, total, depth)
        if tag in _BOXED or any(name in ("opacity", "text-anchor") for name, _ in pairs):
            total += _Cost(total.size)
        if element.get("spreadMethod", "pad") != "pad":
            raise UnreadableFileError(
                "An SVG picture has a gradient that repeats (spreadMethod). Export it again with plain gradients, or "
                "save it as PNG."
            )
        return total

    def _nested_work(self, url: str, depth: int) -> float:
        """Return the work of a picture in a picture, which is drawn anew wherever it stands."""
        if depth > MOST_DEPTH:
            raise _too_deep()
        if url not in self._nested:
            body = _pictured(url)
            reading = len(url) / _CHARACTERS_PER_UNIT
            self._nested[url] = reading + (_work_of(parse_svg(body), self._most, depth) if body is not None else 0)
        return self._nested[url]

    def _as_child(self, element: ElementTree.Element, depth: int) -> _Cost:
        """Return the cost where it stands: definitions are drawn where they are referred to."""
        if not isinstance(element.tag, str) or _tag(element) == "defs":
            return _Cost()
        if _tag(element) in DEF_TYPES - {"image", "path"}:
            return _Cost(1, 1)
        return self._cost(element, depth)

    def _of_value(self, name: str, value: str, whole: _Cost, depth: int) -> _Cost:
        """Return the cost of an attribute: for the element, and for all within it, if they inherit it."""
        length = len(value)
        work = length / _CHARACTERS_PER_UNIT
        vertices = 0.0
        if name in ("d", "points"):
            work += length**2 / 5_000_000
            vertices = length / 2
        elif name not in _LINEAR and not name.startswith("{"):
            work += length**2 / 16_000
        inherits = name not in NOT_INHERITED_ATTRIBUTES
        times = whole.size if inherits and length > _LONG_VALUE else 1
        cost = _Cost(work * times, work * times, vertices * (whole.size if inherits else 1))
        if "url(" not in value:
            return cost
        for target in self._targets([value], is_href=False):
            uses = whole.vertices if name.startswith("marker") else whole.size if inherits or name == "filter" else 1
            cost += _Cost(self._cost(target, depth + 1).work * max(uses, 1))
        return cost

    def _targets(self, values: list[str], *, is_href: bool) -> list[ElementTree.Element]:
        """Return the elements that values refer to, by all ways to read them."""
        targets = []
        for value in values:
            rest = value.translate({9: None, 10: None, 13: None}).partition("#")[2]
            readings = {rest.strip()} if is_href else {rest.partition(")")[0].strip(" \"'"), rest.rpartition(")")[0]}
            targets += [self._by_id[reading] for reading in readings if reading in self._by_id and reading]
        return targets


def _rules_of(elements: list[ElementTree.Element]) -> tuple[_Rules, float]:
    """Return the style rules of a picture, and the work to read them."""
    rules = _Rules()
    parsing = 0.0
    depth, count = 10, len(elements)
    for element in elements:
        if _tag(element) != "style" or not element.text:
            continue
        parsing += len(element.text) / _CHARACTERS_PER_UNIT
        for rule in tinycss2.parse_stylesheet(element.text, skip_comments=True, skip_whitespace=True):
            if rule.type != "qualified-rule":
                continue
            normal, important = parse_declarations(rule.content)
            try:
                selectors = cssselect2.compile_selector_list(rule.prelude)
            except (SelectorError, SyntaxError, RecursionError, MemoryError):
                continue
            steps = _steps(rule.prelude, depth, count)
            for selector in selectors:
                rules.by_key[_key(selector)].append(_Rule(steps, [*normal, *important]))
    return rules, parsing


def _key(selector: cssselect2.compiler.CompiledSelector) -> str:
    if selector.id is not None:
        return f"#{selector.id}"
    if selector.class_name is not None:
        return f".{selector.class_name}"
    return selector.local_name or "*"


def _steps(prelude: list[tinycss2.ast.Node], depth: int, count: int) -> float:
    """Return the work to match the selectors of a rule with one element, which looks at others of the picture."""
    steps = 0.01 * len(prelude)
    for token in prelude:
        if token.type == "whitespace":
            steps *= 2
        elif token.type in ("function", "()") or (token.type == "literal" and token.value == "~"):
            steps *= max(count, depth) / 10
    return steps


def _text_work(element: ElementTree.Element, tag: str) -> float:
    """Return the work for an element's own text: each of its characters is laid out by itself."""
    text = element.text or ""
    if tag in _TEXTS:
        return _UNITS_PER_LETTER * (len(text) + sum(len(child.tail or "") for child in element))
    return len(text) / _CHARACTERS_PER_UNIT


def _styles(element: ElementTree.Element) -> list[tuple[str, str]]:
    style = element.get("style")
    if not style:
        return []
    normal, important = parse_declarations(style)
    return [*normal, *important]


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]
