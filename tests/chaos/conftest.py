from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chaos.stack import Stack

_lines: list[str] = []


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack()


@pytest.fixture
def record_line() -> Callable[[str], None]:
    """Return what keeps a line for the end of the run."""
    return _lines.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _lines:
        terminalreporter.section("what became of jobs")
        for line in _lines:
            terminalreporter.write_line(line)
