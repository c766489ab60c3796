"""The ports of the shelf. Adapters and fakes provide them; a contract suite holds both to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from reports.shelf.own_template import OwnTemplate


class OwnTemplates(Protocol):
    """What is known of the templates that tenants have stored. Every method may raise ServiceUnavailableError."""

    def get(self, tenant: str, name: str) -> OwnTemplate | None:
        """Return a tenant's template as it was written last; None for one that never was."""
        ...

    def put(self, template: OwnTemplate) -> bool:
        """Replace the revision before, or add the first; tell whether that was the latest.

        The same write may be sent again, as when its answer was lost: it has succeeded.
        """
        ...

    def list(self, tenant: str) -> Sequence[OwnTemplate]:
        """Return a tenant's templates, by name. May lag behind writes by a moment."""
        ...
