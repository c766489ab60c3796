from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from reports import bootstrap
from reports.adapters.ses_mailer import SESMailer
from reports.bootstrap import aws_clients, aws_ports
from reports.bootstrap.aws_ports import AwsPorts
from reports.bootstrap.call_timeouts import CallTimes
from reports.bootstrap.settings import Settings
from reports.delivery.delivery import DeliveryStatus
from reports.delivery.ports import Email
from reports.jobs.published_events import event_of
from reports.jobs.values import Artifact
from tests.builders import LEASE, a_job
from tests.contracts.delivery import a_delivery
from tests.fakes.clock import NOON
from tests.fakes.jobs import InMemoryJobStore
from tests.unit.bootstrap.test_settings import COMPLETE

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def no_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_clients, "faults", lambda: None)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    for name, value in {**COMPLETE, "AWS_DEFAULT_REGION": "us-east-1", "FUNCTION_SECONDS": "120"}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("no_faults")
def test_an_email_whose_answer_is_lost_is_not_sent_again_at_once() -> None:
    requests: list[Any] = []

    def take_and_say_nothing(request: Any, **_: Any) -> None:
        requests.append(request)
        raise ReadTimeoutError(endpoint_url=request.url)

    client = aws_clients.client.__wrapped__("ses")
    client.meta.events.register("before-send", take_and_say_nothing)

    verdict = SESMailer(client, "reports@example.com").send(Email("a@example.org", "s", "t", "<p>h</p>"))

    assert verdict.status is DeliveryStatus.PENDING
    assert len(requests) == 1


@pytest.mark.usefixtures("no_faults")
def test_any_other_service_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    requests: list[Any] = []

    def say_nothing(request: Any, **_: Any) -> None:
        requests.append(request)
        raise ReadTimeoutError(endpoint_url=request.url)

    client = aws_clients.client.__wrapped__("sqs")
    client.meta.events.register("before-send", say_nothing)

    with pytest.raises(ReadTimeoutError):
        client.send_message(QueueUrl="https://sqs.us-east-1.amazonaws.com/1/q", MessageBody="m")

    assert len(requests) == 3


@pytest.mark.usefixtures("no_faults")
@pytest.mark.parametrize("seconds", [10, 29, 120])
@pytest.mark.parametrize("service", ["s3", "ses"])
def test_a_call_waits_as_long_as_fits_the_function(monkeypatch: pytest.MonkeyPatch, seconds: int, service: str) -> None:
    monkeypatch.setenv("FUNCTION_SECONDS", str(seconds))

    config = aws_clients.client.__wrapped__(service).meta.config

    times = CallTimes.within(seconds, once=service == "ses")
    assert (config.connect_timeout, config.read_timeout) == (times.connect, times.read)
    assert config.retries["total_max_attempts"] == times.tries
    assert config.retries["mode"] == "standard"
    assert times.longest < seconds


@given(seconds=st.floats(10, 900), once=st.booleans())
def test_a_call_that_hangs_ends_well_before_its_function(seconds: float, once: bool) -> None:
    times = CallTimes.within(seconds, once=once)

    assert times.longest <= min(18, max(6, seconds * 0.28)) + 0.001
    assert times.connect >= 1
    assert times.read >= 1.5


HOSTS = {
    "us-east-1": "s3.us-east-1.amazonaws.com",
    "eu-central-1": "s3.eu-central-1.amazonaws.com",
    "eu-south-2": "s3.eu-south-2.amazonaws.com",  # opened in 2022: S3's global host refuses its buckets
    "ap-southeast-3": "s3.ap-southeast-3.amazonaws.com",
    "cn-north-1": "s3.cn-north-1.amazonaws.com.cn",
}


