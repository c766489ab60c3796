"""Log one JSON line per step, bound to the request and the job that it is about.

Modules log by ``logging.getLogger(__name__)`` with facts in ``extra``; this module makes JSON of it. Facts are ids,
codes, counts and durations: never data of a report, file names, tokens or presigned URLs.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from aws_lambda_powertools import Logger

from handlers import metrics, tracing
from reports.jobs.log_lines import ENDS, facts_of_lines

_ACCEPTED = "accepted"


@cache
def configure(function: str) -> Logger:
    """Send the logs of all of Pressrun's modules to the standard output, once per process."""
    # Powertools names its logger after the service; as "reports" it is the parent of our modules' loggers.
    logger = Logger(service="reports", use_rfc3339=True)
    # On Lambda, Powertools takes the level of Lambda's own filter, which has to let the lines of metrics through.
    logging.getLogger(logger.name).setLevel((os.environ.get("POWERTOOLS_LOG_LEVEL") or "INFO").upper())
    # They are metrics, too.
    logging.getLogger(ENDS).setLevel(logging.INFO)
    logger.registered_handler.addFilter(_complete)
    logger.append_keys(service="pressrun", function=function)
    return logger


def _complete(record: logging.LogRecord) -> bool:
    """Add to a line the job that it is about, and to one that counts its metrics."""
    added = {name: value for name, value in facts_of_lines().items() if name not in record.__dict__}
    if record.name == ENDS:
        added |= metrics.of_end(record.__dict__, at=record.created)
    record.__dict__.update(added)
    if record.name == ENDS or (record.msg == _ACCEPTED and "job_id" in record.__dict__):
        tracing.annotate(record.__dict__, at=record.created)
    return True


@contextmanager
def bound(logger: Logger, **facts: str | None) -> Iterator[None]:
    """Add facts to every line logged inside."""
    known = {name: value for name, value in facts.items() if value}
    with logger.append_context_keys(**known):
        yield
