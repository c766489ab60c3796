"""Talk to a deployed stack as its users do: over HTTP, and by the operator's AWS clients."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import boto3
import localstack_client.session
import pypdfium2
import requests
from botocore.config import Config

from reports.access.api_keys import new_key
from reports.access.identity import EVERYTHING, Scope
from reports.adapters.dynamodb.tenants import DynamoDBTenants
from tools.access import api_keys_of
from tools.emulator.endpoint import REGION, EndpointKind, kind_of

T = TypeVar("T")

FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")
POLL_SECONDS = 0.2


class Session:
    """Make AWS clients: of the emulator at AWS_ENDPOINT_URL, else of AWS with the usual credentials."""

    def __init__(self) -> None:
        self.endpoint_url = os.environ.get("AWS_ENDPOINT_URL")
        region = os.environ.get("AWS_REGION")
        # localstack-client reads AWS_ENDPOINT_URL. Its own credentials are unknown to an emulator that enforces IAM.
        self._session: Any = (
            localstack_client.session.Session("test", "test", region_name=region or REGION)
            if self.endpoint_url
            else boto3.Session(region_name=region)
        )

    def client(self, service: str) -> Any:
        # A function may work for longer than botocore waits by default; a second call would be a second invocation.
        config = Config(read_timeout=310, retries={"total_max_attempts": 1} if service == "lambda" else {})
        return self._session.client(service, config=config)

    def s3_by(self, credentials: Mapping[str, str], region: str | None) -> Any:
        """Make a client of S3 by other credentials."""
        kind: Any = boto3.client
        return kind("s3", endpoint_url=self.endpoint_url, region_name=region or REGION, **credentials)


def until(found: Callable[[], T | None], *, seconds: float, what: str | Callable[[], str]) -> T:
    """Poll until there is something. Fails the test at the deadline, which is the promise that is tested."""
    deadline = time.monotonic() + seconds
    while True:
        result = found()
        if result is not None:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(POLL_SECONDS)


@dataclass(frozen=True)
class Reader:
    """Look at a PDF as its reader does."""

    body: bytes

    @cached_property
    def pages(self) -> list[str]:
        document = pypdfium2.PdfDocument(self.body)
        try:
            return [page.get_textpage().get_text_bounded() for page in document]
        finally:
            document.close()

    @cached_property
    def metadata(self) -> Mapping[str, str]:
        document = pypdfium2.PdfDocument(self.body)
        try:
            return dict(document.get_metadata_dict())
        finally:
            document.close()


class Service:
    """One deployed stack."""

    def __init__(self, stage: str = "local") -> None:
        self.session = session = Session()
        self.stage = stage
        self.s3 = session.client("s3")
        self.sqs = session.client("sqs")
        self.dynamodb = session.client("dynamodb")
        self.functions = session.client("lambda")
        self.logs = session.client("logs")
        self.sns = session.client("sns")
        self.ssm = session.client("ssm")
        self.kms = session.client("kms")
        self.ses = session.client("ses")
        self.endpoint_url = session.endpoint_url
        stack = session.client("cloudformation").describe_stacks(StackName=f"pressrun-{stage}")["Stacks"][0]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        self.uploads_bucket: str = outputs["UploadsBucket"]
        self.artifacts_bucket: str = outputs["ArtifactsBucket"]
        self.jobs_table: str = outputs["JobsTable"]
        self.queue_url: str = outputs["RenderQueueUrl"]
        self.dlq_url: str = outputs["RenderDeadLetterQueueUrl"]
        self.notify_queue_url: str = outputs["NotifyQueueUrl"]
        self.notify_dlq_url: str = outputs["NotifyDeadLetterQueueUrl"]
        self.events_topic: str = outputs["EventsTopic"]
        self.api_url: str = outputs.get("ApiUrl") or outputs["ServiceEndpoint"]
        self.access_table: str = outputs["AccessTable"]
        self.password_key: str = outputs.get("PasswordKey", "")  # of stages with passwordKey=own
        self.audit_log_group: str = outputs["AuditLogGroup"]
        self.web_url: str | None = outputs.get("WebUrl")
        self.api_keys = api_keys_of(stage, self.endpoint_url)
        self.tenants = DynamoDBTenants(self.dynamodb, self.access_table)
        self._use(os.environ.get("PRESSRUN_API_KEY") or self.new_key("demo"))

    def _use(self, key: str | None) -> None:
        self.http = requests.Session()
        if key is not None:
            self.http.headers["Authorization"] = f"Bearer {key}"

    def new_key(self, tenant: str, *scopes: Scope) -> str:
        """Return a new API key of a tenant's, with every scope unless some are named."""
        record, key = new_key(
            tenant, frozenset(scopes) or EVERYTHING, name="tests", live=self.stage != "local", now=datetime.now(UTC)
        )
        self.api_keys.add(record)
        return key

    def with_key(self, key: str | None) -> Service:
        """Return the same stack as another caller sees it, or as one without a key does."""
        other = copy(self)
        other._use(key)
        return other

    def as_tenant(self, tenant: str, *scopes: Scope) -> Service:
        """Return the same stack as another tenant sees it."""
        return self.with_key(self.new_key(tenant, *scopes))

    @cached_property
    def caller(self) -> str:
        """Return as whom AWS knows the operator."""
        return str(self.session.client("sts").get_caller_identity()["Arn"])

    @cached_property
    def webhook_host(self) -> tuple[str, int]:
        """Return the name of this machine, and the port, that webhooks of the stage local may go to."""
        function = self.functions.get_function_configuration(FunctionName=f"pressrun-{self.stage}-notify")
        [allowed] = function["Environment"]["Variables"]["WEBHOOK_ALLOWED_HOSTS"].split()
        host, _, port = allowed.partition(":")
        return host, int(port)

    def hook(self, path: str) -> str:
        """Return the URL of a path of the tests' receiver, as functions see it."""
        host, port = self.webhook_host
        return f"http://{host}:{port}{path}"

    @cached_property
    def has_authorizer(self) -> bool:
        """Tell whether API Gateway finds out who asks, and not the API function."""
        function = self.functions.get_function_configuration(FunctionName=f"pressrun-{self.stage}-api")
        return bool(function["Environment"]["Variables"]["GUARD"] == "authorizer")

    @property
    def enforces_iam(self) -> bool:
        """Tell whether calls are refused that no policy allows, as AWS does; LocalStack lets all through."""
        return not self.is_localstack and os.environ.get("AUTH", "true").lower() != "false"

    @cached_property
    def is_localstack(self) -> bool:
        return self.endpoint_url is not None and kind_of(self.endpoint_url) is EndpointKind.LOCALSTACK

    def get(self, path: str, **options: Any) -> requests.Response:
        options = {"timeout": 30, "allow_redirects": False} | options
        return self.http.get(path if path.startswith("http") else f"{self.api_url}{path}", **options)

    def post(self, path: str, body: Any, **options: Any) -> requests.Response:
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        headers = {"Content-Type": "application/json"} | options.pop("headers", {})
        return self.http.post(f"{self.api_url}{path}", data=data, headers=headers, timeout=30, **options)

    def delete(self, path: str) -> requests.Response:
        return self.http.delete(f"{self.api_url}{path}", timeout=30)

    def submit(self, template: str, data: Any, **options: Any) -> str:
        answer = self.post("/reports", {"template": template, "data": data, "options": options})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def report(self, report_id: str) -> dict[str, Any]:
        answer = self.get(f"/reports/{report_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def ended(self, report_id: str, *, seconds: float = 60) -> dict[str, Any]:
        """Wait for the end of a report that exists."""

        def found() -> dict[str, Any] | None:
            report = self.report(report_id)
            return report if report["status"] in FINAL else None

        return until(found, seconds=seconds, what=lambda: f"{self.report(report_id)} is over; {self.events(report_id)}")

    def events(self, report_id: str) -> list[str]:
        return [event["event"] for event in self.get(f"/reports/{report_id}/events").json()["events"]]

    def upload(self, key: str, body: bytes) -> str:
        self.s3.put_object(Bucket=self.uploads_bucket, Key=key, Body=body)
        return key

    def reports_of(self, key: str) -> list[dict[str, Any]]:
        answer = self.get("/reports", params={"source": key})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["reports"])

    def newest(self, number: int) -> list[dict[str, Any]]:
        """Return up to so many reports of all kinds, the newest first."""
        reports: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": 100}
        while len(reports) < number:
            answer = self.get("/reports", params=query)
            assert answer.status_code == 200, answer.text
            reports += answer.json()["reports"]
            query["cursor"] = answer.json().get("cursor")
            if query["cursor"] is None:
                break
        return reports[:number]

    def report_of(self, key: str, *, seconds: float = 60) -> dict[str, Any]:
        """Wait for an uploaded file's report, and for its end."""
        first = until(lambda: next(iter(self.reports_of(key)), None), seconds=seconds, what=f"a report of {key}")
        return self.ended(first["id"], seconds=seconds)

    def artifact(self, report: Mapping[str, Any], name: str | None = None) -> bytes:
        """Download a file of a report by its presigned URL; the PDF when no name is given."""
        for artifact in report["artifacts"]:
            if name in (None, artifact["name"]):
                answer = requests.get(artifact["url"], timeout=30)
                assert answer.status_code == 200, answer.text
                assert answer.headers["Content-Type"] == artifact["content_type"]
                assert len(answer.content) == artifact["bytes"]
                return answer.content
        raise AssertionError(f"no file {name} in {report}")

    def pdf(self, report: Mapping[str, Any]) -> Reader:
        return Reader(self.artifact(report))

    def redrive(self, **order: Any) -> dict[str, Any]:
        answer = self.functions.invoke(
            FunctionName=f"pressrun-{self.stage}-redrive", Payload=json.dumps(order).encode()
        )
        assert "FunctionError" not in answer, answer["Payload"].read()
        return dict(json.loads(answer["Payload"].read()))

    def log_lines(self, function: str, pattern: str) -> list[dict[str, Any]]:
        """Return what a function has logged, line by line, where the pattern stands in it."""
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/pressrun-{self.stage}-{function}",
            startTime=round((time.time() - 600) * 1000),
            filterPattern=f'"{pattern}"',
        )
        messages = [event["message"] for page in pages for event in page["events"]]
        return [json.loads(message) for message in messages if message.startswith("{") and pattern in message]

    def dead_letters(self) -> int:
        return self._messages(self.dlq_url)

    def waiting(self) -> int:
        """Return how many messages the render queue has that no worker holds."""
        return self._messages(self.queue_url)

    def _messages(self, url: str) -> int:
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(attributes["Attributes"]["ApproximateNumberOfMessages"])
