"""Offer a form by which one file can be uploaded, with its options in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.catalog.shown_as import shown_as
from reports.errors import InvalidOptionsError, Violation
from reports.intake.submit_report import Intake
from reports.jobs import object_keys
from reports.jobs.einvoices import check_einvoice
from reports.jobs.output_request import check_outputs
from reports.jobs.ports import ObjectStore
from reports.jobs.protect_request import check_no_passwords
from reports.jobs.request import ReportOptions

MOST_CHARACTERS = 1_900
"""S3 takes 2 KB of metadata, names included."""

OPTIONS = "pressrun-options"


@dataclass(frozen=True, slots=True)
class OfferedUpload:
    """A form for one file: POST it to ``url`` with all ``fields``. ``key`` is where the file will be."""

    key: str
    url: str
    fields: Mapping[str, str]
    max_bytes: int


class OfferUpload:
    """The offer of forms for uploads. Wrong options of a file are refused here, before the file is sent."""

    def __init__(self, intake: Intake, uploads: ObjectStore, *, seconds: int) -> None:
        self._intake = intake
        self._uploads = uploads
        self._seconds = seconds

    def __call__(
        self, template: str, filename: str, options: ReportOptions, *, tenant: str, content_type: str | None
    ) -> OfferedUpload:
        """Return a form that holds for a while.

        Raises UnknownTemplateError, TemplateNotLiveError, TemplateOutOfOrderError, InvalidOptionsError, OptionError,
        AddressNotAllowedError or ServiceUnavailableError.
        """
        known = self._intake.templates.find(tenant, template).template
        check_no_passwords(options.protect)
        self._intake.check_options(options, tenant)
        check_einvoice(known, options.einvoice)
        check_outputs(known, options.outputs)
        if options.reading is not None:
            shown_as(known, {}, options.reading.of_document())
        # With the version, if one is named: what the file is made into is settled when it has come.
        key = str(object_keys.UploadKey(tenant, template, filename))
        max_bytes = self._intake.quotas.limits_of(tenant).bytes_per_report
        form = self._uploads.presigned_post(
            key,
            content_type=content_type,
            max_bytes=max_bytes,
            seconds=self._seconds,
            metadata=_metadata(options, filename),
        )
        return OfferedUpload(key, form["url"], form["fields"], max_bytes)


def _metadata(options: ReportOptions, filename: str) -> Mapping[str, str]:
    said: dict[str, Any] = options.model_dump(mode="json", exclude_none=True)
    if not said:
        return {}
    # In ASCII: what else stands in a header is not the same everywhere.
    text = json.dumps(said, separators=(",", ":"))
    if len(text) > MOST_CHARACTERS:
        sidecar = object_keys.sidecar_of(filename)
        fault = (
            f"they have {len(text):,} characters as JSON, and the form of an upload takes {MOST_CHARACTERS:,}. "
            f"Upload them as a file first, by the name {sidecar}"
        )
        raise InvalidOptionsError([Violation("/options", fault)])
    return {OPTIONS: text}
