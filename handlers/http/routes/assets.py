"""Keep PDFs of tenants that go into their reports."""

from __future__ import annotations

import re
from base64 import b64encode
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from handlers.http import problems, representation
from handlers.http.answers import AssetList, FullAsset, ShownAsset
from handlers.http.openapi_notes import About, Reply
from handlers.http.route_table import Answer
from handlers.http.routing import BODY_PROBLEMS, Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.errors import Violation
from reports.jobs.filenames import PLAIN_NAME
from reports.jobs.pdf_request import MOST_BYTES_OF_CONTENTS, body_of

routes = Routes("assets")


class AssetRequest(BaseModel):
    """A PDF to be kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    content: Annotated[str, StringConstraints(max_length=MOST_BYTES_OF_CONTENTS * 4 // 3 + 4)] = Field(
        description="The PDF in Base64: at most 2 MB, and 50 pages."
    )

    @field_validator("content")
    @classmethod
    def _in_base64(cls, value: str) -> str:
        body_of(value)
        return value


@routes.on(
    "PUT",
    "/assets/<name>",
    access=Scope.SUBMIT,
    about=About(
        {HTTPStatus.OK: Reply(ShownAsset)},
        body=AssetRequest,
        problems=(*BODY_PROBLEMS, "asset_unusable", "asset_limit", "legal_hold"),
        text="It replaces one of the same name. `options.letterhead`, `prepend` and `append` of reports name it.",
    ),
)
def put_asset(name: str) -> Answer:
    """Keep a PDF for reports."""
    name = _checked(name)
    body = body_of(routes.body(AssetRequest).content)
    kept, pages = bootstrap.service().assets.put(routes.tenant, name, body)
    shown = {"name": name, "bytes": len(body), "pages": pages, "sha256": kept.sha256}
    return routes.answer(HTTPStatus.OK, shown)


@routes.on(
    "GET",
    "/assets",
    access=Scope.READ,
    about=About({HTTPStatus.OK: Reply(AssetList)}, text="All of your tenant's, and how many it may have."),
)
def list_assets() -> Answer:
    """List the PDFs that are kept for reports."""
    service = bootstrap.service()
    kept = service.assets.listed(routes.tenant)
    shown = [{"name": each.name, "bytes": each.size, "kept_at": representation.time(each.kept_at)} for each in kept]
    limits = {"assets": service.settings.most_assets, "bytes": service.settings.most_asset_bytes}
    total = sum(each.size for each in kept)
    return routes.answer(HTTPStatus.OK, {"assets": shown, "bytes": total, "limits": limits})


@routes.on(
    "GET",
    "/assets/<name>",
    access=Scope.READ,
    about=About({HTTPStatus.OK: Reply(FullAsset)}, problems=("invalid_data", "asset_missing")),
)
def get_asset(name: str) -> Answer:
    """Give a PDF back that was kept for reports."""
    kept = bootstrap.service().assets.get(routes.tenant, _checked(name))
    content = b64encode(kept.body).decode()
    shown = {"name": kept.name, "bytes": len(kept.body), "sha256": kept.sha256, "content": content}
    return routes.answer(HTTPStatus.OK, shown)


@routes.on(
    "DELETE",
    "/assets/<name>",
    access=Scope.SUBMIT,
    about=About({HTTPStatus.NO_CONTENT: Reply()}, problems=("invalid_data", "legal_hold")),
)
def delete_asset(name: str) -> Answer:
    """Remove a PDF that was kept for reports, if there is one. Reports that name it fail from then on."""
    bootstrap.service().assets.remove(routes.tenant, _checked(name))
    return routes.nothing()


def _checked(name: str) -> str:
    if not re.fullmatch(PLAIN_NAME, name):
        fault = Violation(
            "/name", "This is no name of an asset: give up to 63 letters, digits, dashes and underscores."
        )
        raise problems.invalid(fault.message, [fault])
    return name
