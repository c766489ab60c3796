"""Show templates on a page of this machine while they are written: each save draws them again."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from reports import bootstrap
from reports.errors import PressrunError, UnknownTemplateError
from tools.authoring.origins.answers import shown_origins, shown_places, shown_words
from tools.authoring.origins.word_map import NotTraceableError
from tools.authoring.redraw import Studio

PAGE = Path(__file__).parent / "authoring" / "preview_page"
_TYPES = {"html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
_POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_MOST_BYTES = 20_000_000
_LOOKS_PER_SECOND = 20
_LONGEST_WAIT = 25.0


class PreviewServer(ThreadingHTTPServer):
    """A server for one author on this machine."""

    daemon_threads = True

    def __init__(self, port: int, studio: Studio) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.studio = studio
        self.hosts = {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a browser that has gone to another page meanwhile."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer for the page, its pictures, and what it asks."""
        if not self._is_ours():
            return
        url = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        parts = url.path.strip("/").split("/")
        try:
            match parts:
                case [""]:
                    self._send((PAGE / "index.html").read_bytes(), _TYPES["html"])
                case ["page", name] if (PAGE / name).is_file() and name in ("preview.js", "preview.css"):
                    self._send((PAGE / name).read_bytes(), _TYPES[name.rpartition(".")[2]])
                case ["templates"]:
                    self._json({"templates": self.server.studio.names(), "stamp": self.server.studio.stamp()})
                case ["choices"]:
                    self._json(self.server.studio.choices(asked["template"]))
                case ["findings"]:
                    self._json({"findings": self.server.studio.findings(asked["template"])})
                case ["changed"]:
                    self._json({"stamp": self._changed(asked.get("stamp", ""))})
                case ["pictures", drawing, page]:
                    self._send(self.server.studio.picture(int(drawing), int(page)), "image/png")
                case ["words", drawing]:
                    self._json(shown_words(self.server.studio, int(drawing)))
                case ["origins", drawing, page, word]:
                    self._json(shown_origins(self.server.studio, int(drawing), int(page), int(word)))
                case ["places", drawing]:
                    self._json(shown_places(self.server.studio, int(drawing), asked))
                case ["sources"] if asked.get("template") in self.server.studio.names():
                    self._json({"sources": self.server.studio.sources(asked["template"])})
                case ["report", drawing]:
                    self._send(self.server.studio.pdf(int(drawing)), "application/pdf")
                case _:
                    self._send(b"There is no such page.", "text/plain", HTTPStatus.NOT_FOUND)
        except PressrunError as error:
            self._json({"message": error.message}, HTTPStatus.CONFLICT)
        except NotTraceableError as error:
            self._json({"message": str(error)}, HTTPStatus.CONFLICT)
        except (KeyError, IndexError, ValueError):
            self._send(b"It is not there any more.", "text/plain", HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """Draw a report."""
        if not self._is_ours():
            return
        # A form of another site cannot send this type without being asked first.
        size = int(self.headers.get("Content-Length") or 0)
        if self.path != "/draw" or self.headers.get("Content-Type") != "application/json" or size > _MOST_BYTES:
            self.close_connection = True
            self._send(b"Send JSON to /draw.", "text/plain", HTTPStatus.BAD_REQUEST)
            return
        try:
            asked = json.loads(self.rfile.read(size))
            wanted = [str(asked.get(name) or "") for name in ("template", "case", "locale", "paper")]
            data = asked.get("data")
        except (ValueError, AttributeError):
            self._send(b"It is no JSON object.", "text/plain", HTTPStatus.BAD_REQUEST)
            return
        try:
            drawn = self.server.studio.draw(wanted[0], wanted[1] or "sample", wanted[2] or "en", wanted[3], data)
        except UnknownTemplateError as error:
            self._json({"message": error.message}, HTTPStatus.CONFLICT)
            return
        self._json(drawn)

    def _changed(self, stamp: str) -> str:
        """Wait until a file has changed, or for some time."""
        end = time.monotonic() + _LONGEST_WAIT
        while (now := self.server.studio.stamp()) == stamp and time.monotonic() < end:
            time.sleep(1 / _LOOKS_PER_SECOND)
        return now

    def _is_ours(self) -> bool:
        """Refuse other sites: those that ask by a name that leads here, and those whose pages ask."""
        is_ours = self.headers.get("Host") in self.server.hosts
        origin, site = self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site")
        is_ours = is_ours and (origin is None or origin.removeprefix("http://") in self.server.hosts)
        # A link from elsewhere may open the page itself, and nothing else.
        is_ours = is_ours and (site in (None, "same-origin", "none") or (site == "cross-site" and self.path == "/"))
        if not is_ours:
            self.close_connection = True
            self._send(b"This page is for this machine alone.", "text/plain", HTTPStatus.FORBIDDEN)
        return is_ours

    def _json(self, value: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(json.dumps(value).encode(), "application/json", status)

    def _send(self, body: bytes, content_type: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Print nothing: the page shows what there is."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tools.preview", description=__doc__)
    parser.add_argument("--folder", type=Path, default=bootstrap.TEMPLATES, help="the folder that has the templates")
    parser.add_argument("--port", type=int, default=4570)
    options = parser.parse_args(arguments)
    logging.getLogger("reports").addHandler(logging.NullHandler())
    if not options.folder.is_dir():
        parser.error(f"--folder {options.folder} is no folder")
    try:
        server = PreviewServer(options.port, Studio(options.folder))
    except OSError as error:
        parser.error(f"--port {options.port}: {error.strerror}")
    with server:
        print(f"Templates of {options.folder}: http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
