"""The command `slots`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.deploy import tell
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.input import FILE, name_of, read
from pressrun_client.errors import InputError

_SECONDS = click.FloatRange(0, min_open=True)


@click.command(short_help="Change colours, texts and standing data of a template.")
@click.argument("name")
@click.argument("slots", required=False, type=FILE)
@click.option("--hold", is_flag=True, help="Do not let it go live: choose it by `templates NAME --use VERSION`.")
@click.option("--timeout", type=_SECONDS, default=300, show_default=True, help="Seconds to wait for the check.")
@asks_service
@click.pass_obj
def slots(app: App, *, name: str, slots: Path | None, hold: bool, timeout: float) -> Exit:
    """Show what is in the slots of a template of Pressrun's, or put there what a JSON file says.

    The file has `colours`, `typeface`, `texts` and `data`, and replaces all that was in the slots. It needs the scope
    `templates`.
    """
    if slots is None:
        app.output.document(app.client.template_slots(name))
        return Exit.OK
    stored = app.client.put_template_slots(name, _read(slots), goes_live=not hold)
    version = app.client.checked_template(stored, app.client.deadline(timeout))
    tell(app, version)
    return Exit.REPORT_FAILED if version.status == "refused" else Exit.OK


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(read(path).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise InputError(f'{name_of(path)} has no JSON object, such as {{"colours": {{"accent": "#7a1f2b"}}}}.')
    return content
