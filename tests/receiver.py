"""Receive webhooks, and answer them in every way that there is."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from tests.local_server import LocalServer
from tests.this_machine import LOOPBACK, address_of

Answer = Callable[["_Handler"], None]


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


def status(code: int, **headers: str) -> Answer:
    """Answer with a status, and headers whose names have underscores for dashes."""

    def answer(handler: _Handler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def raw(*parts: bytes, every: float = 0) -> Answer:
    """Answer with bytes, with a pause after each; the last one again and again, until the reader is gone."""

    def answer(handler: _Handler) -> None:
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            handler.pause(every)
        while every and not handler.is_over():
            handler.wfile.write(parts[-1])
            handler.pause(every)
        handler.close_connection = True

    return answer


def hang(handler: _Handler) -> None:
    """Never answer."""
    handler.pause(3600)
    handler.close_connection = True


OK = status(200)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        receiver = self.server.receiver
        receiver.received.append(Received(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        answers = receiver.answers.get(self.path.partition("?")[0], [])
        (answers.pop(0) if answers else OK)(self)

    def pause(self, seconds: float) -> None:
        self.server.receiver.over.wait(seconds)

    def is_over(self) -> bool:
        return self.server.receiver.over.is_set()

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], receiver: Receiver) -> None:
        super().__init__(address, _Handler)
        self.receiver = receiver

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # A sender that hangs up is what many tests are about.


class Receiver(LocalServer):
    """A server of this machine. ``answers`` has by path what to answer next; to all else it says 200."""

    def __init__(self, port: int = 0, *, host: str = LOOPBACK, context: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self.answers: dict[str, list[Answer]] = {}
        self.over = threading.Event()
        self._server = _Server((address_of(host), port), self)
        if context is not None:
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]
        super().__init__(self._server)

    def at(self, path: str) -> list[Received]:
        """Return what has come to a path."""
        return [request for request in list(self.received) if request.path.partition("?")[0] == path]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        super().__exit__(kind, error, trace)
