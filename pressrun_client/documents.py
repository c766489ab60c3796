"""Read JSON documents of a service member by member. Unknown members are left alone: a service may be newer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from pressrun_client.errors import UnexpectedAnswerError

T = TypeVar("T")


class Document:
    """Give access to the members of a JSON object. Raises UnexpectedAnswerError for what is not as it should be."""

    def __init__(self, content: object, name: str = "the answer") -> None:
        if not isinstance(content, Mapping):
            raise UnexpectedAnswerError(f"This is not an answer of Pressrun: {name} is not a JSON object.")
        self.content: Mapping[str, Any] = content
        self._name = name

    def text(self, name: str) -> str:
        """Return a text that has to be there."""
        return self._required(name, self._typed(name, str))

    def optional_text(self, name: str) -> str | None:
        """Return a text, or None."""
        return self._typed(name, str)

    def number(self, name: str) -> int:
        """Return a whole number that has to be there."""
        return self._required(name, self.optional_number(name))

    def optional_number(self, name: str) -> int | None:
        """Return a whole number, or None."""
        value = self._typed(name, int)
        if isinstance(value, bool):
            raise self._wrong(name)
        return value

    def fraction(self, name: str) -> float:
        """Return a number that has to be there."""
        value = self.content.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(name)
        return float(value)

    def flag(self, name: str) -> bool:
        """Return a truth value; what is not there is false."""
        return self._typed(name, bool) or False

    def time(self, name: str) -> datetime:
        """Return a moment that has to be there."""
        return self._required(name, self.optional_time(name))

    def optional_time(self, name: str) -> datetime | None:
        """Return a moment, with its zone, or None."""
        text = self.optional_text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise self._wrong(name) from None
        if moment.tzinfo is None:
            raise self._wrong(name)
        return moment

    def mapping(self, name: str) -> Mapping[str, Any]:
        """Return an object as it is; what is not there is empty."""
        return self._typed(name, dict) or {}

    def part(self, name: str) -> Document | None:
        """Return an object to be read, or None."""
        value = self.content.get(name)
        return None if value is None else Document(value, f"{self._name}'s {name!r}")

    def required_part(self, name: str) -> Document:
        """Return an object to be read that has to be there."""
        return self._required(name, self.part(name))

    def parts(self, name: str) -> list[Document]:
        """Return the objects of a list; what is not there is empty."""
        return [Document(each, f"an entry of {self._name}'s {name!r}") for each in self._typed(name, list) or []]

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list that has to be there."""
        values = self._required(name, self._typed(name, list))
        if not all(isinstance(value, str) for value in values):
            raise self._wrong(name)
        return tuple(values)

    def _typed(self, name: str, kind: type[T]) -> T | None:
        value = self.content.get(name)
        if value is None or isinstance(value, kind):
            return value
        raise self._wrong(name)

    def _required(self, name: str, value: T | None) -> T:
        if value is None:
            raise self._wrong(name)
        return value

    def _wrong(self, name: str) -> UnexpectedAnswerError:
        return UnexpectedAnswerError(
            f"This is not an answer of Pressrun, or one of a later release: {self._name} has no readable {name!r}."
        )
