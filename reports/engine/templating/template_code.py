"""Turn a template's folder into code: its view, its labels, its style and its Jinja environment.

A folder holds ``template.html.j2`` and ``style.css``, and may hold ``labels.json`` and ``view.py``; what templates
share is in ``_shared`` beside it. Everything is read once per process.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from unicodedata import bidirectional

from jinja2 import StrictUndefined
from jinja2 import Template as JinjaTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from reports.engine.templating.compiled import CompiledLoader
from reports.engine.templating.formats import Formats
from reports.engine.templating.rows_tag import CAPTURE, CLOSE, OPEN, PRINTED, Capture, RowsTag
from reports.render_contract import RenderContext, RenderedFile

MAIN = "template.html.j2"
SHARED = "_shared"

View = Callable[[Mapping[str, Any], RenderContext], Mapping[str, Any]]
EInvoices = Callable[[Mapping[str, Any], RenderContext], Any]
FromEInvoice = Callable[[Mapping[str, Any]], dict[str, Any]]
ExtraFiles = Callable[[Mapping[str, Any], RenderContext], Sequence[RenderedFile]]
_SPECIAL = re.compile(f"[&<>'\"{OPEN}{CLOSE}]")
_NO_MARKS = str.maketrans(OPEN + CLOSE, "\ufffd" * 2)
# A number or a word, which are the same among text from right to left, wherever a line ends.
_ORDERED = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*|[A-Za-z0-9]+", re.ASCII)
_UNPRINTABLE = re.compile(f"[^{PRINTED}]")


@dataclass(frozen=True, slots=True)
class TemplateCode:
    """The content of a template's folder. ``view`` prepares the data, ``extra_files`` makes files besides the PDF.

    ``einvoice`` says them in the terms of EN 16931, and ``from_einvoice`` makes data of these.
    """

    folder: Path
    main: JinjaTemplate
    labels: Mapping[str, Mapping[str, str]]
    view: View
    extra_files: ExtraFiles
    einvoice: EInvoices | None
    from_einvoice: FromEInvoice | None

    @property
    def roots(self) -> tuple[Path, Path]:
        """Return the folders that documents of this template may read from."""
        return self.folder, self.folder.parent / SHARED

    def html(self, view: Mapping[str, Any], context: RenderContext, tables: Capture | None = None) -> str:
        """Write the document, with placeholders for the rows of long tables if there is who takes these.

        Characters that are not printed become U+FFFD.
        """
        formats = Formats.of(context.locale)
        html = self.main.render(
            data=view,
            context=context,
            labels=labels_for(self.labels, formats),
            lang=formats.tag,
            direction=formats.direction,
            **{CAPTURE: tables},
            **filters(formats),
        )
        return _UNPRINTABLE.sub("\ufffd", html)


def load_template_code(folder: Path) -> TemplateCode:
    """Read a template's folder. Raises jinja2.TemplateError, OSError or whatever view.py raises."""
    environment = environment_of(folder)
    module = _load_view(folder)
    labels = folder / "labels.json"
    return TemplateCode(
        folder=folder,
        main=environment.get_template(MAIN),
        labels=json.loads(labels.read_text("utf-8-sig")) if labels.is_file() else {},
        view=getattr(module, "view", _as_it_is),
        extra_files=getattr(module, "extra_files", _no_files),
        einvoice=getattr(module, "einvoice", None),
        from_einvoice=getattr(module, "from_einvoice", None),
    )


def labels_for(labels: Mapping[str, Mapping[str, str]], formats: Formats) -> dict[str, str]:
    """Choose the texts of a locale: those of its language and region, of its script, of its language, or English ones.

    English ones in a document that runs from right to left keep their order.
    """
    language, script = formats.locale.language, formats.locale.script
    own = (language, f"{language}-{script}", formats.tag)
    english = labels.get("en", {})
    if formats.direction == "rtl":
        english = {key: f"\u2066{text}\u2069" for key, text in english.items()}
    return {**english, **{key: text for wanted in own for key, text in labels.get(wanted, {}).items()}}


def filters(formats: Formats) -> dict[str, Callable[..., Any]]:
    """Return the functions that every template may call, bound to a locale.

    ``number(value, places)``, ``percent(value, places)``, ``money(value, currency)``, ``day(value, style)``,
    ``moment(value, style)``: see Formats. ``fill(text, **values)``: put values into ``{name}`` places of a label.
    ``isolate(value)``: a value of the data among text of another direction. ``css_string(text)``,
    ``page_counter(text)``: text for CSS ``content``.
    """
    return {
        "number": formats.number,
        "percent": formats.percent,
        "money": formats.money,
        "day": formats.day,
        "moment": formats.moment,
        "fill": _isolating_fill if formats.direction == "rtl" else fill,
        "isolate": isolate if formats.direction == "rtl" else str,
        "css_string": css_string,
        "page_counter": partial(page_counter, style=formats.counter_style),
    }


