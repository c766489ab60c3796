"""Render one report on this machine, through the same code as the Lambda and without AWS."""

from __future__ import annotations

import argparse
import json
import logging
import os
import runpy
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reports import bootstrap, strict_json
from reports.bootstrap.settings import Settings
from reports.catalog.catalog import Catalog
from reports.catalog.violations import violations_of
from reports.engine.sandbox.child_process import RendererUnavailableError
from reports.errors import InvalidOptionsError, PressrunError, Violation
from reports.jobs.request import ReportOptions
from reports.jobs.written_options import merged, options_of_texts
from reports.locales import check_locale
from reports.picture_formats import PICTURE_NAMES
from reports.render_contract import Finish, RenderedReport
from reports.worker.finishing import outputs_of, protection_of
from reports.worker.render_context import DEFAULT_LOCALE, context_of
from tools.authoring.told import finding_of


def main(arguments: list[str] | None = None) -> int:
    """Render. Returns 1 with the code and the reason on bad input, 2 when the command line is not right."""
    parser = argparse.ArgumentParser(prog="python -m tools.render", description=__doc__)
    parser.add_argument("--template", required=True, help="name of a folder below templates/")
    parser.add_argument("--folder", type=Path, default=bootstrap.TEMPLATES, help="the folder that has the templates")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, help=f"CSV, Excel, JSON, JSON Lines, {PICTURE_NAMES}")
    what.add_argument("--sample", action="store_true", help="the template's own sample, marked as such on each page")
    parser.add_argument("--out", required=True, type=Path, help="the PDF; other files are put beside it")
    parser.add_argument("--locale")
    parser.add_argument("--title")
    parser.add_argument("--options", type=Path, help="a file with the report's options as JSON")
    parser.add_argument("--options-json", default="{}", metavar="JSON", help="the same, itself")
    parser.add_argument("--option", action="append", default=[], help="one option: NAME=VALUE, such as header-row=2")
    parser.add_argument("--json", action="store_true", help="say it in JSON, for programs")
    options = parser.parse_args(arguments)
    if not options.template or options.data == Path() or options.out == Path():
        parser.error("say what to render: make render TEMPLATE=table DATA=orders.csv OUT=orders.pdf")
    with _unlogged():
        return _render(options, parser)


