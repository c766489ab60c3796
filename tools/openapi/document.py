"""Put the OpenAPI document together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from handlers.api import ROUTES
from handlers.http import answers
from handlers.http.routes.batches import BatchRequest
from reports import __version__
from reports.bootstrap import TEMPLATES
from reports.catalog.catalog import Catalog
from tools.openapi import examples, responses, schemas
from tools.openapi.operations import direct_door, operation_of, path_of
from tools.openapi.problems import ROOT

TARGET = ROOT / "docs" / "openapi.json"
EMBEDDED = "http://127.0.0.1:4566/_aws/execute-api/pressrun/local"
"""Where `make up` puts the API. The document that an API serves names that API instead."""

_TEXT = """\
Data in, PDF reports out, asynchronously and at any size: ask for a report, look at it until it is over, get its PDF.

Every error is a problem document (RFC 9457): match its `code`, which is stable. Every answer but those of the direct
door has an `X-Correlation-Id`, by which the request is found in the logs; send one of 8 to 64 letters, digits, dots,
dashes and underscores to have it kept. Answers may get further members: ignore those that you do not know.\
"""

_TAGS = {
    "reports": "Ask for reports, and see what became of them.",
    "batches": "Ask for many reports at once.",
    "retries": "Give failed reports another life, and end those that are not wanted any more.",
    "latest": "Find the latest report of a key.",
    "receipts": "See what a report was made of, and which report a file comes from.",
    "deliveries": "See who was told of a report, and tell them once more.",
    "uploads": "Upload files without credentials of AWS.",
    "templates": "See what reports can be made from.",
    "callers": "See who asks, and what that allows.",
    "tenants": "Have all that your tenant has erased.",
    "health": "See that the API is there.",
    "documentation": "See what the API can do.",
}


def text() -> str:
    """Return the document as it is committed."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def document(templates: Path = TEMPLATES) -> dict[str, Any]:
    """Describe the API with the templates of a folder."""
    catalog = Catalog(templates)
    samples = {name: catalog.sample(name) for name in catalog.names()}
    requests, replies = _requests(samples), examples.of_answers(catalog)
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES.routes:
        paths.setdefault(path_of(route.rule), {})[route.method.lower()] = operation_of(route, requests, replies)
    paths["/queue/reports"] = {"post": direct_door()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Pressrun",
            "version": __version__,
            "description": _TEXT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": EMBEDDED, "description": "The embedded stack that `make up` starts"}],
        "tags": [{"name": name, "description": words} for name, words in _TAGS.items()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key (`pr_…`), or a token of the issuer that the stage trusts. "
                    "Each route names the scope that it asks for.",
                }
            },
            "schemas": _schemas(catalog),
            "headers": responses.header_components(),
            "examples": responses.example_components(requests, replies),
        },
    }


_OF_GATEWAY = (answers.ProblemDocument, answers.QueuedReport)


def _schemas(catalog: Catalog) -> dict[str, Any]:
    abouts = [route.about for route in ROUTES.routes]
    bodies = [about.body for about in abouts if about.body not in (None, BatchRequest)]
    replies = [reply.content for about in abouts for reply in about.replies.values() if reply.content is not None]
    found = {
        **schemas.of_types([body for body in bodies if body is not None], [*replies, *_OF_GATEWAY]),
        **schemas.of_requests(catalog.all()),
    }
    return dict(sorted(found.items()))


def _requests(samples: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give examples of what is sent, by operation."""
    rows = {"template": "table", "data": {"rows": [{"City": "Oslo", "Rain": 12.5}]}}
    of_templates = {
        name: {"template": name, "data": data, "options": {"sample": True}}
        for name, data in samples.items()
        if len(json.dumps(data)) < 10_000
    }
    told = {**rows, "options": {"title": "Rain", "locale": "en-GB", "notify": {"email": "you@example.org"}}}
    return {
        "create_report": {"rows": rows, "options": told, **of_templates},
        "create_batch": {"batch": {"items": [{**rows, "idempotency_key": "order-8"}, rows]}},
        "retry_reports": {"dry_run": {"filter": {"error_code": "worker_lost"}, "dry_run": True}},
        "put_template": {"receipt": {"content": "UEsDBBQAAAAI"}},
        "put_slots": {
            "look": {
                "colours": {"accent": "#7a1f2b", "accent-wash": "#f9eeef"},
                "data": {"seller": {"name": "Kestrel Ltd"}},
            }
        },
        "replay_version": {"newest": {"reports": 10}},
        "choose_version": {"earlier": {"version": 2}},
        "put_asset": {"letter": {"content": "JVBERi0xLjcK"}},
        "create_upload": {"file": {"template": "table", "filename": "cities.csv"}},
    }
