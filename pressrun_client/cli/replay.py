"""The command `replay`."""

from __future__ import annotations

from difflib import unified_diff
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean, plural
from pressrun_client.model import Report

_SECONDS = click.FloatRange(0, min_open=True)
_MOST_LINES = 40
_TEXT = "report.txt"


@click.command(short_help="Try a version of a template on your newest reports.")
@click.argument("name")
@click.argument("version", type=click.IntRange(1))
@click.option("--reports", type=click.IntRange(1, 50), default=10, show_default=True, help="How many of the newest.")
@click.option("--timeout", type=_SECONDS, default=600, show_default=True, help="Seconds to wait for them all.")
@asks_service
@click.pass_obj
def replay(app: App, *, name: str, version: int, reports: int, timeout: float) -> Exit:
    """Make your newest reports of a template once more, by its current version and by another, and compare them.

    You see how the texts and the numbers of pages differ. It notifies no one, counts as two reports for each, and
    needs the scope `templates`.
    """
    started = app.client.replay_template(name, version, reports=reports)
    pairs = [(each.text("original"), each.text("before"), each.text("after")) for each in started.parts("reports")]
    ended = dict(app.client.watch_all({each: each for pair in pairs for each in pair[1:]}, timeout=timeout))
    different = 0
    with TemporaryDirectory(prefix="pressrun-replay-") as folder:
        for original, before, after in pairs:
            changes = _changes(app, ended[before], ended[after], Path(folder))
            different += bool(changes)
            _tell(app, original, before, after, changes)
    app.output.note(f"{plural(len(pairs), 'report')} made twice, {different} different.")
    failed = any(_is_made(ended[before]) and not _is_made(ended[after]) for _, before, after in pairs)
    return Exit.REPORT_FAILED if failed else Exit.OK


def _tell(app: App, original: str, before: str, after: str, changes: list[str]) -> None:
    if app.output.as_json:
        app.output.document({"original": original, "before": before, "after": after, "changes": changes})
        return
    app.output.line(f"{clean(original)}: {'the same' if not changes else 'different'}")
    for line in changes:
        app.output.line(f"  {clean(line)}")


def _changes(app: App, before: Report, after: Report, folder: Path) -> list[str]:
    """Return in words and lines what differs between two reports of the same input."""
    if not _is_made(before) or not _is_made(after):
        states = (str(before.status), str(after.status))
        return [] if states[0] == states[1] else [f"{states[0]} before, {states[1]} after"]
    pages = [] if before.pages == after.pages else [f"{before.pages} pages before, {after.pages} after"]
    old, new = (_text(app, report, folder / report.id) for report in (before, after))
    lines = list(islice(unified_diff(old, new, "before", "after", lineterm="", n=1), _MOST_LINES + 1))
    return [*pages, *lines[:_MOST_LINES], *(["…"] if len(lines) > _MOST_LINES else [])]


def _is_made(report: Report) -> bool:
    return report.status == "SUCCEEDED"


def _text(app: App, report: Report, path: Path) -> list[str]:
    return app.client.download(report.id, path, artifact=_TEXT).read_text("utf-8").splitlines()
