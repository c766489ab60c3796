"""Keep an entry of the audit log for each answer that changes something, or hands out files of reports."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from handlers.http.route_table import Answer
from reports import bootstrap
from reports.access.audit import AuditEntry
from reports.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from handlers.http.routing import Routes

log = logging.getLogger("reports.handlers.audit")


def keep(routes: Routes, action: str, parameters: Mapping[str, str], answer: Answer) -> None:
    """Keep the entry of an answer, if it is to have one.

    Raises ServiceUnavailableError when a file would be handed out without an entry. Other requests have been carried
    out by now, so that their entries stand in the function's own log then.
    """
    if action.startswith("GET ") and not routes.handed_out:
        return
    reports = {*routes.handed_out, *_named_in(answer), *(parameters[n] for n in ("report_id",) if n in parameters)}
    entry = AuditEntry(
        bootstrap.service().ports.clock.now(),
        routes.tenant,
        routes.identity.subject,
        action,
        tuple(sorted(reports)),
        {"status": answer.status_code, "hands_out": bool(routes.handed_out), "correlation_id": routes.correlation_id},
    )
    try:
        bootstrap.service().ports.audit.append(entry)
    except ServiceUnavailableError:
        if routes.handed_out:
            raise
        log.exception("an entry of the audit log could not be kept", extra={"entry": entry.as_dict()})


def _named_in(answer: Answer) -> Iterator[str]:
    """Yield the ids of reports that an answer names."""
    if answer.content_type != "application/json" or answer.body is None:
        return
    match json.loads(answer.body):
        case {"id": str(report_id), "status": str()}:
            yield report_id
        case {"items": [*items]}:
            yield from (item["id"] for item in items if "id" in item)
        case {"ids": [*ids]}:
            yield from (str(each) for each in ids)
