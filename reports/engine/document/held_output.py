"""Pass a PDF on in parts, and measure it on its way."""

from __future__ import annotations

from collections.abc import Callable

from reports.errors import TooLargeError

HELD_BYTES = 4 * 2**20
"""Kept back at first, so that a render can begin anew: more than any table has that can be laid out as a whole."""


class HeldOutput:
    """The way of a PDF's parts to ``output``; the first ones are held until there are many, or all."""

    def __init__(self, output: Callable[[bytes], object]) -> None:
        self._output = output
        self._held: list[bytes] | None = []
        self.size = 0

    def __call__(self, part: bytes) -> None:
        """Take the next part."""
        self.size += len(part)
        if self._held is None:
            self._output(part)
            return
        self._held.append(part)
        if self.size > HELD_BYTES:
            self.release()

    def release(self) -> None:
        """Pass on what is held."""
        held, self._held = self._held, None
        if held:
            self._output(b"".join(held))

    def restart(self, reason: str) -> None:
        """Forget all parts, since others will follow; ``reason`` says why, without any of the data.

        Raises TooLargeError when it is too late for that.
        """
        if self._held is None:
            raise TooLargeError(
                f"After many pages, the table has rows that can only be laid out as a whole: {reason}. It is too long "
                "for that. Split the data, or change the template."
            )
        self._forget()

    def restart_after(self, fault: Exception) -> None:
        """Forget all parts after a fault; raises the fault when it is too late for that."""
        if self._held is None:
            raise fault
        self._forget()

    def _forget(self) -> None:
        self._held = []
        self.size = 0
