"""Tell an author why a template fails: in which line, in which column, and what is wrong in Jinja's own words.

Words of a template may go everywhere: into logs, and to those who ask for reports. Data that an exception quotes may
not, and are told only where author and data are on one machine.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateNotFound, TemplateRuntimeError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError

from reports.engine.templating.data_paths import path_of_fault, path_of_value
from reports.engine.templating.template_code import environment_of, functions_of_templates, shared_of
from reports.engine.templating.token_places import column_of, place_of_syntax_error
from reports.engine.templating.unusable_values import UnusableValueError
from reports.findings import Finding, did_you_mean

CONTEXT_NAMES = ("data", "context", "labels", "lang", "direction")
"""Names that every template may use besides the functions."""

_WORD = re.compile(r"[^\W\d]\w*")
_QUOTED = re.compile(r"'([^']*)'")
_LONGEST = 300


def place_of_error(error: BaseException, folder: Path) -> tuple[Path, int] | None:
    """Return the innermost line of the template's own files that an error went through."""
    filename, line = getattr(error, "filename", None), getattr(error, "lineno", None)
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(filename, str) and isinstance(line, int):
        frames.append((filename, line))
    for name, number in reversed(frames):
        path = Path(name)
        if number and (path.is_relative_to(folder) or path.is_relative_to(shared_of(folder))):
            return path, number
    return None


def _shown(path: Path, folder: Path) -> str:
    """Return a file's path below the folder of all templates; what they share may lie elsewhere."""
    around = folder.parent if path.is_relative_to(folder.parent) else shared_of(folder).parent
    return path.relative_to(around).as_posix()


def cause_of(
    error: Exception, folder: Path, step: str, schema: Mapping[str, Any], data: object = None, *, quotes_data: bool
) -> Finding:
    """Return why a template fails, of an error whose traceback Jinja has rewritten; ``step`` is where no line is known.

    Without ``quotes_data``, it holds no word but those of the template, of Jinja and of Python.
    """
    place = place_of_error(error, folder)
    if place is None:
        said = f"{type(error).__name__}: {error}"[:_LONGEST] if quotes_data else type(error).__name__
        file = f"{folder.name}/{step}" if (folder / step).is_file() else folder.name
        return Finding(file, None, said)
    path, line = place
    lines = _lines_of(path)
    source = lines[line - 1] if 0 < line <= len(lines) else ""
    column: int | None = None
    if isinstance(error, TemplateSyntaxError):
        line, column, said, cure = _of_syntax(error, path, line, "\n".join(lines))
        source = lines[line - 1] if 0 < line <= len(lines) else ""
    else:
        words = set(_WORD.findall(source))
        said, name, cure = _of_run(error, words, _names_of(folder, schema), quotes_data=quotes_data)
        column = column_of(name, source)
    pointer = path_of_fault(error, environment_of(folder), path, line, data) if quotes_data else ""
    return Finding(_shown(path, folder), line, said, column, source, pointer, cure)


def place_in_data(error: UnusableValueError, folder: Path, data: object) -> str | None:
    """Return a JSON pointer to a value that a function could not use; None if the template is at fault."""
    environment = environment_of(folder)
    parsed = {path: tree for path in _documents_of(folder) if (tree := _parsed(environment, path)) is not None}
    place = place_of_error(error, folder)
    at = None if place is None or place[0] not in parsed else (parsed[place[0]], *place)
    # What a view hands on may be its own.
    authored = None if (folder / "view.py").is_file() else set(_authored(folder, parsed.values()))
    return path_of_value(error, error.value, data, at=at, authored=authored)


def _documents_of(folder: Path) -> list[Path]:
    return [*folder.rglob("*.html.j2"), *shared_of(folder).glob("*.html.j2")]


def _parsed(environment: Environment, path: Path) -> nodes.Template | None:
    try:
        return environment.parse("\n".join(_lines_of(path)))
    except TemplateSyntaxError:
        return None


def _authored(folder: Path, parsed: Iterable[nodes.Template]) -> Iterator[str]:
    for tree in parsed:
        yield from (each.value for each in tree.find_all(nodes.Const) if isinstance(each.value, str))
    try:
        labels = json.loads("\n".join(_lines_of(folder / "labels.json")) or "{}")
    except ValueError:
        return
    for texts in labels.values():
        yield from texts.values()


