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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from unicodedata import bidirectional

from jinja2 import StrictUndefined, nodes
from jinja2 import Template as JinjaTemplate
from jinja2.lexer import Lexer
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from reports.engine.templating.compiled import CompiledLoader
from reports.engine.templating.exact_code import ExactCodeGenerator, ExactLexer, calculated
from reports.engine.templating.exact_numbers import OPERATORS, escaped, exact, literal, negated, place_in, whole_range
from reports.engine.templating.foreign_words import are_marked, marked, with_languages, without_marks
from reports.engine.templating.formats import Formats, in_zone
from reports.engine.templating.printf import in_decimals
from reports.engine.templating.rows_tag import CAPTURE, CLOSE, OPEN, PRINTED, Capture, RowsTag
from reports.engine.templating.symbols import symbol
from reports.engine.templating.template_filters import FUNCTIONS, use_exact_filters
from reports.engine.templating.words import fill
from reports.engine.templating.work import Work, with_counted_loops
from reports.render_contract import Look, RenderContext, RenderedFile

MAIN = "template.html.j2"
SHARED = "_shared"
PRODUCT = Path(__file__).resolve().parents[3] / "templates"
"""The folder of the product's templates."""

FORMATS = ("number", "percent", "money", "day", "moment", "digits", "in_zone")
"""Functions that are filters, too: ``{{ data.total | money("EUR") }}``."""

View = Callable[[Mapping[str, Any], RenderContext], Mapping[str, Any]]
EInvoices = Callable[[Mapping[str, Any], RenderContext], Any]
FromEInvoice = Callable[[Mapping[str, Any]], dict[str, Any]]
ExtraFiles = Callable[[Mapping[str, Any], RenderContext], Sequence[RenderedFile]]
_SPECIAL = re.compile(f"[&<>'\"{OPEN}{CLOSE}]")
_NO_MARKS = str.maketrans(OPEN + CLOSE, "\ufffd" * 2)
# A number or a word, which are the same among text from right to left, wherever a line ends.
_ORDERED = re.compile(r"[0-9]+(?:[.,:/-][0-9]+)*|[A-Za-z0-9]+", re.ASCII)
_ROOT = re.compile(r"<html(?=[\s>])")
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
        return self.folder, shared_of(self.folder)

    def html(self, view: Mapping[str, Any], context: RenderContext, tables: Capture | None = None) -> str:
        """Write the document, with placeholders for the rows of long tables if there is who takes these.

        Characters that are not printed become U+FFFD.
        """
        formats = Formats.of(context.locale)
        environment = self.main.environment
        if isinstance(environment, _CountingEnvironment):
            environment.work.begin()
        labels = labels_for(_with_texts(self.labels, context.look), formats)
        html = self.main.render(
            data=exact(view),
            context=context,
            labels=labels,
            lang=formats.tag,
            direction=formats.direction,
            **{CAPTURE: tables},
            **filters(formats),
        )
        return _dressed(_UNPRINTABLE.sub("\ufffd", with_languages(html) if are_marked(labels) else html), context.look)


def _with_texts(labels: Mapping[str, Mapping[str, str]], look: Look | None) -> Mapping[str, Mapping[str, str]]:
    if look is None or not look.texts:
        return labels
    return {**labels, **{name: {**labels.get(name, {}), **texts} for name, texts in look.texts.items()}}


def _dressed(html: str, look: Look | None) -> str:
    """Give the document the custom properties of a look: on its root, where they win over those of style sheets."""
    if look is None or not look.tokens:
        return html
    style = escape("; ".join(f"{name}: {value}" for name, value in look.tokens.items()))
    return _ROOT.sub(lambda found: f'{found[0]} style="{style}"', html, count=1)


def shared_of(folder: Path) -> Path:
    """Return the folder of what a template shares with others: beside its own, else the product's."""
    beside = folder.parent / SHARED
    return beside if beside.is_dir() else PRODUCT / SHARED


