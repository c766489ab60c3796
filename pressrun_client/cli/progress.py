"""Show on a terminal how far things are: a bar for each, which is gone when all are through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from pressrun_client.cli.output import clean, size
from pressrun_client.client import Client, Name, Named, Timeout
from pressrun_client.model import Report, Status

T = TypeVar("T")

# More bars than a small terminal has lines would flicker.
_MOST_BARS = 12


class Board:
    """Show bars, each with a name and with words about its state."""

    def __init__(self, console: Console, *, is_shown: bool = True, is_kept: bool = False) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(24),
            TextColumn("{task.fields[words]}"),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=console, transient=not is_kept, disable=not is_shown)
        self._tasks: dict[object, TaskID] = {}

    def __enter__(self) -> Board:
        self._progress.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._progress.stop()

    def add(self, name: object, words: str = "") -> None:
        """Begin a bar."""
        if len(self._tasks) < _MOST_BARS:
            self._tasks[name] = self._progress.add_task(clean(name), total=1, words=words)

    def move(self, name: object, fraction: float, words: str) -> None:
        """Move a bar to a fraction of its length."""
        task = self._tasks.get(name)
        if task is not None:
            self._progress.update(task, completed=fraction, words=clean(words))

    def show(self, name: object, report: Report) -> None:
        """Move the bar of a report to where that is."""
        progress = report.progress
        if report.is_over:
            self.move(name, 1, report.status.lower())
            task = self._tasks.get(name)
            if task is not None:
                self._progress.stop_task(task)
        elif report.status is Status.RENDERING and progress is not None and progress.total:
            fraction = progress.done / progress.total
            self.move(name, fraction, f"rendering, {progress.done:,} of {progress.total:,} rows")
        else:
            self.move(name, 0, report.status.lower())


def follow(
    client: Client,
    what: Mapping[Name, Named],
    board: Board,
    *,
    timeout: Timeout,
    changed: Callable[[Report], object] = lambda _: None,
) -> dict[Name, Report]:
    """Wait for reports, and show how far they are. Returns each as it has ended. Raises NotOverError."""
    ended: dict[Name, Report] = {}
    for name in what:
        board.add(name, "queued")
    for name, report in client.watch_all(what, timeout=timeout):
        board.show(name, report)
        changed(report)
        if report.is_over:
            ended[name] = report
    return {name: ended[name] for name in what}


def transfer(board: Board, name: str, total: int, verb: str) -> Callable[[int], object]:
    """Begin a bar for a file; returns what has to be told how many bytes have been moved."""
    board.add(name, verb)
    return lambda done: board.move(name, done / total if total else 1, f"{verb}, {size(done)} of {size(total)}")
