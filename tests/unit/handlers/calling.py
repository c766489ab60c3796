"""Call the API function as API Gateway does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from handlers import api
from reports.jobs.job import Job
from reports.jobs.values import Artifact
from tests.builders import LEASE, App, a_job
from tests.fakes.clock import NOON
from tests.openapi import departures

# Of what API Gateway says of a request.
Said = Mapping[str, Any]


class Caller:
    """Send requests to the API function as API Gateway does, with an API key if there is one.

    Its answers are held to the OpenAPI document.
    """

    def __init__(self, context: Any, key: str | None = None) -> None:
        self._context = context
        self._key = key

    def with_key(self, key: str | None) -> Caller:
        """Return a caller with another API key, or with none."""
        return Caller(self._context, key)

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        *,
        authorizer: Said | None = None,
        context: dict[str, str] | None = None,
    ) -> Answer:
        url = urlsplit(path)
        text = body if isinstance(body, str | None) else json.dumps(body)
        event = {
            "httpMethod": method,
            "path": url.path,
            "resource": "/{proxy+}",
            "headers": ({"Authorization": f"Bearer {self._key}"} if self._key else {}) | (headers or {}),
            "queryStringParameters": {name: values[-1] for name, values in parse_qs(url.query).items()} or None,
            "multiValueQueryStringParameters": parse_qs(url.query) or None,
            "pathParameters": {"proxy": url.path.lstrip("/")},
            "requestContext": {
                "requestId": "request-1",
                "domainName": "abc.execute-api.eu-central-1.amazonaws.com",
                "path": f"/dev{url.path}",
                "stage": "dev",
                **({} if authorizer is None else {"authorizer": authorizer}),
                **(context or {}),
            },
            "body": text,
            "isBase64Encoded": False,
        }
        answer = Answer(api.handler(event, self._context))
        if method != "OPTIONS":
            is_json = "json" in answer.headers.get("Content-Type", "") and method != "HEAD"
            content = answer.json if is_json else answer.text or None
            assert departures(method, url.path, answer.status, answer.headers, content) == []
        return answer


class Answer:
    def __init__(self, raw: dict[str, Any]) -> None:
        self.status = raw["statusCode"]
        self.headers = {name: values[0] for name, values in raw["multiValueHeaders"].items()}
        self.text = raw.get("body") or ""

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def keep(app: App, job: Job) -> Job:
    app.jobs.add(a_job(job.id, tenant=job.tenant))
    app.jobs.jobs[job.id] = job
    return job


def succeeded(job_id: str = "job-s", tenant: str = "demo") -> Job:
    pdf = Artifact("Brief.pdf", f"reports/{tenant}/{job_id}/1/Brief.pdf", "application/pdf", 999)
    thumbnail = Artifact("thumbnail.png", f"reports/{tenant}/{job_id}/1/thumbnail.png", "image/png", 9, 4, 3)
    return a_job(job_id, tenant=tenant).claimed(NOON, LEASE).succeeded(NOON, artifacts=(pdf, thumbnail), pages=3)
