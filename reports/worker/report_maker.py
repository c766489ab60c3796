"""Make a report of input, wherever that comes from; the same for the Lambda and for `make render`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reports import strict_json
from reports.catalog.shown_as import shown_as
from reports.catalog.violations import violations_of
from reports.clock import NEVER, Deadline
from reports.datasets import MAX_ROWS, ReadingOptions, RowsFile, RowsList, einvoice_in, read_file
from reports.errors import InvalidDataError, MalformedMessageError, TooLargeError
from reports.jobs.einvoices import check_einvoice
from reports.jobs.output_request import check_outputs
from reports.jobs.pdf_request import AttachmentRequest
from reports.jobs.reading_request import ReadingRequest
from reports.jobs.request import ReportRequest
from reports.render_contract import (
    EINVOICE,
    NOTHING,
    Finish,
    Output,
    ProgressListener,
    RenderContext,
    RenderedReport,
    Renderer,
    RenderRequest,
    Template,
)
from reports.shelf.templates import ProductTemplates
from reports.worker.attachments import attachments_of_file, attachments_of_request
from reports.worker.unused_options import unused_options

INFERRED = ReadingRequest()
"""Nothing said: all is inferred."""


class ReportMaker:
    """Read, validate and render."""

    def __init__(self, templates: ProductTemplates, renderer: Renderer) -> None:
        self._templates = templates
        self._renderer = renderer

    def from_request(
        self,
        body: bytes,
        context: RenderContext,
        *,
        output: Output,
        version: int | None = None,
        checks_template: bool = False,
        finish: Finish = NOTHING,
        progress: ProgressListener | None = None,
        deadline: Deadline = NEVER,
        max_rows: int = MAX_ROWS,
    ) -> RenderedReport:
        """Render a kept request: the JSON of ``{template, data, options}``.

        ``version`` is that of a template of the tenant's own, as it was settled when the job was admitted.
        """
        request = parse_request(body)
        found = self._templates.find(context.tenant, request.template, version, is_settled=True)
        template = found.template
        check_einvoice(template, context.einvoice)
        check_outputs(template, finish.outputs)
        given = found.filled(request.data)
        found.catalog.validate(template, given)
        rows = None if template.property is None else given.get(template.property)
        if isinstance(rows, list) and len(rows) > max_rows:
            raise TooLargeError(
                f"The request has {len(rows):,} rows, and may have {max_rows:,}. Split it.",
                max_rows=max_rows,
            )
        attachments = attachments_of_request(request.options.attach or (), template, request.data)
        context = replace(context, attachments=attachments, look=found.look)
        said = request.options.reading or INFERRED
        data = dict(found.filled(shown_as(template, request.data, said.of_document())))
        if template.understands and isinstance(rows, list):
            data[str(template.property)] = RowsList(rows, _options(said, context))
        report = self._renderer.render(
            RenderRequest(template, data, context, deadline, finish=finish, checks_template=checks_template),
            output=output,
            progress=progress,
        )
        return _with_unused(_noted(report, finish), said.of_file(), template, None)

    def from_file(
        self,
        name: str,
        path: Path,
        template: str,
        context: RenderContext,
        *,
        output: Output,
        version: int | None = None,
        said: ReadingRequest | None = None,
        attach: Sequence[AttachmentRequest] = (),
        finish: Finish = NOTHING,
        progress: ProgressListener | None = None,
        deadline: Deadline = NEVER,
        max_rows: int = MAX_ROWS,
    ) -> RenderedReport:
        """Render an uploaded file. Its rows are read and validated only while they are rendered."""
        found = self._templates.find(context.tenant, template, version, is_settled=True)
        wanted = found.template  # first, for a file in a wrong folder may be of a wrong kind, too
        check_einvoice(wanted, context.einvoice)
        check_outputs(wanted, finish.outputs)
        said = said or INFERRED
        attachments = attachments_of_file(attach, name.rsplit("/", 1)[-1], path)
        context = replace(context, attachments=attachments, look=found.look)
        invoice = einvoice_in(path) if wanted.einvoices else None
        if invoice is not None:
            data: dict[str, Any] = {EINVOICE: invoice}
        else:
            data = read_file(name, path, _options(said, context)).data_for(wanted)
        data = dict(found.filled(shown_as(wanted, data, said.of_document())))
        rows = data.get(wanted.property) if wanted.property is not None else None
        if wanted.property is not None and isinstance(rows, RowsFile):
            schema = found.catalog.validate_around_rows(wanted, data)
            data = {**data, wanted.property: rows.at_most(max_rows).checked_by(schema)}
        else:
            found.catalog.validate(wanted, data)
        request = RenderRequest(wanted, data, context, deadline, finish=finish)
        report = self._renderer.render(request, output=output, progress=progress)
        file_format = report.reading.get("format") if isinstance(rows, RowsFile) else None
        return _with_unused(_noted(report, finish), said.of_file(), wanted, file_format)

    def knows(self, template: str, version: int | None = None) -> bool:
        """Tell whether there is such a template."""
        return self._templates.knows(template, version)

    def sha256_of(self, template: str, tenant: str = "", version: int | None = None) -> str:
        """Return the digest of a template's files. Raises UnknownTemplateError."""
        return self._templates.find(tenant, template, version, is_settled=True).sha256


def _options(said: ReadingRequest, context: RenderContext) -> ReadingOptions:
    return ReadingOptions(**said.of_file(), locale=context.locale)


def _noted(report: RenderedReport, finish: Finish) -> RenderedReport:
    return replace(report, finish=finish.facts())


def _with_unused(
    report: RenderedReport, given: Mapping[str, Any], template: Template, file_format: str | None
) -> RenderedReport:
    unused = unused_options(given, file_format, is_understood=template.understands)
    return replace(report, warnings=(*report.warnings, *unused))


def parse_request(body: bytes | str) -> ReportRequest:
    """Read a request. Raises MalformedMessageError when it is not JSON, InvalidDataError when it is not a request."""
    try:
        content = strict_json.parse(body, exact=True)
    except ValueError as error:
        raise MalformedMessageError(f"The request is not JSON: {error}.") from None
    try:
        return ReportRequest.model_validate(content)
    except ValidationError as error:
        raise InvalidDataError("request", violations_of(error)) from None
