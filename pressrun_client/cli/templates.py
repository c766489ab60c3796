"""The command `templates`."""

from __future__ import annotations

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean
from pressrun_client.documents import Document
from pressrun_client.own_templates import TemplateVersion

_VERSION = click.IntRange(1)
_ALL = 100


@click.command()
@click.argument("name", required=False)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of its data.")
@click.option("--sample", is_flag=True, help="Print a sample of its data.")
@click.option("--versions", is_flag=True, help="List the versions of a template of your own.")
@click.option(
    "--diff", "compared", type=click.IntRange(1), metavar="VERSION", help="Show what a version of it changed."
)
@click.option("--use", "chosen", type=_VERSION, metavar="VERSION", help="Make reports of this version of it.")
@click.option(
    "--share",
    type=click.IntRange(1, 100),
    default=100,
    metavar="PERCENT",
    help="With --use: make only this share of the reports of it.",
)
@click.option("--remove", is_flag=True, help="Remove a template of your own, with all its versions.")
@asks_service
@click.pass_obj
def templates(
    app: App,
    *,
    name: str | None,
    schema: bool,
    sample: bool,
    versions: bool,
    compared: int | None,
    chosen: int | None,
    share: int,
    remove: bool,
) -> Exit:
    """List the templates, or show one, or manage one of your own."""
    wanted = sum((schema, sample, versions, compared is not None, chosen is not None, remove))
    if wanted > 1 or (wanted and name is None):
        raise click.UsageError(
            "--schema, --sample, --versions, --diff, --use and --remove need a template, and exclude each other."
        )
    if share < _ALL and chosen is None:
        raise click.UsageError("--share goes with --use.")
    if name is not None and compared is not None:
        return _compare(app, name, compared)
    if name is not None and (versions or chosen is not None or remove):
        return _manage(app, name, chosen, share, remove=remove)
    if name is None:
        found = app.client.templates()
        if app.output.as_json:
            for each in found:
                app.output.document(each.document)
        else:
            rows = [(each.name, each.made_from, each.description) for each in found]
            app.output.table(("Name", "Made from", "Description"), rows)
        return Exit.OK
    template = app.client.template(name)
    if schema or sample:
        app.output.document(template.schema if schema else template.sample)
    elif app.output.as_json:
        app.output.document(template.document)
    else:
        app.output.line(f"{clean(template.name)}: {clean(template.title)}\n{clean(template.description)}")
        app.output.line(f"Made from: {clean(template.made_from)}")
        app.output.line(f"Data: pressrun templates {clean(template.name)} --schema, or --sample")
    return Exit.OK


def _manage(app: App, name: str, chosen: int | None, share: int, *, remove: bool) -> Exit:
    if remove:
        app.client.remove_template(name)
        app.output.note(f"{clean(name)} is removed.")
        return Exit.OK
    if chosen is not None:
        app.client.use_template(name, chosen, share=share)
    found = app.client.template_versions(name)
    if app.output.as_json:
        for each in found:
            app.output.document(each.document)
        return Exit.OK
    rows = [(_marked(each), each.status, str(len(each.findings))) for each in found]
    app.output.table(("Version", "Status", "Findings"), rows)
    return Exit.OK


def _marked(version: TemplateVersion) -> str:
    if version.current:
        return f"{version.version} *"
    return f"{version.version} ({version.share} %)" if version.share else str(version.version)


def _compare(app: App, name: str, version: int) -> Exit:
    found = app.client.template_difference(name, version)
    if app.output.as_json:
        app.output.document(found)
        return Exit.OK
    for each in Document(found).parts("files"):
        app.output.line(f"{each.text('change')}: {clean(each.text('file'))}")
        for line in each.texts("lines"):
            app.output.line(f"  {clean(line)}")
    return Exit.OK
