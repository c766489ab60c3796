"""Render one report on this machine, through the same code as the Lambda and without AWS."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from reports import bootstrap
from reports.catalog import Catalog
from reports.engine.rendering_process import RendererUnavailableError
from reports.errors import PressrunError
from reports.model import RenderContext
from reports.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """Render. Returns 1 with the code and the reason on bad input, 2 when the command line is not right."""
    parser = argparse.ArgumentParser(prog="python -m tools.render", description=__doc__)
    parser.add_argument("--template", required=True, help="name of a folder below templates/")
    parser.add_argument("--data", required=True, type=Path, help="CSV, Excel, JSON, JSON Lines, JPEG, PNG or WebP")
    parser.add_argument("--out", required=True, type=Path, help="the PDF; other files are put beside it")
    parser.add_argument("--locale", default="en")
    parser.add_argument("--title")
    options = parser.parse_args(arguments)
    if not options.template or options.data == Path() or options.out == Path():
        parser.error("say what to render: make render TEMPLATE=table DATA=orders.csv OUT=orders.pdf")
    # What the engine logs is for operators; the reason is printed below.
    logging.getLogger("reports").addHandler(logging.NullHandler())
    try:
        with options.data.open("rb") as data:
            size = data.seek(0, os.SEEK_END)
    except OSError as error:
        parser.error(f"--data {options.data}: {error.strerror}")
    if size > Settings.max_upload_bytes:
        print(f"too_large: {options.data} has more than {Settings.max_upload_bytes:,} bytes.", file=sys.stderr)
        return 1
    context = RenderContext(
        job_id="local",
        created_at=datetime.now(UTC),
        locale=options.locale,
        title=options.title,
        source=options.data.name,
    )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = options.out.with_name(f".{options.out.name}.part")
    try:
        with bootstrap.report_maker(Catalog(bootstrap.TEMPLATES)) as maker, unfinished.open("wb") as file:
            report = maker.from_file(options.data.name, options.data, options.template, context, output=file.write)
        unfinished.replace(options.out)
    except PressrunError as error:
        print(f"{error.code}: {error.message}", file=sys.stderr)
        return 1
    except RendererUnavailableError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        unfinished.unlink(missing_ok=True)
    print(f"{options.out}: {report.pages} page{'s' if report.pages > 1 else ''}, {report.size:,} bytes")
    for file in report.files:
        beside = options.out.with_name(f"{options.out.stem}-{file.name}")
        beside.write_bytes(file.body)
        print(f"{beside}: {len(file.body):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
