"""Hold the service to its promise, whatever happens in whichever order: each job ends once, and that is announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from reports.jobs.render_messages import DirectRequest
from reports.jobs.values import Door, JobStatus
from tests.builders import LIFE, MAX_TRIES
from tests.simulation import Simulation, Trouble

pytestmark = pytest.mark.gate

# At which calls, counted from the function's first. More at a time, and hardly anything would get past its first steps.
_TROUBLES = st.dictionaries(st.integers(0, 15), st.sampled_from(Trouble), max_size=2)
_SWEEPS = timedelta(minutes=20)


class EveryJobEnds(RuleBasedStateMachine):
    """Ask for reports, and have functions die, services fail, messages repeat and get lost."""

    def __init__(self) -> None:
        super().__init__()
        self.simulation = Simulation()

    @rule(key=st.sampled_from([None, "a", "b"]), troubles=_TROUBLES)
    def submit(self, key: str | None, troubles: Mapping[int, Trouble]) -> None:
        self.simulation.plan(troubles)
        self.simulation.submit(key)

    @rule(key=st.sampled_from(["a", "b"]), troubles=_TROUBLES)
    def submit_until_accepted(self, key: str, troubles: Mapping[int, Trouble]) -> None:
        self.simulation.plan(troubles)
        for _ in range(3):
            self.simulation.submit(key)
            self.simulation.plan({})

    @rule(count=st.integers(1, 5))
    def submit_some(self, count: int) -> None:
        self.simulation.plan({})
        for _ in range(count):
            self.simulation.submit(None)

    @rule()
    def upload(self) -> None:
        self.simulation.upload()

    @rule()
    def notify_again(self) -> None:
        self.simulation.notify_again()

    @rule(has_request_id=st.booleans())
    def ask_directly(self, has_request_id: bool) -> None:
        self.simulation.ask_directly(has_request_id=has_request_id)

    @rule(chosen=st.integers(0, 20), tenant=st.sampled_from(["demo", "acme"]), to=st.sampled_from(["me", "another"]))
    def ask_under_an_id_that_is_taken(self, chosen: int, tenant: str, to: str) -> None:
        self.simulation.ask_under_an_id_that_is_taken(chosen, tenant, to)

    @rule(most=st.integers(1, 10), stay_visible=st.booleans(), troubles=_TROUBLES)
    def deliver(self, most: int, stay_visible: bool, troubles: Mapping[int, Trouble]) -> None:
        self.simulation.plan(troubles)
        self.simulation.deliver(most, stay_visible=stay_visible)

    @rule(troubles=_TROUBLES)
    def deliver_what_comes_back(self, troubles: Mapping[int, Trouble]) -> None:
        self.simulation.app.clock.advance(minutes=6)
        self.simulation.plan(troubles)
        self.simulation.deliver()

    @rule(of=st.sampled_from(["jobs", "artifacts", "queue", "publisher"]), times=st.integers(1, 4))
    def have_an_outage(self, of: str, times: int) -> None:
        self.simulation.plan({})
        self.simulation.down = getattr(self.simulation.app, of)
        for _ in range(times):
            self.simulation.deliver()
            self.simulation.sweep()
            self.simulation.app.clock.advance(minutes=6)
        self.simulation.down = None

    @rule(times=st.integers(1, 4))
    def have_workers_crash_at_once(self, times: int) -> None:
        for _ in range(times):
            self.simulation.plan({0: Trouble.KILLED_BEFORE})
            self.simulation.deliver()
            self.simulation.app.clock.advance(minutes=6)

    @rule(times=st.integers(1, 4))
    def have_lambda_throttle_batches(self, times: int) -> None:
        for _ in range(times):
            self.simulation.throttle()
            self.simulation.app.clock.advance(minutes=6)

    @rule(troubles=_TROUBLES)
    def sweep(self, troubles: Mapping[int, Trouble]) -> None:
        self.simulation.plan(troubles)
        self.simulation.sweep()

    @rule(troubles=_TROUBLES)
    def redrive(self, troubles: Mapping[int, Trouble]) -> None:
        self.simulation.plan(troubles)
        self.simulation.redrive()

    @rule(chosen=st.integers(0, 20), troubles=_TROUBLES)
    def cancel(self, chosen: int, troubles: Mapping[int, Trouble]) -> None:
        self.simulation.plan(troubles)
        self.simulation.steer(self.simulation.app.cancel, chosen)

    @rule(chosen=st.integers(0, 20), troubles=_TROUBLES)
    def retry(self, chosen: int, troubles: Mapping[int, Trouble]) -> None:
        self.simulation.plan(troubles)
        self.simulation.steer(self.simulation.app.retry, chosen)

    @rule()
    def lose_messages(self) -> None:
        self.simulation.queue.lose(lambda body: '"job_id"' in body)

    @rule(minutes=st.sampled_from([1, 6, 16, 40]))
    def let_time_pass(self, minutes: int) -> None:
        self.simulation.app.clock.advance(minutes=minutes)

    @invariant()
    def no_job_succeeds_twice(self) -> None:
        for job_id, timeline in self.simulation.app.jobs.timelines.items():
            names = [event.name for event in timeline]
            assert names.count("succeeded") <= 1, (job_id, names)
            assert [event.revision for event in timeline] == list(range(1, len(timeline) + 1)), (job_id, names)

    @invariant()
    def a_job_has_no_more_tries_than_it_may(self) -> None:
        for job in self.simulation.app.jobs.jobs.values():
            assert 0 <= job.tries <= MAX_TRIES, job

    @invariant()
    def what_a_report_names_is_there(self) -> None:
        stored = self.simulation.app.artifacts.objects.keys()
        for job in self.simulation.app.jobs.jobs.values():
            if job.status is JobStatus.SUCCEEDED:
                assert {artifact.key for artifact in job.artifacts} <= stored, job

    @invariant()
    def a_job_has_the_input_that_its_request_came_with(self) -> None:
        for job in self.simulation.app.jobs.jobs.values():
            if job.door is Door.QUEUE:
                body = self.simulation.app.artifacts.objects[job.input.key].body.decode()
                assert DirectRequest(job.id, body, job.tenant).input == job.input

    @invariant()
    def each_life_has_one_end_at_the_most(self) -> None:
        ends: dict[str, set[str]] = {}
        for event in self.simulation.app.publisher.published:
            ends.setdefault(event.job_id, set()).add(event.id)
        for job_id, ids in ends.items():
            names = Counter(event.name for event in self.simulation.app.jobs.timelines[job_id])
            assert len(ids) <= 1 + names["retried"] + names["redriven"], (job_id, names)

    def teardown(self) -> None:
        self.everything_ends()

    def everything_ends(self) -> None:
        simulation = self.simulation
        end_of_troubles = simulation.app.clock.now()
        simulation.settle(within=LIFE + _SWEEPS)
        assert simulation.unfinished() == []
        # What has been parked before it had a job is what a person has to bring back.
        simulation.redrive()
        simulation.settle(within=LIFE + _SWEEPS)
        assert simulation.unfinished() == []
        assert simulation.asked <= simulation.app.jobs.jobs.keys()
        assert simulation.lost() == []
        self.each_life_has_one_end_at_the_most()
        told = {event.job_id for event in simulation.app.publisher.published}
        ended = [job for job in simulation.app.jobs.jobs.values() if job.status is not JobStatus.CANCELLED]
        assert {job.id for job in ended} <= told
        for job in ended:
            # The sweep queues each once more before its time is over.
            if job.failure is not None and job.failure.code == "deadline_exceeded":
                assert end_of_troubles > job.open_since + LIFE - timedelta(hours=1), job


TestEveryJobEnds = EveryJobEnds.TestCase
# So many steps take less than the 24 hours for which an idempotency key stands.
TestEveryJobEnds.settings = settings(max_examples=100, stateful_step_count=30)
