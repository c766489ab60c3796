"""Hold what a template writes to its schema and its labels, without a render."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from jinja2 import Environment, TemplateError, meta, nodes

from reports.engine.checks.labels_check import Labels, places_of
from reports.engine.checks.schema_types import Shape, is_method
from reports.engine.templating.causes import CONTEXT_NAMES
from reports.engine.templating.template_code import environment_of, functions_of_templates
from reports.engine.templating.token_places import column_of
from reports.findings import Finding, Severity, did_you_mean
from reports.render_contract import RenderContext

_CONTEXT = frozenset(each.name for each in fields(RenderContext)) | {"source_title"}
_DEFAULTS = ("default", "d")
_FILLS = ("fill", "page_counter")
Chain = tuple[str, ...]


@dataclass(slots=True)
class JinjaCheck:
    """A walk over one document; ``data`` and ``labels`` are None where they are not known."""

    file: str
    lines: list[str]
    data: Shape | None
    labels: Labels | None
    found: list[Finding] = field(default_factory=list)

    def walk(self, tree: nodes.Template) -> list[Finding]:
        """Return what is wrong."""
        self._each(tree.body, {"data": self.data}, frozenset())
        return self.found

    def say(
        self, node: nodes.Node, name: str, message: str, cure: str = "", severity: Severity = Severity.ERROR
    ) -> None:
        """Add a finding about a name that stands where a node does."""
        source = self.lines[node.lineno - 1] if node.lineno <= len(self.lines) else ""
        finding = Finding(
            self.file, node.lineno, message, column_of(name, source), source, cure=cure, severity=severity
        )
        if finding not in self.found:
            self.found.append(finding)

    def _each(self, body: Iterable[nodes.Node], scope: dict[str, Shape | None], present: frozenset[Chain]) -> None:
        for node in body:
            self._visit(node, scope, present)

    def _visit(self, node: nodes.Node, scope: dict[str, Shape | None], present: frozenset[Chain]) -> None:
        match node:
            case nodes.For():
                self._visit(node.iter, scope, present)
                item = self._shape(node.iter, scope)
                inner = {**scope, **self._bound(node.target, item.item() if item else None)}
                self._each([*([node.test] if node.test else []), *node.body], inner, present)
                self._each(node.else_, dict(scope), present)
            case nodes.If():
                self._visit(node.test, scope, present)
                self._each(node.body, dict(scope), present | _defined(node.test))
                otherwise = present | _defined(nodes.Not(node.test))
                self._each([*node.elif_, *node.else_], dict(scope), otherwise)
            case nodes.CondExpr():
                self._visit(node.test, scope, present)
                self._visit(node.expr1, scope, present | _defined(node.test))
                if node.expr2 is not None:
                    self._visit(node.expr2, scope, present | _defined(nodes.Not(node.test)))
            case nodes.And():
                self._visit(node.left, scope, present)
                self._visit(node.right, scope, present | _defined(node.left))
            case nodes.Or():
                self._visit(node.left, scope, present)
                self._visit(node.right, scope, present | _defined(nodes.Not(node.left)))
            case nodes.Assign():
                self._visit(node.node, scope, present)
                scope.update(self._bound(node.target, self._shape(node.node, scope)))
            case nodes.Macro():
                self._each(node.body, {**scope, **{each.name: None for each in node.args}}, present)
            case nodes.CallBlock():
                self._call_block(node, scope, present)
            case nodes.Filter() if node.name in _DEFAULTS and node.node is not None:
                self._guarded(node.node, scope, present)
                self._each(node.args, scope, present)
            case nodes.Test() if node.name in ("defined", "undefined"):
                self._guarded(node.node, scope, present)
            case nodes.Call():
                self._fill(node)
                self._each(node.iter_child_nodes(), scope, present)
            case nodes.Output():
                self._printed(node)
                self._each(node.nodes, scope, present)
            case nodes.Getattr() | nodes.Getitem():
                self._access(node, scope, present, is_guarded=False)
                self._each(node.iter_child_nodes(), scope, present)
            case _:
                self._each(node.iter_child_nodes(), scope, present)

    def _call_block(self, node: nodes.CallBlock, scope: dict[str, Shape | None], present: frozenset[Chain]) -> None:
        """Follow ``call``, and the rows tag, whose second argument is the list of lines."""
        self._each(node.call.args, scope, present)
        rows = self._shape(node.call.args[-1], scope) if node.call.args else None
        item = rows.item() if rows else None
        self._each(node.body, {**scope, **{each.name: item for each in node.args}}, present)

    def _guarded(self, node: nodes.Node, scope: dict[str, Shape | None], present: frozenset[Chain]) -> None:
        """Look at what may be missing by itself, but not within something that may."""
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            self._access(node, scope, present, is_guarded=True)
            self._each(node.iter_child_nodes(), scope, present)
        else:
            self._visit(node, scope, present)

    def _access(
        self,
        node: nodes.Getattr | nodes.Getitem,
        scope: dict[str, Shape | None],
        present: frozenset[Chain],
        *,
        is_guarded: bool,
    ) -> None:
        name, chain = _step(node), _chain(node)
        if name is None:
            return
        if isinstance(node.node, nodes.Name) and node.node.name not in scope:
            self._of_context(node, node.node.name, name)
            return
        whole = self._shape(node.node, scope)
        if whole is None or not whole.is_object or is_method(name):
            return
        written = ".".join(chain) if chain else name
        if name not in whole.names:
            severity = Severity.ERROR if whole.is_closed else Severity.WARNING
            self.say(node, name, f"{written!r} is not in the schema", did_you_mean(name, whole.names), severity)
        elif not whole.requires(name) and not is_guarded and chain not in present:
            cure = f"Write `{written} | default(…)`, or ask whether it `is defined`, or require it in the schema."
            self.say(node, name, f"{written!r} may be missing by the schema, and the template fails then", cure)

    def _of_context(self, node: nodes.Node, whole: str, name: str) -> None:
        if whole == "context" and name not in _CONTEXT:
            self.say(node, name, f"'context' has no {name!r}", did_you_mean(name, _CONTEXT))
        elif whole == "labels" and self.labels is not None and name not in {*self.labels.get("en", {}), "get", "items"}:
            known = self.labels.get("en", {})
            where = "labels.json has" if self.labels else "there is no labels.json with"
            self.say(node, name, f"{where} no label {name!r}" if self.labels else f"{where} the label {name!r}",
                     did_you_mean(name, known))  # fmt: skip

    def _fill(self, node: nodes.Call) -> None:
        """Hold the places of a label to the values that fill() is given."""
        if not isinstance(node.node, nodes.Name) or node.node.name not in _FILLS or not node.args:
            return
        label = _label(node.args[0])
        if label is None or node.dyn_kwargs is not None or node.node.name == "page_counter":
            return
        given = {each.key for each in node.kwargs}
        for language, texts in (self.labels or {}).items():
            for place in sorted(places_of(texts.get(label, "")) - given):
                self.say(node, label, f"the label {label!r} in {language!r} has {{{place}}}, which fill() is not given",
                         did_you_mean(place, given) or f"Write fill(labels.{label}, {place}=…).")  # fmt: skip

    def _printed(self, node: nodes.Output) -> None:
        for each in node.nodes:
            label = _label(each)
            places = {
                place for texts in (self.labels or {}).values() for place in places_of(texts.get(label or "", ""))
            }
            if label is not None and places:
                named = ", ".join(f"{{{place}}}" for place in sorted(places))
                self.say(each, label, f"the label {label!r} is printed with {named} in it",
                         f"Write fill(labels.{label}, {sorted(places)[0]}=…).")  # fmt: skip

    def _shape(self, node: nodes.Node, scope: Mapping[str, Shape | None]) -> Shape | None:
        match node:
            case nodes.Name():
                return scope.get(node.name)
            case nodes.Getattr() | nodes.Getitem():
                whole, name = self._shape(node.node, scope), _step(node)
                if whole is None:
                    return None
                return whole.property(name) if name is not None else whole.item()
            case nodes.Filter() if node.name in (*_DEFAULTS, "sort", "reverse", "list") and node.node is not None:
                return self._shape(node.node, scope)
            case _:
                return None

    @staticmethod
    def _bound(target: nodes.Node, shape: Shape | None) -> dict[str, Shape | None]:
        if isinstance(target, nodes.Name):
            return {target.name: shape}
        return {each.name: None for each in target.find_all(nodes.Name)}


def findings_of_document(
    file: str, path: Path, data: Shape | None, labels: Labels | None, *, is_main: bool
) -> Iterator[Finding]:
    """Yield what is wrong with a document that Jinja can compile."""
    environment = environment_of(path.parent)
    source = path.read_text("utf-8")
    tree = environment.parse(source, path.name, str(path))
    check = JinjaCheck(file, source.split("\n"), data, labels)
    known = {*CONTEXT_NAMES, *functions_of_templates(), *environment.globals}
    for name in sorted(meta.find_undeclared_variables(tree) - known):
        for node in tree.find_all(nodes.Name):
            if node.name == name and node.ctx == "load":
                check.say(node, name, f"{name!r} is undefined", did_you_mean(name, known))
                break
    _imports(tree, environment, check)
    yield from check.walk(tree) if is_main else check.found


def _imports(tree: nodes.Template, environment: Environment, check: JinjaCheck) -> None:
    """Look for imports without the context, of what needs it."""
    wanted = {*CONTEXT_NAMES, *functions_of_templates()}
    imports: list[nodes.FromImport | nodes.Import] = [*tree.find_all(nodes.FromImport), *tree.find_all(nodes.Import)]
    for node in imports:
        if node.with_context or not isinstance(node.template, nodes.Const):
            continue
        name = str(node.template.value)
        assert environment.loader is not None
        try:
            source = environment.loader.get_source(environment, name)[0]
            needed = sorted(meta.find_undeclared_variables(environment.parse(source)) & wanted)
        except TemplateError:
            continue  # it is named where it is looked at by itself
        if needed:
            cure = "Write `with context` behind the import."
            check.say(node, name, f"{name!r} is imported without its context, and needs {needed[0]!r}", cure)


def _label(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Getattr | nodes.Getitem) and isinstance(node.node, nodes.Name):
        return _step(node) if node.node.name == "labels" else None
    return None


def _step(node: nodes.Getattr | nodes.Getitem) -> str | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    return node.arg.value if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str) else None


def _chain(node: nodes.Node) -> Chain:
    """Return the names of ``data.bank.iban``; nothing for what is no such chain."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr | nodes.Getitem) and (name := _step(node)) is not None:
        before = _chain(node.node)
        return (*before, name) if before else ()
    return ()


def _defined(test: nodes.Node) -> frozenset[Chain]:
    """Return what is there for certain where a test holds."""
    match test:
        case nodes.Test(name="defined"):
            return frozenset({_chain(test.node)})
        case nodes.Not(node=nodes.Test(name="undefined") as asked):
            return frozenset({_chain(asked.node)})
        case nodes.And():
            return _defined(test.left) | _defined(test.right)
        case nodes.Not(node=nodes.Or() as either):
            return _defined(nodes.Not(either.left)) | _defined(nodes.Not(either.right))
        case nodes.Compare(ops=[nodes.Operand(op="in")]) if isinstance(test.expr, nodes.Const):
            whole = _chain(test.ops[0].expr)
            return frozenset({(*whole, str(test.expr.value))} if whole else ())
        case nodes.Filter() if test.name in _DEFAULTS and test.node is not None:
            return frozenset({_chain(test.node)})  # a default that does not hold is none
        case _:
            return frozenset()
