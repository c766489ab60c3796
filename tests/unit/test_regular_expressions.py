"""Feed each regular expression of the project the worst of its kind, and hold it to linear time.

The worst is made of the pattern itself: what leads to a repetition, what is repeated, and something that ends it in
vain. Python's engine tells signals while it searches, so what would take minutes is ended after half a second of work.
"""

from __future__ import annotations

import ast
import importlib
import re
import signal
import sys
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import pytest

from handlers.http import route_table
from reports.engine.templating.formats import Formats
from reports.engine.templating.template_code import load_template_code
from templates.invoice.numbers import NumberReader
from tests.unit.engine.rendering import NAMES, TEMPLATES, renderer, schema

pytestmark = pytest.mark.gate

ROOT = TEMPLATES.parent
LENGTH = 100_000
MOST_CPU_SECONDS = 0.5
"""What goes through so many characters once takes some milliseconds; a square of them, many seconds."""

METHODS = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer")
MANY = 50

MADE_WHERE_USED = {
    # Of a rule of the API, between whose slashes there are parameters.
    "handlers/http/route_table.py": (
        route_table._pattern("/reports/<id>/deliveries/<number>/replay").pattern,
        "fullmatch",
    ),
    # With a word that Jinja names.
    "reports/engine/templating/token_places.py": (r"\bis\s+(?:not\s+)?(?<!\w)(day)(?!\w)", "search"),
    # With the delimiter of a file.
    "reports/datasets/text/dialect.py": (r"(?:^|,)[ ]?'|'(?:$|,)", "findall"),
    # With the signs of a locale, here German ones.
    "templates/invoice/numbers.py": (
        NumberReader(Formats.of("de"), {})._local.pattern,
        "fullmatch",
    ),
    "templates/table/tally.py": (r"\.[0-9]{3}", "search"),
}
"""Patterns that are put together there, and what they are like."""

TRUSTED = {
    "reports/engine/checks/css_check.py": "what an author writes, within the processor time of a render",
    "reports/engine/weasy/archival.py": "what WeasyPrint writes, in which every text has its end",
    "reports/engine/longtable/pages/first_page.py": "the entries of a page, as we write them",
    "reports/engine/weasy/canvas.py": "what WeasyPrint draws, in which texts are hexadecimal",
    "reports/engine/longtable/layout/row_forms.py": "a template's own HTML, without the values in it",
    "reports/engine/longtable/rows/likeness.py": "what WeasyPrint draws, in which texts are hexadecimal",
    "reports/engine/longtable/layout/style_facts.py": "a template's own style",
    "reports/engine/longtable/layout/column_widths.py": "HTML of rows, in which no value has a < or > of its own",
}
"""Where patterns may take a square of the time, as callers have no say in the text."""


class Use(NamedTuple):
    """A pattern and the way it is asked."""

    place: str
    pattern: re.Pattern[Any]
    method: str


def sources() -> Iterator[Path]:
    for folder in ("reports", "handlers", "templates"):
        yield from sorted((ROOT / folder).rglob("*.py"))


def calls_of_re(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("re"), attr=attr)) if attr in (*METHODS, "compile"):
                yield node


def module_of(path: Path) -> Any:
    if path.is_relative_to(TEMPLATES):
        # More than one where another test of this process has loaded the template, too. They are the same.
        return next(m for m in list(sys.modules.values()) if getattr(m, "__file__", None) == str(path))
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def methods_by_name() -> dict[str, set[str]]:
    """Return how patterns are asked, by the names they have."""
    found: dict[str, set[str]] = defaultdict(set)
    found["_READINGS"].add("fullmatch")  # each of a list in turn, by another name
    found["_FORMS"].add("fullmatch")
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Attribute(value=ast.Name(name) | ast.Attribute(attr=name), attr=method) if method in METHODS:
                    found[name].add(method)
                case ast.Call(func=ast.Attribute(value=ast.Name("re"), attr=method), args=[ast.Name(name), *_]) if (
                    method in METHODS
                ):
                    found[name].add(method)
    return found


def constant(node: ast.expr, path: Path) -> str:
    """Return a pattern that is written, or named, where it is used."""
    value = getattr(module_of(path), node.id) if isinstance(node, ast.Name) else ast.literal_eval(node)
    assert isinstance(value, str)
    return value


def asked(value: Any, methods: set[str]) -> set[tuple[re.Pattern[Any], str]]:
    """Return the patterns that a module has under a name, and how each is asked."""
    if isinstance(value, dict):
        return {pair for entry in value.values() for pair in asked(entry, methods)}
    if isinstance(value, list | tuple):
        return {pair for entry in value for pair in asked(entry, methods)}
    if isinstance(value, re.Pattern):
        return {(value, method) for method in methods}
    if isinstance(value, str):
        return set()
    return {(value.__self__, value.__name__)}


