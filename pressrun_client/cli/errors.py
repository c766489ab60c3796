"""Tell errors: in words and with what to do about them, or as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from pressrun_client.cli import hints
from pressrun_client.cli.app import App
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean
from pressrun_client.errors import PressrunError, ServiceError


def failed(app: App, error: PressrunError, *, about: str | None = None) -> Exit:
    """Tell an error, of one thing among several if it is ``about`` that. Returns the status that goes with it."""
    content: dict[str, Any] = {"code": error.code, "message": str(error)}
    if about is not None:
        content |= {"about": about}
    if isinstance(error, ServiceError):
        content |= {
            "status": error.problem.status,
            "errors": [{"pointer": each.pointer, "message": each.message} for each in error.errors],
            "correlation_id": error.correlation_id,
            "retry_after": error.retry_after,
        }
    say(app, content, hints.lines_of(error, app))
    return Exit.of(error)


def say(app: App, content: dict[str, Any], more: Sequence[str] = ()) -> None:
    """Write an error, which has a code and a message, and what else there is to know."""
    if app.output.as_json:
        app.output.error_document({"error": {**content, "hints": list(more)}})
        return
    about = f"{clean(content['about'])}: " if "about" in content else ""
    app.output.complain(Text.assemble(("Error: ", "bold red"), about, clean(content["message"])))
    for line in more:
        app.output.complain(Text(f"  {clean(line)}"))
