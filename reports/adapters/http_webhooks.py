"""Post webhooks over HTTPS, to addresses that were checked, and within a time that holds for all of it.

By ``http.client`` and a socket of our own: name resolution, connection and TLS are separate steps here, so that the
connection is made to the very address that was checked, under the name that the certificate has to have. It follows no
redirects and knows no proxies. A library of a higher level would resolve the name once more.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from reports.access.destinations import HTTPS_PORT, Destination, destination_of, is_public
from reports.delivery.delivery import AttemptResult, DeliveryFault, DeliveryStatus

SECONDS = 15
_MOST_RESPONSE_BYTES = 64 * 1024
_MOST_ADDRESSES = 8
_GONE, _TOO_MANY, _UNAVAILABLE = 410, 429, 503

Resolve = Callable[[str, int], list[str]]


class BlockedAddressError(Exception):
    """A name that leads where webhooks must not go."""


def resolve(host: str, port: int) -> list[str]:
    """Return a host's addresses. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class HttpWebhookSender:
    """A WebhookSender over HTTPS.

    ``known_hosts`` are ``host:port`` that the stage allows wherever they are; ``ports`` are those of all other hosts.
    """

    def __init__(
        self,
        *,
        agent: str,
        known_hosts: Collection[str] = (),
        ports: Collection[int] = (HTTPS_PORT,),
        seconds: float = SECONDS,
        resolve: Resolve = resolve,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._agent = agent
        self._known_hosts = frozenset(known_hosts)
        self._ports = frozenset(ports)
        self._seconds = seconds
        self._resolve = resolve
        self._context = context or ssl.create_default_context()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> AttemptResult:
        """Post a body. See WebhookSender.post."""
        try:
            destination = destination_of(url, known_hosts=self._known_hosts, ports=self._ports)
        except ValueError as error:
            return AttemptResult(DeliveryStatus.FAILED, reason_code=DeliveryFault.BLOCKED_URL, reason=str(error))
        sent = {"Content-Type": "application/json", "User-Agent": self._agent, "Connection": "close", **headers}
        exchange = _Exchange(destination, body, sent, self._resolve, self._context, self._seconds)
        return exchange.run()


class _Exchange:
    """One request and its answer, in a thread that can be given up whatever it waits for."""

    def __init__(
        self,
        destination: Destination,
        body: bytes,
        headers: Mapping[str, str],
        resolve: Resolve,
        context: ssl.SSLContext,
        seconds: float,
    ) -> None:
        self._destination = destination
        self._body = body
        self._headers = headers
        self._resolve = resolve
        self._context = context
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_given_up = False
        self._verdict: AttemptResult | None = None
        self._fault: Exception | None = None

    def run(self) -> AttemptResult:
        """Return what came of it, when the time is over at the latest. Raises what is a fault of ours."""
        thread = threading.Thread(target=self._work, daemon=True, name="webhook")
        thread.start()
        # A socket's own timeout begins again with each byte; here, the whole has one.
        thread.join(self._seconds)
        with self._lock:
            self._is_given_up = True
            if self._socket is not None:
                _shut_down(self._socket)
            if self._verdict is None and self._fault is not None:
                raise self._fault
            return self._verdict or _again(DeliveryFault.TIMED_OUT, f"There was no answer within {self._seconds:g} s.")

    def _work(self) -> None:
        try:
            self._talk()
        except BlockedAddressError as error:
            self._decide(
                AttemptResult(DeliveryStatus.FAILED, reason_code=DeliveryFault.BLOCKED_ADDRESS, reason=str(error))
            )
        except socket.gaierror:
            self._decide(_again(DeliveryFault.NAME_NOT_FOUND, "The name of the host cannot be resolved."))
        except ssl.SSLCertVerificationError as error:
            self._decide(_again(DeliveryFault.TLS_FAILED, f"The certificate is not valid: {error.verify_message}."))
        except ssl.SSLError as error:
            self._decide(_again(DeliveryFault.TLS_FAILED, f"TLS has failed: {error.reason}."))
        except TimeoutError:
            self._decide(_again(DeliveryFault.TIMED_OUT, "The host did not answer in time."))
        except http.client.HTTPException as error:
            self._decide(_again(DeliveryFault.BAD_RESPONSE, f"The answer is not HTTP: {type(error).__name__}."))
        except (OSError, UnicodeError) as error:
            reason = f"The connection has failed: {type(error).__name__}."
            self._decide(_again(DeliveryFault.CONNECTION_FAILED, reason))
        except Exception as error:  # noqa: BLE001 - raised by run()
            # In a thread it would be printed and lost, and the attempt taken for one without an answer in time.
            with self._lock:
                self._fault = error
        finally:
            if self._socket is not None:
                self._socket.close()

    def _talk(self) -> None:
        to = self._destination
        connection = http.client.HTTPConnection(to.host, to.port)
        connection.default_port = HTTPS_PORT if to.scheme == "https" else http.client.HTTP_PORT
        connection.sock = self._connect()
        connection.request("POST", to.target, self._body, dict(self._headers))
        response = connection.getresponse()
        self._decide(verdict_of(response.status, response.getheader("Retry-After")))
        # The answer is in the status. The body is taken only so that the receiver can end in peace.
        with suppress(OSError, http.client.HTTPException):
            response.read(_MOST_RESPONSE_BYTES)

    def _connect(self) -> socket.socket:
        to = self._destination
        plain = self._hold(self._connect_to(self._checked()))
        if to.scheme == "http":
            return plain
        tls = self._context.wrap_socket(plain, server_hostname=to.host, do_handshake_on_connect=False)
        self._hold(tls)
        tls.do_handshake()
        return tls

    def _checked(self) -> list[str]:
        to = self._destination
        found = self._resolve(to.host, to.port)[:_MOST_ADDRESSES]
        # All of them: of a name that leads inside by one address, the others are no better.
        if not to.is_known and not all(is_public(address) for address in found):
            raise BlockedAddressError("The host has an address that is not one of the public Internet.")
        return found

    def _connect_to(self, addresses: list[str]) -> socket.socket:
        failed: OSError = socket.gaierror("the name has no address")
        for address in addresses:
            left = self._deadline - time.monotonic()
            if left <= 0:
                break
            try:
                return socket.create_connection((address, self._destination.port), timeout=left)
            except OSError as error:
                failed = error
        raise failed

    def _hold(self, opened: socket.socket) -> socket.socket:
        """Make a socket known to who has to end it; end it at once when the time is over."""
        with self._lock:
            self._socket = opened
            if self._is_given_up:
                raise TimeoutError
        return opened

    def _decide(self, result: AttemptResult) -> None:
        with self._lock:
            if self._verdict is None:
                self._verdict = result


def verdict_of(status: int, retry_after: str | None = None) -> AttemptResult:
    """Return what a status means:
    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
    """
    if 200 <= status < 300:
        return AttemptResult(DeliveryStatus.DELIVERED, status)
    if status == _GONE:
        reason = "The receiver wants no more of them."
        return AttemptResult(DeliveryStatus.GIVEN_UP, status, DeliveryFault.GONE, reason)
    if 300 <= status < 400:
        return _again(
            DeliveryFault.REDIRECTED, "Redirects are not followed: give the URL that this one leads to.", status
        )
    asked = _wait_of(retry_after) if status in (_TOO_MANY, _UNAVAILABLE) and retry_after else None
    reason = f"The receiver has answered {status}."
    return AttemptResult(DeliveryStatus.PENDING, status, DeliveryFault.REFUSED, reason, asked)


def _wait_of(retry_after: str) -> timedelta | None:
    if re.fullmatch(r"\d{1,9}", retry_after.strip()):
        return timedelta(seconds=int(retry_after))
    try:
        until = parsedate_to_datetime(retry_after)
        return max(timedelta(), (until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # The parser takes texts apart as far as they go, and what it raises differs between versions of Python.
        return None


def _again(fault: DeliveryFault, reason: str, status: int | None = None) -> AttemptResult:
    return AttemptResult(DeliveryStatus.PENDING, status, fault, reason)


def _shut_down(opened: socket.socket) -> None:
    # Not by the method of a TLS socket, which would take its state away from the thread that reads.
    with suppress(OSError):
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
