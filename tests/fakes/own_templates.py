"""The templates of tenants in memory. tests/contracts holds this and the real adapter to the same behaviour."""

from __future__ import annotations

from collections.abc import Sequence

from reports.shelf.own_template import OwnTemplate


class InMemoryOwnTemplates:
    """OwnTemplates in memory."""

    def __init__(self) -> None:
        self.templates: dict[tuple[str, str], OwnTemplate] = {}

    def get(self, tenant: str, name: str) -> OwnTemplate | None:
        return self.templates.get((tenant, name))

    def put(self, template: OwnTemplate) -> bool:
        standing = self.templates.get((template.tenant, template.name))
        if standing is not None and standing.revision != template.revision - 1:
            return standing == template
        self.templates[template.tenant, template.name] = template
        return True

    def list(self, tenant: str) -> Sequence[OwnTemplate]:
        return [self.templates[key] for key in sorted(self.templates) if key[0] == tenant]