def _of_syntax(error: TemplateSyntaxError, path: Path, line: int, source: str) -> tuple[int, int | None, str, str]:
    message = (error.message or "it is no template of Jinja's").rstrip(".")
    quoted = _QUOTED.findall(message)
    written = source.split("\n")[line - 1]
    if message.startswith("No filter named"):
        return line, column_of(quoted[0], written, r"\|\s*"), message, cure_of_filter(quoted[0], path.parent)
    if message.startswith("No test named"):
        cure = did_you_mean(quoted[0], environment_of(path.parent).tests)
        return line, column_of(quoted[0], written, r"\bis\s+(?:not\s+)?"), message, cure
    line, column, said = place_of_syntax_error(environment_of(path.parent), source, line, message)
    unknown = message.startswith("Encountered unknown tag") and quoted
    if unknown and quoted[0] == "do":
        return line, column, said, _NO_CHANGE
    if unknown:
        return line, column, said, did_you_mean(quoted[0], _TAGS)
    return line, column, said, ""


_TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "macro", "endmacro", "from", "import",
         "include", "block", "endblock", "call", "endcall", "filter", "endfilter", "with", "endwith", "rows", "endrows",
         "raw", "endraw", "extends")  # fmt: skip


def cure_of_filter(name: str, folder: Path) -> str:
    """Return what an author may have meant by a filter that there is not."""
    if name in functions_of_templates():
        return f"It is a function: write `{name}(…)`."
    return did_you_mean(name, [*environment_of(folder).filters, *functions_of_templates()])


def _of_run(error: Exception, words: set[str], names: Iterable[str], *, quotes_data: bool) -> tuple[str, str, str]:
    """Return what is wrong while a template runs, the name that it is about, and the cure."""
    kind, text = type(error).__name__, str(error)
    for (raised, cure_of), form in zip(_RAISED, _FORMS, strict=True):
        found = form.fullmatch(text)
        # A name that the line itself has is a word of the template, whatever else it may be.
        if isinstance(error, raised) and found is not None and (quotes_data or _words_of(found) <= words):
            name = found[1] if found.groups() else "range"
            said = {KeyError: f"there is no key {name!r}", TemplateNotFound: f"there is no file {name!r}"}.get(
                raised, text.rstrip(".")
            )
            return said, name, cure_of if isinstance(cure_of, str) else cure_of(name, names)
    if quotes_data:
        return f"{kind}: {text}"[:_LONGEST], "", ""
    return (f"{kind}, of a name that the data give" if isinstance(error, UndefinedError) else kind), "", ""


def _words_of(found: re.Match[str]) -> set[str]:
    return {word for group in found.groups() for word in _WORD.findall(group)}


def _cure_of_name(name: str, _names: Iterable[str]) -> str:
    known = (*CONTEXT_NAMES, *functions_of_templates())
    if name in known:
        return "A macro that is imported knows it only `with context`: {% from … import … with context %}."
    return did_you_mean(name, known)


def _cure_of_attribute(name: str, names: Iterable[str]) -> str:
    return did_you_mean(name, names) or "If it may be missing, write `| default(…)`, or ask whether it `is defined`."


_NO_CHANGE = "Nothing can be changed in a template; calculate with `set`, or in view.py."

# The words of exceptions that hold no data but names. What is raised with each stands beside it, with the cure.
_FORMS = [
    re.compile(r"'(\w+)' is undefined"),
    re.compile(r"'(?:[\w.]+ object|None)' has no attribute '(\w+)'"),
    re.compile(r"access to attribute '(\w+)' of '(?:\w+)' object is unsafe\."),
    re.compile(r"Range too big\. The sandbox blocks ranges larger than MAX_RANGE \(\d+\)\."),
    re.compile(r"'?([\w.-]+)'?(?: not found in search paths?: .*)?"),
    re.compile(r"No (?:filter|test) named '(\w+)' found\."),
    re.compile(r"'(\w+)'"),
    re.compile(r"name '(\w+)' is not defined"),
    re.compile(r"'[\w.]+' object has no attribute '(\w+)'"),
]
_RAISED: list[tuple[type[Exception], str | Callable[[str, Iterable[str]], str]]] = [
    (UndefinedError, _cure_of_name),
    (UndefinedError, _cure_of_attribute),
    (SecurityError, _NO_CHANGE),
    (OverflowError, "Loop over the data, or over a shorter range."),
    (TemplateNotFound, did_you_mean),
    (TemplateRuntimeError, did_you_mean),
    (KeyError, did_you_mean),
    (NameError, did_you_mean),
    (AttributeError, did_you_mean),
]


def _names_of(folder: Path, schema: Mapping[str, Any]) -> list[str]:
    """Return the names of the schema, of the labels, and of view.py, which all are an author's words."""
    names = dict.fromkeys(_properties(schema))
    for file in ("labels.json", "view.py"):
        names.update(dict.fromkeys(_WORD.findall("\n".join(_lines_of(folder / file)))))
    return list(names)


def _properties(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        properties = schema.get("properties")
        if isinstance(properties, Mapping):
            yield from (str(name) for name in properties)
        for each in schema.values():
            yield from _properties(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _properties(each)


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []
