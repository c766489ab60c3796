"""All that a tenant has is erased, however often that breaks off, and what is on record in the end is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from reports.access.tenants import Tenant
from reports.errors import LegalHoldError, ServiceUnavailableError
from reports.jobs.belongings import Belonging, Kind
from reports.jobs.erasure import Erasure, digest_of
from reports.jobs.ports import DeadLetter
from reports.lifecycle.erase_tenants import AskForErasure, EraseTenants
from tests.fakes.access import InMemoryAuditLog, InMemoryTenants
from tests.fakes.belongings import InMemoryBelongings
from tests.fakes.clock import SettableClock
from tests.fakes.jobs import InMemoryErasures
from tests.fakes.queues import InMemoryDeadLetterQueue

QUIET, PAUSE = timedelta(minutes=10), timedelta(minutes=1)


def things(tenant: str, kind: Kind, number: int) -> Sequence[Belonging]:
    return [Belonging(kind, (f"{kind}/{tenant}/{n}", "1")) for n in range(number)]


@dataclass
class Stage:
    """A stage with two tenants: demo, which goes, and acme, which stays."""

    clock: SettableClock = field(default_factory=SettableClock)
    erasures: InMemoryErasures = field(default_factory=InMemoryErasures)
    tenants: InMemoryTenants = field(default_factory=InMemoryTenants)
    audit: InMemoryAuditLog = field(default_factory=InMemoryAuditLog)
    items: InMemoryBelongings = field(default_factory=InMemoryBelongings)
    objects: InMemoryBelongings = field(default_factory=InMemoryBelongings)
    letters: InMemoryDeadLetterQueue = field(default_factory=InMemoryDeadLetterQueue)

    def __post_init__(self) -> None:
        self.items.give("demo", *things("demo", Kind.JOB, 3), *things("demo", Kind.DELIVERY, 1))
        self.objects.give("demo", *things("demo", Kind.UPLOAD, 1200))
        self.items.give("acme", *things("acme", Kind.JOB, 2))
        self.ask = AskForErasure(
            erasures=self.erasures,
            tenants=self.tenants,
            audit=self.audit,
            clock=self.clock,
            new_id=iter(f"erasure-{n}" for n in range(1, 99)).__next__,
        )

    def run(self, **changes: Any) -> dict[str, int]:
        values: dict[str, Any] = {
            "erasures": self.erasures,
            "tenants": self.tenants,
            "stores": (self.objects, self.items),
            "dead_letters": self.letters,
            "audit": self.audit,
            "clock": self.clock,
            "quiet": QUIET,
            "pause": PAUSE,
            "budget": timedelta(minutes=3),
        }
        self.clock.advance(seconds=1)
        self.letters.hidden.clear()
        return EraseTenants(**(values | changes))().as_dict()

    def runs(self, *, most: int = 20) -> Erasure:
        """Run every five minutes until demo's has ended."""
        for _ in range(most):
            self.run()
            erasure = self.erasures.latest["demo"]
            if not erasure.is_under_way:
                return erasure
            self.clock.advance(seconds=300)
        raise AssertionError(f"not ended: {erasure}")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_all_that_a_tenant_has_goes_and_what_others_have_stays(stage: Stage) -> None:
    asked = stage.ask("demo", by="key:ab")

    ended = stage.runs()

    assert (ended.id, stage.items.things["demo"], stage.objects.things["demo"]) == (asked.id, [], [])
    assert len(stage.items.things["acme"]) == 2
    proof = ended.proof()
    assert {kind: number for kind, number in proof["removed"].items() if number} == {
        "jobs": 3,
        "deliveries": 1,
        "uploads": 1200,
    }
    assert set(proof["removed"]) == {*map(str, Kind), "dead_letters"}
    assert proof["sha256"] == digest_of({name: value for name, value in proof.items() if name != "sha256"})


def test_both_the_wish_and_the_proof_are_in_the_audit_log(stage: Stage) -> None:
    stage.ask("demo", by="key:ab")

    ended = stage.runs()

    asked, erased = stage.audit.entries
    assert (asked.action, asked.subject, asked.tenant) == ("erasure asked", "key:ab", "demo")
    assert (erased.action, dict(erased.detail)) == ("erased", dict(ended.proof()))


