"""Find the place in the data that a line of a template could not cope with.

A traceback has the values that the template's names stood for. A part of the data is known again by its identity.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Container, Iterator, Mapping
from operator import is_
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import Environment, TemplateError, UndefinedError, nodes

from reports.engine.templating.exact_numbers import exact

_MOST_PARTS = 200_000
_MISSING = object()


def path_of_fault(error: Exception, environment: Environment, file: Path, line: int, data: object) -> str:
    """Return a JSON pointer to what a line of a template fails on; nothing if that is not certain.

    Functions of the line are called once more, with the same values, to learn which of them fails.
    """
    names = _names_at(error, file, line)
    if names is None:
        return ""
    try:
        parsed = environment.parse(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, TemplateError):
        return ""
    paths = {
        path
        for chain in _chains_at_fault(error, parsed, line, names)
        if (path := _pointer_of(chain, names, data)) is not None
    }
    return paths.pop() if len(paths) == 1 else ""


def path_of_value(
    error: Exception,
    value: object,
    data: object,
    *,
    at: tuple[nodes.Template, Path, int] | None,
    authored: Container[str] | None,
) -> str | None:
    """Return a JSON pointer to a value that a function of a template could not use; None if it is not from the data.

    ``at`` is the line that called the function. ``authored`` are the texts that a template's author has written. The
    pointer is empty for a text that is none of them and not in the data, as the template has made it of these.
    Without ``authored``, a view may have made it.
    """
    names = None if at is None else _names_at(error, at[1], at[2])
    if at is not None and names is not None:
        calls: list[nodes.Call | nodes.Filter] = [*at[0].find_all(nodes.Call), *at[0].find_all(nodes.Filter)]
        handed = [argument for each in calls if each.lineno == at[2] for argument in _arguments_of(each)]
        given = [argument for argument in handed if _value_of(argument, names) is value]
        pointers = {path for argument in given if (path := _pointer_of(argument, names, data)) is not None}
        if len(pointers) == 1:
            return pointers.pop()
    if not isinstance(value, str) or (same := _pointer_by(is_, value, data)) is not None:
        return same if isinstance(value, str) else _pointer_to(value, data)
    if authored is not None and value in authored:
        return None
    equal = _first_equal(value, data)
    return "" if equal is None and authored is not None else equal


def _arguments_of(call: nodes.Call | nodes.Filter) -> Iterator[nodes.Expr]:
    if isinstance(call, nodes.Filter) and call.node is not None:
        yield call.node
    yield from call.args
    yield from (each.value for each in call.kwargs)


def _first_equal(value: str, data: object) -> str | None:
    parts: deque[tuple[object, str]] = deque([(data, "")])
    for _ in range(_MOST_PARTS):
        if not parts:
            break
        part, pointer = parts.popleft()
        if isinstance(part, str) and part == value:
            return pointer
        parts.extend(_parts_of(part, pointer))
    return None


def _names_at(error: Exception, file: Path, line: int) -> Mapping[str, Any] | None:
    """Return the values of names where an error went through a line of a template, innermost first."""
    found: Mapping[str, Any] | None = None
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if trace.tb_lineno == line and trace.tb_frame.f_code.co_filename == str(file):
            found = trace.tb_frame.f_locals
        trace = trace.tb_next
    return found


def _chains_at_fault(
    error: Exception, parsed: nodes.Template, line: int, names: Mapping[str, Any]
) -> Iterator[nodes.Expr]:
    if isinstance(error, UndefinedError):
        chains: list[nodes.Getattr | nodes.Getitem] = [*parsed.find_all(nodes.Getattr), *parsed.find_all(nodes.Getitem)]
        for chain in chains:
            if chain.lineno == line and (step := _step(chain)) is not None and f"'{step}'" in str(error):
                # What is missing is in what it is missing from.
                yield chain.node
        return
    for call in parsed.find_all(nodes.Call):
        if call.lineno == line and isinstance(call.node, nodes.Name) and _fails_alike(error, call, names):
            yield from call.args[:1]


def _fails_alike(error: Exception, call: nodes.Call, names: Mapping[str, Any]) -> bool:
    function = names.get(call.node.name) if isinstance(call.node, nodes.Name) else None
    values = [_value_of(argument, names) for argument in call.args]
    if not callable(function) or _MISSING in values or call.kwargs or call.dyn_args is not None:
        return False
    try:
        function(*values)
    except Exception as again:  # noqa: BLE001, whether it is the same is all that is asked
        return type(again) is type(error) and str(again) == str(error)
    return False


def _step(chain: nodes.Getattr | nodes.Getitem) -> str | int | None:
    if isinstance(chain, nodes.Getattr):
        return chain.attr
    return chain.arg.value if isinstance(chain.arg, nodes.Const) and isinstance(chain.arg.value, str | int) else None


def _value_of(node: nodes.Expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, nodes.Const):
        return node.value
    if isinstance(node, nodes.Name):
        return names.get(node.name, _MISSING)
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        whole, step = _value_of(node.node, names), _step(node)
        if isinstance(whole, Mapping):
            return whole.get(step, _MISSING)
        if isinstance(whole, list) and isinstance(step, int) and -len(whole) <= step < len(whole):
            return whole[step]
    return _MISSING


def _pointer_of(node: nodes.Expr, names: Mapping[str, Any], data: object) -> str | None:
    """Return the pointer to the value of an expression, by the object that it is taken from."""
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        whole, step = _pointer_of(node.node, names, data), _step(node)
        return None if whole is None or step is None else f"{whole}/{_escaped(step)}"
    value = _value_of(node, names)
    return None if value is _MISSING else _pointer_to(value, data)


def _pointer_to(value: object, data: object) -> str | None:
    """Return the pointer to an object of the data, unless it stands in several places, as equal texts may.

    Of what has numbers, the template sees a copy.
    """
    if (pointer := _pointer_by(is_, value, data)) is not None or not isinstance(value, dict | list):
        return pointer
    budget = _Budget()
    pointer = _pointer_by(
        lambda part, value: isinstance(part, dict | list) and budget.is_copy(part, value), value, data
    )
    return pointer if budget.steps else None


class _Budget:
    """A bound on all comparisons of a search, since each part is in all that are around it."""

    def __init__(self) -> None:
        self.steps = _MOST_PARTS

    def is_copy(self, part: object, value: object) -> bool:
        """Tell whether a value is what a template sees of a part; False once the budget is used up."""
        pairs = [(part, value)]
        while pairs and self.steps:
            self.steps -= 1
            one, other = pairs.pop()
            if isinstance(one, dict) and isinstance(other, dict):
                if one.keys() != other.keys():
                    return False
                self._add(pairs, [(one[key], other[key]) for key in one] if len(one) <= self.steps else None)
            elif isinstance(one, list) and isinstance(other, list):
                if len(one) != len(other):
                    return False
                self._add(pairs, list(zip(one, other, strict=True)) if len(one) <= self.steps else None)
            elif isinstance(one, dict | list) or exact(one) != other:
                return False
        return not pairs and self.steps > 0

    def _add(self, pairs: list[tuple[object, object]], more: list[tuple[object, object]] | None) -> None:
        if more is None:
            self.steps = 0
        else:
            pairs += more


def _pointer_by(is_same: Callable[[object, object], bool], value: object, data: object) -> str | None:
    found: list[str] = []
    parts: list[tuple[object, str]] = [(data, "")]
    for _ in range(_MOST_PARTS):
        if not parts:
            break
        part, pointer = parts.pop()
        if is_same(part, value):
            found.append(pointer)
        parts.extend(_parts_of(part, pointer))
    return found[0] if len(found) == 1 and not parts else None


def _parts_of(part: object, pointer: str) -> Iterator[tuple[object, str]]:
    if isinstance(part, Mapping):
        yield from ((each, f"{pointer}/{_escaped(key)}") for key, each in part.items())
    elif isinstance(part, list):
        yield from ((each, f"{pointer}/{number}") for number, each in enumerate(part))


def _escaped(step: object) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")
