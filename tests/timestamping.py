"""An authority for time stamps on this machine: pyHanko's, behind a server of HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from asn1crypto import tsp
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from tests.certificates import TODAY, authority


@cache
def stamper(fixed: datetime | None = None) -> DummyTimeStamper:
    key = rsa.generate_private_key(65537, 2048)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test Clock")]))
        .issuer_name(authority()[1].subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY - timedelta(days=1))
        .not_valid_after(TODAY + timedelta(days=30))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(authority()[0], hashes.SHA256())
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        Certificate.load(certificate.public_bytes(Encoding.DER)), PrivateKeyInfo.load(private), fixed_dt=fixed
    )


class Clock:
    """What the authority is like. ``asked`` counts questions."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked = 0
        self.status = 200
        self.mood = ""

    def answer(self, question: bytes) -> bytes:
        request = tsp.TimeStampReq.load(question)
        if self.mood == "another digest":
            request["message_imprint"]["hashed_message"] = bytes(32)
        if self.mood == "another nonce":
            request["nonce"] = 7
        at = TODAY - timedelta(days=1) if self.mood == "another time" else None
        response = stamper(at).request_tsa_response(request)
        if self.mood == "refused":
            return bytes(tsp.TimeStampResp({"status": {"status": "rejection"}}).dump())
        if self.mood == "broken signature":
            signer = response["time_stamp_token"]["content"]["signer_infos"][0]
            signer["signature"] = bytes(256)
        body: bytes = response.dump()
        return {"": body, "no answer": b"", "words": b"<html>busy</html>", "long": bytes(100_000)}.get(self.mood, body)


@contextmanager
def timestamp_authority(port: int = 0) -> Iterator[Clock]:
    """Serve on this machine alone."""
    clock = Clock("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            clock.asked += 1
            body = clock.answer(question)
            self.send_response(clock.status)
            if clock.status == 302:
                self.send_header("Location", clock.url)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Write no log."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    clock.url = f"http://127.0.0.1:{server.server_port}/tsr"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield clock
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
