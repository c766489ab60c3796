"""Tell faults of a template from those of its data, and from our own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from jinja2.debug import rewrite_traceback_stack

from reports.engine.templating.causes import cause_of, place_in_data, place_of_error
from reports.engine.templating.unusable_values import UnusableValueError
from reports.engine.weasy.errors import FastPathError, UnsupportedTableError
from reports.errors import InvalidDataError, PressrunError, TemplateBrokenError, Violation
from reports.render_contract import Template

_logger = logging.getLogger(__name__)
_T = TypeVar("_T")


def set_by_rows(template: Template, write: Callable[[], _T]) -> _T:
    """Lay a document out row by row, and tell a fault of that way from one of the template.

    Raises FastPathError for an exception that did not come through the template's own files. All else passes.
    """
    try:
        return write()
    except (PressrunError, MemoryError, UnsupportedTableError):
        raise
    except Exception as error:
        rewrite_traceback_stack()
        if place_of_error(error, template.folder.resolve()) is not None:
            raise
        _logger.exception("the fast path for long tables failed; the document is laid out as a whole")
        raise FastPathError(type(error).__name__) from error


def guarded_step(template: Template, step: str, work: Callable[[], _T], data: object = None, *, quotes: bool) -> _T:
    """Do a step of a render, and turn a fault of the template into an error that says where it is, and why.

    The exception is quoted only if data may be quoted, or if it holds none; the log has the stack trace.
    """
    try:
        return work()
    except (PressrunError, MemoryError, UnsupportedTableError):
        raise
    except Exception as error:
        # Jinja names lines of the template, not of its program, only in what it calls itself; rows are called by us.
        rewrite_traceback_stack()
        if isinstance(error, UnusableValueError):
            pointer = place_in_data(error, template.folder.resolve(), data)
            if pointer is not None:
                raise InvalidDataError(template.name, [Violation(pointer, str(error))]) from error
        _logger.exception("template %s failed in %s", template.name, step)
        cause = cause_of(error, template.folder.resolve(), step, template.schema, data, quotes_data=quotes)
        place = step if cause.line is None else f"{cause.file}, line {cause.line}"
        cure = f" {cause.cure}" if cause.cure else ""
        facts = {"column": cause.column, "reason": cause.message, "cure": cause.cure, "pointer": cause.path}
        raise TemplateBrokenError(
            f"The template {template.name!r} fails on valid data, in {place}: {cause.message}.{cure} "
            "Fix the template, then render again.",
            template=template.name,
            place=place,
            **{name: fact for name, fact in facts.items() if fact},
        ) from error
