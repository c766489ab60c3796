from __future__ import annotations

import re
import time

import pytest

from tools import saying as module
from tools.saying import saying


def test_what_takes_longer_than_a_moment_is_told_while_it_lasts(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_AFTER_SECONDS", 0.01)
    monkeypatch.setattr(module, "_AGAIN_SECONDS", 0.01)
    told = ""

    with saying("Building"):
        deadline = time.monotonic() + 20
        while "now\n" not in told and time.monotonic() < deadline:
            told += capfd.readouterr().err
            time.sleep(0.01)

    assert re.match(r"Building …\n  … for \d+ s now\n", told)


def test_what_is_done_at_once_is_not_told(capfd: pytest.CaptureFixture[str]) -> None:
    with saying("Building"):
        pass

    assert capfd.readouterr().err == ""


def test_a_fault_ends_it_and_passes(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AGAIN_SECONDS", 3600.0)

    with pytest.raises(KeyboardInterrupt), saying("Building"):
        raise KeyboardInterrupt
