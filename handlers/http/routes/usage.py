"""Show what a tenant's reports have taken, and about what that cost."""

from __future__ import annotations

import re
from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from handlers.http import problems, representation
from handlers.http.answers import Usage
from handlers.http.openapi_notes import About, Reply
from handlers.http.route_table import Answer
from handlers.http.routing import Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.access.usage import by_day, by_template

MOST_DAYS = 366
_DAYS = 30

routes = Routes("usage")


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: str) -> str:
    # Pydantic takes seconds since 1970, too, which the API's document does not.
    if not _DAY.fullmatch(value):
        raise ValueError("is no day such as 2026-11-30")
    return value


Day = Annotated[date | None, BeforeValidator(_day)]


class UsageQuery(BaseModel):
    """The query of usage. Both days count; they are those of UTC."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["template", "day"] = "template"
    since: Annotated[Day, Field(description="The first day; by default, 29 days before the last one.")] = None
    until: Annotated[Day, Field(description="The last day; by default today.")] = None


@routes.on(
    "GET",
    "/usage",
    access=Scope.READ,
    about=About(
        {HTTPStatus.OK: Reply(Usage)},
        query=UsageQuery,
        problems=("invalid_data",),
        text="An estimate by AWS's list prices: docs/cost.md says what is in it. Of the caller's tenant alone. It lags "
        "behind by the attempts that run, and goes back 400 days.",
    ),
)
def get_usage() -> Answer:
    """Sum up the reports of some days, by template or by day."""
    query = routes.query(UsageQuery)
    quotas = bootstrap.service().quotas
    until = query.until or quotas.today()
    since = query.since or until - timedelta(days=_DAYS - 1)
    if not 0 <= (until - since).days < MOST_DAYS:
        raise problems.invalid(f"since has to be before until, and at most {MOST_DAYS} days.", [])
    uses = quotas.uses(routes.tenant, since, until)
    sums = by_template(uses) if query.by == "template" else by_day(uses)
    return routes.answer(HTTPStatus.OK, representation.usage(query.by, sums, since, until))
