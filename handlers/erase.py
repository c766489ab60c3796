"""Erase all that tenants have who asked for it. Invoked on a schedule."""

from __future__ import annotations

from typing import Any

from handlers import logs, metrics
from reports import bootstrap
from reports.errors import InternalError


def handler(_: object, context: Any) -> dict[str, int]:
    """Return the counts of reports.lifecycle.erase_tenants.ErasureCounts; raise InternalError if there were faults.

    Counts that are not zero also become metrics of CloudWatch. An error of the function is what its alarm watches.
    """
    logger = logs.configure("erase")
    with logs.bound(logger, correlation_id=getattr(context, "aws_request_id", None)):
        counts = bootstrap.service().erase().as_dict()
        metrics.publish(counts, service="erase", function=context.function_name)
        if counts["faults"]:
            # Lambda runs it once more. All that was erased stays so.
            raise InternalError(f"{counts['faults']} erasures failed, or take too long. The log says why.")
        return counts


bootstrap.at_init(bootstrap.service, "erase")
