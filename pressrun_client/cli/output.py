"""Write results to the standard output, and all else to the standard error: for people, or as JSON for programs."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pressrun_client.model import Report, Status

# What comes from a service must not move the cursor, nor turn the direction of what follows.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_STYLES: Mapping[str, str] = {
    Status.SUCCEEDED: "green",
    Status.FAILED: "red",
    Status.CANCELLED: "yellow",
    Status.RENDERING: "cyan",
}
# What is not read by a person is not to be folded: wider than any row is.
_WIDE = 100_000


def clean(text: object) -> str:
    """Return a text in one line, without what a terminal would obey."""
    return "".join(
        " " if character in "\n\r\t" else "\ufffd" if _is_unfit(character) else character for character in str(text)
    )


def styled(status: str) -> Text:
    """Return a status in its colour."""
    return Text(clean(status), style=_STYLES.get(status, ""))


def size(count: int | None) -> str:
    """Return a number of bytes for people."""
    if count is None:
        return "–"
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:,.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:,.1f} MB"


def moment(value: datetime | None) -> str:
    """Return a moment in the time of this machine."""
    return "–" if value is None else value.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def plural(count: int, word: str) -> str:
    """Return a count with its word."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def words_of(warning: Mapping[str, Any]) -> str:
    """Return what a warning of a report says."""
    return str(warning.get("message") or warning.get("code"))


def outcome(report: Report) -> Text:
    """Return how a report has ended, or how it is doing, in a line."""
    template = f"{report.template} (sample)" if report.is_sample else report.template
    line = Text.assemble(clean(report.id), "  ", styled(report.status), "  ", clean(template))
    if report.uploaded_file is not None:
        line.append(f"  {clean(report.uploaded_file)}")
    if report.status is Status.SUCCEEDED:
        line.append(f"  {plural(report.pages or 0, 'page')}, {size(report.size)}")
    if report.seconds is not None:
        line.append(f", {report.seconds:.1f} s" if report.status is Status.SUCCEEDED else f"  {report.seconds:.1f} s")
    if report.failure is not None:
        line.append(f"\n  {clean(report.failure.code)}: {clean(report.failure.message)}")
    return line


class Output:
    """The output of a command.

    When the reader of the results is gone, a command ends, unless it ``goes_on_unread``: because it has more to do, or
    because its status says how that went.
    """

    def __init__(self, stdout: IO[str] | None = None, stderr: IO[str] | None = None) -> None:
        self._stdout = _open(stdout or sys.stdout)
        self._stderr = _open(stderr or sys.stderr)
        self.console = _console(self._stdout, self._is_unread)
        self.stderr = _console(self._stderr, self.silence_errors)
        self.as_json = False
        self.goes_on_unread = False

    @property
    def is_watched(self) -> bool:
        """Tell whether a person sees progress as it is made."""
        # rich would take FORCE_COLOR, which is common in CI, for a terminal.
        return self._stderr.isatty() and not self.as_json

    def silence(self) -> None:
        """Lead what is written to the standard output nowhere."""
        _silence(self._stdout)

    def finish(self) -> None:
        """Write what is left, unless the reader is gone: Python would end with a status of its own for that."""
        for stream, silence in ((self._stdout, self.silence), (self._stderr, self.silence_errors)):
            try:
                stream.flush()
            except (OSError, ValueError):
                silence()

    def silence_errors(self) -> None:
        """Lead what is written to the standard error nowhere."""
        _silence(self._stderr)

    def _is_unread(self) -> None:
        if not self.goes_on_unread:
            raise BrokenPipeError
        self.silence()

    def line(self, text: str | Text) -> None:
        """Write a line of the result."""
        self.console.print(text, soft_wrap=True)

    def note(self, text: str | Text) -> None:
        """Print a line for people who watch; it is not part of the results."""
        if not self.as_json:
            self.complain(text)

    def warn(self, text: str) -> None:
        """Print a warning."""
        self.complain(Text(f"Warning: {clean(text)}", style="yellow"))

    def complain(self, text: str | Text) -> None:
        """Print what is wrong, in a line."""
        self.stderr.print(text, soft_wrap=True)

    def error_document(self, content: Any) -> None:
        """Write a JSON document that says what is wrong."""
        try:
            self._stderr.write(json.dumps(content) + "\n")
            self._stderr.flush()
        except BrokenPipeError:
            self.silence_errors()

    def document(self, content: Any) -> None:
        """Write a JSON document in a line of its own."""
        text = json.dumps(content, ensure_ascii=False)
        try:
            text.encode(getattr(self._stdout, "encoding", None) or "utf-8")
        except UnicodeEncodeError:
            text = json.dumps(content)
        try:
            self._stdout.write(text + "\n")
            self._stdout.flush()
        except BrokenPipeError:
            self._is_unread()

    def table(
        self, headings: Sequence[str], rows: Sequence[Sequence[str | Text]], *, right: Sequence[str] = ()
    ) -> None:
        """Write a table. On a terminal long texts are folded, elsewhere each row is a line."""
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in headings:
            table.add_column(heading, justify="right" if heading in right else "left", overflow="fold")
        for row in rows:
            table.add_row(*(cell if isinstance(cell, Text) else clean(cell) for cell in row))
        self.console.print(table)


class _Console(Console):
    """Leave it to the caller what to do when the reader is gone: rich would end the process with 1."""

    is_unread: Callable[[], None]

    def on_broken_pipe(self) -> None:
        self.is_unread()


def _console(stream: IO[str], is_unread: Callable[[], None]) -> Console:
    width = None if stream.isatty() else _WIDE
    console = _Console(file=stream, width=width, markup=False, highlight=False, emoji=False)
    console.is_unread = is_unread
    return console


def _open(stream: IO[str] | None) -> IO[str]:
    # Python has none where the process was started with a closed one.
    return stream if stream is not None else Path(os.devnull).open("w")


def _silence(stream: IO[str]) -> None:
    """Lead a stream nowhere. Python would complain once more when it closes it, for what is left in its buffer."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _is_unfit(character: str) -> bool:
    return character in _TURNS or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
