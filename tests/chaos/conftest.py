from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from reports.delivery.standard_webhooks import new_secret
from tests.chaos.stack import Stack
from tests.receiver import Receiver

_lines: list[str] = []


@pytest.fixture(scope="session")
def stack() -> Stack:
    return Stack()


@pytest.fixture(scope="session")
def receiver(stack: Stack) -> Iterator[Receiver]:
    """Provide who receives webhooks, on the one port that the stage allows."""
    name = f"/pressrun/{stack.service.stage}/webhook-secrets/demo"
    stack.service.ssm.put_parameter(Name=name, Value=new_secret(), Type="SecureString", Overwrite=True)
    host, port = stack.service.webhook_host
    with Receiver(port, host=host) as listening:
        yield listening


@pytest.fixture
def record_line() -> Callable[[str], None]:
    """Return what keeps a line for the end of the run."""
    return _lines.append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _lines:
        terminalreporter.section("what became of jobs")
        for line in _lines:
            terminalreporter.write_line(line)
