"""Call the extension with anything, as it may be built to watch memory: ``python wild_calls.py FOLDER SEED ROUNDS``.

It stands alone, for the sanitizers to be loaded before all else. Calls may raise, and must not crash. The last
line counts the rows that were tried, and those that were set.
"""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable
from typing import Any

CHARACTERS = [chr(code) for code in range(0x20, 0x7F)] + list(
    "\0\t\xa0\xad\xe9\u0300\u058f\u0590\u20ac\u2212\u22ff\u2300"
)
CHARACTERS += ["\U0010ffff", "\ud800", "\U000f0005"]
REFUSALS = (TypeError, ValueError, OverflowError, LookupError, MemoryError)


class Wild:
    """Arguments and calls that follow from a seed."""

    def __init__(self, core: Any, seed: int) -> None:
        self.core = core
        self.random = random.Random(seed)
        self.tried = self.done = 0

    def anything(self, depth: int = 0) -> Any:
        """Return a value of any kind, lists and tuples of such among them."""
        few = [self.anything(depth + 1) for _ in range(self.random.randrange(4))] if depth < 3 else []
        plain = [None, 0, -1, 2**63, 2**64, 1.5, float("nan"), "", "a", b"", b"\0\0", {}, set(), self.core]
        return self.random.choice([*plain, few, tuple(few), {"a": few}])

    def number(self) -> float:
        """Return a place or width, as often as not one of a page."""
        odd = [0.0, -1.0, 1e300, float("nan"), float("inf"), 0.00005, 12.34565]
        return self.random.choice([*odd, *(self.random.uniform(0, 5000) for _ in odd)])

    def digits(self) -> Any:
        """Return what a table may hold for a pair, now and then what it never should."""
        if self.random.random() < 0.005:
            return self.random.choice([">0<", "", "x" * 30, 5, None, "é" * 9, "\ud800"])
        kerning = self.random.choice(["", "", ">0<", f">{self.random.randrange(-999, 999)}<"])
        return f"{self.random.randrange(65536):04x}{kerning}"

    def advance(self) -> Any:
        """Return a width, now and then what is none."""
        return self.random.choice([2**31, 2**70, "x", None]) if self.random.random() < 0.001 else 700

    def pairs(self) -> tuple[Any, list[str]]:
        """Return a table of pairs, and the characters in it."""
        known = self.random.sample(CHARACTERS, self.random.randrange(2, 30))
        glyphs = {a + b: self.digits() for a in known for b in [*known, "\0"]}
        advances = {pair: self.advance() for pair in glyphs}
        quiet, even = set(known[1:]), set(known[: self.random.randrange(4)])
        even_glyphs, even_advances = {ord(each): self.digits() for each in even}, dict.fromkeys(even, 512)
        changes: list[Callable[[str], Any]] = [
            *[lambda text: text] * 20,
            lambda text: (glyphs.clear(), text)[1],  # type: ignore[func-returns-value]
            lambda text: text[::-1],
            lambda text: text * 3,
            lambda text: "\U0010ffff" * len(text),
            lambda text: advances[text * 9],
            lambda text: gc.collect() and text,
        ]
        marked = lambda text: self.random.choice(changes)(text)  # noqa: E731
        return self.core.Pairs(glyphs, advances, quiet, even, even_glyphs, even_advances, marked), known

    def rows(self) -> None:
        """Set rows of some columns."""
        pairs, known = self.pairs()
        columns = []
        for _ in range(self.random.randrange(5)):
            tables = self.random.choice([(pairs, pairs), (pairs, None), (None, pairs), (pairs, pairs)])
            places = self.number(), self.number(), self.random.choice([1.0, 9.0, self.number()]), self.number()
            column = (*tables, {"a": b"drawn", "b": 5}, b"P" * self.random.randrange(30), *places)
            columns.append((*column, self.random.randrange(3), self.random.random() < 0.5))
            if self.random.random() < 0.02:
                columns[-1] = self.anything()
        row = self.core.Row(columns, self.random.random() < 0.5)
        for _ in range(30):
            lengths = [self.random.choice([1, 3, 9, 30, 399, 400, 401]) for _ in columns]
            values: list[Any] = ["".join(self.random.choices(known, k=length)) for length in lengths]
            if self.random.random() < 0.03:
                values.append(self.anything())
            self.tried += 1
            try:
                self.done += row.set(values) is not None
            except REFUSALS:
                continue

    def functions(self) -> None:
        """Call all functions, first with what they take, then with anything."""
        count = self.random.randrange(9)
        texts = [bytes(self.random.choices(b"\0\0ab", k=self.random.randrange(200))) for _ in range(count)]
        self.core.page_texts([b"m" * self.random.randrange(50) for _ in range(count)], texts)
        self.core.object_stream([(self.random.randrange(2**64), text) for text in texts])
        self.core.references([self.random.randrange(2**64) for _ in texts])
        self.core.row_elements(2**64 - 1, self.random.randrange(2**64), 1, 2**64 - 1, self.random.randrange(60))
        for name in ("page_texts", "object_stream", "references", "row_elements", "Pairs", "Row"):
            try:
                getattr(self.core, name)(*[self.anything() for _ in range(self.random.randrange(1, 8))])
            except REFUSALS:
                continue


def main() -> None:
    """Make as many rounds of calls as are asked for."""
    sys.path.insert(0, sys.argv[1])
    import _core  # type: ignore[import-not-found]

    wild = Wild(_core, int(sys.argv[2]))
    for _ in range(int(sys.argv[3])):
        wild.functions()
        try:
            wild.rows()
        except REFUSALS:
            continue
    print(wild.tried, wild.done)


if __name__ == "__main__":
    main()
