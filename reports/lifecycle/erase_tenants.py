"""Erase all that a tenant has, in as many runs as that takes, until a pass over all stores finds nothing."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from reports.access.audit import AuditEntry, AuditLog
from reports.access.ports import Tenants
from reports.clock import Clock
from reports.errors import JobConflictError, LegalHoldError
from reports.jobs.belongings import Belonging, Belongings
from reports.jobs.erasure import DEAD_LETTERS, Erasure, Erasures
from reports.jobs.ports import DeadLetter, DeadLetterQueue
from reports.jobs.render_messages import tenant_of_message

log = logging.getLogger(__name__)

_AT_ONCE = 500
_AFTER_A_HOLD = timedelta(hours=1)
_LONGEST = timedelta(days=1)
"""After which an operator has to know that an erasure has not ended."""

Thing = TypeVar("Thing")


@dataclass(slots=True)
class ErasureCounts:
    """Count erasures: looked at, finished, put off for a legal hold, and not worked on for a fault."""

    inspected: int = 0
    finished: int = 0
    held: int = 0
    faults: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)


class AskForErasure:
    """Have all that a tenant has erased."""

    def __init__(
        self, *, erasures: Erasures, tenants: Tenants, audit: AuditLog, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self._erasures = erasures
        self._tenants = tenants
        self._audit = audit
        self._clock = clock
        self._new_id = new_id

    def __call__(self, tenant: str, *, by: str) -> Erasure:
        """Return the erasure that is under way now. Raises LegalHoldError and ServiceUnavailableError."""
        if self._tenants.get(tenant).legal_hold is not None:
            raise LegalHoldError
        now = self._clock.now()
        wanted = Erasure(self._new_id(), tenant, by, now, due_at=now)
        # First on record: what is erased without that could not be told from a loss.
        self._audit.append(AuditEntry(now, tenant, by, "erasure asked", detail={"erasure": wanted.id}))
        return self._erasures.open(wanted)


class EraseTenants:
    """Work on all erasures that are due.

    A worker that had a job when its tenant was closed may store a report until ``quiet`` is over. Only a pass after
    that is the last one, if it finds nothing.
    """

    def __init__(
        self,
        *,
        erasures: Erasures,
        tenants: Tenants,
        stores: Sequence[Belongings],
        dead_letters: DeadLetterQueue,
        audit: AuditLog,
        clock: Clock,
        quiet: timedelta,
        pause: timedelta,
        budget: timedelta,
    ) -> None:
        self._erasures = erasures
        self._tenants = tenants
        self._stores = stores
        self._dead_letters = dead_letters
        self._audit = audit
        self._clock = clock
        self._quiet = quiet
        self._pause = pause
        self._budget = budget

    def __call__(self) -> ErasureCounts:
        """Work until nothing is due or the time budget is used up. The next run does the rest."""
        started = self._clock.now()
        end = started + self._budget
        counts = ErasureCounts()
        for tenant in self._erasures.due(started):
            if self._clock.now() >= end:
                break
            counts.inspected += 1
            try:
                self._work_on(tenant, end, counts)
            except JobConflictError:
                continue  # Another run is at it.
            except Exception:
                log.exception("a tenant's data could not be erased", extra={"tenant": tenant})
                counts.faults += 1
        if counts.inspected:
            log.info("erasures", extra=counts.as_dict())
        return counts

    def _work_on(self, tenant: str, end: datetime, counts: ErasureCounts) -> None:
        erasure = self._erasures.get(tenant)
        now = self._clock.now()
        if erasure is None or erasure.due_at is None or erasure.due_at > now:
            return
        if self._tenants.get(tenant).legal_hold is not None:
            log.warning("a legal hold keeps what was to be erased", extra={"tenant": tenant})
            self._erasures.advance(erasure.postponed(now + _AFTER_A_HOLD))
            counts.held += 1
            return
        after = self._pass(erasure, end)
        if after is None or after.revision > erasure.revision:
            self._complain_of_long(erasure, counts)
        if after is None:
            return
        if after.revision > erasure.revision or now < erasure.asked_at + self._quiet:
            due_at = max(erasure.asked_at + self._quiet, self._clock.now() + self._pause)
            self._erasures.advance(after.passed(due_at))
            return
        finished = after.finished(self._clock.now())
        # First on record: a run that dies after this finds nothing once more, and says so again.
        self._audit.append(AuditEntry(self._clock.now(), tenant, "pressrun", "erased", detail=dict(finished.proof())))
        self._erasures.advance(finished)
        log.info("erased", extra={"tenant": tenant, "erasure": finished.id})
        counts.finished += 1

    def _complain_of_long(self, erasure: Erasure, counts: ErasureCounts) -> None:
        if self._clock.now() - erasure.asked_at > _LONGEST:
            facts = {"tenant": erasure.tenant, "asked_at": erasure.asked_at.isoformat(), "removed": erasure.removed}
            log.error("an erasure takes longer than a day", extra=facts)
            counts.faults += 1

    def _pass(self, erasure: Erasure, end: datetime) -> Erasure | None:
        """Remove all that is found, and return the erasure as it is then; None when the time is used up."""
        for store in self._stores:
            for some in _chunks(store.of(erasure.tenant), _AT_ONCE):
                if self._clock.now() >= end:
                    return None
                erasure = self._count(erasure, some)
                store.remove(some)
        return self._remove_dead_letters(erasure, end)

    def _count(self, erasure: Erasure, some: Sequence[Belonging]) -> Erasure:
        counted = erasure.removing(Counter(str(each.kind) for each in some))
        self._erasures.advance(counted)
        return counted

    def _remove_dead_letters(self, erasure: Erasure, end: datetime) -> Erasure | None:
        others: list[DeadLetter] = []
        seen: set[str] = set()
        try:
            while letters := [each for each in self._dead_letters.receive() if each.message_id not in seen]:
                if self._clock.now() >= end:
                    others += letters
                    return None
                seen |= {each.message_id for each in letters}
                for letter in letters:
                    if tenant_of_message(letter.message_id, letter.body, letter.attributes) != erasure.tenant:
                        others.append(letter)
                        continue
                    erasure = erasure.removing({DEAD_LETTERS: 1})
                    self._erasures.advance(erasure)
                    self._dead_letters.delete(letter)
            return erasure
        finally:
            for letter in others:
                self._dead_letters.unhide(letter)


def _chunks(things: Iterable[Thing], size: int) -> Iterator[Sequence[Thing]]:
    iterator = iter(things)
    while some := list(islice(iterator, size)):
        yield some
