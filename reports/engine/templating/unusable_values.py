"""Values that functions of templates can do nothing with."""

from __future__ import annotations


class UnusableValueError(ValueError):
    """A value that is none of what a function takes, such as a day that does not exist.

    If it comes from the data, they are at fault, and not the template. The message does not quote it.
    """

    def __init__(self, message: str, value: object) -> None:
        super().__init__(message)
        self.value = value

    def __reduce__(self) -> tuple[type[UnusableValueError], tuple[str, object]]:
        """Let long tables take the error from one process to another."""
        return type(self), (str(self), self.value)
