"""Let files be uploaded without credentials of AWS."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from handlers.http.answers import UploadForm
from handlers.http.openapi_notes import About, Reply
from handlers.http.route_table import Answer
from handlers.http.routing import BODY_PROBLEMS, Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.jobs import object_keys

routes = Routes("uploads")


class UploadRequest(BaseModel):
    """A request for a form to upload a file by."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    template: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    # Without control characters, slashes, and `${`: `${filename}` would make a form for any key of the folder.
    filename: Annotated[
        str,
        StringConstraints(
            min_length=1,
            max_length=200,
            pattern=r"^\{*(\$*[^\x00-\x1f\x7f/\\${]\{*)*\$*$",
        ),
    ]
    content_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)] | None = None


@routes.on(
    "POST",
    "/uploads",
    access=Scope.SUBMIT,
    about=About(
        {HTTPStatus.CREATED: Reply(UploadForm)},
        body=UploadRequest,
        problems=(*BODY_PROBLEMS, "unknown_template", "template_out_of_order"),
        text="POST the file to `url` as multipart/form-data with all `fields`, the file itself last, as `file`.",
    ),
)
def create_upload() -> Answer:
    """Give a form by which one file can be uploaded."""
    api = bootstrap.api()
    request = routes.body(UploadRequest)
    template = api.catalog.get(request.template)
    key = str(object_keys.UploadKey(routes.tenant, template.name, request.filename))
    max_bytes = api.quotas.limits_of(routes.tenant).bytes_per_report
    form = api.uploads.presigned_post(
        key,
        content_type=request.content_type,
        max_bytes=max_bytes,
        seconds=api.settings.upload_seconds,
    )
    return routes.answer(
        HTTPStatus.CREATED,
        {
            "url": form["url"],
            "fields": form["fields"],
            "key": key,
            "max_bytes": max_bytes,
            "expires_in": api.settings.upload_seconds,
            "links": {"reports": routes.link("/reports", source=key)},
        },
    )
