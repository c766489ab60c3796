"""Describe what is wrong with a template for its author: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

_LONGEST_SOURCE = 200
_BEFORE_CARET = 100


class Severity(StrEnum):
    """Name how bad it is: an error refuses the template, a warning does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an author has to know of a template.

    ``file`` is the path below the folder of all templates. ``line`` and ``column`` count from one. ``source`` is that
    line, ``path`` a JSON pointer to the data that it is about, ``case`` what was rendered when it was found.
    """

    file: str
    line: int | None
    message: str
    column: int | None = None
    source: str = ""
    path: str = ""
    cure: str = ""
    severity: Severity = Severity.ERROR
    case: str = ""

    @property
    def place(self) -> str:
        """Return file, line and column as compilers write them, which editors can open."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}{f'. {self.cure}' if self.cure else ''}"

    def lines(self) -> list[str]:
        """Return it in words: the place, what is wrong, the line with a mark below it, and the cure."""
        path = f" (data at {self.path})" if self.path else ""
        case = f" [{self.case}]" if self.case else ""
        lines = [f"{self.place}: {self.severity}: {self.message}{path}{case}"]
        if self.source.strip():
            start = max(0, (self.column or 1) - 1 - _BEFORE_CARET)
            shown = self.source[start : start + _LONGEST_SOURCE].replace("\t", " ")
            lines.append(f"    {shown}")
            if self.column is not None:
                lines.append(" " * (4 + self.column - 1 - start) + "^")
        if self.cure:
            lines.append(f"    {self.cure}")
        return lines

    def located(self, folder: Path) -> Finding:
        """Return it with its line, if the file below the folder of all templates can be read."""
        if self.source or self.line is None:
            return self
        try:
            lines = (folder / self.file).read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return self
        return replace(self, source=lines[self.line - 1]) if 0 < self.line <= len(lines) else self


def did_you_mean(name: str, known: Iterable[str], nearness: float = 0.6) -> str:
    """Return a question that names what is nearest to a name; nothing if nothing is near."""
    folded = {each.casefold(): each for each in known if each != name}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=nearness)
    return f"Did you mean {folded[near[0]]!r}?" if near else ""
