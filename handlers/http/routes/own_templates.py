"""Tenants keep templates of their own, in versions."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from handlers.http import representation
from handlers.http.answers import ShownSlots, ShownVersion, StartedReplay, TemplateDifference, VersionList
from handlers.http.openapi_notes import About, Reply
from handlers.http.route_table import Answer
from handlers.http.routing import BODY_PROBLEMS, Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.errors import InvalidDataError, JobConflictError, UnknownTemplateError, Violation
from reports.intake.keep_templates import Stored
from reports.lifecycle.replay_template import MOST_REPORTS
from reports.shelf.archive import MOST_BYTES
from reports.shelf.difference import differences
from reports.shelf.own_template import OwnTemplate, TemplateVersion, VersionStatus
from reports.shelf.slots import COLOURS, TYPEFACES, Slots

routes = Routes("templates")

_KNOWN = ("unknown_template",)
_LONGEST_NUMBER = 6


class TemplateRequest(BaseModel):
    """A template to be stored."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    content: Annotated[str, StringConstraints(max_length=MOST_BYTES * 4 // 3 + 4)] = Field(
        description="A zip file of the template's folder, in Base64: at most 2.5 MB, 100 files, 8 MB unpacked."
    )
    goes_live: bool = Field(
        default=True, description="Whether reports are made of it as soon as its check has succeeded."
    )


class DifferenceQuery(BaseModel):
    """The query of a difference."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: Annotated[int, Field(ge=1, le=999_999)] | None = None


class ReplayRequest(BaseModel):
    """How much is replayed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    reports: Annotated[int, Field(ge=1, le=MOST_REPORTS)] = Field(default=10, description="The newest so many.")


class VersionChoice(BaseModel):
    """The version that is to be the current one."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Annotated[int, Field(ge=1)]
    share: Annotated[int, Field(ge=1, le=100)] = Field(
        default=100,
        description="Of a hundred reports that name no version, how many are made of it. With less than 100, the "
        "current version stays, and makes the others.",
    )


@routes.on(
    "PUT",
    "/templates/<name>",
    access=Scope.TEMPLATES,
    about=About(
        {
            HTTPStatus.ACCEPTED: Reply(ShownVersion, headers=("Location", "Retry-After")),
            HTTPStatus.OK: Reply(ShownVersion, headers=("Location",)),
        },
        body=TemplateRequest,
        problems=(*BODY_PROBLEMS, "template_refused", "template_name_taken", "job_conflict"),
        text="It becomes the next version, and is checked: it is read in full, and a report is made of its sample. "
        "The version is `live` when that has succeeded, else `refused` with its findings. A version that is the newest "
        "already is answered by 200, and nothing is stored.",
    ),
)
def put_template(name: str) -> Answer:
    """Store a template of your own, as a new version."""
    request = routes.body(TemplateRequest)
    stored = bootstrap.service().keep_templates.put(
        routes.tenant,
        name,
        _decoded(request.content),
        by=routes.identity.subject,
        correlation_id=routes.correlation_id,
        goes_live=request.goes_live,
    )
    return _stored(stored)


def _stored(stored: Stored) -> Answer:
    shown = representation.template_version(stored.template, stored.version, routes.link)
    headers = {"Location": shown["links"]["self"]}
    if not stored.is_new:
        return routes.answer(HTTPStatus.OK, shown, headers)
    return routes.answer(HTTPStatus.ACCEPTED, shown, {**headers, "Retry-After": "2"})


class SlotsRequest(BaseModel):
    """What is to be in the slots of a template of Pressrun's. It replaces all that was in them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    colours: dict[str, str] = Field(default={}, description="Colours such as `#1d4f73`, by the names of GET.")
    typeface: str | None = Field(default=None, description="One of the typefaces of GET.")
    texts: dict[str, dict[str, str]] = Field(
        default={}, description="Texts in place of the template's, by language and name."
    )
    data: dict[str, Any] = Field(
        default={}, description="Data that count where a request has none: a logo, the seller, the columns."
    )
    goes_live: bool = Field(default=True, description="Whether it counts as soon as its check has succeeded.")