def patterns_in(value: Any) -> Iterator[str]:
    """Yield the patterns of a JSON Schema."""
    match value:
        case dict():
            if isinstance(value.get("pattern"), str):
                yield value["pattern"]
            yield from (pattern for entry in value.values() for pattern in patterns_in(entry))
        case list():
            yield from (pattern for entry in value for pattern in patterns_in(entry))


def assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names of a module, and what they are given."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value):
                yield name, value


def collected() -> list[Use]:
    """Return all uses of regular expressions in the project's own code."""
    renderer()  # WeasyPrint finds its libraries only after this.
    for name in NAMES:
        load_template_code(TEMPLATES / name)
    methods = methods_by_name()
    uses: list[Use] = []
    for path in sources():
        tree = ast.parse(path.read_text("utf-8"))
        named = {id(call): name for name, value in assigned(tree) for call in calls_of_re(value)}
        for call in calls_of_re(tree):
            place = str(path.relative_to(ROOT))
            assert isinstance(call.func, ast.Attribute)
            if id(call) not in named and not isinstance(call.args[0], ast.Constant | ast.Name):
                text, method = MADE_WHERE_USED[place]
                found = {(re.compile(text), method)}
            elif call.func.attr == "compile":
                name = named[id(call)]
                found = asked(getattr(module_of(path), name), methods.get(name) or set(METHODS))
            else:
                found = {(re.compile(constant(call.args[0], path)), call.func.attr)}
            uses += [Use(f"{place}:{call.lineno}", *each) for each in sorted(found, key=str)]
    for name in NAMES:
        uses += [Use(f"{name}/schema.json", re.compile(text), "search") for text in patterns_in(schema(name))]
    return uses


def least(tree: Any) -> str:
    """Return a short text that a parsed pattern matches, as far as that is easily said."""
    return "".join(_least(kind, value) for kind, value in tree)


def _least(kind: Any, value: Any) -> str:
    match kind:
        case kinds.LITERAL:
            return chr(value)
        case kinds.NOT_LITERAL:
            return "b" if value == ord("a") else "a"
        case kinds.ANY:
            return "a"
        case kinds.IN:
            return next(members(value))
        case kinds.BRANCH:
            return least(value[1][0])
        case kinds.SUBPATTERN:
            return least(value[3])
        case kinds.ATOMIC_GROUP:
            return least(value)
        case kinds.MAX_REPEAT | kinds.MIN_REPEAT | kinds.POSSESSIVE_REPEAT:
            return least(value[2]) * int(value[0])
    return ""


CATEGORIES = {kinds.CATEGORY_DIGIT: "7", kinds.CATEGORY_WORD: "a", kinds.CATEGORY_SPACE: " "}
CANDIDATES = "a7 \n\t\0A<>[]{}()\"'\\\\/.,;:=-_+*#%&@\x7f\u00e9\u4e00"


def members(choices: Any) -> Iterator[str]:
    """Yield some characters of a set."""
    if choices[0][0] is kinds.NEGATE:
        yield from (one for one in CANDIDATES if not any(is_member(one, choice) for choice in choices[1:]))
        return
    for kind, value in choices:
        if kind is kinds.LITERAL:
            yield chr(value)
        elif kind is kinds.RANGE:
            yield chr(value[0])
        else:
            yield CATEGORIES.get(value, "!")


def is_member(character: str, choice: Any) -> bool:
    kind, value = choice
    if kind is kinds.LITERAL:
        return bool(ord(character) == value)
    if kind is kinds.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return character == CATEGORIES.get(value) or (value is kinds.CATEGORY_WORD and character.isalnum())


def pumps(inner: Any, before: str) -> Iterator[str]:
    """Yield texts that what is repeated matches; some end in what a match begins with, so that each may be another."""
    yield least(inner)
    for kind, value in inner:
        match kind:
            case kinds.IN:
                yield from list(members(value))[:6]
            case kinds.BRANCH:
                for branch in value[1]:
                    yield from pumps(branch, before)
                    if len(branch) > 1:
                        yield least(branch[:-1]) + before[:1]
            case kinds.SUBPATTERN:
                yield from pumps(value[3], before)


