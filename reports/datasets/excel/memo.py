"""Remember what a function returned, as values repeat."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_MOST_REMEMBERED = 5_000


class Memo(dict[_Key, _Value]):
    """A mapping that a function fills as it is asked, and that holds only so much."""

    def __init__(self, function: Callable[[_Key], _Value]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: _Key) -> _Value:
        if len(self) == _MOST_REMEMBERED:
            self.clear()
        value = self[key] = self._function(key)
        return value
