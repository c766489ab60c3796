"""What is to become of a message of the render queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.jobs.render_messages import Envelope


@dataclass(frozen=True, slots=True)
class MessageDisposition:
    """The disposition of a message: done with, delivered again or sent once more after some seconds, or rejected."""

    retry_after: int | None = None
    sent_again_after: int | None = None
    """When a copy is to be delivered, which has all its receives, and takes the place of the message."""
    rejected: str | None = None
    """Why the message belongs into the dead-letter queue at once."""
    fast_path_faults: int = field(default=0, compare=False)
    """How many reports were laid out as a whole because of a fault of the fast path for long tables."""

    @property
    def done(self) -> bool:
        """Tell whether nothing is left to do."""
        return self == MessageDisposition()

    @classmethod
    def of_all(cls, dispositions: Sequence[MessageDisposition]) -> MessageDisposition:
        """Return what becomes of a message that asks for several things; those that are done are not done twice."""
        retries = [each.retry_after for each in dispositions if each.retry_after is not None]
        copies = [each.sent_again_after for each in dispositions if each.sent_again_after is not None]
        faults = sum(each.fast_path_faults for each in dispositions)
        if copies:
            return cls(sent_again_after=max(*copies, *retries, 0), fast_path_faults=faults)
        if retries:
            return cls(retry_after=max(retries), fast_path_faults=faults)
        rejected = next((each.rejected for each in dispositions if each.rejected is not None), None)
        return cls(rejected=rejected, fast_path_faults=faults)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A message whose requests have a job each; ``disposition`` is on those that have none."""

    envelope: Envelope
    job_ids: tuple[str, ...]
    disposition: MessageDisposition

    @property
    def is_incomplete(self) -> bool:
        """Tell whether a request has no job yet, and is to have one."""
        return self.disposition.rejected is None and self.disposition != MessageDisposition()
