"""Follow a schema as an expression of a template follows data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_METHODS = ("items", "keys", "values", "get")


@dataclass(frozen=True, slots=True)
class Shape:
    """The data at one place, as the schema describes them; ``alternatives`` are all that may stand there."""

    root: Mapping[str, Any]
    alternatives: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, root: Mapping[str, Any], schema: object) -> Shape:
        """Resolve references and alternatives within a schema."""
        return cls(root, tuple(_resolved(root, schema, 20)))

    @property
    def names(self) -> set[str]:
        """Return the names of all properties that are described."""
        return {name for each in self.alternatives for name in each.get("properties", {})}

    @property
    def is_object(self) -> bool:
        """Tell whether it is described by its properties alone."""
        return bool(self.alternatives) and all("properties" in each for each in self._objects) and bool(self._objects)

    @property
    def is_closed(self) -> bool:
        """Tell whether it has no properties but those that are described."""
        return any(each.get("additionalProperties") is False for each in self._objects) and not any(
            "patternProperties" in each for each in self._objects
        )

    @property
    def _objects(self) -> list[Mapping[str, Any]]:
        return [each for each in self.alternatives if each.get("properties") or each.get("type") == "object"]

    def requires(self, name: str) -> bool:
        """Tell whether a property cannot be missing."""
        return any(name in each.get("required", ()) for each in self._objects)

    def property(self, name: str) -> Shape | None:
        """Return what a property is; None for what is not described."""
        found = [each["properties"][name] for each in self.alternatives if name in each.get("properties", {})]
        shapes = [Shape.of(self.root, each) for each in found]
        return Shape(self.root, tuple(part for each in shapes for part in each.alternatives)) if found else None

    def item(self) -> Shape | None:
        """Return what the items of a list are."""
        found = [each["items"] for each in self.alternatives if isinstance(each.get("items"), Mapping)]
        shapes = [Shape.of(self.root, each) for each in found]
        return Shape(self.root, tuple(part for each in shapes for part in each.alternatives)) if found else None


def is_method(name: str) -> bool:
    """Tell whether a name that a mapping does not have as a key is one of its methods."""
    return name in _METHODS


def _resolved(root: Mapping[str, Any], schema: object, deep: int) -> Iterator[Mapping[str, Any]]:
    if not isinstance(schema, Mapping) or deep == 0:
        return
    if isinstance(reference := schema.get("$ref"), str) and reference.startswith("#"):
        target: Any = root
        for step in reference[1:].split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            target = target.get(key, {}) if isinstance(target, Mapping) else {}
        yield from _resolved(root, target, deep - 1)
    yield schema
    for keyword in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(keyword, ()):
            yield from _resolved(root, each, deep - 1)
