"""Learn from a template what it uses of its data: a schema and a sample of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

_NUMBERS = frozenset(("number", "money", "percent", "round", "int", "float", "sum", "abs"))
_DAYS = frozenset(("day", "moment"))
_SAMPLES = {"number": 12.5, "day": "2026-03-31", "flag": True}
_ITEMS = 2


@dataclass
class Use:
    """What a template uses of one value."""

    kind: str = "text"
    properties: dict[str, Use] = field(default_factory=dict)
    item: Use | None = None

    def schema(self, name: str) -> dict[str, Any]:
        """Return the schema of the value."""
        words = _words(name)
        if self.item is not None:
            return {"type": "array", "maxItems": 1000, "description": f"{words}.", "items": self.item.schema(name)}
        if self.properties:
            return {"type": "object", "required": sorted(self.properties), "description": f"{words}.",
                    "properties": {key: use.schema(key) for key, use in self.properties.items()}}  # fmt: skip
        if self.kind == "number":
            return {"type": "number", "description": f"{words}, a number."}
        if self.kind == "day":
            return {"type": "string", "format": "date", "description": f"{words}, a day such as 2026-03-31."}
        if self.kind == "flag":
            return {"type": ["boolean", "string", "number", "null"], "description": f"{words}, if there is one."}
        return {"type": ["string", "number"], "maxLength": 2000, "description": f"{words}."}

    def sample(self, name: str) -> Any:
        """Return a value that fits the schema."""
        if self.item is not None:
            return [self.item.sample(name)] * _ITEMS
        if self.properties:
            return {key: use.sample(key) for key, use in self.properties.items()}
        return _SAMPLES.get(self.kind, _words(name))


def uses_of(parsed: nodes.Template, names: set[str]) -> Use:
    """Return what a template uses of the names that it does not set by itself."""
    whole = Use()
    _statements(parsed.body, {name: whole.properties.setdefault(name, Use()) for name in sorted(names)}, whole)
    return whole


def _statements(body: list[nodes.Node], known: Mapping[str, Use], whole: Use) -> None:
    for node in body:
        _node(node, known, whole)


def _node(node: nodes.Node, known: Mapping[str, Use], whole: Use) -> None:
    if isinstance(node, nodes.For):
        listed = _used(node.iter, known, whole)
        item = Use()
        if listed is not None:
            listed.item = item = listed.item or item
        inner = {**known, **({node.target.name: item} if isinstance(node.target, nodes.Name) else {})}
        _statements([*node.body, *node.else_], inner, whole)
    elif isinstance(node, nodes.If):
        _condition(node.test, known, whole)
        _statements([*node.body, *node.elif_, *node.else_], known, whole)
    elif isinstance(node, nodes.Expr):
        _expression(node, known, whole)
    else:
        for child in node.iter_child_nodes():
            _node(child, known, whole)


def _condition(test: nodes.Node, known: Mapping[str, Use], whole: Use) -> None:
    if isinstance(test, nodes.Not):
        test = test.node
    use = _used(test, known, whole)
    if use is None:
        _expression(test, known, whole)
    elif use.kind == "text" and not use.properties and use.item is None:
        use.kind = "flag"


def _expression(node: nodes.Node, known: Mapping[str, Use], whole: Use) -> None:
    use = _used(node, known, whole)
    if use is not None:
        use.kind = "text" if use.kind == "flag" else use.kind
        return
    for child in node.iter_child_nodes(exclude=("ctx",)):
        _node(child, known, whole)
    wanted: list[nodes.Expr | None] = []
    kind = "number"
    if isinstance(node, nodes.Filter) and node.name in _NUMBERS | _DAYS:
        wanted, kind = [node.node], "day" if node.name in _DAYS else "number"
    elif isinstance(node, nodes.BinExpr) and not isinstance(node, nodes.Add | nodes.Mod):
        wanted = [node.left, node.right]
    for each in wanted:
        number = None if each is None else _used(each, known, whole)
        if number is not None and not number.properties and number.item is None:
            number.kind = kind


def _used(node: nodes.Node, known: Mapping[str, Use], whole: Use) -> Use | None:
    """Return the use of a name, or of a property of it; None for all else."""
    if isinstance(node, nodes.Name):
        return whole if node.name == "data" else known.get(node.name)
    if isinstance(node, nodes.Getattr | nodes.Getitem):
        around = _used(node.node, known, whole)
        step = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
        if around is None:
            return None
        if isinstance(step, int):
            around.item = around.item or Use()
            return around.item
        return around.properties.setdefault(step, Use()) if isinstance(step, str) else None
    return None


def _words(name: str) -> str:
    parts = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name.replace("_", " ").replace("-", " "))
    return " ".join(parts.split()).capitalize() or "Value"
