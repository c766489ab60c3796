"""Find the template that a tenant names: one of the product's, or one of its own, in the version that counts."""

from __future__ import annotations

import hashlib
import json
import logging
import random
import shutil
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reports.catalog.catalog import Catalog
from reports.errors import (
    InputUnavailableError,
    JobNotFoundError,
    TemplateNotLiveError,
    UnknownTemplateError,
)
from reports.jobs import object_keys
from reports.jobs.job import Job
from reports.jobs.ports import JobStore, ObjectStore
from reports.render_contract import Look, Template
from reports.shelf.archive import MOST_BYTES, unpacked, write_files
from reports.shelf.own_template import OwnTemplate, TemplateVersion, VersionStatus, split_name
from reports.shelf.ports import OwnTemplates
from reports.shelf.settle import settled
from reports.shelf.slots import Slots

log = logging.getLogger(__name__)

MOST_UNPACKED_AT_ONCE = 12
"""Versions that a process keeps unpacked: up to 8 MB each, of the 512 MB that a function has for files."""


@dataclass(frozen=True, slots=True)
class FoundTemplate:
    """A template with the catalog that knows it; ``version`` is None for one of the product."""

    catalog: Catalog
    template: Template
    version: int | None = None
    slots: Slots | None = None

    @property
    def sha256(self) -> str:
        """Return the digest of all that it is made of."""
        digest = self.catalog.sha256(self.template)
        return digest if self.slots is None else hashlib.sha256(f"{digest}{self.slots.sha256}".encode()).hexdigest()

    @property
    def look(self) -> Look | None:
        """Return what its tenant has changed of its look."""
        return None if self.slots is None else self.slots.look

    def filled(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the data of a report, with what its tenant has put into the slots."""
        return data if self.slots is None else self.slots.filled(data)


class ProductTemplates:
    """The templates of the product, the same for every tenant."""

    def __init__(self, product: Catalog) -> None:
        self.product = product

    def find(
        self,
        tenant: str,
        wanted: str,
        version: int | None = None,
        *,
        is_settled: bool = False,
        for_report: bool = False,
    ) -> FoundTemplate:
        """Return a template by its name. Raises UnknownTemplateError or TemplateOutOfOrderError."""
        del tenant, version, is_settled, for_report
        return FoundTemplate(self.product, self.product.get(wanted))

    def knows(self, name: str, version: int | None) -> bool:
        """Tell whether there is a template of that name, in order or not. One of a tenant's own has a version."""
        return version is not None or self.product.knows(name)


class Templates(ProductTemplates):
    """The templates of the product, and those that each tenant has stored.

    A plain name of the product's means the product's, whatever a tenant has stored: ``PUT`` refuses such a name. A name
    with a version, such as ``receipt@3``, means the tenant's own.
    """

    def __init__(
        self,
        product: Catalog,
        own: OwnTemplates,
        archives: ObjectStore,
        jobs: JobStore,
        *,
        folder: Path,
        draw: Callable[[], float] = random.random,
    ) -> None:
        super().__init__(product)
        self._own = own
        self._archives = archives
        self._jobs = jobs
        self._folder = folder
        self._draw = draw
        self._unpacked: OrderedDict[Path, Catalog] = OrderedDict()

    def find(
        self,
        tenant: str,
        wanted: str,
        version: int | None = None,
        *,
        is_settled: bool = False,
        for_report: bool = False,
    ) -> FoundTemplate:
        """Return the template that a tenant means by a name.

        With ``for_report``, a version that is tried beside the current one has its share. With a ``version``, that one
        is returned whatever its state: it was settled when the job was admitted. One of the product without a version
        is settled, too, if ``is_settled``. Raises UnknownTemplateError, TemplateNotLiveError,
        TemplateOutOfOrderError or ServiceUnavailableError.
        """
        name, asked = split_name(wanted)
        number = version if version is not None else asked
        is_product = self.product.knows(name)
        if is_product and number is None and is_settled:
            return super().find(tenant, name)
        own = self.own(tenant, name)
        if is_product and number is None and (own is None or own.current is None or not own.current.slots):
            return super().find(tenant, name)
        if own is None:
            raise UnknownTemplateError(wanted, self.product.names())
        if number is None and for_report and (drawn := own.for_report(self._draw())) is not None:
            number = drawn.number
        return self._found(own, self._chosen(own, number, is_settled=version is not None))

    def files(self, own: OwnTemplate, number: int) -> Mapping[str, bytes]:
        """Return the files of a version: of slots, the one that they are. Raises UnknownTemplateError."""
        version = self._chosen(own, number, is_settled=True)
        archive = self._archive_of(own, version)
        if not version.slots:
            return unpacked(own.name, archive)
        shown = json.dumps(Slots.read(archive).content, ensure_ascii=False, indent=2, sort_keys=True)
        return {"slots.json": shown.encode()}

    def _found(self, own: OwnTemplate, version: TemplateVersion) -> FoundTemplate:
        if not version.slots:
            return FoundTemplate(*self._catalog_of(own, version), version.number)
        slots = Slots.read(self._archive_of(own, version))
        return FoundTemplate(self.product, self.product.get(own.name), version.number, slots)

    def all_own(self, tenant: str) -> Sequence[OwnTemplate]:
        """Return the templates that a tenant has stored, by name."""
        return [self._settled(each) for each in self._own.list(tenant) if each.versions]

    def own(self, tenant: str, name: str) -> OwnTemplate | None:
        """Return a template that a tenant has stored, with what has become of its checks. None if there is none."""
        kept = self._own.get(tenant, name)
        return None if kept is None or not kept.versions else self._settled(kept)

    def version(self, own: OwnTemplate, number: int) -> FoundTemplate:
        """Return a version of a tenant's template, whatever its state. Raises UnknownTemplateError."""
        return self._found(own, self._chosen(own, number, is_settled=True))

    def _chosen(self, own: OwnTemplate, number: int | None, *, is_settled: bool) -> TemplateVersion:
        found = own.current if number is None else own.version(number)
        if found is None and number is not None:
            raise UnknownTemplateError(f"{own.name}@{number}", [f"{own.name}@{each.number}" for each in own.versions])
        if found is None or (found.status is not VersionStatus.LIVE and not is_settled):
            newest = found or own.versions[-1]
            raise TemplateNotLiveError(f"{own.name}@{newest.number}", newest.status)
        return found

    def _settled(self, own: OwnTemplate) -> OwnTemplate:
        """Write down how checks have ended since this was looked at last: the first to ask does it."""
        after = own
        for each in own.versions:
            if each.status is VersionStatus.CHECKING and (ended := settled(each, self._check_of(each))) is not None:
                after = after.with_changed(ended)
        if after is own:
            return own
        # One write for all of them. Should another be first, what it has written is the same.
        kept = replace(after, revision=own.revision + 1)
        return kept if self._own.put(kept) else self._own.get(own.tenant, own.name) or kept

    def _check_of(self, version: TemplateVersion) -> Job | None:
        try:
            return self._jobs.get(version.check)
        except JobNotFoundError:
            return None

    def _catalog_of(self, own: OwnTemplate, version: TemplateVersion) -> tuple[Catalog, Template]:
        place = self._folder / own.tenant / f"{own.name}-{version.number}-{version.sha256[:24]}"
        catalog = self._unpacked.get(place)
        if catalog is None:
            catalog = self._unpack(place, own, version)
        self._unpacked.move_to_end(place)
        return catalog, catalog.get(own.name)

    def _unpack(self, place: Path, own: OwnTemplate, version: TemplateVersion) -> Catalog:
        archive = self._archive_of(own, version)
        while len(self._unpacked) >= MOST_UNPACKED_AT_ONCE:
            oldest, _ = self._unpacked.popitem(last=False)
            shutil.rmtree(oldest, ignore_errors=True)
        self._unpacked[place] = catalog = unpacked_catalog(place, own.tenant, own.name, archive, self.product)
        return catalog

    def _archive_of(self, own: OwnTemplate, version: TemplateVersion) -> bytes:
        key = object_keys.template_key(own.tenant, own.name, version.number, version.sha256)
        try:
            archive = self._archives.get(key, max_bytes=MOST_BYTES)
        except InputUnavailableError:
            raise UnknownTemplateError(f"{own.name}@{version.number}", self.product.names()) from None
        if hashlib.sha256(archive).hexdigest() != version.sha256:
            raise InputUnavailableError("A template in the store is not the one that was put there.")
        return archive


def unpacked_catalog(place: Path, tenant: str, name: str, archive: bytes, product: Catalog) -> Catalog:
    """Unpack a template's archive, and return the catalog that has it alone. Raises ArchiveError."""
    files = unpacked(name, archive)
    shutil.rmtree(place, ignore_errors=True)
    write_files(place / name, files)
    for shared in product.shared_folders():
        (place / shared.name).symlink_to(shared, target_is_directory=True)
    return Catalog(place, owner=tenant)