def test_what_is_stored_until_the_quiet_time_is_over_is_removed_too(stage: Stage) -> None:
    stage.ask("demo", by="key:ab")
    stage.run()
    stage.clock.advance(seconds=300)
    stage.objects.give("demo", *things("demo", Kind.ARTIFACT, 2))  # by a worker that had begun before

    ended = stage.runs()

    assert stage.objects.things["demo"] == []
    assert ended.removed["artifacts"] == 2
    assert ended.finished_at is not None
    assert ended.finished_at >= ended.asked_at + QUIET


def test_a_pass_that_finds_something_is_not_the_last(stage: Stage) -> None:
    stage.ask("demo", by="key:ab")
    stage.clock.advance(seconds=int(QUIET.total_seconds()))

    stage.run()

    assert stage.erasures.latest["demo"].is_under_way
    stage.clock.advance(seconds=61)
    stage.run()
    assert not stage.erasures.latest["demo"].is_under_way


def test_a_run_that_is_out_of_time_or_breaks_off_is_followed_by_others(stage: Stage) -> None:
    stage.ask("demo", by="key:ab")

    stage.run(budget=timedelta(0))
    assert len(stage.objects.things["demo"]) == 1200
    stage.objects.refuse = ServiceUnavailableError("S3 is down.")
    assert stage.run()["faults"] == 1
    stage.objects.refuse = None

    stage.runs()
    assert stage.objects.things["demo"] == []


@pytest.mark.parametrize(("late", "faults"), [(-60, 0), (1, 1)])
def test_an_erasure_that_still_finds_something_after_a_day_is_a_fault(stage: Stage, late: int, faults: int) -> None:
    stage.ask("demo", by="key:ab")
    stage.clock.advance(days=1, seconds=late)

    assert stage.run() == {"inspected": 1, "finished": 0, "held": 0, "faults": faults}

    stage.clock.advance(seconds=61)
    assert stage.run() == {"inspected": 1, "finished": 1, "held": 0, "faults": 0}


def test_a_proof_that_cannot_be_recorded_is_none(stage: Stage) -> None:
    stage.ask("demo", by="key:ab")
    stage.clock.advance(seconds=int(QUIET.total_seconds()))
    stage.run()
    stage.clock.advance(seconds=61)
    stage.audit.refuse = ServiceUnavailableError("CloudWatch is down.")

    assert stage.run()["faults"] == 1

    assert stage.erasures.latest["demo"].is_under_way
    stage.audit.refuse = None
    assert stage.runs().proof()["found_by_last_pass"] == 0


def test_without_a_record_of_the_wish_nothing_is_erased(stage: Stage) -> None:
    stage.audit.refuse = ServiceUnavailableError("CloudWatch is down.")

    with pytest.raises(ServiceUnavailableError):
        stage.ask("demo", by="key:ab")

    assert stage.erasures.latest == {}


def test_asking_twice_is_asking_once(stage: Stage) -> None:
    first = stage.ask("demo", by="key:ab")

    assert stage.ask("demo", by="key:cd") == first


def test_under_a_legal_hold_nothing_is_erased(stage: Stage) -> None:
    stage.tenants.put(Tenant("demo", legal_hold="case 7"))

    with pytest.raises(LegalHoldError):
        stage.ask("demo", by="key:ab")


def test_a_legal_hold_stops_an_erasure_that_is_under_way_until_it_is_released(stage: Stage) -> None:
    stage.ask("demo", by="key:ab")
    stage.tenants.put(Tenant("demo", legal_hold="case 7"))

    for _ in range(5):
        stage.run()
        stage.clock.advance(seconds=3600)
    assert len(stage.objects.things["demo"]) == 1200
    stage.tenants.put(Tenant("demo"))

    stage.runs()
    assert stage.objects.things["demo"] == []


def test_dead_letters_of_the_tenant_go_and_those_of_others_stay(stage: Stage) -> None:
    stage.letters.letters = [
        DeadLetter(message_id, message_id, "{}", {"tenant": tenant})
        for message_id, tenant in (("m1", "demo"), ("m2", "acme"), ("m3", "demo"))
    ]
    stage.ask("demo", by="key:ab")

    ended = stage.runs()

    assert ended.removed["dead_letters"] == 2
    assert [letter.message_id for letter in stage.letters.letters] == ["m2"]
    assert stage.letters.hidden == set()


def test_an_erasure_that_is_under_way_proves_nothing(stage: Stage) -> None:
    with pytest.raises(ValueError, match="proves nothing"):
        stage.ask("demo", by="x").proof()
