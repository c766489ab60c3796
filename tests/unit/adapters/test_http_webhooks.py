"""See that webhooks get where they may, nowhere else, and that no receiver can hold a worker up."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from reports.adapters.http_webhooks import HttpWebhookSender, verdict_of
from reports.delivery.delivery import AttemptResult, DeliveryFault, DeliveryStatus
from tests.receiver import Answer, Receiver, hang, raw, status

BODY = b'{"type":"ReportSucceeded"}'
ODD_DATES = [
    "Mon, 20 Nov 1995 19:12:08 +99999999999999999999",
    "Mon, 20 Nov 1995 19:12:08 +9999",
    "Mon, 99999999999999999999 Nov 1995 19:12:08 GMT",
    "Mon, 20 Nov 99999999999999999999 19:12:08 GMT",
    "Mon, 20 Nov 1995 99999999999999999999:12:08 GMT",
    "Mon, 32 Nov 1995 19:12:08 GMT",
]
# To read the certificates of a machine takes longer than most tests.
CONTEXT = ssl.create_default_context()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as listening:
        yield listening


def a_sender(receiver: Receiver, *, seconds: float = 5) -> HttpWebhookSender:
    hosts = [f"127.0.0.1:{receiver.port}"]
    return HttpWebhookSender(agent="Pressrun/test", known_hosts=hosts, seconds=seconds, context=CONTEXT)


def post(receiver: Receiver, answer: Answer | None = None, *, seconds: float = 5) -> AttemptResult:
    if answer is not None:
        receiver.answers["/hook"] = [answer]
    url = f"http://127.0.0.1:{receiver.port}/hook?token=a%20b"
    return a_sender(receiver, seconds=seconds).post(url, BODY, {"webhook-id": "msg_1"})


def test_the_body_and_the_headers_arrive_as_they_are(receiver: Receiver) -> None:
    assert post(receiver) == AttemptResult(DeliveryStatus.DELIVERED, 200)

    [request] = receiver.received
    assert (request.path, request.body) == ("/hook?token=a%20b", BODY)
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert request.headers["webhook-id"] == "msg_1"
    assert request.headers["user-agent"] == "Pressrun/test"
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize("code", [201, 202, 204, 299])
def test_any_2xx_is_a_delivery(receiver: Receiver, code: int) -> None:
    assert post(receiver, status(code)) == AttemptResult(DeliveryStatus.DELIVERED, code)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, code: int) -> None:
    result = post(receiver, status(code, Location=f"http://127.0.0.1:{receiver.port}/elsewhere"))

    assert (result.status, result.status_code) == (DeliveryStatus.PENDING, code)
    assert result.reason_code is DeliveryFault.REDIRECTED
    assert [request.path for request in receiver.received] == ["/hook?token=a%20b"]


def test_410_ends_it(receiver: Receiver) -> None:
    result = post(receiver, status(410))

    assert (result.status, result.reason_code) == (DeliveryStatus.GIVEN_UP, DeliveryFault.GONE)


@pytest.mark.parametrize("code", [400, 401, 404, 408, 422, 500, 502, 503, 504, 599])
def test_every_other_refusal_is_tried_again(receiver: Receiver, code: int) -> None:
    result = post(receiver, status(code))

    assert result == AttemptResult(
        DeliveryStatus.PENDING, code, DeliveryFault.REFUSED, f"The receiver has answered {code}."
    )


@pytest.mark.parametrize("code", [429, 503])
def test_a_receiver_may_say_when_to_come_back(receiver: Receiver, code: int) -> None:
    assert post(receiver, status(code, Retry_After="120")).retry_after == timedelta(seconds=120)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("0", 0), (" 7 ", 7), ("999999999", 999_999_999), ("-1", None), ("soon", None), ("1e9", None), ("9" * 40, None)],
)
def test_a_wait_in_seconds_is_understood_or_passed_over(given: str, seconds: int | None) -> None:
    assert verdict_of(429, given).retry_after == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize("given", ODD_DATES)
def test_a_date_that_is_none_is_passed_over(given: str) -> None:
    assert verdict_of(503, given) == AttemptResult(
        DeliveryStatus.PENDING, 503, DeliveryFault.REFUSED, "The receiver has answered 503."
    )


@given(asked=st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d{1,30} [A-Z][a-z]{2} \d{1,30} [\d:]{1,30} [+-]?\d{1,40}"))
def test_whatever_a_receiver_asks_for_is_a_wait_or_passed_over(asked: str) -> None:
    wait = verdict_of(429, asked).retry_after

    assert wait is None or wait >= timedelta()


def test_a_receiver_with_an_odd_date_has_answered(receiver: Receiver) -> None:
    result = post(receiver, status(503, Retry_After=ODD_DATES[0]))

    assert (result.status_code, result.reason_code) == (503, DeliveryFault.REFUSED)


def test_a_fault_of_ours_is_raised_where_it_can_be_logged(receiver: Receiver) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise KeyError("a fault of ours")

    sender = HttpWebhookSender(agent="Pressrun/test", context=CONTEXT, resolve=resolve)

    with pytest.raises(KeyError, match="a fault of ours"):
        sender.post("https://example.org/", BODY, {})


def test_a_wait_may_be_a_date() -> None:
    soon = verdict_of(503, format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)).retry_after
    past = verdict_of(503, "Wed, 21 Oct 2015 07:28:00 GMT").retry_after

    assert soon is not None
    assert 80 < soon.total_seconds() <= 90
    assert past == timedelta()


def test_a_wait_counts_for_those_who_are_busy_alone() -> None:
    assert verdict_of(500, "120").retry_after is None


@pytest.mark.gate
@pytest.mark.parametrize(
    "answer",
    [
        hang,
        raw(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", every=0.05),
        raw(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", every=0.05),
    ],
    ids=["hanging", "dripping headers", "never more than 100"],
)
def test_no_receiver_takes_longer_than_the_time_there_is(receiver: Receiver, answer: Answer) -> None:
    started = time.monotonic()

    result = post(receiver, answer, seconds=0.6)

    assert time.monotonic() - started < 2
    assert (result.status, result.reason_code) == (DeliveryStatus.PENDING, DeliveryFault.TIMED_OUT)


@pytest.mark.gate
def test_nothing_is_left_that_waits_for_a_receiver(receiver: Receiver) -> None:
    post(receiver, raw(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", every=0.05), seconds=0.3)

    deadline = time.monotonic() + 3
    while any(thread.name == "webhook" for thread in threading.enumerate()):
        assert time.monotonic() < deadline


@pytest.mark.gate
def test_a_body_that_drips_does_not_undo_a_delivery(receiver: Receiver) -> None:
    started = time.monotonic()

    result = post(receiver, raw(HEAD + b"Content-Length: 1000000\r\n\r\n", b"x", every=0.05), seconds=0.6)

    assert result == AttemptResult(DeliveryStatus.DELIVERED, 200)
    assert time.monotonic() - started < 2


def test_a_huge_body_is_not_read(receiver: Receiver) -> None:
    megabyte = bytes(2**20)

    result = post(receiver, raw(HEAD + b"Content-Length: 1000000000\r\n\r\n", *[megabyte] * 64, every=0.0001))

    assert result == AttemptResult(DeliveryStatus.DELIVERED, 200)


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0-OpenSSH_9.9\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n"],
)
def test_what_is_no_http_is_tried_again(receiver: Receiver, answer: bytes) -> None:
    def and_close(handler: object) -> None:
        raw(answer)(handler)  # type: ignore[arg-type]

    result = post(receiver, and_close)

    assert (result.status, result.reason_code) == (DeliveryStatus.PENDING, DeliveryFault.BAD_RESPONSE)


def test_a_port_where_nothing_listens_is_tried_again() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        sender = HttpWebhookSender(agent="x", context=CONTEXT, known_hosts=[f"127.0.0.1:{port}"], seconds=5)

        result = sender.post(f"http://127.0.0.1:{port}/", BODY, {})

    assert (result.status, result.reason_code) == (DeliveryStatus.PENDING, DeliveryFault.CONNECTION_FAILED)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.gate
class TestTls:
    """The certificate has to be of the name in the URL, though the connection goes to an address."""

    @pytest.fixture
    def secure(self, authority: trustme.CA) -> Iterator[Receiver]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("hooks.example.org").configure_cert(context)
        with Receiver(context=context) as listening:
            yield listening

    def sender(self, secure: Receiver, trusted: trustme.CA | None, host: str) -> HttpWebhookSender:
        context = ssl.create_default_context()
        if trusted is not None:
            trusted.configure_trust(context)
        return HttpWebhookSender(
            agent="x",
            known_hosts=[f"{host}:{secure.port}"],
            seconds=5,
            resolve=lambda host, port: ["127.0.0.1"],
            context=context,
        )

    def test_a_valid_certificate_lets_the_webhook_through(self, secure: Receiver, authority: trustme.CA) -> None:
        sender = self.sender(secure, authority, "hooks.example.org")

        result = sender.post(f"https://hooks.example.org:{secure.port}/hook", BODY, {})

        assert result == AttemptResult(DeliveryStatus.DELIVERED, 200)
        assert secure.received[0].headers["host"] == f"hooks.example.org:{secure.port}"

    @pytest.mark.parametrize(("host", "is_trusted"), [("hooks.example.org", False), ("other.example.org", True)])
    def test_a_certificate_of_no_host_or_of_another_name_lets_nothing_through(
        self, secure: Receiver, authority: trustme.CA, host: str, is_trusted: bool
    ) -> None:
        sender = self.sender(secure, authority if is_trusted else None, host)

        result = sender.post(f"https://{host}:{secure.port}/hook", BODY, {})

        assert (result.status, result.reason_code) == (DeliveryStatus.PENDING, DeliveryFault.TLS_FAILED)
        assert secure.received == []

    def test_plain_http_where_tls_is_expected_is_a_failure(self, receiver: Receiver) -> None:
        sender = self.sender(receiver, None, "hooks.example.org")

        result = sender.post(f"https://hooks.example.org:{receiver.port}/hook", BODY, {})

        assert (result.status, result.reason_code) == (DeliveryStatus.PENDING, DeliveryFault.TLS_FAILED)

    def test_a_handshake_that_hangs_ends_in_time(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            sender = HttpWebhookSender(agent="x", context=CONTEXT, known_hosts=[f"127.0.0.1:{port}"], seconds=0.4)
            started = time.monotonic()

            result = sender.post(f"https://127.0.0.1:{port}/", BODY, {})

        assert result.reason_code is DeliveryFault.TIMED_OUT
        assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["93.184.215.14", "127.0.0.1"]],
)
def test_a_name_that_leads_inside_by_any_address_is_refused_for_good(addresses: list[str]) -> None:
    sender = HttpWebhookSender(agent="x", context=CONTEXT, resolve=lambda host, port: addresses, seconds=5)

    result = sender.post("https://hooks.example.org/", BODY, {})

    assert (result.status, result.reason_code) == (DeliveryStatus.FAILED, DeliveryFault.BLOCKED_ADDRESS)


@pytest.mark.parametrize("host", ["0x7f.1", "2130706433", "127.1", "017700000001", "[::ffff:127.0.0.1]", "[::1]", "0"])
def test_another_spelling_of_an_inner_address_is_refused(host: str) -> None:
    result = HttpWebhookSender(agent="x", context=CONTEXT, seconds=5).post(f"https://{host}/", BODY, {})

    assert (result.status, result.reason_code) == (DeliveryStatus.FAILED, DeliveryFault.BLOCKED_ADDRESS)


def test_the_name_is_resolved_once_and_the_connection_goes_there(receiver: Receiver) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.1"]

    sender = HttpWebhookSender(
        agent="x", context=CONTEXT, known_hosts=[f"hooks.example.org:{receiver.port}"], seconds=5, resolve=rebinding
    )

    result = sender.post(f"http://hooks.example.org:{receiver.port}/hook", BODY, {})

    assert result.status is DeliveryStatus.DELIVERED
    assert asked == ["hooks.example.org"]


def test_a_name_that_is_not_known_is_tried_again() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    result = HttpWebhookSender(agent="x", context=CONTEXT, resolve=unknown).post("https://hooks.example.org/", BODY, {})

    assert (result.status, result.reason_code) == (DeliveryStatus.PENDING, DeliveryFault.NAME_NOT_FOUND)


@pytest.mark.gate
def test_a_resolver_that_hangs_ends_in_time() -> None:
    over = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        over.wait(10)
        return ["127.0.0.1"]

    result = HttpWebhookSender(agent="x", context=CONTEXT, resolve=slow, seconds=0.2).post(
        "https://hooks.example.org/", BODY, {}
    )
    over.set()

    assert result.reason_code is DeliveryFault.TIMED_OUT


def test_proxies_of_the_environment_are_not_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert post(receiver).status is DeliveryStatus.DELIVERED


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://example.org/", "https://example.org:8443/", "https://a@b/"]
)
def test_a_url_that_may_not_be_is_refused_before_anything_is_asked(url: str) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError("the name was resolved")

    result = HttpWebhookSender(agent="x", context=CONTEXT, resolve=never).post(url, BODY, {})

    assert (result.status, result.reason_code) == (DeliveryStatus.FAILED, DeliveryFault.BLOCKED_URL)
