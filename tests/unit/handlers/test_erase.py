"""The erase function fails when an erasure does, because its alarm watches its errors."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from handlers import erase
from reports import bootstrap
from reports.errors import InternalError
from reports.lifecycle.erase_tenants import ErasureCounts
from tests.invoking import LambdaContext


def arrange(monkeypatch: pytest.MonkeyPatch, counts: ErasureCounts) -> None:
    monkeypatch.setattr(bootstrap, "service", lambda: SimpleNamespace(erase=lambda: counts))


def test_what_was_done_is_returned(monkeypatch: pytest.MonkeyPatch, lambda_context: LambdaContext) -> None:
    arrange(monkeypatch, ErasureCounts(inspected=2, finished=1, held=1))

    assert erase.handler({}, lambda_context) == {"inspected": 2, "finished": 1, "held": 1, "faults": 0}


def test_a_fault_is_counted_and_an_error_of_the_function(
    monkeypatch: pytest.MonkeyPatch, lambda_context: LambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    arrange(monkeypatch, ErasureCounts(inspected=2, finished=1, faults=1))

    with pytest.raises(InternalError, match=r"1 erasures failed"):
        erase.handler({}, lambda_context)

    assert '"faults":[1.0]' in capsys.readouterr().out.replace(" ", "")
