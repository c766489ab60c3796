"""Lead requests to the API function itself, and to a store in memory: the real thing but for the network."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter

from pressrun_client import Client, RetryPolicy
from pressrun_client.timing import Waiting
from tests.builders import App, notification, upload_message
from tests.invoking import LambdaContext
from tests.unit.handlers.calling import Caller

URL = "https://api.test/dev"
STORE = "https://objects.test"
KEY = "pr_test_0123456789abcdef"

Fault = Exception | tuple[int, Mapping[str, str], bytes | io.RawIOBase]
"""What meets a request instead of an answer: an error, or an answer of somebody else's."""


@dataclass
class Sent:
    """One request as it was sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout: Any = None

    @property
    def path(self) -> str:
        return urlsplit(self.url).path.removeprefix("/dev")


class _Adapter(BaseAdapter):
    """Note requests, meet each with the next fault, and answer the others. A fault may come after the deed."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []
        self.faults: list[Fault] = []
        self.faults_afterwards: list[Fault] = []

    def send(self, request: requests.PreparedRequest, **how: Any) -> requests.Response:  # type: ignore[override]
        body: Any = request.body
        if body is not None and not isinstance(body, str | bytes):
            body = b"".join(body)
        sent = Sent(
            method=str(request.method),
            url=str(request.url),
            headers=dict(request.headers),
            body=body.encode() if isinstance(body, str) else body or b"",
            timeout=how.get("timeout"),
        )
        self.sent.append(sent)
        if self.faults:
            return _met(request, self.faults.pop(0))
        status, headers, content = self.answer(sent)
        if self.faults_afterwards:
            return _met(request, self.faults_afterwards.pop(0))
        return _response(request, status, headers, content)

    def answer(self, sent: Sent) -> tuple[int, Mapping[str, str], bytes]:
        raise NotImplementedError

    def close(self) -> None:
        """Close nothing."""


class Api(_Adapter):
    """Hand requests to the API function as API Gateway does."""

    def __init__(self) -> None:
        super().__init__()
        self._call = Caller(LambdaContext())

    def answer(self, sent: Sent) -> tuple[int, Mapping[str, str], bytes]:
        url = urlsplit(sent.url)
        path = unquote(url.path.removeprefix("/dev")) + (f"?{url.query}" if url.query else "")
        answer = self._call(sent.method, path, sent.body.decode() or None, dict(sent.headers))
        return answer.status, answer.headers, answer.text.encode()


class Store(_Adapter):
    """Take forms and give files, as S3 does for presigned requests."""

    def __init__(self, app: App) -> None:
        super().__init__()
        self._shop = app
        self.uploaded: list[str] = []

    def answer(self, sent: Sent) -> tuple[int, Mapping[str, str], bytes]:
        if sent.method == "POST":
            assert int(sent.headers["Content-Length"]) == len(sent.body)
            fields = form_of(sent)
            key = str(fields["key"].get_payload())
            self._shop.uploads.put(key, _body_of(fields["file"]), content_type="application/octet-stream")
            self._shop.uploads.objects[key].metadata = {
                name.removeprefix("x-amz-meta-"): str(field.get_payload())
                for name, field in fields.items()
                if name.startswith("x-amz-meta-")
            }
            self.uploaded.append(key)
            return 204, {}, b""
        kept = self._shop.artifacts.objects.get(unquote(urlsplit(sent.url).path).removeprefix("/"))
        if kept is None:
            return 404, {}, b"<Error><Code>NoSuchKey</Code></Error>"
        return 200, {"Content-Length": str(len(kept.body)), "Content-Type": kept.content_type}, kept.body


def form_of(sent: Sent) -> dict[str, Message]:
    """Return the parts of a form by their names."""
    whole = message_from_bytes(f"Content-Type: {sent.headers['Content-Type']}\r\n\r\n".encode() + sent.body)
    parts = [part for part in whole.walk() if not part.is_multipart()]
    return {str(part.get_param("name", header="content-disposition")): part for part in parts}


def _body_of(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body


@dataclass
class Time:
    """A time that passes only during sleeps; ``meanwhile`` runs then."""

    now: float = 0
    slept: list[float] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self.meanwhile()

    def as_waiting(self) -> Waiting:
        """Return how a client is to wait: always for as long as it may."""
        return Waiting(self.sleep, lambda: self.now, lambda low, high: high)


class World:
    """A service, its store, its worker, and a client of them."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.key = app.key_of("demo")
        self.api = Api()
        self.store = Store(app)
        self.time = Time()
        self.client = self.new_client()
        self._seen = 0
        self._uploads = 0

    def new_session(self) -> requests.Session:
        session = requests.Session()
        session.mount(URL, self.api)
        session.mount(STORE, self.store)
        return session

    def new_client(self, **more: Any) -> Client:
        options: dict[str, Any] = {"session": self.new_session(), "waiting": self.time.as_waiting()} | more
        return Client(URL, self.key, policy=RetryPolicy(tries=4), **options)

    def work(self) -> None:
        """Have the worker do all that is queued, and what was uploaded."""
        for message in self.app.queue.sent[self._seen :]:
            self._seen += 1
            self.app.process(message)
        for key in self.store.uploaded[self._uploads :]:
            self._uploads += 1
            told = notification(key, version=f"v{self._uploads}")
            self.app.process(upload_message(told, message_id=f"upload-{self._uploads}"))


def _met(request: requests.PreparedRequest, fault: Fault) -> requests.Response:
    if isinstance(fault, Exception):
        raise fault
    return _response(request, *fault)


def _response(
    request: requests.PreparedRequest, status: int, headers: Mapping[str, str], body: bytes | io.RawIOBase
) -> requests.Response:
    raw = urllib3.HTTPResponse(
        body=io.BytesIO(body) if isinstance(body, bytes) else body,
        headers=dict(headers),
        status=status,
        preload_content=False,
        enforce_content_length=True,
    )
    return HTTPAdapter().build_response(request, raw)


UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
