"""The command `templates`."""

from __future__ import annotations

import click

from pressrun_client.cli.app import App, asks_service
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.output import clean


@click.command()
@click.argument("name", required=False)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of its data.")
@click.option("--sample", is_flag=True, help="Print a sample of its data.")
@asks_service
@click.pass_obj
def templates(app: App, *, name: str | None, schema: bool, sample: bool) -> Exit:
    """List the templates, or show one."""
    if (schema or sample) and (name is None or (schema and sample)):
        raise click.UsageError("--schema and --sample need the name of a template, and exclude each other.")
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