def functions_of_templates() -> tuple[str, ...]:
    """Return the names of the functions that every template may call."""
    return tuple(filters(Formats.of("en")))


def fill(text: str, **values: object) -> str:
    """Put values into the ``{name}`` places of a label. Not str.format, which reaches attributes."""
    # A label that is missing says so when it is made a text.
    return re.sub(r"\{(\w+)\}", lambda match: str(values.get(match[1], match[0])), str(text))


def _isolating_fill(text: str, **values: object) -> str:
    """Fill a label so that a value's direction cannot reorder the words around it (Unicode isolates)."""
    return fill(text, **{name: f"\u2068{value}\u2069" for name, value in values.items()})


def isolate(value: object) -> Markup | str:
    """Return a value so that text from right to left around it reorders nothing in it, and it nothing around it."""
    text = str(value)
    if _ORDERED.fullmatch(text):
        return text
    return Markup('<bdi dir="{}">{}</bdi>').format(_direction_of(text), text)


def _direction_of(text: str) -> str:
    """Return the direction of a text by its first letter; of one without letters, such as a telephone number, ltr."""
    kinds = (bidirectional(sign) for sign in text)
    return "rtl" if next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L" else "ltr"


def css_string(text: str) -> Markup:
    """Quote a text for CSS inside a <style> element, whatever is in it."""
    escaped = re.sub(r'[\\"<>&\'\x00-\x1f\x7f]', lambda match: f"\\{ord(match[0]):x} ", str(text))
    return Markup(f'"{escaped}"')  # noqa: S704, all that ends a string or an element is escaped above


def page_counter(text: str, style: str = "decimal") -> Markup:
    """Turn a label such as ``Page {n} of {m}`` into CSS ``content`` with the page's number and their count."""
    counters = {"{n}": f"counter(page, {style})", "{m}": f"counter(pages, {style})"}
    parts = re.split(r"(\{[nm]\})", str(text))
    return Markup(" ").join(Markup(counters[p]) if p in counters else css_string(p) for p in parts if p)  # noqa: S704


def _escaped(value: Any) -> str:
    """Escape a value for HTML; texts with nothing to escape, which most are, come back in a tenth of the time.

    The marks of the rows tag are no characters of data, so they become U+FFFD.
    """
    if type(value) is not str:
        return escape(value)
    if _SPECIAL.search(value) is None:
        return value
    return escape(value.translate(_NO_MARKS))


class _Template(JinjaTemplate):
    """A template whose values are escaped quickly."""

    @classmethod
    def _from_namespace(cls, environment: Any, namespace: Any, globals: Any) -> Any:
        namespace["escape"] = _escaped
        return super()._from_namespace(environment, namespace, globals)


class _Environment(ImmutableSandboxedEnvironment):
    """A sandbox in which ``row.values`` is the key ``values`` of a mapping, if it has one, and not its method."""

    template_class = _Template

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


def environment_of(folder: Path) -> _Environment:
    """Return a Jinja environment for the templates of a folder."""
    # select_autoescape() would not know the suffix .html.j2, and leave it unescaped.
    return _Environment(
        loader=CompiledLoader([folder, folder.parent / SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[RowsTag],
    )


def _load_view(folder: Path) -> ModuleType | None:
    """Import ``view.py`` as a module of a package made for the folder, so that it can import its neighbours."""
    if not (folder / "view.py").is_file():
        return None
    name = _package_of(folder)
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package
    return importlib.import_module(f"{name}.view")


def forget_view(folder: Path) -> None:
    """Import a folder's modules anew when they are next needed."""
    package = _package_of(folder)
    for name in [each for each in sys.modules if each == package or each.startswith(f"{package}.")]:
        del sys.modules[name]
    importlib.invalidate_caches()


def _package_of(folder: Path) -> str:
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:8]
    return f"pressrun_template_{re.sub(r'[^a-z0-9]', '_', folder.name.lower())}_{digest}"


def _as_it_is(data: Mapping[str, Any], context: RenderContext) -> Mapping[str, Any]:
    del context
    return data


def _no_files(data: Mapping[str, Any], context: RenderContext) -> Sequence[RenderedFile]:
    del data, context
    return ()
