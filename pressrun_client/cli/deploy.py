"""The command `deploy`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean
from pressrun_client.documents import Document
from pressrun_client.errors import RefusedError
from pressrun_client.own_templates import Finding, TemplateVersion, folders_of, packed

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_SECONDS = click.FloatRange(0, min_open=True)


@click.command(short_help="Store templates of your own in the service.")
@click.argument(
    "places",
    nargs=-1,
    required=True,
    metavar="FOLDER...",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@click.option(
    "--hold", is_flag=True, help="Let no version go live by itself: choose it by `templates NAME --use VERSION`."
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=300,
    show_default=True,
    help="Seconds to wait for all checks.",
)
@asks_service
@click.pass_obj
def deploy(app: App, *, places: Sequence[Path], hold: bool, timeout: float) -> Exit:
    """Store templates, each as its next version, and wait until they are checked.

    A FOLDER is a template, or holds templates. You see what each check finds, with file and line. A template is
    named like its folder. It needs the scope `templates`.
    """
    deadline = app.client.deadline(timeout)
    refused = False
    for folder in [each for place in places for each in folders_of(place)]:
        try:
            stored = app.client.put_template(folder.name, packed(folder), goes_live=not hold)
        except RefusedError as error:
            if error.code != "template_refused":
                raise
            refused = True
            _tell_refusal(app, folder.name, error)
            continue
        version = app.client.checked_template(stored, deadline)
        refused |= version.status == "refused"
        tell(app, version)
    return Exit.REPORT_FAILED if refused else Exit.OK


def tell(app: App, version: TemplateVersion) -> None:
    """Print how the check of a version has ended, and what it has found."""
    if app.output.as_json:
        app.output.document(version.document)
        return
    for finding in version.findings:
        app.output.line(clean(str(finding)))
    how = "refused" if version.status == "refused" else "live" if version.current else "checked, and held"
    app.output.line(f"{clean(version.name)}@{version.version}: {how}")


def _tell_refusal(app: App, name: str, error: RefusedError) -> None:
    findings = Document(error.problem.document).parts("findings")
    if app.output.as_json:
        app.output.document({"name": name, "status": "refused", "findings": [dict(each.content) for each in findings]})
        return
    for each in findings:
        app.output.line(clean(str(Finding.read(each))))
    app.output.line(f"{clean(name)}: refused")
