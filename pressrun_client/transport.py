"""Send requests to the API, and again where that is safe and may help."""

from __future__ import annotations

import copy
import ipaddress
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests.auth import AuthBase
from urllib3.exceptions import MaxRetryError, NewConnectionError

from pressrun_client.documents import Document
from pressrun_client.errors import (
    NOTHING_ACCEPTED,
    REPORT_FAILED,
    ConfigurationError,
    InputError,
    Problem,
    ServiceError,
    UnexpectedAnswerError,
    UnreachableError,
)
from pressrun_client.timing import IN_REAL_TIME, PATIENTLY, Deadline, RetryPolicy, Waiting
from pressrun_client.version import __version__

# API Gateway gives an answer within 29 s, whatever happens behind it.
_TIMEOUT = (10, 35)
# What was too much was not begun: asking again cannot do it twice.
_NOT_BEGUN = (HTTPStatus.TOO_MANY_REQUESTS,)
# The service met a fault half-way, or the gateway gave up: it may have been done all the same.
_PERHAPS_DONE = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
# What became of reports, which a 503 tells, too: asking again at once would give the same answer.
_OUTCOMES = (REPORT_FAILED, NOTHING_ACCEPTED)


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its JSON object, and its status."""

    document: Document
    status: int = HTTPStatus.OK


class Transport:
    """The connection to one service, with one key."""

    def __init__(
        self,
        url: str,
        api_key: str | None,
        *,
        allow_http: bool = False,
        session: requests.Session | None = None,
        policy: RetryPolicy = PATIENTLY,
        waiting: Waiting = IN_REAL_TIME,
    ) -> None:
        self.url = checked_url(url)
        self.policy = policy
        self.waiting = waiting
        self.http = session or requests.Session()
        self.http.headers["User-Agent"] = f"pressrun-client/{__version__}"
        if is_loopback(self.url):
            # No proxy leads to this machine.
            self.http.trust_env = False
        elif api_key is not None and urlsplit(self.url).scheme == "http" and not allow_http:
            raise ConfigurationError(
                "The key would go over the network unencrypted, because the address begins with http://. Use https://, "
                "or allow it: PRESSRUN_ALLOW_HTTP=1, or allow_http = true in the profile."
            )
        self._auth = _Key(api_key)
        self._deadline = Deadline()

    def within(self, deadline: Deadline) -> Transport:
        """Return the same way, on which nothing is sent again after a deadline."""
        hurried = copy.copy(self)
        hurried._deadline = deadline
        return hurried

    def __repr__(self) -> str:
        return f"Transport({self.url!r})"

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Answer:
        """Send a request until it is answered for good.

        A request that is not ``repeatable`` is sent again only when the first one has certainly done nothing. Raises
        ServiceError, UnreachableError, UnexpectedAnswerError; InputError for a body that is not JSON.
        """
        request = self._prepared(method, path, query, None if body is None else encoded(body), headers or {})

        def send() -> Answer:
            return _read(self.http.send(request, timeout=_TIMEOUT, allow_redirects=False, **self._route(request)))

        return self._patiently(send, repeatable=repeatable)

    def _prepared(
        self, method: str, path: str, query: Mapping[str, str] | None, body: bytes | None, headers: Mapping[str, str]
    ) -> requests.PreparedRequest:
        usual = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body is not None else {})
        request = requests.Request(
            method, f"{self.url}{path}", params=query, data=body, headers={**usual, **headers}, auth=self._auth
        )
        if not all(value.isascii() and value.isprintable() for value in headers.values()):
            raise InputError("An idempotency key must be printable ASCII, in one line.")
        try:
            return self.http.prepare_request(request)
        except (requests.RequestException, ValueError):
            raise ConfigurationError("The address of the service is not a usable URL.") from None

    def _patiently(self, send: Callable[[], Answer], *, repeatable: bool) -> Answer:
        """Send, and send again as the policy says."""
        for number in range(1, self.policy.tries + 1):
            try:
                return send()
            except ServiceError as error:
                status = error.problem.status
                may_help = status in _NOT_BEGUN or (repeatable and status in _PERHAPS_DONE)
                if not may_help or error.code in _OUTCOMES or self._is_last(number, error.retry_after or 0):
                    raise
                self.pause(number, error.retry_after)
            except requests.RequestException as error:
                is_down = has_not_arrived(error) and is_loopback(self.url)  # nothing listens on this machine, at once
                if (
                    is_down
                    or self._is_last(number)
                    or is_untrusted(error)
                    or not (repeatable or has_not_arrived(error))
                ):
                    raise unreachable(error, self.url) from error
                self.pause(number)
        raise AssertionError("the last try returns or raises")

    def _is_last(self, number: int, at_least: float = 0) -> bool:
        """Tell whether the number-th try is the last, for there would be ``at_least`` seconds to wait for another."""
        too_long = at_least > self.policy.patience or at_least >= self._deadline.left
        return too_long or number == self.policy.tries

    def pause(self, number: int, at_least: float | None = None) -> None:
        """Wait after the number-th try in vain."""
        bound = min(self.policy.longest, self.policy.base * 2 ** (number - 1))
        self.waiting.sleep(min((at_least or 0) + self.waiting.uniform(0, bound), self._deadline.left))

    def _route(self, request: requests.PreparedRequest) -> Mapping[str, Any]:
        # What Session.request() does, and Session.send() does not: proxies and certificates of the environment.
        return self.http.merge_environment_settings(request.url or "", {}, None, None, None)


class _Key(AuthBase):
    """Send the key. As requests' own kind of authentication, so that no ~/.netrc takes its place."""

    def __init__(self, api_key: str | None) -> None:
        if api_key is not None and not (api_key.isascii() and api_key.isprintable() and " " not in api_key and api_key):
            raise ConfigurationError("This is not a key: it contains spaces, or other characters that no key has.")
        self._api_key = api_key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._api_key is not None:
            request.headers["Authorization"] = f"Bearer {self._api_key}"
        return request


