"""Define the words of the shelf: the templates that a tenant has stored, and their versions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from reports.render_contract import InputKind

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What the name of a tenant's template may be. It stands in addresses, in keys, and before an @."""

MOST_VERSIONS = 50
"""Versions of a template that are kept at once."""

MOST_TEMPLATES = 100
"""Templates that a tenant may have."""

MOST_FINDINGS = 10
"""Findings that are kept with a version; the report of its check has more."""

_VERSIONED = re.compile(r"([^@]*)@([0-9]{1,6})")


class VersionStatus(StrEnum):
    """Name how far a version is."""

    CHECKING = "checking"
    """A report of its sample is being made."""
    LIVE = "live"
    """The check has succeeded: reports can be made of it."""
    REFUSED = "refused"
    """The check has failed."""


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One version of a template, which never changes. ``sha256`` is that of its archive.

    ``check`` is the id of the report of its sample by which it is checked. ``findings`` are what is wrong with it.
    """

    number: int
    sha256: str
    size: int
    put_at: datetime
    put_by: str
    title: str
    description: str
    kind: InputKind
    check: str
    status: VersionStatus = VersionStatus.CHECKING
    findings: tuple[Mapping[str, str | int | None], ...] = ()
    slots: bool = False
    """Whether it is not a template, but slots of one of the product of that name."""
    goes_live: bool = True
    """Whether it becomes the current one by itself when its check has succeeded."""


@dataclass(frozen=True, slots=True)
class OwnTemplate:
    """A tenant's template. ``revision`` grows with every write; ``last`` is the highest number ever given.

    The current version is the newest live one that came after ``chosen_over``, else the ``chosen`` one. So going back
    to an earlier version holds until a newer one is stored. While ``tried_beside`` is the current one, the version
    ``tried`` makes ``share`` of a hundred reports.
    """

    tenant: str
    name: str
    revision: int = 0
    last: int = 0
    versions: tuple[TemplateVersion, ...] = field(default=())
    chosen: int | None = None
    chosen_over: int = 0
    tried: int | None = None
    tried_beside: int | None = None
    share: int = 0

    @property
    def current(self) -> TemplateVersion | None:
        """Return the version that reports are made of that name none."""
        newer = [
            each
            for each in self.versions
            if each.status is VersionStatus.LIVE and each.goes_live and each.number > self.chosen_over
        ]
        return newer[-1] if newer else self.version(self.chosen or 0)

    @property
    def trial(self) -> TemplateVersion | None:
        """Return the version that is tried; None without one, or when another version has become current."""
        current, tried = self.current, self.version(self.tried or 0)
        if current is None or tried is None or current.number != self.tried_beside:
            return None
        return tried if tried.status is VersionStatus.LIVE else None

    def for_report(self, drawn: float) -> TemplateVersion | None:
        """Return the version of a report that names none; ``drawn`` is a number from 0 to 1, 1 left out."""
        trial = self.trial
        return self.current if trial is None or drawn * 100 >= self.share else trial

    def version(self, number: int) -> TemplateVersion | None:
        """Return a version; None for one that there is not, or not any more."""
        return next((each for each in self.versions if each.number == number), None)

    def with_version(self, version: TemplateVersion) -> OwnTemplate:
        """Add a version, whose number has to be the next."""
        assert version.number == self.last + 1
        return replace(self, revision=self.revision + 1, last=version.number, versions=(*self.versions, version))

    def with_changed(self, version: TemplateVersion) -> OwnTemplate:
        """Write down how a version's check has ended."""
        versions = tuple(version if each.number == version.number else each for each in self.versions)
        return replace(self, revision=self.revision + 1, versions=versions)

    def choosing(self, number: int) -> OwnTemplate:
        """Make a version the current one, until a newer one than all of now goes live."""
        after = replace(self, revision=self.revision + 1, chosen=number, chosen_over=self.last)
        return replace(after, tried=None, tried_beside=None, share=0)

    def trying(self, number: int, share: int) -> OwnTemplate:
        """Have a version make ``share`` of a hundred reports, until another one becomes current."""
        assert self.current is not None
        beside = self.current.number
        return replace(self, revision=self.revision + 1, tried=number, tried_beside=beside, share=share)

    def without(self, number: int) -> OwnTemplate:
        """Leave out a version. Its number is not given again."""
        versions = tuple(each for each in self.versions if each.number != number)
        return replace(self, revision=self.revision + 1, versions=versions)

    def emptied(self) -> OwnTemplate:
        """Leave out all versions. The record of the last number stays, so that none is given twice."""
        return replace(self, revision=self.revision + 1, versions=(), chosen=None, chosen_over=self.last)


def split_name(wanted: str) -> tuple[str, int | None]:
    """Return the name of a template as it is asked for, and the number of the version behind its @, if there is one."""
    found = _VERSIONED.fullmatch(wanted)
    return (found[1], int(found[2])) if found else (wanted, None)
