"""Send requests again where that is safe and may help, and never where it could make a report twice."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
import trustme
from urllib3.exceptions import MaxRetryError, NewConnectionError

from pressrun_client import (
    Client,
    ConfigurationError,
    InputError,
    NotAllowedError,
    RateLimitedError,
    ServiceFaultError,
    UnexpectedAnswerError,
    UnreachableError,
)
from reports.jobs.values import Failure
from tests.builders import App, a_job
from tests.fakes.clock import NOON
from tests.receiver import Receiver
from tests.unit.client.wire import KEY, URL, Fault, World
from tests.unit.handlers.calling import keep

BROKEN = requests.ConnectionError("reset by peer")
REFUSED = requests.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused")))  # type: ignore[arg-type]


def answer(status: int, **headers: str) -> Fault:
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, b'{"message": "no"}'


@pytest.mark.parametrize(
    "fault",
    [BROKEN, REFUSED, requests.ReadTimeout(), requests.ConnectTimeout(), *map(answer, (429, 502, 503, 504))],
    ids=repr,
)
def test_a_request_for_a_report_is_sent_again_with_its_key(world: World, app: App, fault: Fault) -> None:
    world.api.faults_afterwards = [fault, fault]

    accepted = world.client.submit("letter", {"to": "me"})

    assert accepted.id == "job-1"
    assert len(app.jobs.jobs) == 1
    assert len({sent.headers["Idempotency-Key"] for sent in world.api.sent}) == 1
    assert world.time.slept == [0.5, 1]


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_what_would_be_answered_the_same_is_sent_once(world: World, status: int) -> None:
    world.api.faults = [answer(status)]

    with pytest.raises(Exception, match="no"):
        world.client.submit("letter", {"to": "me"})

    assert (len(world.api.sent), world.time.slept) == (1, [])


def test_it_ends_after_so_many_tries(world: World) -> None:
    world.api.faults = [answer(503)] * 9

    with pytest.raises(ServiceFaultError):
        world.client.get("job-1")

    assert (len(world.api.sent), world.time.slept) == (4, [0.5, 1, 2])


@pytest.mark.parametrize("fault", [BROKEN, requests.ReadTimeout(), *map(answer, (502, 503, 504))], ids=repr)
@pytest.mark.parametrize(
    "order",
    [
        lambda client: client.retry("job-f"),
        lambda client: client.retry_many(),
        lambda client: client.replay("job-f", 1),
    ],
    ids=["retry", "retry_many", "replay"],
)
def test_what_must_not_be_done_twice_is_not_sent_again_when_it_may_have_arrived(
    world: World, order: Callable[[Client], Any], fault: Fault
) -> None:
    world.api.faults = [fault]

    with pytest.raises((UnreachableError, ServiceFaultError)):
        order(world.client)

    assert len(world.api.sent) == 1


@pytest.mark.parametrize("fault", [REFUSED, requests.ConnectTimeout(), answer(429)], ids=repr)
def test_it_is_when_it_has_certainly_done_nothing(world: World, app: App, fault: Fault) -> None:
    keep(app, replace(a_job("job-f").failed(NOON, Failure("x", "y", retryable=True)), revision=2))
    world.api.faults = [fault]

    assert world.client.retry("job-f").status == "PENDING"


def test_a_retry_after_is_waited_for(world: World) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    world.api.faults = [answer(429, Retry_After="7"), answer(503, Retry_After=moment)]

    world.client.templates()

    assert world.time.slept == [7.5, pytest.approx(31, abs=2)]


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 20 Nov 1995 19:12:08 +99999999999999999999",
        "Mon, 99999999999999999999 Nov 1995 19:12:08 GMT",
        "Mon, 20 Nov 99999999999999999999 19:12:08 GMT",
        "Mon, 20 Nov 1995 19:12:08 +9999",
        "soon",
    ],
)
def test_a_retry_after_that_is_no_date_is_passed_over(world: World, date: str) -> None:
    world.api.faults = [answer(503, Retry_After=date)]

    world.client.templates()

    assert world.time.slept == [0.5]


def test_nothing_is_sent_again_after_the_deadline_of_a_wait(world: World, app: App) -> None:
    keep(app, a_job("job-1"))
    world.api.faults = [answer(503, Retry_After="50")] * 9

    with pytest.raises(ServiceFaultError):
        world.client.wait("job-1", timeout=20)

    assert (len(world.api.sent), world.time.slept) == (1, [])


def test_a_wait_without_time_looks_once(world: World, app: App) -> None:
    keep(app, a_job("job-1"))
    world.api.faults = [BROKEN] * 9

    with pytest.raises(UnreachableError):
        world.client.wait("job-1", timeout=0)

    assert (len(world.api.sent), world.time.slept) == (1, [])


def test_a_retry_after_beyond_patience_is_told_at_once(world: World) -> None:
    world.api.faults = [answer(429, Retry_After="40000")]

    with pytest.raises(RateLimitedError) as caught:
        world.client.templates()

    assert (caught.value.retry_after, world.time.slept) == (40000, [])


@pytest.mark.parametrize(
    "text", ["", "soon", "-1", "1.5", "99999999999999999999", "²", "Mon, 99 Foo 2026 00:00:00 GMT"]
)
def test_a_retry_after_that_means_nothing_is_left_alone(world: World, text: str) -> None:
    world.api.faults = [(503, {"Retry-After": text} if text.isascii() else {}, b"")]

    world.client.templates()

    assert world.time.slept == [0.5]


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (REFUSED, r"^No service answers at https://api\.test\.$"),
        (requests.ReadTimeout(), "took too long to answer"),
        (BROKEN, "broke. The request may or may not have arrived"),
        (requests.exceptions.SSLError("handshake"), "broke. The request may or may not have arrived"),
        (requests.exceptions.ProxyError("x"), "proxy"),
    ],
)
def test_no_answer_is_explained_without_the_address_of_anything_secret(
    world: World, fault: Exception, says: str
) -> None:
    world.api.faults = [fault] * 9

    with pytest.raises(UnreachableError, match=says) as caught:
        world.client.list(source="uploads/demo/secret.csv").__next__()

    assert "secret" not in str(caught.value)


def test_a_certificate_that_is_not_trusted_is_told_at_once(world: World) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)

    with Receiver(context=context) as impostor:
        client = Client(f"https://localhost:{impostor.port}", KEY, waiting=world.time.as_waiting())
        with pytest.raises(UnreachableError, match="no certificate that this machine trusts"):
            client.templates()

    assert (impostor.received, world.time.slept) == ([], [])


@pytest.mark.parametrize(
    "body",
    [
        *(b"<html>A proxy</html>", b"", b"[]", b"3", b"\xff", b"[" * 100_000),
        *(b'{"templates": [{"name": 3}]}', b'{"templates": {}}'),
    ],
    ids=lambda body: body[:30],
)
def test_an_answer_of_something_else_is_told_apart(world: World, body: bytes) -> None:
    world.api.faults = [(200, {}, body)]

    with pytest.raises(UnexpectedAnswerError, match=r"This is not an answer of Pressrun"):
        world.client.templates()


def test_a_redirection_is_not_followed_with_the_key(world: World) -> None:
    world.api.faults = [(302, {"Location": "https://elsewhere.test/"}, b"")]

    with pytest.raises(UnexpectedAnswerError):
        world.client.templates()

    assert len(world.api.sent) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_gateways_refusal_is_not_allowed(world: World, status: int) -> None:
    world.api.faults = [(status, {"X-Correlation-Id": "abc-12345"}, b'{"message": "Forbidden"}')]

    with pytest.raises(NotAllowedError, match="Forbidden") as caught:
        world.client.templates()

    assert (caught.value.code, caught.value.correlation_id) == (f"http_{status}", "abc-12345")


@pytest.mark.parametrize(
    "url",
    [
        *("", "api.test/dev", "ftp://api.test", "https://", "https://a b.test", "https://api.test:x/", "https://[::1"),
        *("https://me:secret@api.test/dev", "https://api.test/dev?x=1", "https://api.test/#a", "https://api.test:0/"),
    ],
)
def test_an_address_that_is_none_is_said_so_without_quoting_it(url: str) -> None:
    with pytest.raises(ConfigurationError, match="address of the service") as caught:
        Client(url, KEY)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "a\r\nHost: x", "clé", "a\x00"])
def test_a_key_that_is_none_is_said_so_without_quoting_it(key: str) -> None:
    with pytest.raises(ConfigurationError, match="This is not a key") as caught:
        Client(URL, key)

    assert repr(key)[1:-1] not in str(caught.value) or not key


def test_a_key_goes_unencrypted_to_this_machine_only_unless_that_is_allowed() -> None:
    for url in ("http://api.test/dev", "HTTP://api.test", "hTTp://127.0.0.1.api.test", "http://localhost.api.test"):
        with pytest.raises(ConfigurationError, match="unencrypted"):
            Client(url, KEY)

    for client in (
        Client("http://127.0.0.1:4566/x", KEY),
        Client("http://[::1]:4566/x", KEY),
        Client("http://LOCALHOST:4566/x", KEY),
        Client("http://api.test/dev", KEY, allow_http=True),
        Client("http://api.test/dev"),
    ):
        client.close()


@pytest.mark.parametrize("key", ["a\r\nX-Evil: 1", "é", "\udcff", "a\x00"])
def test_a_key_of_a_request_that_no_header_can_hold_is_not_sent(world: World, key: str) -> None:
    with pytest.raises(InputError, match="printable ASCII"):
        world.client.submit("letter", {"to": "me"}, idempotency_key=key)

    assert world.api.sent == []