@routes.on(
    "PUT",
    "/templates/<name>/slots",
    access=Scope.TEMPLATES,
    about=About(
        {
            HTTPStatus.ACCEPTED: Reply(ShownVersion, headers=("Location", "Retry-After")),
            HTTPStatus.OK: Reply(ShownVersion, headers=("Location",)),
        },
        body=SlotsRequest,
        problems=(*BODY_PROBLEMS, *_KNOWN, "template_out_of_order", "job_conflict"),
        text="They become a new version of your own, which is checked by a report of the template's sample. When that "
        "has succeeded, your reports of this template have them.",
    ),
)
def put_slots(name: str) -> Answer:
    """Change the look of a template of Pressrun's: its colours, typeface, texts and data that always stand there."""
    request = routes.body(SlotsRequest)
    stored = bootstrap.service().keep_templates.put_slots(
        routes.tenant,
        name,
        Slots(request.colours, request.typeface, request.texts, request.data),
        by=routes.identity.subject,
        correlation_id=routes.correlation_id,
        goes_live=request.goes_live,
    )
    return _stored(stored)


@routes.on(
    "GET",
    "/templates/<name>/slots",
    access=Scope.READ,
    about=About({HTTPStatus.OK: Reply(ShownSlots)}, problems=(*_KNOWN, "template_out_of_order")),
)
def get_slots(name: str) -> Answer:
    """Show what is in the slots of a template of Pressrun's, and what can be put there."""
    templates = bootstrap.service().templates
    texts = templates.product.labels(name)
    found = templates.find(routes.tenant, name)
    shown: ShownSlots = {
        "name": name,
        "slots": {} if found.slots is None else found.slots.content,
        "choices": {
            "colours": list(COLOURS),
            "typefaces": list(TYPEFACES),
            "texts": {language: dict(each) for language, each in texts.items()},
        },
    }
    if found.version is not None:
        shown["version"] = found.version
    return routes.answer(HTTPStatus.OK, shown)


@routes.on(
    "GET",
    "/templates/<name>/versions",
    access=Scope.READ,
    about=About({HTTPStatus.OK: Reply(VersionList)}, problems=_KNOWN),
)
def list_versions(name: str) -> Answer:
    """List the versions of a template of your own."""
    return routes.answer(HTTPStatus.OK, representation.template_versions(_own(name), routes.link))


@routes.on(
    "GET",
    "/templates/<name>/versions/<number>",
    access=Scope.READ,
    about=About({HTTPStatus.OK: Reply(ShownVersion)}, problems=_KNOWN),
)
def get_version(name: str, number: str) -> Answer:
    """Show a version of a template of your own, with what its check has found."""
    own = _own(name)
    return routes.answer(HTTPStatus.OK, representation.template_version(own, _version(own, number), routes.link))


@routes.on(
    "GET",
    "/templates/<name>/versions/<number>/difference",
    access=Scope.READ,
    about=About(
        {HTTPStatus.OK: Reply(TemplateDifference)},
        query=DifferenceQuery,
        problems=(*_KNOWN, "invalid_data"),
        text="`since` is the version to compare it with: without it, the one before.",
    ),
)
def get_difference(name: str, number: str) -> Answer:
    """Show what a version of a template of your own changed."""
    own = _own(name)
    version = _version(own, number)
    since = routes.query(DifferenceQuery).since
    earlier = [each.number for each in own.versions if each.number < version.number]
    before = since if since is not None else earlier[-1] if earlier else version.number
    templates = bootstrap.service().templates
    old, new = (templates.files(own, each) for each in (before, version.number))
    files = [{"file": each.file, "change": each.change, "lines": list(each.lines)} for each in differences(old, new)]
    shown = {"name": own.name, "before": before, "after": version.number, "files": files}
    return routes.answer(HTTPStatus.OK, shown)


