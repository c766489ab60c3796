"""The command `render`: a report made on this machine, without a service."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pressrun_client.cli.app import App, gives_json
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.reading import names_report, reads
from pressrun_client.errors import ConfigurationError

PROJECT = "PRESSRUN_PROJECT"


_RENDER = Path("tools", "render.py")


@click.command(short_help="Render a report on this machine, without a service.")
@click.argument("template")
@click.argument("data", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="PATH", help="The PDF to write."
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder that has the template; by default the project's.",
)
@names_report
@reads
@gives_json
@click.pass_obj
def render(
    app: App, *, template: str, data: Path, output: Path, folder: Path | None, options: Mapping[str, Any]
) -> Exit:
    """Render a report on this machine, by templates of the project or of a folder of yours, without a service.

    It works in the folder of the Pressrun project after `make setup`; elsewhere PRESSRUN_PROJECT says where that is.
    """
    project = project_of(app.environment)
    command = [python_of(project), "-m", "tools.render"]
    command += [f"--template={template}", f"--data={data.absolute()}", f"--out={output.absolute()}"]
    command += [f"--folder={folder.absolute()}"] if folder else []
    command += ["--json"] if app.output.as_json else []
    command += [f"--options-json={json.dumps(options)}"] if options else []
    done = subprocess.run(command, cwd=project, check=False)  # noqa: S603 - a list, and no shell
    return Exit(done.returncode) if done.returncode in (Exit.OK, Exit.REPORT_FAILED, Exit.USAGE) else Exit.FAULT


def python_of(project: Path) -> str:
    """Return the Python that has what the project needs."""
    python = project / ".venv" / "bin" / "python"
    return str(python if python.exists() else Path(sys.executable))


def project_of(environment: Mapping[str, str]) -> Path:
    """Return the folder of the project. Raises ConfigurationError, which says what to do."""
    given = environment.get(PROJECT)
    if given:
        if not (Path(given) / _RENDER).is_file():
            raise ConfigurationError(f"{PROJECT} is {given}, which is not the folder of the Pressrun project.")
        return Path(given).absolute()
    # In the project's own environment, the client is a part of the project. No other folders are searched, for what is
    # found there is run.
    for folder in (Path.cwd(), Path(__file__).resolve().parents[2]):
        if (folder / _RENDER).is_file() and (folder / "templates").is_dir():
            return folder
    raise ConfigurationError(
        "Rendering on this machine needs the Pressrun project, because the client has no templates, fonts or engine. "
        f"Run this in the project's folder after `make setup`, or set {PROJECT} to that folder. With a service you "
        "need no project: pressrun submit."
    )
