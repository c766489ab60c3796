from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from reports.errors import ServiceUnavailableError
from reports.jobs.job import MOST_REVISIONS, Job
from reports.jobs.ports import DeadLetter
from reports.jobs.render_messages import encode, parse
from reports.jobs.values import Door, Failure, JobStatus
from reports.lifecycle.redrive import Redrive, RedriveOrder
from tests.builders import LEASE, a_job
from tests.fakes.clock import NOON, SettableClock
from tests.fakes.jobs import InMemoryJobStore
from tests.fakes.queues import InMemoryDeadLetterQueue


class Scene:
    """A dead-letter queue with the messages of failed jobs."""

    def __init__(self) -> None:
        self.clock = SettableClock(NOON + timedelta(hours=1))
        self.jobs = InMemoryJobStore()
        self.queue = InMemoryDeadLetterQueue()
        self.redrive = Redrive(jobs=self.jobs, dead_letters=self.queue, clock=self.clock, budget=timedelta(seconds=200))

    def failed(self, job_id: str, code: str = "service_unavailable", **changes: Any) -> Job:
        job = a_job(job_id, **changes)
        self.jobs.add(job)
        job = job.failed(NOON, Failure(code, "It failed.", retryable=True))
        self.jobs.advance(job)
        self.letter(encode(job_id))
        return job

    def letter(self, body: str, **attributes: str) -> DeadLetter:
        number = len(self.queue.letters) + 1
        letter = DeadLetter(f"m{number}", f"r{number}", body, {"correlation_id": "c", **attributes}, NOON)
        self.queue.letters.append(letter)
        return letter

    def run(self, **order: object) -> dict[str, int]:
        return self.redrive(RedriveOrder.model_validate(order)).as_dict()

    def status(self, job_id: str) -> JobStatus:
        return self.jobs.get(job_id).status


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_failed_jobs_are_pending_again_and_their_messages_sent_and_gone(scene: Scene) -> None:
    for n in range(25):
        scene.failed(f"job-{n}")

    counts = scene.run()

    assert counts == {"inspected": 25, "redriven": 25, "skipped": 0, "failed": 0}
    assert not scene.queue.letters
    assert len(scene.queue.sent) == 25
    assert {job.status for job in scene.jobs.jobs.values()} == {JobStatus.PENDING}
    assert scene.jobs.timeline("job-3")[-1].name == "redriven"


def test_body_and_attributes_are_preserved(scene: Scene) -> None:
    scene.failed("job-1")
    [letter] = scene.queue.letters

    scene.run()

    assert (scene.queue.sent[0].body, scene.queue.sent[0].attributes) == (letter.body, letter.attributes)


def test_no_more_than_the_given_number_is_sent_and_the_rest_stays_visible(scene: Scene) -> None:
    for n in range(12):
        scene.failed(f"job-{n}")

    assert scene.run(max=5)["redriven"] == 5

    assert len(scene.queue.letters) == 7
    assert not scene.queue.hidden & {letter.message_id for letter in scene.queue.letters}


def test_a_dry_run_counts_and_changes_nothing(scene: Scene) -> None:
    scene.failed("job-1")

    assert scene.run(dry_run=True)["redriven"] == 1

    assert scene.status("job-1") is JobStatus.FAILED
    assert len(scene.queue.letters) == 1
    assert not scene.queue.sent
    assert not scene.queue.hidden


def test_one_job_can_be_chosen(scene: Scene) -> None:
    for n in range(3):
        scene.failed(f"job-{n}")

    assert scene.run(job_id="job-1") == {"inspected": 3, "redriven": 1, "skipped": 2, "failed": 0}

    assert scene.status("job-1") is JobStatus.PENDING
    assert scene.status("job-2") is JobStatus.FAILED


def test_one_error_code_can_be_chosen(scene: Scene) -> None:
    scene.failed("job-1", "input_unavailable")
    scene.failed("job-2", "internal_error")

    assert scene.run(error_code="internal_error")["redriven"] == 1

    assert scene.status("job-1") is JobStatus.FAILED
    assert scene.status("job-2") is JobStatus.PENDING


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"template": "list"}, {"job-2", "job-3"}),
        ({"batch": "b"}, {"job-3", "job-4"}),
        ({"tenant": "other"}, {"job-4"}),
        ({"template": "list", "batch": "b"}, {"job-3"}),
        ({"template": "list", "error_code": "internal_error"}, {"job-2"}),
        ({"template": "list", "tenant": "other"}, set()),
    ],
)
def test_jobs_can_be_chosen_by_all_that_is_said_of_them(
    scene: Scene, order: dict[str, object], expected: set[str]
) -> None:
    scene.failed("job-1")
    scene.failed("job-2", "internal_error", template="list")
    scene.failed("job-3", template="list", batch="b")
    scene.failed("job-4", tenant="other", batch="b")
    scene.letter("{}", door="queue", tenant="demo")

    assert scene.run(**order, dry_run=True)["redriven"] == len(expected)
    assert scene.run(**order)["redriven"] == len(expected)

    assert {job.id for job in scene.jobs.jobs.values() if job.status is JobStatus.PENDING} == expected


def test_the_message_of_a_cancelled_job_is_dropped(scene: Scene) -> None:
    job = a_job("job-1")
    scene.jobs.add(job)
    cancelled = job.cancelled(NOON)
    scene.jobs.advance(cancelled)
    scene.letter(encode("job-1"))

    assert scene.run()["skipped"] == 1

    assert not scene.queue.letters
    assert not scene.queue.sent


