"""Facts about one thing, a line for each."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from pressrun_client.cli.app import App
from pressrun_client.cli.output import clean


def facts(app: App, known: Mapping[str, str | Text | None]) -> None:
    """Write what is known of one thing, a line for each."""
    for name, value in known.items():
        if value is not None:
            shown = value if isinstance(value, Text) else Text(clean(value))
            app.output.line(Text.assemble((f"{name:<10}", "bold"), shown))
