"""The filters that templates have besides Jinja's own, and those of Jinja's that would make binary fractions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from reports.engine.templating.exact_numbers import decimal, for_json, negated, rounded_by, whole
from reports.engine.templating.printf import formatted
from reports.engine.templating.sums import running, sum_by, sum_filter

FUNCTIONS = "_functions"
"""Name of the template variable that holds the functions of a render, whatever a template does to their names."""


def use_exact_filters(environment: Environment, formats: Iterable[str]) -> None:
    """Add these filters to an environment; ``formats`` are functions of each render's own that are filters, too."""
    environment.filters.update({name: _filter_of(name) for name in formats})
    environment.filters.update(
        {
            "sum": sum_filter,
            "sum_by": sum_by,
            "running": running,
            "round": rounded_by,
            "abs": lambda value: negated(value) if value < 0 else value,
            "int": whole,
            "float": decimal,
            "format": _format,
        }
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "default": for_json}


def _format(text: str, *values: Any, **named: Any) -> str:
    if values and named:
        raise TypeError("give values or names of values, not both")
    return formatted(text, named or values)


def _filter_of(name: str) -> Callable[..., Any]:
    @pass_context
    def called(context: Context, value: Any, *arguments: Any, **named: Any) -> Any:
        # A template may have a variable `day`, and use the filter all the same.
        functions = context.get(FUNCTIONS) or {}
        # Undefined in a macro that was imported without its context, and says so when it is called.
        function = functions.get(name) or context.resolve(name)
        return function(value, *arguments, **named)

    return called
