"""Bring messages back from the dead-letter queue. Invoked by hand: see `make redrive`."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from handlers import logs
from reports import bootstrap
from reports.lifecycle.redrive import RedriveOrder


def handler(event: object, context: Any) -> dict[str, Any]:
    """Return the counts ``{inspected, redriven, skipped, failed}``, or ``{error}`` for an order that makes no sense."""
    logger = logs.configure("redrive")
    with logs.bound(logger, correlation_id=getattr(context, "aws_request_id", None)):
        try:
            order = RedriveOrder.model_validate(event)
        except ValidationError as error:
            return {"error": [f"{'.'.join(map(str, e['loc'])) or 'order'}: {e['msg']}" for e in error.errors()]}
        return dict(bootstrap.service().redrive(order).as_dict())


bootstrap.at_init(bootstrap.service, "redrive")