def test_a_message_that_fails_again_at_once_does_not_loop_within_a_run(scene: Scene) -> None:
    scene.failed("job-1")

    def fail_again(letter: DeadLetter) -> None:
        scene.clock.advance(seconds=1)
        failed = scene.jobs.get("job-1").failed(scene.clock.now(), Failure("x", "y"))
        scene.jobs.advance(failed)
        scene.queue.letters.append(DeadLetter("m-new", "r-new", letter.body, letter.attributes, scene.clock.now()))

    scene.queue.on_send = fail_again

    assert scene.run()["redriven"] == 1
    assert [letter.message_id for letter in scene.queue.letters] == ["m-new"]


def test_the_message_of_a_job_that_is_over_is_dropped(scene: Scene) -> None:
    job = a_job("job-1")
    scene.jobs.add(job)
    for after in (job.claimed(NOON, LEASE), job.claimed(NOON, LEASE).succeeded(NOON, artifacts=(), pages=1)):
        scene.jobs.advance(after)
    scene.letter(encode("job-1"))

    assert scene.run() == {"inspected": 1, "redriven": 0, "skipped": 1, "failed": 0}

    assert not scene.queue.letters
    assert not scene.queue.sent


def test_a_job_that_is_being_rendered_is_left_alone(scene: Scene) -> None:
    job = a_job("job-1")
    scene.jobs.add(job)
    claimed = job.claimed(scene.clock.now(), LEASE)
    scene.jobs.advance(claimed)
    scene.letter(encode("job-1"))

    assert scene.run()["skipped"] == 1

    assert len(scene.queue.letters) == 1


def test_a_message_that_cannot_be_sent_stays_and_a_second_run_sends_it(scene: Scene) -> None:
    scene.failed("job-1")
    scene.queue.refuse = ServiceUnavailableError("SQS is down.")

    assert scene.run()["failed"] == 1
    assert len(scene.queue.letters) == 1
    scene.queue.refuse = None

    assert scene.run()["redriven"] == 1
    assert scene.status("job-1") is JobStatus.PENDING
    assert [event.name for event in scene.jobs.timeline("job-1")].count("redriven") == 1


def test_a_run_that_died_between_send_and_delete_is_completed_by_the_next(scene: Scene) -> None:
    scene.failed("job-1")
    delete = scene.queue.delete

    def die(letter: DeadLetter) -> None:
        raise KeyboardInterrupt

    scene.queue.delete = die  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        scene.run()
    scene.queue.delete = delete  # type: ignore[method-assign]
    scene.queue.hidden.clear()

    assert scene.run()["redriven"] == 1

    assert not scene.queue.letters
    assert scene.status("job-1") is JobStatus.PENDING


def test_a_direct_message_keeps_its_jobs_id_though_it_gets_a_new_message_id(scene: Scene) -> None:
    letter = scene.letter("{}", door="queue", tenant="demo")

    scene.run()

    assert scene.queue.sent[0].attributes["request_id"] == letter.message_id


@pytest.mark.parametrize(("tenant", "body"), [("acme", "{}"), ("demo", "[]")])
def test_a_letter_under_the_id_of_another_request_is_left_and_reopens_no_report(
    scene: Scene, tenant: str, body: str
) -> None:
    [own] = parse("m", "{}", {"door": "queue", "tenant": "demo", "request_id": "req-1"})
    scene.failed("req-1", door=Door.QUEUE, input=own.input)  # type: ignore[union-attr]
    scene.queue.letters.clear()
    scene.letter(body, door="queue", tenant=tenant, request_id="req-1")

    assert scene.run() == {"inspected": 1, "redriven": 0, "skipped": 1, "failed": 0}

    assert scene.status("req-1") is JobStatus.FAILED
    assert len(scene.queue.letters) == 1


@pytest.mark.parametrize("body", ['{"v": 99}', "no JSON", encode("no-such-job")])
def test_a_message_that_nothing_can_be_done_with_is_left_for_a_person(scene: Scene, body: str) -> None:
    scene.letter(body)

    assert scene.run() == {"inspected": 1, "redriven": 0, "skipped": 1, "failed": 0}
    assert len(scene.queue.letters) == 1


def test_a_job_that_was_tried_too_often_is_left_for_a_person(scene: Scene) -> None:
    worn_out = scene.failed("job-1")
    scene.jobs.jobs["job-1"] = replace(worn_out, revision=MOST_REVISIONS)

    for dry_run in (True, False):
        assert scene.run(dry_run=dry_run) == {"inspected": 1, "redriven": 0, "skipped": 1, "failed": 0}

    assert scene.status("job-1") is JobStatus.FAILED
    assert len(scene.queue.letters) == 1


def test_a_message_that_cannot_be_put_back_hides_no_other_and_the_run_tells_its_counts(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(15):
        scene.failed(f"job-{n}")
    unhide = scene.queue.unhide

    def refuse_one(letter: DeadLetter) -> None:
        if letter.message_id == "m4":
            raise ServiceUnavailableError("SQS refused a request.")
        unhide(letter)

    scene.queue.unhide = refuse_one  # type: ignore[method-assign]

    assert scene.run(tenant="another") == {"inspected": 15, "redriven": 0, "skipped": 15, "failed": 0}

    assert scene.queue.hidden == {"m4"}
    assert [record.message_id for record in caplog.records if record.levelname == "WARNING"] == ["m4"]  # type: ignore[attr-defined]


def test_a_run_ends_when_its_time_is_up(scene: Scene) -> None:
    for n in range(30):
        scene.failed(f"job-{n}")
    scene.queue.on_send = lambda letter: scene.clock.advance(seconds=30)

    assert scene.run()["redriven"] == 10


@pytest.mark.parametrize("order", [{"max": 0}, {"max": "10"}, {"max": 10_001}, {"job_id": 7}, {"typo": 1}])
def test_an_order_that_makes_no_sense_is_refused(order: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RedriveOrder.model_validate(order)
