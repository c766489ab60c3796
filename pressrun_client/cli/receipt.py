"""The commands `receipt` and `verify`: what a report was made of, and where a file comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.facts import facts
from pressrun_client.cli.output import clean
from pressrun_client.cli.waiting import check_output, check_timeout, has_timeout, saves_to
from pressrun_client.documents import Document
from pressrun_client.errors import InputError
from pressrun_client.receipts import Receipt
from pressrun_client.verification import Verdict, Verified, differences
from pressrun_client.verification import verify as verified

_WORDS = {
    Verdict.UNCHANGED: "It is unchanged.",
    Verdict.BEFORE_SIGNATURE: "It is the PDF as it was before it was signed.",
    Verdict.CHANGED: "It was changed: no file of this report has these bytes.",
    Verdict.UNKNOWN: "No report of yours has these bytes: the file was changed, its report has expired, or it comes "
    "from elsewhere.",
}


@click.command()
@click.argument("report_id", metavar="ID")
@saves_to
@asks_service
@click.pass_obj
def receipt(app: App, *, report_id: str, output: Path | None, force: bool) -> Exit:
    """Show the receipt of a report, or save it with -o."""
    check_output(output, force=force)
    found = app.client.receipt(report_id)
    if output is None:
        _show(app, found)
        return Exit.OK
    path = output / f"{found.report}.receipt.json" if output.is_dir() else output
    check_output(path, force=force)
    path.write_text(json.dumps(found.document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if app.output.as_json:
        app.output.document({**found.document, "saved": str(path)})
    else:
        app.output.line(clean(path))
    return Exit.OK


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--receipt",
    "saved",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PATH",
    help="Compare it with this receipt, as `pressrun receipt -o` saved it, and not with what the service finds.",
)
@click.option("--rerender", is_flag=True, help="Have the report made once more, and compare its PDF byte for byte.")
@has_timeout
@asks_service
@click.pass_obj
def verify(app: App, *, file: Path, saved: Path | None, rerender: bool, timeout: float) -> Exit:
    """Explain which report a file comes from, and whether it is unchanged.

    Ends with 0 when it is and its receipt is signed, with 8 when it was changed, with 4 when no report has it, and with
    9 when it is unchanged by a receipt that is not signed. With --rerender, also with 8 when the same input does not
    come to the same bytes any more.
    """
    check_timeout(is_waiting=rerender)
    found = verified(file, app.client, None if saved is None else _read(saved))
    again = _rerendered(app, found.receipt, timeout) if rerender and found.receipt is not None else None
    if app.output.as_json:
        app.output.document({**_document(file, found), **({} if again is None else {"rerender": again.document})})
    else:
        _tell(app, file, found)
        if again is not None:
            app.output.line(clean(again.words))
    status = _status(found)
    return Exit.CHANGED if status is Exit.OK and again is not None and not again.is_same else status


@dataclass(frozen=True, slots=True)
class _Again:
    """A report that was made once more, and what it was made of that is not the same."""

    report: str
    is_same: bool
    differs: list[str]

    @property
    def document(self) -> dict[str, Any]:
        return {"report": self.report, "same": self.is_same, "differs": self.differs}

    @property
    def words(self) -> str:
        if self.is_same:
            return f"Made once more as {self.report}: the same PDF, byte for byte."
        why = f" Since then, {' and '.join(self.differs)} changed." if self.differs else ""
        return f"Made once more as {self.report}: not the same PDF.{why}"


def _rerendered(app: App, first: Receipt, timeout: float) -> _Again:
    report = app.client.wait(app.client.rerender(first.report), timeout=timeout)
    report.raise_for_failure()
    second = app.client.receipt(report.id)
    return _Again(report.id, first.rendered == second.rendered, differences(first, second))


def _status(found: Verified) -> Exit:
    match found.verdict:
        case Verdict.UNKNOWN:
            return Exit.NOT_FOUND
        case Verdict.CHANGED | Verdict.ADDED_TO:
            return Exit.CHANGED
        case _:
            return Exit.OK if found.is_signed else Exit.UNSIGNED


def _read(path: Path) -> Receipt:
    try:
        return Receipt.read(Document(json.loads(path.read_text("utf-8")), path.name))
    except (OSError, ValueError, RecursionError):
        raise InputError(f"{path} is no receipt: it can't be read as JSON.") from None


def _document(file: Path, found: Verified) -> dict[str, Any]:
    matched = found.matched
    return {
        "file": str(file),
        "sha256": found.file.sha256,
        "verdict": str(found.verdict),
        "signed": found.is_signed,
        **({} if matched is None else {"matched_bytes": matched.size, "added_bytes": found.file.size - matched.size}),
        **({} if found.receipt is None else found.receipt.document),
    }


def _tell(app: App, file: Path, found: Verified) -> None:
    app.output.line(clean(f"{file}: {_words(found)}"))
    if found.receipt is None:
        return
    _show(app, found.receipt)
    if not found.is_signed:
        app.output.warn("The receipt is not signed: it is no proof. `make receipt-key` gives the service a key.")


def _words(found: Verified) -> str:
    if found.verdict is Verdict.ADDED_TO and found.matched is not None:
        return (
            f"It was changed: its first {found.matched.size:,} bytes are the report's, and "
            f"{found.file.size - found.matched.size:,} bytes were added behind them."
        )
    return _WORDS[found.verdict]


def _show(app: App, shown: Receipt) -> None:
    if app.output.as_json:
        app.output.document(shown.document)
        return
    content = Document(shown.content)
    template, times, source = (content.required_part(name) for name in ("template", "times", "input"))
    claims = [each.text("standard") for each in content.parts("conformance") if each.flag("claimed")]
    engine = ", ".join(f"{name} {version}" for name, version in content.mapping("engine").items())
    facts(
        app,
        {
            "Report": shown.report,
            "Template": f"{template.text('name')} ({template.text('sha256')})",
            "Input": f"by {source.text('door')} ({source.text('sha256')})",
            "Made": times.text("finished_at"),
            "By": engine,
            "PDF": shown.pdf_sha256,
            "Rendered": shown.rendered_sha256,
            "Claims": ", ".join(claims) or "no standard",
            "Signed": "yes" if shown.jws else "no",
        },
    )
