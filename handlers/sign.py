"""Sign rendered PDFs, for the render function alone, which waits for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import logs
from reports import bootstrap
from reports.errors import PressrunError
from reports.jobs.signing import CHECK, SigningOrder, told


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Look at an order or sign a PDF, as the event says; return the signature, or the ``error`` of the order.

    Raises ServiceUnavailableError and faults of ours.
    """
    logger = logs.configure("sign")
    with logs.bound(logger, correlation_id=getattr(context, "aws_request_id", None)):
        signer = bootstrap.service().ports.signer
        try:
            order = SigningOrder.of(event["order"])
            if event["do"] == CHECK:
                signer.check(order)
                return {}
            signature = signer.sign(order)
        except PressrunError as error:
            return told(error)
        logger.info("signed", extra={"tenant": order.tenant, "bytes": signature.size})
        return signature.as_dict()


bootstrap.at_init(bootstrap.service, "ports.signer")
