"""Hold stores of pauses to what workers rely on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from reports.jobs.pauses import KeptPauses, Pause
from tests.contracts.moments import NOON

Write = Callable[[Sequence[Pause]], None]


class KeptPausesContract:
    def test_pauses_are_read_as_they_were_written_whatever_they_are_about(self, kept: KeptPauses, write: Write) -> None:
        pauses = [
            Pause("Prices are wrong: „Größe“.", NOON, tenant="contract-none", template="none", until=NOON),
            Pause("All of a tenant's.", NOON - timedelta(days=1), tenant="contract-none"),
        ]

        write(pauses)

        assert list(kept.read()) == pauses

    def test_pauses_are_replaced_all_together(self, kept: KeptPauses, write: Write) -> None:
        write([Pause("a", NOON, tenant="contract-none", until=NOON)])
        write([])

        assert list(kept.read()) == []
