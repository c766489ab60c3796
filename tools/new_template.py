"""Begin a template: a copy of one of the gallery, or a first design that is inferred of data."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from itertools import islice
from pathlib import Path
from typing import Any

from reports import strict_json
from reports.bootstrap import TEMPLATES
from reports.catalog.catalog import Catalog
from reports.catalog.template_folder import LABELS, MAIN, SAMPLE, SCHEMA
from reports.datasets import ReadingOptions, read_file
from reports.errors import PressrunError
from reports.findings import did_you_mean
from reports.shelf.own_template import NAME
from tools.authoring.inferred import Inferred, as_numbers, inferred_of

GALLERY = TEMPLATES.parent / "gallery"
STYLE = """@import "../_shared/base.css";

h1 { margin-bottom: 6mm }
.facts { display: flex; gap: 2mm 10mm; flex-wrap: wrap }
table { width: 100%; margin-top: 6mm }
"""
_MOST_ROWS = 40


def main(arguments: list[str] | None = None) -> int:
    """Begin. Returns 1 for data that cannot be read, 2 when the command line is not right."""
    parser = argparse.ArgumentParser(prog="python -m tools.new_template", description=__doc__)
    parser.add_argument("name", help="the template's name, which is that of its folder, too")
    parser.add_argument("--from", dest="source", default="letter", help="one of the gallery, or a file of data")
    parser.add_argument("--folder", type=Path, default=Path(), help="where its folder is to be")
    options = parser.parse_args(arguments)
    place = options.folder / options.name
    if not NAME.fullmatch(options.name):
        parser.error("a template's name has up to 40 small letters, digits and dashes")
    if place.exists():
        parser.error(f"{place} is there already")
    gallery = sorted(each.name for each in GALLERY.glob("[a-z]*") if (each / SCHEMA).is_file())
    if options.source in gallery:
        _copy(GALLERY / options.source, place, options.name)
    elif Path(options.source).is_file():
        try:
            _write(place, options.name, *_data_of(Path(options.source)))
        except (PressrunError, ValueError) as error:
            print(f"{options.source}: {error}", file=sys.stderr)
            return 1
    else:
        parser.error(
            f"there is no {options.source!r}: name a file of data, or one of the gallery: {', '.join(gallery)}. "
            f"{did_you_mean(options.source, gallery)}"
        )
    print(f"{place}: {', '.join(sorted(each.name for each in place.iterdir()))}")
    return 0


def _copy(source: Path, place: Path, name: str) -> None:
    shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
    text = (place / SCHEMA).read_text("utf-8")
    title = json.dumps(_words_of(name), ensure_ascii=False)
    (place / SCHEMA).write_text(re.sub(r'("title": )"[^"]*"', lambda found: found[1] + title, text, count=1), "utf-8")


def _data_of(path: Path) -> tuple[dict[str, Any], bool]:
    """Return data, and whether they are the rows of a file. Raises ValueError or PressrunError."""
    if path.suffix.lower() == ".json":
        value = strict_json.parse(path.read_bytes())
        if isinstance(value, dict):
            return value, False
    table = Catalog(TEMPLATES).get("table")
    rows = read_file(path.name, path, ReadingOptions()).data_for(table)[str(table.property)]
    first = [dict(row) for row in islice(rows, _MOST_ROWS)]
    if not first:
        raise ValueError("it has no rows to infer a template of")
    return {"rows": as_numbers(first)}, True


def _write(place: Path, name: str, data: dict[str, Any], are_rows: bool) -> None:
    title = _words_of(name)
    design: Inferred = inferred_of(data, title)
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": f"{title}.",
        "x-pressrun": {"kind": "rows", "property": "rows"} if are_rows else {"kind": "object"},
        **design.schema,
    }
    place.mkdir(parents=True)
    for file, content in ((SCHEMA, schema), (SAMPLE, data), (LABELS, {"en": design.labels})):
        (place / file).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    (place / MAIN).write_text(design.document, "utf-8")
    (place / "style.css").write_text(STYLE, "utf-8")


def _words_of(name: str) -> str:
    return name.replace("-", " ").capitalize()


if __name__ == "__main__":
    sys.exit(main())