def anonymous(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Send no credentials, not even those of a ~/.netrc: presigned requests have their own."""
    return request


def checked_url(url: str) -> str:
    """Return a base URL without its last slash. Raises ConfigurationError."""
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        port_is_right = False
    if (
        not port_is_right
        or parts.scheme not in ("http", "https")
        or not parts.hostname
        or any(c.isspace() for c in url)
    ):
        raise ConfigurationError("The address of the service is not a URL: it must look like https://host/stage.")
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(
            "The address of the service must not contain a user or a password. Give the key separately."
        )
    if parts.query or parts.fragment:
        raise ConfigurationError("The address of the service must not contain '?' or '#'.")
    return url.rstrip("/")


def is_loopback(url: str) -> bool:
    """Tell whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def encoded(body: Any) -> bytes:
    """Write JSON. Raises InputError for what JSON cannot hold."""
    try:
        return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InputError(f"The data can't be sent as JSON: {reason}.") from None


def segment(text: str) -> str:
    """Return a text as one segment of a path. Raises InputError for what is none."""
    if text in ("", ".", ".."):
        raise InputError(f"{text!r} names nothing. Give an id, a key or a name.")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise InputError("A name can't hold unpaired surrogates.") from None


def has_not_arrived(error: requests.RequestException) -> bool:
    """Tell whether a request that failed has certainly not reached the service."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def is_untrusted(error: requests.RequestException) -> bool:
    """Tell whether the host has shown a certificate that this machine does not trust; it will show it again."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    return any(isinstance(each, ssl.SSLCertVerificationError) for each in getattr(reason, "args", ()))


def unreachable(error: requests.RequestException, where: str) -> UnreachableError:
    """Explain why no answer came, without what the URL holds besides its host."""
    parts = urlsplit(where)
    host = f"{parts.scheme}://{parts.netloc}"
    if is_untrusted(error):
        return UnreachableError(f"{host} has no certificate that this machine trusts.")
    if isinstance(error, requests.exceptions.ProxyError):
        return UnreachableError(f"The environment's proxy does not reach {host}. See HTTPS_PROXY and NO_PROXY.")
    if has_not_arrived(error):
        return UnreachableError(f"No service answers at {host}.")
    if isinstance(error, requests.Timeout):
        return UnreachableError(f"{host} took too long to answer. The request may or may not have arrived.")
    return UnreachableError(f"The connection to {host} broke. The request may or may not have arrived.")


def retry_after_of(response: requests.Response) -> float | None:
    """Return the seconds that a Retry-After asks for, which may be a number or a date."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (aware - datetime.now(UTC)).total_seconds())
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # The parser takes texts apart as far as they go, and what it raises differs between versions of Python.
        return None


def _read(response: requests.Response) -> Answer:
    try:
        content = response.json()
    except (ValueError, RecursionError):
        content = None
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        problem = Problem.of(response.status_code, content, response.headers.get("X-Correlation-Id"))
        raise ServiceError.of(problem, retry_after=retry_after_of(response))
    if response.status_code == HTTPStatus.NO_CONTENT:
        content = {}
    if response.status_code >= HTTPStatus.MULTIPLE_CHOICES or content is None:
        raise UnexpectedAnswerError(
            f"This is not an answer of Pressrun ({response.status_code}, no JSON). Is the address that of the API?"
        )
    return Answer(Document(content), response.status_code)
