"""Compare two versions of a template, file by file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff

from reports.catalog.patience import OutOfPatienceError, patient
from reports.shelf.archive import TEXTS

MOST_LINES = 400
"""Lines of a file's difference that are shown."""

_LONGEST_LINE = 500
_SECONDS = 2.0
_JSON = ".json"


@dataclass(frozen=True, slots=True)
class FileDifference:
    """A file that two versions do not have alike; ``lines`` are those of a unified difference, for texts."""

    file: str
    change: str
    lines: tuple[str, ...] = ()


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[FileDifference]:
    """Yield what differs, by the names of files."""
    for file in sorted({*before, *after}):
        old, new = before.get(file), after.get(file)
        if old == new:
            continue
        change = "added" if old is None else "removed" if new is None else "changed"
        is_text = file.endswith((*TEXTS, _JSON))
        yield FileDifference(file, change, _lines(file, old or b"", new or b"") if is_text else ())


def _lines(file: str, old: bytes, new: bytes) -> tuple[str, ...]:
    before, after = (body.decode("utf-8", "replace").splitlines() for body in (old, new))
    try:
        with patient(_SECONDS):
            found = list(unified_diff(before, after, file, file, lineterm=""))
    except OutOfPatienceError:
        return ("The file is too long to compare.",)
    kept = [line[:_LONGEST_LINE] for line in found[:MOST_LINES]]
    return (*kept, f"… and {len(found) - MOST_LINES:,} more lines") if len(found) > MOST_LINES else tuple(kept)
