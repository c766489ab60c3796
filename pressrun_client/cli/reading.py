"""The options of a report: on its own, and on how its data are read and shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from pressrun_client.cli.input import read
from pressrun_client.errors import InputError

_READING: Mapping[str, tuple[str, str]] = {
    "encoding": ("NAME", "Encoding of a text file, such as utf-8 or cp1252."),
    "delimiter": ("CHAR", "The character between the cells of CSV, or tab, or space."),
    "quote": ("CHAR", "The character around cells that contain the delimiter, or none."),
    "header-row": ("NUMBER", "The line that names the columns, or none."),
    "sheet": ("NAME", "The one sheet of a workbook to print: its name or number."),
    "decimal": ("MARK", "The decimal mark of numbers: . or ,"),
    "date-order": ("ORDER", "What 03/04/2026 means: dmy, mdy or ymd."),
    "columns": ("KEYS", "The columns to print, with commas between them."),
    "group-by": ("KEY", "The column that gathers rows of the same value."),
    "sort": ("KEYS", "The columns that order the rows; -KEY for descending values."),
    "sums": ("KEYS", "The columns to sum, or all, or none."),
    "orientation": ("WAY", "How the paper lies: portrait or landscape."),
    "paper": ("SIZE", "The size of the paper, such as A4 or Letter."),
}

_YES_NO: Mapping[str, bool] = {"all": True, "true": True, "yes": True, "none": False, "false": False, "no": False}

_REPORT: Mapping[str, tuple[str, str]] = {
    "filename": ("NAME", "Name of the PDF."),
    "title": ("TEXT", "Title in the document and in its metadata."),
    "locale": ("TAG", "Language and region of dates, numbers and labels, such as en-GB."),
    "accessibility": ("HOW", "When the PDF cannot claim PDF/UA-1: required (fail), warn, or off (no structure)."),
    "pdf-variant": ("PART", "Part and level of PDF/A, for archives, such as pdf/a-3a."),
    "pdf-ua": ("YES", "Whether it has to be accessible (PDF/UA-1): yes, or no (it claims nothing)."),
    "attach": ("SOURCES", "Put into the PDF: data, csv, or both with a comma between them."),
    "einvoice": (
        "FORM",
        "Electronic invoice: facturx-basic, -en16931, -extended, xrechnung, xrechnung-ubl, or peppol-bis-3.",
    ),
    "replaces": ("KEY", "A key that you choose: `get --latest KEY` finds its latest report."),
    "email": ("ADDRESS", "Send an e-mail to this address when the report has ended."),
    "webhook": ("URL", "Call this webhook when the report has ended."),
}
_NOTIFY = ("email", "webhook")
_PDF = "pdf-"
_OPTIONS = "options"

Command = TypeVar("Command", bound=Callable[..., Any])


def names_report(command: Command) -> Command:
    """Give a command the options on the report itself, and ``--options``. It gets them as ``options``."""
    return _with_options(_REPORT, _from_file(command))


def reads(command: Command) -> Command:
    """Give a command the options on how data are read and shown. It gets them as ``options``."""
    return _with_options(_READING, command)


def _from_file(command: Command) -> Command:
    return click.option(
        "--options",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        expose_value=False,
        is_eager=True,
        callback=_read_file,
        help="A file with options as JSON, as POST /reports takes them. Other options win over it.",
    )(command)


def _read_file(context: click.Context, _: click.Parameter, file: Path | None) -> None:
    options = {} if file is None else _options_in(file)
    context.params[_OPTIONS] = merged(options, context.params.get(_OPTIONS, {}))


def _options_in(file: Path) -> dict[str, Any]:
    """Read options of a file. Raises InputError."""
    try:
        options = json.loads(read(file).decode("utf-8-sig"))
    except (ValueError, RecursionError):
        options = None
    if not isinstance(options, dict):
        raise InputError(f'{file} is no JSON object. Options are one, such as {{"title": "Orders"}}.')
    return options


def _with_options(options: Mapping[str, tuple[str, str]], command: Command) -> Command:
    for name, (metavar, words) in reversed(list(options.items())):
        command = click.option(f"--{name}", metavar=metavar, help=words, expose_value=False, callback=_keep)(command)
    return command


def _keep(context: click.Context, parameter: click.Parameter, text: str | None) -> None:
    if text is None:
        return
    name = str(parameter.name).replace("_", "-")
    option: dict[str, Any]
    if name in _READING:
        option = {"reading": reading_of({name: text})}
    elif name in _NOTIFY:
        option = {"notify": {name: text}}
    elif name.startswith(_PDF):
        option = {"pdf": {name.removeprefix(_PDF): _YES_NO.get(text.lower(), text)}}
    else:
        option = {name: [{"source": each} for each in _keys(text)] if name == "attach" else text}
    context.params[_OPTIONS] = merged(context.params.get(_OPTIONS, {}), option)


def merged(options: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Put options together. The others win; members of ``reading`` and the like each by themselves."""
    whole = dict(options)
    for name, value in others.items():
        known = whole.get(name)
        whole[name] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    return whole


def reading_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return options that were typed as ``options.reading`` has them; the service checks them."""
    return {name.replace("-", "_"): _value(name, text) for name, text in texts.items()}


def _value(name: str, text: str) -> Any:
    match name:
        case "header-row":
            return 0 if text.lower() == "none" else int(text) if _is_number(text) else text
        case "columns":
            return [{"key": key} for key in _keys(text)]
        case "sort":
            return [_sort_key(key) for key in _keys(text)]
        case "sums":
            return _YES_NO[text.lower()] if text.lower() in _YES_NO else _keys(text)
        case _:
            return text


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _keys(text: str) -> list[str]:
    return [key.strip() for key in text.split(",") if key.strip()]


def _sort_key(key: str) -> dict[str, Any]:
    return {"key": key.removeprefix("-")} | ({"descending": True} if key.startswith("-") else {})
