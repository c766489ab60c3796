"""The answers of the API. These are types alone: representation makes what they describe, OpenAPI is made of them.

The words that they use are published with them.
"""

from handlers.http.answers.assets import FullAsset, ShownAsset
from handlers.http.answers.batches import Batch, BatchAcceptedItem, BatchLinks, BatchRefusedItem, RetriedReports
from handlers.http.answers.callers import Caller, CallerLimits, CallerUse, Health
from handlers.http.answers.deliveries import (
    DeliveredEvent,
    DeliveryAttempt,
    DeliveryLinks,
    DeliveryList,
    PlannedDelivery,
    ShownDelivery,
)
from handlers.http.answers.problems import FieldError, ProblemDocument
from handlers.http.answers.receipts import (
    FullReceipt,
    Receipt,
    ReceiptFile,
    ReceiptInput,
    ReceiptKey,
    ReceiptKeySet,
    ReceiptPdf,
    ReceiptStandard,
    ReceiptTemplate,
    ReceiptTimes,
)
from handlers.http.answers.reports import (
    AcceptedReport,
    FullReport,
    QueuedLinks,
    QueuedReport,
    ReadColumn,
    ReadSection,
    ReportArtifact,
    ReportError,
    ReportLinks,
    ReportList,
    ReportPause,
    ReportProgress,
    ReportProvenance,
    ReportReading,
    ReportSummary,
    ReportThumbnail,
    ReportWarning,
    StatusCounts,
    Timeline,
    TimelineEntry,
)
from handlers.http.answers.templates import FullTemplate, TemplateLinks, TemplateList, TemplateSummary, UploadForm
from handlers.http.answers.tenants import ErasureProof, ShownErasure
from handlers.http.answers.usage import PriceList, Usage, UsageEntry
from reports.access.identity import Scope
from reports.delivery.delivery import Channel, DeliveryFault, DeliveryStatus
from reports.jobs.values import Door, JobStatus
from reports.render_contract import InputKind

__all__ = [
    "AcceptedReport",
    "Batch",
    "BatchAcceptedItem",
    "BatchLinks",
    "BatchRefusedItem",
    "Caller",
    "CallerLimits",
    "CallerUse",
    "Channel",
    "DeliveredEvent",
    "DeliveryAttempt",
    "DeliveryFault",
    "DeliveryLinks",
    "DeliveryList",
    "DeliveryStatus",
    "Door",
    "ErasureProof",
    "FieldError",
    "FullAsset",
    "FullReceipt",
    "FullReport",
    "FullTemplate",
    "Health",
    "InputKind",
    "JobStatus",
    "PlannedDelivery",
    "PriceList",
    "ProblemDocument",
    "QueuedLinks",
    "QueuedReport",
    "ReadColumn",
    "ReadSection",
    "Receipt",
    "ReceiptFile",
    "ReceiptInput",
    "ReceiptKey",
    "ReceiptKeySet",
    "ReceiptPdf",
    "ReceiptStandard",
    "ReceiptTemplate",
    "ReceiptTimes",
    "ReportArtifact",
    "ReportError",
    "ReportLinks",
    "ReportList",
    "ReportPause",
    "ReportProgress",
    "ReportProvenance",
    "ReportReading",
    "ReportSummary",
    "ReportThumbnail",
    "ReportWarning",
    "RetriedReports",
    "Scope",
    "ShownAsset",
    "ShownDelivery",
    "ShownErasure",
    "StatusCounts",
    "TemplateLinks",
    "TemplateList",
    "TemplateSummary",
    "Timeline",
    "TimelineEntry",
    "UploadForm",
    "Usage",
    "UsageEntry",
]