def repetitions(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield what leads to each repetition of a parsed pattern, and what is repeated there."""
    for kind, value in tree:
        match kind:
            case kinds.MAX_REPEAT | kinds.MIN_REPEAT | kinds.POSSESSIVE_REPEAT:
                if value[1] > MANY:
                    yield from ((before, pump) for pump in pumps(value[2], before))
                yield from repetitions(value[2], before)
            case kinds.SUBPATTERN:
                yield from repetitions(value[3], before)
            case kinds.ATOMIC_GROUP:
                yield from repetitions(value, before)
            case kinds.BRANCH:
                for branch in value[1]:
                    yield from repetitions(branch, before)
            case kinds.ASSERT | kinds.ASSERT_NOT:
                yield from repetitions(value[1], before)
        before += _least(kind, value)


def worst_for(pattern: str, flags: int = 0) -> Iterator[str]:
    """Yield long texts that lead a pattern astray, if anything does."""
    tree = parser.parse(pattern, flags)
    for before, pump in dict.fromkeys(repetitions(tree)):
        for end in ("", "\0", "!", "<", "\n "):
            yield before + (pump or "a") * (LENGTH // len(pump or "a")) + end
        for each in dict.fromkeys((before, before + pump, before[:1], pump + before)):
            if each:
                yield each * (LENGTH // len(each))
                yield before + each * (LENGTH // len(each)) + "\0"


class TooSlowError(Exception):
    """The end of what takes too much work."""


@contextmanager
def in_linear_time() -> Iterator[None]:
    def end(*_: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def apply(use: Use, text: str) -> None:
    subject: Any = text.encode("latin-1", "ignore") if isinstance(use.pattern.pattern, bytes) else text
    with in_linear_time():
        if use.method == "sub":
            use.pattern.sub(subject[:0], subject)
        else:
            deque(getattr(use.pattern, use.method)(subject) or (), maxlen=0) if use.method == "finditer" else getattr(
                use.pattern, use.method
            )(subject)


def is_slow(use: Use) -> bool:
    source = use.pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    try:
        for worst in worst_for(text, use.pattern.flags & ~re.UNICODE if isinstance(source, bytes) else 0):
            apply(use, worst)
    except TooSlowError:
        return True
    return False


def test_no_regular_expression_takes_more_than_linear_time() -> None:
    uses = collected()
    assert len(uses) > 70

    slow = {use for use in uses if is_slow(use)}

    assert {use for use in slow if use.place.partition(":")[0] not in TRUSTED} == set()
    # How many of them are slow depends on the machine, for some take little more than the bound.
    assert {use.place.partition(":")[0] for use in uses} >= set(TRUSTED), "a file is trusted in vain"


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        ("(a+)+b", "match"),
        ("(a|a)*b", "fullmatch"),
        (r"\[[^\]]*\]", "sub"),
        (r"\s+$", "search"),
        (r"[a-z.]+@[a-z.]+", "findall"),
        (r"^(\w+\s?)*$", "match"),
        (r'"(?:[^"\\]|\\.)*"', "finditer"),
        (r"<<.*?>>", "search"),
        (r"x*x*y", "match"),
    ],
)
def test_what_takes_long_is_found(pattern: str, method: str) -> None:
    assert is_slow(Use("here", re.compile(pattern), method))


@pytest.mark.parametrize(
    ("pattern", "method"), [("[a-z]+@", "fullmatch"), (r"\[[^\[\]]*\]", "sub"), ("(?:(?>a+;))*+", "match")]
)
def test_what_does_not_take_long_is_not_found(pattern: str, method: str) -> None:
    assert not is_slow(Use("here", re.compile(pattern), method))


STEADY = {kinds.IN, kinds.LITERAL, kinds.NOT_LITERAL, kinds.ANY, kinds.ATOMIC_GROUP}
"""What a possessive repetition may repeat: up to 3.11.4, Python gets others wrong (python/cpython#106052)."""


def repeats_wrongly(tree: Any) -> bool:
    """Tell whether a part of a parsed pattern is repeated possessively, and may be matched in more than one way."""
    for kind, value in tree:
        if kind is kinds.POSSESSIVE_REPEAT and not (len(value[2]) == 1 and value[2][0][0] in STEADY):
            return True
        if any(repeats_wrongly(part) for part in parts_of(kind, value)):
            return True
    return False


def parts_of(kind: Any, value: Any) -> list[Any]:
    match kind:
        case kinds.MAX_REPEAT | kinds.MIN_REPEAT | kinds.POSSESSIVE_REPEAT:
            return [value[2]]
        case kinds.SUBPATTERN:
            return [value[3]]
        case kinds.ATOMIC_GROUP:
            return [value]
        case kinds.BRANCH:
            return list(value[1])
        case kinds.ASSERT | kinds.ASSERT_NOT:
            return [value[1]]
    return []


def test_no_regular_expression_means_something_else_to_the_python_of_debian_12() -> None:
    uses = collected()

    assert {use.place for use in uses if repeats_wrongly(parser.parse(use.pattern.pattern, 0))} == set()


@pytest.mark.parametrize(
    ("pattern", "wrongly"),
    [
        ("(?:ab?)*+", True),
        ("x(?:(?:,[0-9]{3})++|y)", True),
        ("(?=(a|b)?+)", True),
        ("[0-9]++", False),
        ("(?>(?:ab?)*)", False),
        ("(?:(?>ab?))*+", False),
    ],
)
def test_what_is_repeated_wrongly_is_found(pattern: str, wrongly: bool) -> None:
    assert repeats_wrongly(parser.parse(pattern)) is wrongly
