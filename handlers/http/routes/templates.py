"""Show what reports can be made from."""

from __future__ import annotations

from http import HTTPStatus

from handlers.http import representation
from handlers.http.answers import FullTemplate, TemplateList
from handlers.http.openapi_notes import About, Reply
from handlers.http.route_table import Answer
from handlers.http.routing import Routes
from reports import bootstrap
from reports.access.identity import Scope

routes = Routes("templates")


@routes.on("GET", "/templates", access=Scope.READ, about=About({HTTPStatus.OK: Reply(TemplateList)}))
def list_templates() -> Answer:
    """List the templates."""
    templates = bootstrap.service().ports.catalog.all()
    return routes.answer(
        HTTPStatus.OK, {"templates": [representation.template_summary(each, routes.link) for each in templates]}
    )


@routes.on(
    "GET",
    "/templates/<name>",
    access=Scope.READ,
    about=About({HTTPStatus.OK: Reply(FullTemplate)}, problems=("unknown_template", "template_out_of_order")),
)
def get_template(name: str) -> Answer:
    """Show a template with its schema and sample."""
    catalog = bootstrap.service().ports.catalog
    template = catalog.get(name)
    shown = representation.template_summary(template, routes.link)
    return routes.answer(HTTPStatus.OK, {**shown, "schema": template.schema, "sample": catalog.sample(name)})
