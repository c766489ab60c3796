"""Make a template of an HTML page that was written for another program, and say what does not carry over."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from reports import bootstrap
from reports.catalog.template_folder import is_template
from tools import check
from tools.authoring.importing.page import NotImportableError, files_of

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def main(arguments: list[str] | None = None) -> int:
    """Import, then check. Returns 1 if there is something to mend, 2 when the command line is not right."""
    parser = argparse.ArgumentParser(prog="python -m tools.import_page", description=__doc__)
    parser.add_argument("page", type=Path, metavar="PAGE", help="the HTML file")
    parser.add_argument("--name", help="how the template is called; by default like the file")
    parser.add_argument("--folder", type=Path, default=bootstrap.TEMPLATES, help="the folder that has the templates")
    parser.add_argument("--read-only", action="store_true", help="render nothing")
    options = parser.parse_args(arguments)
    name = options.name or re.sub(r"[^A-Za-z0-9._-]+", "-", options.page.stem).strip("-.")
    if not options.page.is_file():
        parser.error(f"there is no file {options.page}")
    if not _NAME.fullmatch(name):
        parser.error("a template's name has up to 64 letters, digits, `.`, `-` and `_`: give one by --name")
    folder = options.folder / name
    if is_template(folder) or folder.exists():
        parser.error(f"there is a folder {folder} already: give another --name, or remove it")
    notes: dict[str, None] = {}
    try:
        files = files_of(
            options.page, name.replace("-", " ").replace("_", " ").capitalize(), lambda x: notes.setdefault(x)
        )
    except NotImportableError as error:
        print(error, file=sys.stderr)
        return 1
    folder.mkdir(parents=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    print(f"{folder}: {', '.join(files)}")
    for note in notes:
        print(f"  does not carry over: {note}")
    read_only = ["--read-only"] if options.read_only else []
    return check.main([name, f"--folder={options.folder}", *read_only])


if __name__ == "__main__":
    sys.exit(main())
