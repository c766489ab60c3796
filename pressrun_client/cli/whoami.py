"""The command `whoami`."""

from __future__ import annotations

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.facts import facts
from pressrun_client.cli.output import moment, size


@click.command()
@asks_service
@click.pass_obj
def whoami(app: App) -> Exit:
    """Show your tenant, your scopes, your limits, and how much of them you have used."""
    caller = app.client.me()
    if app.output.as_json:
        app.output.document(caller.document)
        return Exit.OK
    limits, used = caller.limits, caller.used
    facts(
        app,
        {
            "Tenant": caller.tenant,
            "Known as": caller.subject,
            "May": ", ".join(caller.scopes) or "nothing",
            "Reports": f"{used.reports_today:,} of {limits.reports_per_day:,} today, anew at {moment(used.resets_at)}",
            "Computing": _used_up(caller.used.compute_seconds_today, limits.compute_seconds_per_day, "seconds"),
            "E-mail": _used_up(caller.used.emails_today, limits.emails_per_day, "messages"),
            "Rows": f"at most {limits.rows_per_report:,} in a report",
            "Size": f"at most {size(limits.bytes_per_report)} of data for a report",
        },
    )
    return Exit.OK


def _used_up(used: int | None, most: int | None, unit: str) -> str | None:
    return None if most is None or used is None else f"{used:,} of {most:,} {unit} today"
