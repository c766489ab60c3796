"""What tenants have, in all stores: to remove it, or to keep it for another time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """Name what something is."""

    JOB = "jobs"
    """With its timeline."""
    DELIVERY = "deliveries"
    LATEST = "latest_reports"
    IDEMPOTENCY = "idempotency_keys"
    UPLOAD = "uploads"
    """A version of an uploaded file, or of the options beside one."""
    MARK = "upload_marks"
    """A mark that S3 leaves where a file was deleted. It has the file's name."""
    INPUT = "inputs"
    ARTIFACT = "artifacts"
    ASSET = "assets"
    """A PDF that reports name, such as a letterhead."""
    RECEIPT = "receipts"
    """What leads from a file to its report, and so to its receipt."""
    TEMPLATE = "templates"
    """An archive of a version of a template of the tenant's own, or what is known of one."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """One thing of a tenant's; ``place`` is the key of an item, or the key and the version of an object."""

    kind: Kind
    place: tuple[str, str]


class Belongings(Protocol):
    """What tenants have in some of the stores. Every method may raise ServiceUnavailableError."""

    def of(self, tenant: str) -> Iterator[Belonging]:
        """Yield all that a tenant has, in pages as it goes on, in an order in which it may be removed.

        Removals do not end it. May lag behind writes by a moment.
        """
        ...

    def remove(self, some: Sequence[Belonging]) -> None:
        """Remove things for good, with all that is in them, in their order. One that is gone is none to raise for."""
        ...

    def keep(self, tenant: str, one: Belonging) -> None:
        """Have a thing expire as is settled for its tenant now, unless it is gone or has a time of its own."""
        ...
