"""Let files be uploaded without credentials of AWS."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from handlers.http.answers import UploadForm
from handlers.http.openapi_notes import About, Reply
from handlers.http.route_table import Answer
from handlers.http.routing import BODY_PROBLEMS, Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.jobs.request import ReportOptions

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
        Field(description="Name of the file, without slashes, backslashes, `${` and control characters."),
    ]
    content_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)] | None = Field(
        default=None, description="Media type of the file, such as `text/csv`."
    )
    options: ReportOptions = ReportOptions()


@routes.on(
    "POST",
    "/uploads",
    access=Scope.SUBMIT,
    about=About(
        {HTTPStatus.CREATED: Reply(UploadForm)},
        body=UploadRequest,
        problems=(
            *BODY_PROBLEMS,
            *("unknown_template", "template_not_live", "template_out_of_order"),
            *("unknown_locale", "blocked_url", "address_not_allowed"),
            *("invalid_options", "asset_missing"),
        ),
        text="POST the file to `url` as multipart/form-data with all `fields`, the file itself last, as `file`. "
        "`options` are those of the report, kept with the form: its holder cannot change them.",
    ),
)
def create_upload() -> Answer:
    """Give a form by which one file can be uploaded."""
    service = bootstrap.service()
    request = routes.body(UploadRequest)
    offered = service.offer_upload(
        request.template,
        request.filename,
        request.options,
        tenant=routes.tenant,
        content_type=request.content_type,
    )
    return routes.answer(
        HTTPStatus.CREATED,
        {
            "url": offered.url,
            "fields": offered.fields,
            "key": offered.key,
            "max_bytes": offered.max_bytes,
            "expires_in": service.settings.upload_seconds,
            "links": {"reports": routes.link("/reports", source=offered.key)},
        },
    )
