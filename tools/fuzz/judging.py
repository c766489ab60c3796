"""Judge how a report of strange input ended: any report is right, and any refusal that tells its caller why."""

from __future__ import annotations

import json
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.errors import (
    LONGEST_MESSAGE,
    InvalidDataError,
    MalformedMessageError,
    PressrunError,
    ResourceBlockedError,
    TooLargeError,
    TooManyPagesError,
    UnknownTemplateError,
    UnreadableFileError,
    UnsupportedFileError,
    WrongKindOfDataError,
)

MOST_CPU_SECONDS = 20.0
"""For an input of little bytes. Whatever fuzzing finds above that, a caller could ask for again and again."""

_LONGEST_DETAIL = 64_000
_REFUSALS = (
    InvalidDataError,
    MalformedMessageError,
    ResourceBlockedError,
    TooLargeError,
    TooManyPagesError,
    UnknownTemplateError,
    UnreadableFileError,
    UnsupportedFileError,
    WrongKindOfDataError,
)
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault that an input has brought to light; equal signatures are one fault, mostly."""

    signature: str
    report: str


def judged(work: Callable[[], object]) -> Finding | None:
    """Do the work, and say what was wrong with its end; nothing when it ended as it may."""
    started = time.process_time()
    try:
        with warnings.catch_warnings():
            # Pillow warns of much in a picture. In a function that is a line of its log, and no end.
            warnings.simplefilter("ignore")
            work()
    except PressrunError as error:
        finding = _of_refusal(error)
    except Exception as error:  # noqa: BLE001, this is what is looked for
        finding = _of(error, type(error).__name__)
    else:
        finding = None
    seconds = time.process_time() - started
    if finding is None and seconds > MOST_CPU_SECONDS:
        return Finding("slow", f"It took {seconds:.0f} s of computing.")
    return finding


def _of_refusal(error: PressrunError) -> Finding | None:
    if not isinstance(error, _REFUSALS):
        return _of(error.__cause__ or error, error.code)
    if len(error.message) > LONGEST_MESSAGE:
        return _of(error, "long message")
    if not error.message.isprintable():
        return _of(error, "unprintable message")
    if len(_as_json(error.detail)) > _LONGEST_DETAIL:
        return _of(error, "long detail")
    return None


def _as_json(detail: Any) -> str:
    return json.dumps(dict(detail), ensure_ascii=False)


def _of(error: BaseException, kind: str) -> Finding:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        frame for frame in frames if Path(frame.filename).is_relative_to(_PROJECT) and ".venv" not in frame.filename
    ]
    places = [f"{Path(frame.filename).name}:{frame.name}" for frame in (*ours[-1:], *frames[-1:])]
    return Finding(" ".join([kind, *dict.fromkeys(places)]), "".join(traceback.format_exception(error))[-20_000:])
