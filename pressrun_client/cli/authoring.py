"""The commands `check`, `dev` and `import`: what is wrong with templates, how they look, and where they come from."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import click

from pressrun_client.cli.app import App, gives_json
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.render import project_of, python_of

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command(short_help="Check templates on this machine.")
@click.argument("names", nargs=-1, metavar="[TEMPLATE]...")
@click.option("--folder", type=_FOLDER, help="The folder that has the templates; by default the project's.")
@click.option("--read-only", is_flag=True, help="Render nothing.")
@gives_json
@click.pass_obj
def check(app: App, *, names: Sequence[str], folder: Path | None, read_only: bool) -> Exit:
    """Check templates: what is wrong, in which line, and how to mend it.

    It reads each template, then renders what its schema allows. It works in the folder of the Pressrun project;
    elsewhere PRESSRUN_PROJECT says where that is.
    """
    arguments = [*names, *(["--read-only"] if read_only else []), *(["--json"] if app.output.as_json else [])]
    return _run(app, "tools.check", folder, arguments)


@click.command(short_help="Begin a template: a copy of the gallery, or one for data.")
@click.argument("name")
@click.option("--from", "source", default="letter", show_default=True, help="One of the gallery, or a file of data.")
@click.option("--folder", type=_FOLDER, default=Path(), help="Where its folder is to be; by default here.")
@click.pass_obj
def new(app: App, *, name: str, source: str, folder: Path) -> Exit:
    """Begin a template: a folder with all that one needs.

    From a name of the gallery, it is a copy of that one. From a file of data (CSV, Excel, JSON), schema, labels and a
    first design are inferred. It works with the Pressrun project; elsewhere PRESSRUN_PROJECT says where that is.
    """
    given = Path(source)
    wanted = str(given.absolute()) if given.is_file() else source
    return _run(app, "tools.new_template", folder, [name, f"--from={wanted}"])


@click.command(short_help="Show templates on a page of this machine.")
@click.argument("folder", type=_FOLDER, required=False)
@click.option("--port", type=click.IntRange(1, 65535), default=4570, show_default=True, help="Where the page is.")
@click.pass_obj
def dev(app: App, *, folder: Path | None, port: int) -> Exit:
    """Show the templates of a folder on a page of this machine, and draw them again at each save.

    It works in the folder of the Pressrun project; elsewhere PRESSRUN_PROJECT says where that is.
    """
    return _run(app, "tools.preview", folder, [f"--port={port}"])


@click.command(name="import", short_help="Make a template of an HTML page.")
@click.argument("page", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", help="How the template is called; by default like the file.")
@click.option("--folder", type=_FOLDER, help="The folder that gets the template; by default the project's.")
@click.option("--read-only", is_flag=True, help="Render nothing.")
@click.pass_obj
def import_page(app: App, *, page: Path, name: str | None, folder: Path | None, read_only: bool) -> Exit:
    """Make a template of an HTML page with places such as {{ customer.name }}, and say what does not carry over.

    Style, pictures and fonts beside the page come along; nothing is fetched. Places of Jinja, Twig, Mustache and
    Handlebars become a schema and a sample. It works in the folder of the Pressrun project; elsewhere
    PRESSRUN_PROJECT says where that is.
    """
    arguments = [str(page.absolute()), *([f"--name={name}"] if name else []), *(["--read-only"] if read_only else [])]
    return _run(app, "tools.import_page", folder, arguments)


def _run(app: App, module: str, folder: Path | None, arguments: Sequence[str]) -> Exit:
    project = project_of(app.environment)
    command = [python_of(project), "-m", module, *([f"--folder={folder.absolute()}"] if folder else []), *arguments]
    done = subprocess.run(command, cwd=project, check=False)  # noqa: S603 - a list, and no shell
    return Exit(done.returncode) if done.returncode in (Exit.OK, Exit.REPORT_FAILED, Exit.USAGE) else Exit.FAULT