def _render(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    catalog = Catalog(options.folder.resolve())
    try:
        said = _said(options)
        check_locale(said.locale or DEFAULT_LOCALE)
        if options.sample:
            options.data = catalog.get(options.template).folder / "sample.json"
    except PressrunError as error:
        return _failed(error.code, error.message, as_json=options.json)
    try:
        with options.data.open("rb") as data:
            size = data.seek(0, os.SEEK_END)
    except OSError as error:
        parser.error(f"--data {options.data}: {error.strerror}")
    if size > Settings.max_upload_bytes:
        message = f"{options.data} has more than {Settings.max_upload_bytes:,} bytes."
        return _failed("too_large", message, as_json=options.json)
    try:
        report = _written(options, said, catalog)
    except PressrunError as error:
        status = _failed(error.code, error.message, error.reading, as_json=options.json)
        if not options.json and (finding := finding_of(error, bootstrap.TEMPLATES)) is not None:
            print("\n".join(finding.lines()), file=sys.stderr)
        return status
    except RendererUnavailableError as error:
        return _failed("renderer_unavailable", str(error), as_json=options.json)
    made = {options.out: report.size, **_written_beside(options.out, report)}
    if options.json:
        files = [{"path": str(path), "bytes": size} for path, size in made.items()]
        facts = {"warnings": list(map(dict, report.warnings)), "reading": dict(report.reading)}
        print(json.dumps({"pages": report.pages, "files": files, **facts}))
    else:
        _tell(report, made, options.out)
    return 0


def _written(options: argparse.Namespace, said: ReportOptions, catalog: Catalog) -> RenderedReport:
    """Write the PDF, which has its name only when it is whole. Raises PressrunError, RendererUnavailableError."""
    options.out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = options.out.with_name(f".{options.out.name}.part")
    try:
        _check_no_assets(said)
        protection = protection_of(said.protect, "", None) if said.protect else None
        source = "" if options.sample else options.data.name
        context = context_of(
            said, job_id="local", created_at=datetime.now(UTC), source=source, is_sample=options.sample
        )
        with bootstrap.report_maker(catalog) as maker, unfinished.open("wb") as file:
            report = maker.from_file(
                options.data.name,
                options.data,
                options.template,
                context,
                output=file.write,
                said=said.reading,
                attach=said.attach or (),
                finish=Finish(protection=protection, outputs=outputs_of(said)),
            )
        unfinished.replace(options.out)
    finally:
        unfinished.unlink(missing_ok=True)
    return report


def _written_beside(pdf: Path, report: RenderedReport) -> dict[Path, int]:
    """Write the report's other files. Returns their sizes."""
    files = {pdf.with_name(f"{pdf.stem}-{file.name}"): file.body for file in report.files}
    return {path: path.write_bytes(body) for path, body in files.items()}


def _said(options: argparse.Namespace) -> ReportOptions:
    """Return the report's options. Of those for the same thing, the one that was given by itself wins.

    Raises InvalidOptionsError.
    """
    texts = dict(each.partition("=")[::2] for each in options.option)
    named = {name: text for name in ("locale", "title") if (text := getattr(options, name)) is not None}
    place = str(options.options) if options.options is not None else "the command"
    try:
        written = options.options_json if options.options is None else options.options.read_bytes()
        whole = strict_json.parse(written)
        if not isinstance(whole, dict):
            raise ValueError("it holds no JSON object")  # noqa: TRY004 - told as what is no JSON
        return ReportOptions.model_validate(merged(whole, options_of_texts({**texts, **named})))
    except OSError as error:
        raise InvalidOptionsError([Violation("", f"it cannot be read: {error.strerror}")], place) from None
    except ValidationError as error:
        raise InvalidOptionsError(violations_of(error), place) from None
    except ValueError as error:
        raise InvalidOptionsError([Violation("", str(error))], place) from None


def _check_no_assets(said: ReportOptions) -> None:
    for pointer, _ in said.assets:
        raise InvalidOptionsError([Violation(pointer, "there are no assets here: leave this out")])


def _tell(report: RenderedReport, made: Mapping[Path, int], pdf: Path) -> None:
    for path, size in made.items():
        pages = f"{report.pages} page{'s' if report.pages > 1 else ''}, " if path == pdf else ""
        print(f"{path}: {pages}{size:,} bytes")
    for line in _reading_lines(report.reading):
        print(f"  {line}")
    for warning in report.warnings:
        print(f"Warning: {warning['message']}", file=sys.stderr)


def _reading_lines(reading: Mapping[str, Any]) -> Iterator[str]:
    # By its path: the package of the command line wants requests, which the engine's own installation lacks.
    place = Path(__file__).resolve().parents[1] / "pressrun_client" / "reading_lines.py"
    lines: Callable[[Mapping[str, Any]], Iterator[str]] = runpy.run_path(str(place))["reading_lines"]
    yield from lines(reading)


@contextmanager
def _unlogged() -> Iterator[None]:
    """Print nothing of what the engine logs, which is for operators: the reason is printed after it."""
    logger, nothing = logging.getLogger("reports"), logging.NullHandler()
    logger.addHandler(nothing)
    try:
        yield
    finally:
        # A function that is configured in this process later takes the first handler for its own.
        logger.removeHandler(nothing)


def _failed(code: str, message: str, reading: Mapping[str, Any] | None = None, *, as_json: bool) -> int:
    known = {"reading": dict(reading)} if reading else {}
    text = json.dumps({"error": {"code": code, "message": message}, **known}) if as_json else f"{code}: {message}"
    print(text, file=sys.stderr)
    if not as_json:
        for line in _reading_lines(reading or {}):
            print(f"  {line}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