@pytest.mark.usefixtures("no_faults")
@pytest.mark.parametrize("region", HOSTS)
def test_links_and_forms_name_the_host_of_their_region(monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setattr(aws_ports, "client", aws_clients.client.__wrapped__)
    monkeypatch.setenv("ARTIFACTS_BUCKET", "pressrun-artifacts")
    store = AwsPorts(Settings.from_environment()).artifacts

    urls = [
        store.presigned_get("reports/demo/a b.pdf", seconds=60),
        store.presigned_get("reports/demo/a.pdf", seconds=60, save_as="a.pdf"),
        store.presigned_post("uploads/demo/table/a.csv", content_type=None, max_bytes=10, seconds=60)["url"],
    ]

    assert {urlsplit(url).netloc for url in urls} == {f"pressrun-artifacts.{HOSTS[region]}"}
    assert {urlsplit(url).scheme for url in urls} == {"https"}


@pytest.mark.gate
@pytest.mark.usefixtures("no_faults")
@pytest.mark.parametrize("region", HOSTS)
def test_emails_and_webhooks_name_the_host_of_the_region(monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setattr(aws_ports, "client", aws_clients.client.__wrapped__)
    jobs = InMemoryJobStore()
    pdf = Artifact("a.pdf", "reports/demo/job-1/1/a.pdf", "application/pdf", 999)
    ended = a_job().claimed(NOON, LEASE).succeeded(NOON, artifacts=(pdf,), pages=1)
    jobs.jobs[ended.id] = ended
    settings = Settings.from_environment()
    ports = AwsPorts(settings)
    ports.jobs = jobs
    content = bootstrap.Service(settings, ports).content
    event = event_of(ended)
    assert event is not None
    delivery = a_delivery(event=event.encode(), event_id=event.id)

    told = [
        content.webhook_body(delivery, NOON).decode(),
        content.email(replace(delivery, address="a@example.org"), NOON, with_title=False).text,
    ]

    for text in told:
        assert set(re.findall(r"https://([\w.-]+amazonaws[\w.]*)/", text)) == {f"artifacts.{HOSTS[region]}"}


@pytest.mark.usefixtures("no_faults")
@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:4566", "http://localstack.test:4566"])
def test_an_emulator_has_one_host_for_all_buckets(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setattr(aws_ports, "client", aws_clients.client.__wrapped__)
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("PUBLIC_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("ARTIFACTS_BUCKET", "pressrun-artifacts")
    store = AwsPorts(Settings.from_environment()).artifacts

    url = store.presigned_get("reports/a.pdf", seconds=60)
    form = store.presigned_post("uploads/a.csv", content_type=None, max_bytes=10, seconds=60)

    assert url.startswith(f"{endpoint}/pressrun-artifacts/reports/a.pdf?")
    assert form["url"] == f"{endpoint}/pressrun-artifacts"


HANDLERS = ["api", "authorizer", "notify", "redrive", "render", "sweep"]
PROGRAM = """
import importlib, os, sys, types
sys.dont_write_bytecode = True
import boto3
made = []
boto3.client = lambda service, **more: made.append(service) or types.SimpleNamespace(
    meta=types.SimpleNamespace(events=types.SimpleNamespace(register=lambda *_: None)))
from reports.engine.sandbox import confined_renderer
confined_renderer.ConfinedRenderer.start = lambda self: made.append("engine")
importlib.import_module(sys.argv[1])
print(*made)
"""


@pytest.mark.gate
@pytest.mark.parametrize("handler", HANDLERS)
def test_a_function_makes_its_clients_while_lambda_initializes_it_and_not_elsewhere(handler: str) -> None:
    environment = {**os.environ, **COMPLETE, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONPATH": str(ROOT)}

    made = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, f"handlers.{handler}"],
            env=environment | more,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for more in ({}, {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"})
    ]

    assert made[0] == []
    assert "dynamodb" in made[1]
    assert ("engine" in made[1]) is (handler == "render")


def test_the_engines_versions_are_those_of_the_project_and_of_its_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = re.search(r"^weasyprint==(\S+)", (ROOT / "requirements/heavy.txt").read_text("utf-8"), re.MULTILINE)
    assert pinned

    assert bootstrap.engine_versions() == {"pressrun": project["version"], "weasyprint": pinned[1]}


def test_a_package_without_fault_injection_does_not_miss_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**COMPLETE, "FAULTS": '{"kill": true}'}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(sys.modules, "reports.adapters.fault_injection", None)

    assert aws_clients.faults.__wrapped__() is None
