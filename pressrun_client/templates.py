"""Define what a service says about what reports can be made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pressrun_client.calls import Calls
from pressrun_client.documents import Document
from pressrun_client.transport import segment


@dataclass(frozen=True, slots=True)
class TemplateSummary:
    """Describe a template; ``made_from`` says what an uploaded file has to hold: object, rows or image."""

    name: str
    title: str
    description: str
    made_from: str
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, document: Document) -> TemplateSummary:
        return cls(**_words(document), document=document.content)


@dataclass(frozen=True, slots=True)
class Template(TemplateSummary):
    """Describe a template with the JSON Schema of its data, and a sample of them."""

    schema: Mapping[str, Any] = field(default_factory=dict, repr=False)
    sample: Any = field(default=None, repr=False)

    @classmethod
    def read(cls, document: Document) -> Template:
        content = document.content
        return cls(
            **_words(document), document=content, schema=document.mapping("schema"), sample=content.get("sample")
        )


def _words(document: Document) -> dict[str, str]:
    return {name: document.text(name) for name in ("name", "title", "description", "made_from")}


class TemplateCalls(Calls):
    """Calls about templates."""

    def templates(self) -> Sequence[TemplateSummary]:
        """Return what reports can be made from."""
        return [TemplateSummary.read(each) for each in self._call("GET", "/templates").document.parts("templates")]

    def template(self, name: str) -> Template:
        """Return a template with its schema and its sample."""
        return Template.read(self._call("GET", f"/templates/{segment(name)}").document)
