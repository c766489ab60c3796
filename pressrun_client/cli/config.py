"""The command `config`."""

from __future__ import annotations

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean
from pressrun_client.config import config_file, profiles


@click.command()
@asks_service
@click.pass_obj
def config(app: App) -> Exit:
    """Show which service is asked, whether it answers, and as whom it knows the key, which is never shown."""
    path = config_file(app.environment)
    found = app.connection
    key = "set" if found.api_key else "not set"
    others = profiles(app.environment)
    if app.output.as_json:
        content = {"url": found.url, "api_key": key, "origin": found.origin, "file": str(path), "profiles": others}
        service = dict(app.client.health())
        known = dict(app.client.me().document) if found.api_key else None
        app.output.document({**content, "service": service, "caller": known})
        return Exit.OK
    # Before the service is asked: when it does not answer, it is this that has to be looked at.
    app.output.line(f"Service   {clean(found.url)}")
    app.output.line(f"Key       {key}")
    app.output.line(f"From      {clean(found.origin)}")
    app.output.line(f"Profiles  {', '.join(map(clean, others)) or 'none'}, in {clean(path)}")
    app.output.line(f"Answers   yes, as stage {clean(app.client.health()['stage'])}")
    if found.api_key:
        # Raises NotAllowedError, whose advice says where the key is from.
        caller = app.client.me()
        app.output.line(f"Known as  {clean(caller.subject)} of tenant {clean(caller.tenant)}")
    return Exit.OK