@routes.on(
    "POST",
    "/templates/<name>/versions/<number>/replay",
    access=Scope.TEMPLATES,
    about=About(
        {HTTPStatus.ACCEPTED: Reply(StartedReplay, headers=("Location",))},
        body=ReplayRequest,
        problems=(*BODY_PROBLEMS, *_KNOWN, "job_conflict"),
        text="Before a version goes live, it makes your newest reports of the template once more of their own inputs: "
        "by the current version, and by this one. Compare the two of each. It notifies no one, and counts as two "
        "reports for each.",
    ),
)
def replay_version(name: str, number: str) -> Answer:
    """Try a version on the inputs of your newest reports."""
    own = _own(name)
    version = _version(own, number)
    most = routes.body(ReplayRequest).reports
    if version.status is not VersionStatus.LIVE:
        raise JobConflictError(f"Version {version.number} of {own.name!r} is {version.status}, and not live.")
    replay = bootstrap.service().replay_template(
        routes.tenant,
        own.name,
        before=None if own.current is None else own.current.number,
        after=version.number,
        most=most,
        correlation_id=routes.correlation_id,
    )
    link = routes.link("/reports", batch=replay.batch)
    shown = {
        "name": own.name,
        "version": version.number,
        "batch": replay.batch,
        "reports": [asdict(each) for each in replay.reports],
        "links": {"reports": link},
    }
    return routes.answer(HTTPStatus.ACCEPTED, shown, {"Location": link})


@routes.on(
    "PUT",
    "/templates/<name>/current",
    access=Scope.TEMPLATES,
    about=About(
        {HTTPStatus.OK: Reply(VersionList)},
        body=VersionChoice,
        problems=(*BODY_PROBLEMS, *_KNOWN, "job_conflict"),
        text="Also to go back to an earlier one. It holds until a newer version goes live than all that there are now. "
        "With a `share`, the version is tried beside the current one, until you choose one of the two, or another "
        "version goes live. A batch is made of one version.",
    ),
)
def choose_version(name: str) -> Answer:
    """Choose the version that reports are made of."""
    choice = routes.body(VersionChoice)
    own = bootstrap.service().keep_templates.use(routes.tenant, name, choice.version, share=choice.share)
    return routes.answer(HTTPStatus.OK, representation.template_versions(own, routes.link))


@routes.on(
    "DELETE",
    "/templates/<name>",
    access=Scope.TEMPLATES,
    about=About({HTTPStatus.NO_CONTENT: Reply()}, problems=(*_KNOWN, "legal_hold", "job_conflict")),
)
def delete_template(name: str) -> Answer:
    """Remove a template of your own, with all its versions. Reports that name it fail from then on."""
    bootstrap.service().keep_templates.remove(routes.tenant, name)
    return routes.nothing()


@routes.on(
    "DELETE",
    "/templates/<name>/versions/<number>",
    access=Scope.TEMPLATES,
    about=About({HTTPStatus.NO_CONTENT: Reply()}, problems=(*_KNOWN, "legal_hold", "job_conflict")),
)
def delete_version(name: str, number: str) -> Answer:
    """Remove a version that is not the current one. Its number is not given again."""
    own = _own(name)
    bootstrap.service().keep_templates.remove(routes.tenant, name, _version(own, number).number)
    return routes.nothing()


def _own(name: str) -> OwnTemplate:
    """Return a template of the caller's. Another tenant's is not there."""
    templates = bootstrap.service().templates
    own = templates.own(routes.tenant, name)
    if own is None:
        raise UnknownTemplateError(name, [each.name for each in templates.all_own(routes.tenant)])
    return own


def _version(own: OwnTemplate, number: str) -> TemplateVersion:
    is_number = number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER
    version = own.version(int(number)) if is_number else None
    if version is None:
        raise UnknownTemplateError(f"{own.name}@{number[:20]}", [f"{own.name}@{each.number}" for each in own.versions])
    return version


def _decoded(content: str) -> bytes:
    try:
        return b64decode(content, validate=True)
    except (Error, ValueError):
        fault = Violation("/content", "This is no Base64: send the zip file as it comes from a Base64 encoder.")
        raise InvalidDataError("request", [fault]) from None
