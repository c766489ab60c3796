"""Define the words of Pressrun: jobs and their life. Those of a render are in ``render_model``.

All values are frozen. A job changes by its transitions (``claimed``, ``succeeded`` …), which return the next revision
with its timeline entry; the job store writes both at once, only if no other revision was written in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from reports.errors import (
    PASSING,
    JobBusyError,
    JobConflictError,
    PoisonError,
    PressrunError,
    RetryInVainError,
    WorkerLostError,
)
from reports.jobs.timeline import Step, TimelineEntry
from reports.jobs.values import Artifact, Door, Failure, InputRef, JobStatus, Original, Provenance
from reports.render_contract import THUMBNAIL, Progress

if TYPE_CHECKING:
    from reports.jobs.request import ReportOptions


MOST_REVISIONS = 500
"""As many entries a job's timeline may have for the job to be tried anew, about 60 KB.

The timeline is kept with the job, in an item that DynamoDB holds to 400 KB. Beyond that, no end could be written.
"""

# A message has the version of the first worker that can do what it asks for. An older one, as during a deploy, sends
# it to the dead-letter queue, instead of rendering something else than was meant.
WHOLE_INPUT = 1
PART_OF_INPUT = 2  # a worker that knows only 1 would take all requests of a batch for the one
WITH_READING = 3  # an earlier worker refuses a request with options for reading
RERENDERED = 4  # an earlier worker would make a report of its own, with another date
WITH_OWN_TEMPLATE = 5  # an earlier worker knows none but those of the product


@dataclass(frozen=True, slots=True)
class Job:
    """The work on one report.

    ``revision`` grows by one with every write and is what writes are conditional on; ``attempt`` counts claims and
    names the folder of the attempt's artifacts, so that no attempt overwrites another's. ``holder`` is the worker that
    made the latest claim, so that two claims of the same moment differ, and ``receives`` how often its message had been
    received. ``stack_run`` is the run of the stack in which it was made, where a stack can end as a whole. ``tries``
    counts the attempts since ``opened_at``, but for those that were cut off because others of the batch had used up the
    time, or the stack had ended; ``deaths`` counts those whose lease ran out, as their workers alone had died.
    ``cost`` is the estimate of all attempts that have ended, in billionths of a dollar; ``tenant_class`` that of its
    tenant in the latest attempt. ``progress`` is noted between revisions, and belongs to the attempt that runs.

    ``due_at`` is by when the next step was to be taken: a PENDING job rendered, a RENDERING one over, one that is over
    announced. It is what the sweep goes by, and None when no step is left. ``opened_at`` is since when the job has to
    end: its request, or the latest time that it was reopened. ``batch`` is the id that jobs asked for at once share.
    ``message_version`` is that of the messages that ask for the job, whichever release sends them: see ``messages``.
    ``template_version`` is the version of a template of the tenant's own, settled when the job was admitted, so that
    retries are made of the same; None for one of the product. ``checks_template`` marks the report of a template's
    sample by which the template is checked.
    ``sealed`` are the passwords of its PDF, encrypted, and ``finish`` is what was done to the PDF after its layout.
    ``rerenders`` is the report that this one is to be the same as.
    ``counted_in`` is the attempt that counts the report among those of its tenant's day: 0 when it was counted before.
    ``entry`` is the timeline entry of the step that led here, and ``measured`` is what was measured of the attempt. A
    job that was read back from the store has neither.
    """

    id: str
    tenant: str
    template: str
    door: Door
    source: str
    input: InputRef
    options: ReportOptions
    correlation_id: str
    created_at: datetime
    updated_at: datetime
    status: JobStatus = JobStatus.PENDING
    revision: int = 1
    attempt: int = 0
    opened_at: datetime | None = None  # None in jobs of a release that did not know it
    due_at: datetime | None = None
    lease_until: datetime | None = None
    holder: str | None = None
    stack_run: str | None = None
    receives: int = 0
    tries: int = 0
    deaths: int = 0
    cost: int = 0
    tenant_class: str | None = None
    batch: str | None = None
    counted_in: int | None = None
    message_version: int = 1
    template_version: int | None = None
    checks_template: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    pages: int | None = None
    artifacts: tuple[Artifact, ...] = ()
    failure: Failure | None = None
    warnings: tuple[Mapping[str, Any], ...] = ()
    provenance: Provenance | None = None
    reading: Mapping[str, Any] | None = None
    sealed: str | None = None
    finish: Mapping[str, Any] | None = None
    rerenders: Original | None = None
    progress: Progress | None = None
    entry: TimelineEntry | None = field(default=None, compare=False)
    measured: Mapping[str, float] = field(default_factory=dict, compare=False)

    @classmethod
    def accepted(
        cls,
        job_id: str,
        now: datetime,
        *,
        door: Door,
        tenant: str,
        template: str,
        source: str,
        input_ref: InputRef,
        options: ReportOptions,
        correlation_id: str,
        batch: str | None = None,
        tenant_class: str | None = None,
        sealed: str | None = None,
        template_version: int | None = None,
        checks_template: bool = False,
    ) -> Job:
        """Return the first revision of a new job. The API counts a report of its tenant's before it accepts it."""
        return cls(
            id=job_id,
            tenant=tenant,
            template=template,
            door=door,
            source=source,
            input=input_ref,
            options=options.kept(),
            correlation_id=correlation_id,
            created_at=now,
            updated_at=now,
            opened_at=now,
            due_at=now,
            batch=batch,
            tenant_class=tenant_class,
            sealed=sealed,
            counted_in=0 if door is Door.API else None,
            message_version=_version_for(input_ref, options, template_version),
            template_version=template_version,
            checks_template=checks_template,
        )._recorded(Step.ACCEPTED, {"door": door})

    def rerendered(self, job_id: str, now: datetime, *, correlation_id: str, tenant_class: str | None) -> Job:
        """Return a new job that makes the same report once more, of the same input, and tells no one.

        Raises JobConflictError for a report that has not succeeded, or that can't be made to the same bytes.
        """
        if self.status is not JobStatus.SUCCEEDED:
            raise JobConflictError(
                f"Only a report that has succeeded can be made once more; this one is {self.status}."
            )
        if self.options.protect is not None:
            raise JobConflictError("An encrypted PDF can't be made to the same bytes: its keys are drawn at random.")
        again = Job.accepted(
            job_id,
            now,
            door=self.door,
            tenant=self.tenant,
            template=self.template,
            source=f"POST /reports/{self.id}/rerender",
            input_ref=self.input,
            options=self.options.without_receivers(),
            correlation_id=correlation_id,
            tenant_class=tenant_class,
            template_version=self.template_version,
        )
        version = max(again.message_version, RERENDERED)
        return replace(again, rerenders=self.original, counted_in=0, message_version=version)

    def replayed(
        self,
        job_id: str,
        now: datetime,
        *,
        template_version: int | None,
        batch: str,
        correlation_id: str,
        tenant_class: str | None,
    ) -> Job:
        """Return a new job that makes the same report by another version of its template, with its text beside it."""
        again = Job.accepted(
            job_id,
            now,
            door=self.door,
            tenant=self.tenant,
            template=self.template,
            source=f"replay of {self.id}",
            input_ref=self.input,
            options=self.options.with_text_alone(),
            correlation_id=correlation_id,
            batch=batch,
            tenant_class=tenant_class,
            template_version=template_version,
        )
        version = max(again.message_version, RERENDERED)
        return replace(again, rerenders=self.original, counted_in=0, message_version=version)

    @property
    def original(self) -> Original:
        """Return which report the PDF says it is: this one, unless it is made after another."""
        return self.rerenders or Original(self.id, self.created_at, self.source)

    @property
    def seconds_leased(self) -> float:
        """The seconds that a running attempt may take, from its start to the end of its lease; 0 without one."""
        if self.status is not JobStatus.RENDERING or self.started_at is None or self.lease_until is None:
            return 0.0
        return (self.lease_until - self.started_at).total_seconds()

    def claimed(
        self, now: datetime, lease: timedelta, holder: str = "", receives: int = 1, stack_run: str | None = None
    ) -> Job:
        """Start an attempt.

        Raises JobConflictError when the job is over, JobBusyError while another worker's lease runs.
        """
        if self.status.is_final:
            raise JobConflictError(f"The job is {self.status} already.")
        if self.status is JobStatus.RENDERING and self.lease_until is not None and self.lease_until > now:
            left = (self.lease_until - now).total_seconds()
            raise JobBusyError("Another worker is rendering this job.", seconds=left)
        return self._next(
            now,
            Step.RENDERING,
            status=JobStatus.RENDERING,
            attempt=self.attempt + 1,
            due_at=now + lease,
            lease_until=now + lease,
            holder=holder,
            stack_run=stack_run,
            counted_in=self.attempt + 1 if self.counted_in is None else self.counted_in,
            receives=receives,
            tries=self.tries + (not self._ended_with_its_stack(stack_run)),
            deaths=self.deaths_in(stack_run),
            started_at=now,
            failure=None,
            reading=None,
        )

    def _ended_with_its_stack(self, stack_run: str | None) -> bool:
        """Tell whether the attempt whose lease is over was ended with its whole stack, seen from a run of that.

        Then all workers died at once, and that says nothing of this report's input. Above the bound it counts all the
        same: an input that ends whole stacks must end, too.
        """
        return self.status is JobStatus.RENDERING and self.stack_run != stack_run and not self.has_full_timeline

    def deaths_in(self, stack_run: str | None) -> int:
        """Count the deaths of workers, with that of the attempt that runs, if its lease is over."""
        died_alone = self.status is JobStatus.RENDERING and not self._ended_with_its_stack(stack_run)
        return self.deaths + died_alone

    def lost_for_good(self, stack_run: str | None, *, max_deaths: int, max_tries: int) -> PressrunError | None:
        """Return why no other worker is to follow the one that has died, if that is so. The lease must be over."""
        if self.status is not JobStatus.RENDERING or self._ended_with_its_stack(stack_run):
            return None
        if (deaths := self.deaths_in(stack_run)) >= max_deaths:
            return PoisonError(deaths, None if self.progress is None else self.progress.done)
        return WorkerLostError.in_last_try() if self.tries >= max_tries else None

    def uncounted(self) -> Job:
        """Be the same revision, of a report that the next attempt has to count."""
        return replace(self, counted_in=None)

    def succeeded(
        self,
        now: datetime,
        *,
        artifacts: tuple[Artifact, ...],
        pages: int,
        layout: Mapping[str, Any] | None = None,
        warnings: tuple[Mapping[str, Any], ...] = (),
        provenance: Provenance | None = None,
        reading: Mapping[str, Any] | None = None,
        finish: Mapping[str, Any] | None = None,
    ) -> Job:
        """End the attempt with a report; ``reading`` is what was inferred of its data."""
        return self._next(
            now,
            Step.SUCCEEDED,
            {"pages": pages, "layout": dict(layout or {})},
            status=JobStatus.SUCCEEDED,
            due_at=now,
            lease_until=None,
            finished_at=now,
            artifacts=artifacts,
            pages=pages,
            warnings=warnings,
            provenance=provenance,
            reading=reading or None,
            finish=finish or None,
        )

    def failed(self, now: datetime, failure: Failure, reading: Mapping[str, Any] | None = None) -> Job:
        """End the job without a report; ``reading`` is what was inferred of its data until then."""
        ended: dict[str, Any] = {"status": JobStatus.FAILED, "due_at": now, "lease_until": None, "finished_at": now}
        return self._next(now, Step.FAILED, {"code": failure.code}, failure=failure, reading=reading or None, **ended)

    def released(self, now: datetime, failure: Failure, *, after_seconds: int | None = None) -> Job:
        """End the attempt, and let another one follow after a time; None when the worker did not say which."""
        detail = {"code": failure.code} | ({} if after_seconds is None else {"after_seconds": after_seconds})
        due_at = now + timedelta(seconds=after_seconds or 0)
        return self._next(
            now, Step.RETRY, detail, status=JobStatus.PENDING, due_at=due_at, lease_until=None, failure=failure
        )

    def abandoned(self, now: datetime, failure: Failure, stack_run: str | None) -> Job:
        """End an attempt whose worker has died, and let another one follow."""
        tries = self.tries - self._ended_with_its_stack(stack_run)
        return replace(self.released(now, failure), deaths=self.deaths_in(stack_run), tries=tries)

    def release_uncounted(self, now: datetime, failure: Failure) -> Job:
        """End an attempt that does not count as a try, and let another one follow at once."""
        return replace(self.released(now, failure, after_seconds=0), tries=self.tries - 1)

    def cancelled(self, now: datetime) -> Job:
        """End the job by its owner's wish; an attempt that runs cannot record anything any more.

        Raises JobConflictError when the job is over.
        """
        if self.status.is_final:
            raise JobConflictError(f"The job is {self.status} already.")
        return self._next(
            now, Step.CANCELLED, status=JobStatus.CANCELLED, due_at=None, lease_until=None, finished_at=now
        )

    def queued_again(self, now: datetime, *, due_at: datetime) -> Job:
        """Put the job's message into the queue once more, and give it some time. The job must be PENDING."""
        return self._next(now, Step.QUEUED_AGAIN, due_at=due_at)

    def redriven(self, now: datetime) -> Job:
        """Reopen a failed job for an operator.

        Raises JobConflictError unless it is FAILED, and its timeline has room for more tries.
        """
        return self._reopened(now, Step.REDRIVEN)

    def retried(self, now: datetime) -> Job:
        """Reopen a failed job that has been counted for its tenant once more.

        Raises JobConflictError as ``redriven`` does, and RetryInVainError when the job would fail again.
        """
        reopened = self._reopened(now, Step.RETRIED, counted_in=0)
        if self.failure is not None and not self.can_retry:
            raise RetryInVainError(self.failure.code)
        return reopened

    def _reopened(self, now: datetime, step: Step, **changes: Any) -> Job:
        if self.status is not JobStatus.FAILED:
            raise JobConflictError(f"Only a FAILED job can be reopened; this one is {self.status}.")
        if self.has_full_timeline:
            raise JobConflictError(
                f"The report has been tried too often: its timeline has {self.revision} entries. "
                "Ask for it again, as a new report."
            )
        opened: dict[str, Any] = {
            "status": JobStatus.PENDING,
            "opened_at": now,
            "tries": 0,
            "deaths": 0,
            "due_at": now,
            "finished_at": None,
        }
        return self._next(now, step, failure=None, **opened, **changes)

    def _next(self, now: datetime, step: Step, detail: Mapping[str, Any] | None = None, **changes: Any) -> Job:
        following = replace(self, updated_at=now, revision=self.revision + 1, progress=None, **changes)
        return following._recorded(step, detail or {})

    def _recorded(self, step: Step, detail: Mapping[str, Any]) -> Job:
        return replace(self, entry=TimelineEntry(self.revision, self.updated_at, step, self.attempt, detail))

    @property
    def new_entry(self) -> TimelineEntry:
        """What to add to the timeline. Raises ValueError for a job that has taken no step since it was read."""
        if self.entry is None:
            raise ValueError("A job is written after a step, and this one has taken none since it was read.")
        return self.entry

    def is_same_revision(self, other: Job) -> bool:
        """Tell whether the same write has made both, whatever was noted since without a revision."""
        noted: dict[str, Any] = {"due_at": None, "lease_until": None, "progress": None}
        return replace(self, **noted) == replace(other, **noted)

    @property
    def log_facts(self) -> dict[str, object]:
        """Return what each line of the log has that is about the job."""
        return {
            "job_id": self.id,
            "correlation_id": self.correlation_id,
            "tenant": self.tenant,
            "template": self.template,
            "door": self.door,
        }

    @property
    def open_since(self) -> datetime:
        """Return since when the job has to end; jobs of earlier releases do not say it."""
        return self.opened_at or self.created_at

    @property
    def can_retry(self) -> bool:
        """Tell whether it has failed, and another life may end otherwise."""
        may_pass = self.failure is None or self.failure.retryable or self.failure.code in PASSING
        return self.status is JobStatus.FAILED and may_pass and not self.has_full_timeline

    @property
    def has_full_timeline(self) -> bool:
        """Tell whether the timeline, with an entry for each revision, is too long for the job to be tried anew."""
        return self.revision >= MOST_REVISIONS

    @property
    def pdf(self) -> Artifact | None:
        """Return the report itself, once there is one."""
        return next((a for a in self.artifacts if a.content_type == "application/pdf"), None)

    @property
    def thumbnail(self) -> Artifact | None:
        """Return the picture of the first page, once there is one."""
        return next((a for a in self.artifacts if a.name == THUMBNAIL), None)


def _version_for(input_ref: InputRef, options: ReportOptions, template_version: int | None) -> int:
    if template_version is not None:
        return WITH_OWN_TEMPLATE
    if options.reading is not None:
        return WITH_READING
    return WHOLE_INPUT if input_ref.part is None else PART_OF_INPUT
