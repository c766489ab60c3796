from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ReadTimeoutError

from reports import bootstrap
from reports.adapters.s3_objects import S3ObjectStore
from reports.adapters.ses_mailer import SESMailer
from reports.bootstrap import adapters
from reports.deliveries import DeliveryStatus
from reports.delivery_ports import Email

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def no_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "faults", lambda: None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.mark.usefixtures("no_faults")
def test_an_email_whose_answer_is_lost_is_not_sent_again_at_once() -> None:
    requests: list[Any] = []

    def take_and_say_nothing(request: Any, **_: Any) -> None:
        requests.append(request)
        raise ReadTimeoutError(endpoint_url=request.url)

    client = adapters.client.__wrapped__("ses")
    client.meta.events.register("before-send", take_and_say_nothing)

    verdict = SESMailer(client, "reports@example.com").send(Email("a@example.org", "s", "t", "<p>h</p>"))

    assert verdict.status is DeliveryStatus.PENDING
    assert len(requests) == 1


@pytest.mark.usefixtures("no_faults")
@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "eu-south-2"])
def test_links_and_forms_name_the_host_of_the_buckets_region(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    monkeypatch.setenv("AWS_REGION", region)
    store = S3ObjectStore(adapters.client.__wrapped__("s3"), "pressrun-artifacts")

    link = store.presigned_get("reports/demo/a.pdf", seconds=60)
    form = store.presigned_post("uploads/demo/a.csv", content_type=None, max_bytes=1, seconds=60)

    assert urlsplit(link).netloc == f"pressrun-artifacts.s3.{region}.amazonaws.com"
    assert urlsplit(str(form["url"])).netloc == f"pressrun-artifacts.s3.{region}.amazonaws.com"
    assert f"{region}%2Fs3%2Faws4_request" in link


@pytest.mark.usefixtures("no_faults")
@pytest.mark.parametrize("by_environment", [True, False])
def test_links_of_an_emulator_name_its_own_host(by_environment: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    url = "http://127.0.0.1:4566"
    if by_environment:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    store = S3ObjectStore(adapters.client.__wrapped__("s3", None if by_environment else url), "pressrun-artifacts")

    assert store.presigned_get("a.pdf", seconds=60).startswith(f"{url}/pressrun-artifacts/a.pdf?")


@pytest.mark.usefixtures("no_faults")
def test_any_other_service_is_asked_four_times_in_all() -> None:
    client = adapters.client.__wrapped__("sqs")

    assert client.meta.config.retries["total_max_attempts"] == 4


def test_the_engines_versions_are_those_of_the_project_and_of_its_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = re.search(r"^weasyprint==(\S+)", (ROOT / "requirements/heavy.txt").read_text("utf-8"), re.MULTILINE)
    assert pinned

    assert bootstrap.engine_versions() == {"pressrun": project["version"], "weasyprint": pinned[1]}
