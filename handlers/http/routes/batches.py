"""Ask for many reports at once, each of which is accepted or refused for itself."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handlers.http import problems, representation
from handlers.http.answers import Batch
from handlers.http.openapi_notes import About, Reply
from handlers.http.problems import Problem
from handlers.http.route_table import Answer
from handlers.http.routing import BODY_PROBLEMS, POLL, Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.errors import PressrunError
from reports.intake.submit_batch import AcceptedItem, BatchOutcome
from reports.jobs.request import BatchItem

MOST_ITEMS = 1000

routes = Routes("batches")


class BatchRequest(BaseModel):
    """A batch, its items as they came."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    items: Annotated[list[Any], Field(min_length=1, max_length=MOST_ITEMS)]


@routes.on(
    "POST",
    "/reports/batch",
    access=Scope.SUBMIT,
    about=About(
        {HTTPStatus.ACCEPTED: Reply(Batch, headers=("Location", "Retry-After"))},
        body=BatchRequest,
        problems=(*BODY_PROBLEMS, "nothing_accepted"),
        text="Each item is accepted or refused for itself. Where none was accepted, the answer is a problem.",
    ),
)
def create_batch() -> Answer:
    """Accept requests for reports, item by item."""
    read = [_item(raw) for raw in routes.body(BatchRequest).items]
    outcome = bootstrap.service().submit_batch(
        [item for item in read if isinstance(item, BatchItem)],
        tenant=routes.tenant,
        correlation_id=routes.correlation_id,
    )
    left = iter(outcome.items)
    ends = [item if isinstance(item, Problem) else _end(next(left)) for item in read]
    shown = [{"index": index, **_shown(end)} for index, end in enumerate(ends)]
    refused = [end for end in ends if isinstance(end, Problem)]
    if len(refused) == len(ends):
        raise _nothing_accepted(refused, shown)
    batch = _batch_of(outcome)
    content = {
        "batch": batch,
        "total": len(shown),
        "accepted": len(shown) - len(refused),
        "refused": len(refused),
        "items": shown,
        "links": {"reports": routes.link("/reports", batch=batch)},
    }
    return routes.answer(HTTPStatus.ACCEPTED, content, {"Location": routes.link("/reports", batch=batch), **POLL})


def _nothing_accepted(refused: list[Problem], shown: list[dict[str, Any]]) -> Problem:
    # What a fault has refused may be accepted another time.
    is_faulty = any(problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR for problem in refused)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_faulty else HTTPStatus.UNPROCESSABLE_ENTITY
    return Problem(status, "nothing_accepted", "No item was accepted: see items.", more={"items": shown})


def _item(raw: object) -> BatchItem | Problem:
    try:
        return BatchItem.model_validate(raw)
    except ValidationError as error:
        return problems.of_validation(error)


def _end(outcome: AcceptedItem | PressrunError) -> AcceptedItem | Problem:
    return outcome if isinstance(outcome, AcceptedItem) else problems.of_error(outcome)


def _shown(end: AcceptedItem | Problem) -> dict[str, Any]:
    if isinstance(end, AcceptedItem):
        return representation.accepted_item(end.job_id, routes.link)
    return {"status": int(end.status), "problem": problems.in_short(end).body(routes.correlation_id)}


def _batch_of(outcome: BatchOutcome) -> str:
    """Return the batch by which to look for the jobs: a batch that is sent once more is the one that it was before."""
    batches = {end.batch for end in outcome.items if isinstance(end, AcceptedItem)}
    only = batches.pop() if len(batches) == 1 else None
    return only or outcome.batch
