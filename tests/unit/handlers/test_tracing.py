"""X-Ray is told which job a trace is about, and nothing waits for it."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from handlers import logs, tracing

FACTS = {"job_id": "job-1", "tenant": "acme", "template": "invoice", "code": "x"}
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:1"


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", f"127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)
        yield listening


def received(daemon: socket.socket) -> list[Any]:
    found: list[Any] = []
    while True:
        try:
            header, body = daemon.recv(65_536).split(b"\n")
        except BlockingIOError:
            return found
        assert json.loads(header) == {"format": "json", "version": 1}
        found.append(json.loads(body))


def test_a_trace_has_the_job_the_tenant_and_the_template(daemon: socket.socket) -> None:
    tracing.annotate(FACTS, at=1796000000.5)

    [subsegment] = received(daemon)
    assert subsegment["annotations"] == {"job_id": "job-1", "tenant": "acme", "template": "invoice"}
    assert subsegment["trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"
    assert (subsegment["parent_id"], subsegment["type"]) == ("53995c3f42cd8ad8", "subsegment")
    assert len(subsegment["id"]) == 16
    assert subsegment["start_time"] == subsegment["end_time"] == 1796000000.5


@pytest.mark.parametrize("trace", ["", TRACE.replace("Sampled=1", "Sampled=0"), "Sampled=1", "nonsense"])
def test_a_run_that_is_not_traced_sends_nothing(
    daemon: socket.socket, monkeypatch: pytest.MonkeyPatch, trace: str
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)

    tracing.annotate(FACTS, at=1.0)

    assert received(daemon) == []


@pytest.mark.parametrize("address", ["127.0.0.1:0", "nowhere", "127.0.0.1:many", "tcp:127.0.0.1:1 udp:127.0.0.1:99999"])
def test_a_daemon_that_cannot_be_reached_is_no_fault(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("AWS_XRAY_DAEMON_ADDRESS", address)
    monkeypatch.setenv("_X_AMZN_TRACE_ID", TRACE)

    tracing.annotate(FACTS, at=1.0)


def test_requests_and_ends_are_annotated_and_other_lines_are_not(daemon: socket.socket) -> None:
    logs.configure.cache_clear()
    logs.configure("render")
    for name, message in {
        "reports.intake.submit_report": "accepted",
        "reports.worker.render_reports": "claimed",
        "reports.jobs.ends": "ended",
    }.items():
        logging.getLogger(name).info(message, extra=FACTS)

    assert [each["annotations"]["job_id"] for each in received(daemon)] == ["job-1", "job-1"]
