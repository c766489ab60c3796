"""Show what reports can be made from."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import unquote

from handlers.http import representation
from handlers.http.answers import FullTemplate, TemplateList
from handlers.http.openapi_notes import About, Reply
from handlers.http.route_table import Answer
from handlers.http.routing import Routes
from reports import bootstrap
from reports.access.identity import Scope

routes = Routes("templates")


@routes.on(
    "GET",
    "/templates",
    access=Scope.READ,
    about=About(
        {HTTPStatus.OK: Reply(TemplateList)},
        text="Pressrun's, then those that your tenant has stored. No report can be made yet of one of these without a "
        "`version`: see its versions.",
    ),
)
def list_templates() -> Answer:
    """List the templates."""
    service = bootstrap.service()
    stored = {each.name: each for each in service.templates.all_own(routes.tenant)}
    slots = {name: each.current.number for name, each in stored.items() if each.current and each.current.slots}
    product = [
        representation.template_summary(each, routes.link, slots.get(each.name)) for each in service.ports.catalog.all()
    ]
    own = [
        representation.own_template_summary(each, routes.link)
        for each in stored.values()
        if not all(version.slots for version in each.versions)
    ]
    return routes.answer(HTTPStatus.OK, {"templates": [*product, *own]})


@routes.on(
    "GET",
    "/templates/<name>",
    access=Scope.READ,
    about=About(
        {HTTPStatus.OK: Reply(FullTemplate)},
        problems=("unknown_template", "template_not_live", "template_out_of_order"),
        text="The name may have a version of one of your own templates, such as `receipt@3`.",
    ),
)
def get_template(name: str) -> Answer:
    """Show a template with its schema and sample."""
    found = bootstrap.service().templates.find(routes.tenant, unquote(name))
    template = found.template
    shown = representation.template_summary(template, routes.link, found.version)
    sample = found.catalog.sample(template.name)
    return routes.answer(HTTPStatus.OK, {**shown, "schema": template.schema, "sample": sample})
