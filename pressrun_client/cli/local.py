"""Do what needs no service: render on this machine, show the configuration, complete commands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from pressrun_client.cli.app import App, asks_service, gives_json
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean
from pressrun_client.config import config_file, profiles
from pressrun_client.errors import ConfigurationError

COMPLETING = "_PRESSRUN_COMPLETE"
"""The variable by which shells ask for completions."""

PROJECT = "PRESSRUN_PROJECT"
_RENDER = Path("tools", "render.py")
_SHELLS = ("bash", "fish", "zsh")


@click.command(short_help="Render a report on this machine, without a service.")
@click.argument("template")
@click.argument("data", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="PATH", help="The PDF to write."
)
@click.option("--locale", help="Language and region of dates, numbers and labels, such as en-GB.")
@click.option("--title", help="Title in the document and in its metadata.")
@gives_json
@click.pass_obj
def render(app: App, *, template: str, data: Path, output: Path, locale: str | None, title: str | None) -> Exit:
    """Render a report on this machine, by the project's own templates and without a service.

    It works in the folder of the Pressrun project after `make setup`; elsewhere PRESSRUN_PROJECT says where that is.
    """
    project = _project(app.environment)
    python = project / ".venv" / "bin" / "python"
    command = [str(python if python.exists() else Path(sys.executable)), "-m", "tools.render"]
    command += [f"--template={template}", f"--data={data.absolute()}", f"--out={output.absolute()}"]
    command += [f"--{name}={value}" for name, value in (("locale", locale), ("title", title)) if value is not None]
    command += ["--json"] if app.output.as_json else []
    done = subprocess.run(command, cwd=project, check=False)  # noqa: S603 - a list, and no shell
    return Exit(done.returncode) if done.returncode in (Exit.OK, Exit.REPORT_FAILED, Exit.USAGE) else Exit.FAULT


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


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> Exit:
    """Print what completes commands in a shell. Put it into

    \b
    bash  ~/.bashrc:  eval "$(pressrun completion bash)"
    zsh   ~/.zshrc:   eval "$(pressrun completion zsh)"
    fish  ~/.config/fish/completions/pressrun.fish:  pressrun completion fish | source
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(context.find_root().command, {}, "pressrun", COMPLETING).source())
    return Exit.OK


def _project(environment: Mapping[str, str]) -> Path:
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
        "Rendering on this machine needs the Pressrun project, for the client has no templates, fonts or engine. Run "
        f"this in the project's folder after `make setup`, or set {PROJECT} to that. A service needs nothing here: "
        "pressrun submit."
    )