def load_template_code(folder: Path, *, is_own: bool = False) -> TemplateCode:
    """Read a template's folder. Raises jinja2.TemplateError, OSError or whatever view.py raises.

    With ``is_own``, it is a stranger's: none of its Python is run, and its steps are counted.
    """
    environment = environment_of(folder, counts=is_own)
    module = None if is_own else _load_view(folder)
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

    English ones in a document of another language are marked as such, and keep their order in one that runs from right
    to left.
    """
    language, script = formats.locale.language, formats.locale.script
    own = (language, f"{language}-{script}", formats.tag)
    english = labels.get("en", {})
    if formats.direction == "rtl":
        english = {key: f"\u2066{text}\u2069" for key, text in english.items()}
    if language != "en":
        english = {key: marked(text) for key, text in english.items()}
    return {**english, **{key: text for wanted in own for key, text in labels.get(wanted, {}).items()}}


def filters(formats: Formats) -> dict[str, Any]:
    """Return the functions that every template may call, bound to a locale; once more together, for filters.

    ``number(value, places)``, ``percent(value, places)``, ``money(value, currency)``, ``day(value, style)``,
    ``moment(value, style)``, ``digits(text)``: see Formats. ``fill(text, **values)``: put values into ``{name}`` places
    of a label. ``in_zone(time, zone)``: the time that clocks of a zone show. ``symbol(kind, text)``: a barcode.
    ``isolate(value)``: a value of the data among text of another direction. ``css_string(text)``,
    ``page_counter(text)``: text for CSS ``content``.
    """
    functions: dict[str, Callable[..., Any]] = {
        "number": formats.number,
        "percent": formats.percent,
        "money": formats.money,
        "day": formats.day,
        "moment": formats.moment,
        "digits": formats.digits,
        "symbol": symbol,
        "in_zone": in_zone,
        "fill": _filler(formats),
        "isolate": isolate if formats.direction == "rtl" else str,
        "css_string": css_string,
        "page_counter": partial(page_counter, style=formats.counter_style),
    }
    return {**functions, FUNCTIONS: functions}


def functions_of_templates() -> tuple[str, ...]:
    """Return the names of the functions that every template may call."""
    return tuple(name for name in filters(Formats.of("en")) if name != FUNCTIONS)


def _filler(formats: Formats) -> Callable[..., str]:
    """Return fill() for a locale: a closure, whose parameters no template can read or name."""
    mark = _isolated if formats.direction == "rtl" else str

    def filled(text: str, /, **values: object) -> str:
        return fill(text, formats, mark, **values)

    return filled


def _isolated(value: str) -> str:
    """Keep a value's direction from reordering the words around it (Unicode isolates)."""
    return f"\u2068{value}\u2069"


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
    escaped = re.sub(r'[\\"<>&\'\x00-\x1f\x7f]', lambda match: f"\\{ord(match[0]):x} ", without_marks(str(text)))
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
        return escaped(value) if isinstance(value, Decimal | float) else escape(value)
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
    """A sandbox that calculates with decimals.

    In it, ``row.values`` is the key ``values`` of a mapping, if it has one, and not its method.
    """

    template_class = _Template
    code_generator_class = ExactCodeGenerator
    intercepted_binops = OPERATORS
    intercepted_unops = frozenset("-")
    decimal = staticmethod(literal)
    place_in = staticmethod(place_in)
    _lexer: Lexer | None = None

    @property
    def lexer(self) -> Lexer:
        """Return what divides a template into tokens."""
        if self._lexer is None:
            self._lexer = ExactLexer(self)
        return self._lexer

    def getattr(self, obj: Any, attribute: str) -> Any:
        value = obj[attribute] if isinstance(obj, Mapping) and attribute in obj else super().getattr(obj, attribute)
        return exact(value) if type(value) is float else value

    def getitem(self, obj: Any, argument: Any) -> Any:
        value = super().getitem(obj, argument if isinstance(obj, Mapping) else place_in(argument))
        return exact(value) if type(value) is float else value

    def wrap_str_format(self, value: Any) -> Callable[..., Any] | None:
        """Return what ``str.format`` and ``format_map`` of a text are in a template."""
        wrapped = super().wrap_str_format(value)
        return None if wrapped is None else in_decimals(wrapped)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002, as Jinja calls it
        return calculated(operator, left, right, self.binop_table[operator])

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:  # noqa: ARG002, as Jinja calls it
        return negated(arg)


class _CountingEnvironment(_Environment):
    """A sandbox for the templates of strangers, with bounds on what one document does and how long it gets."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.work = Work()
        # Jinja puts all together by this function, and never by another way.
        vars(self)["concat"] = self.work.joined

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return with_counted_loops(super()._parse(source, name, filename))

    def counted(self, values: Iterable[Any]) -> Iterable[Any]:
        """Yield the values of a loop, and count its rounds."""
        return self.work.counted(values)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "*":
            self.work.check_product(left, right)
        return super().call_binop(context, operator, left, right)

    def call(self, __context: Context, __obj: Any, *args: Any, **more: Any) -> Any:
        self.work.step()
        return super().call(__context, __obj, *args, **more)


def environment_of(folder: Path, *, counts: bool = False) -> _Environment:
    """Return a Jinja environment for the templates of a folder; with ``counts``, one that bounds what they do."""
    # select_autoescape() would not know the suffix .html.j2, and leave it unescaped.
    environment = (_CountingEnvironment if counts else _Environment)(
        loader=CompiledLoader([folder, shared_of(folder)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=[RowsTag],
    )
    environment.globals["range"] = whole_range
    use_exact_filters(environment, FORMATS)
    return environment


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
