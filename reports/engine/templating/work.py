"""Bound what a stranger's template does while it writes a document: its steps, and the length of what it writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jinja2 import nodes

MOST_STEPS = 2_000_000
"""Rounds of loops, and calls, of one document: some seconds' work."""

MOST_CHARACTERS = 30_000_000
"""Characters of a document, and of each part that is put together on the way."""


class TooManyStepsError(ValueError):
    """The template takes more steps, or writes more, than one of a stranger's may."""


class Work:
    """The work of the document that is being written."""

    def __init__(self) -> None:
        self._steps = 0

    def begin(self) -> None:
        """Count anew, for another document."""
        self._steps = 0

    def step(self) -> None:
        """Count a step. Raises TooManyStepsError."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooManyStepsError(f"it takes more than {MOST_STEPS:,} steps for one document")

    def counted(self, values: Iterable[Any]) -> Iterator[Any]:
        """Yield values, and count each."""
        for value in values:
            self.step()
            yield value

    def check_product(self, left: object, right: object) -> None:
        """Refuse a text or a list that is repeated too often. Raises TooManyStepsError."""
        for values, times in ((left, right), (right, left)):
            is_repeated = isinstance(values, str | list | tuple) and isinstance(times, int)
            if is_repeated and len(values) * times > MOST_CHARACTERS:  # type: ignore[arg-type, operator]
                raise TooManyStepsError(f"it repeats something to more than {MOST_CHARACTERS:,} parts")

    def joined(self, parts: Iterable[str]) -> str:
        """Put a text together. Raises TooManyStepsError for one that is too long."""
        kept: list[str] = []
        length = 0
        for part in parts:
            length += len(part)
            if length > MOST_CHARACTERS:
                raise TooManyStepsError(f"it writes more than {MOST_CHARACTERS:,} characters")
            kept.append(part)
        return "".join(kept)


def with_counted_loops(template: nodes.Template) -> nodes.Template:
    """Have all loops of a template call ``counted`` of its environment with what they go through."""
    for loop in list(template.find_all(nodes.For)):
        counted = nodes.EnvironmentAttribute("counted")
        loop.iter = nodes.Call(counted, [loop.iter], [], None, None).set_lineno(loop.lineno)
    return template
