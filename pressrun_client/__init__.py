"""Ask a Pressrun service for reports, from Python or from the command line ``pressrun``.

::

    from pressrun_client import Client

    with Client("https://…/prod", api_key="pr_live_…") as client:
        report = client.wait(client.submit("invoice", data))
        report.raise_for_failure()
        client.download(report, "invoice.pdf")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pressrun_client.version import __version__

if TYPE_CHECKING:
    from pressrun_client.client import Client
    from pressrun_client.config import Connection, connection
    from pressrun_client.deliveries import Delivery, DeliveryAttempt, PlannedDelivery
    from pressrun_client.errors import (
        ConfigurationError,
        ConflictError,
        InputError,
        NotAllowedError,
        NotFoundError,
        NotOverError,
        PressrunError,
        Problem,
        RateLimitedError,
        RefusedError,
        ServiceError,
        ServiceFaultError,
        TransferError,
        UnexpectedAnswerError,
        UnreachableError,
        Violation,
    )
    from pressrun_client.me import Caller, Limits, Used
    from pressrun_client.model import (
        Accepted,
        Artifact,
        Event,
        Failure,
        Progress,
        Report,
        ReportFailedError,
        Status,
        Thumbnail,
    )
    from pressrun_client.outcomes import Batch, ItemOutcome, ManyOutcome, Retried, Uploaded
    from pressrun_client.own_templates import Finding, TemplateVersion
    from pressrun_client.receipts import Receipt
    from pressrun_client.signatures import SignatureError
    from pressrun_client.templates import Template, TemplateSummary
    from pressrun_client.timing import Deadline, RetryPolicy
    from pressrun_client.usage import Usage, UsageEntry
    from pressrun_client.verification import Verdict, Verified, verify

_MODULES = (
    *("client", "config", "deliveries", "errors", "me", "model", "outcomes", "own_templates", "receipts"),
    *("signatures", "templates", "timing", "usage", "verification"),
)


def __getattr__(name: str) -> Any:
    """Load what is named when it is asked for: loading all of it takes as long as a command that only looks."""
    if name in __all__:
        for module in (import_module(f"{__name__}.{each}") for each in _MODULES):
            if name in vars(module) and getattr(vars(module)[name], "__module__", None) == module.__name__:
                return vars(module)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Accepted",
    "Artifact",
    "Batch",
    "Caller",
    "Client",
    "ConfigurationError",
    "ConflictError",
    "Connection",
    "Deadline",
    "Delivery",
    "DeliveryAttempt",
    "Event",
    "Failure",
    "Finding",
    "InputError",
    "ItemOutcome",
    "Limits",
    "ManyOutcome",
    "NotAllowedError",
    "NotFoundError",
    "NotOverError",
    "PlannedDelivery",
    "PressrunError",
    "Problem",
    "Progress",
    "RateLimitedError",
    "Receipt",
    "RefusedError",
    "Report",
    "ReportFailedError",
    "Retried",
    "RetryPolicy",
    "ServiceError",
    "ServiceFaultError",
    "SignatureError",
    "Status",
    "Template",
    "TemplateSummary",
    "TemplateVersion",
    "Thumbnail",
    "TransferError",
    "UnexpectedAnswerError",
    "UnreachableError",
    "Uploaded",
    "Usage",
    "UsageEntry",
    "Used",
    "Verdict",
    "Verified",
    "Violation",
    "__version__",
    "connection",
    "verify",
]
