"""Get time stamps of authorities by HTTP (RFC 3161), from the addresses alone that the stage allows."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any, cast
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from asn1crypto import cms, tsp
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import handle_tsp_response
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from reports.errors import TimestampUnavailableError

SECONDS = 10
MOST_TOKEN_BYTES = 12 * 1024
_MOST_BYTES = 64 * 1024
_BELIEVED_SECONDS = 300
_WRONG_CLOCK = timedelta(minutes=10)

# pyHanko 0.38 stumbles over a nonce that is not its own, by an AttributeError.
_NO_SOUND_ANSWER = (
    *(OSError, HTTPException, ValueError, TypeError, KeyError, AttributeError),
    *(SigningError, SignatureValidationError),
)

log = logging.getLogger(__name__)


class _NoRedirects(HTTPRedirectHandler):
    """A redirect is an answer of another status, because it leads to an address that was not allowed."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


class AuthorityTimeStamper(TimeStamper):
    """A TimeStamper of pyHanko that asks one authority after the other, until one answers as it has to."""

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._urls = urls
        self._last: cms.ContentInfo | None = None
        self._answered = float("-inf")
        self._opener = build_opener(ProxyHandler({}), _NoRedirects)

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token for a digest. Raises TimestampUnavailableError if no authority gives a sound one."""
        for url in self._urls:
            try:
                nonce, request = self.request_cms(message_digest, md_algorithm)  # type: ignore[no-untyped-call]
                token = handle_tsp_response(self._asked(url, request), nonce)
                await _check(token, message_digest)
            except _NO_SOUND_ANSWER as e:
                # The next one may answer. The address is the operator's, and no secret.
                log.warning("a timestamp authority failed", extra={"authority": url, "reason": type(e).__name__})
                continue
            self._last, self._answered = token, time.monotonic()
            return token
        raise TimestampUnavailableError

    def _asked(self, url: str, request: tsp.TimeStampReq) -> tsp.TimeStampResp:
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        # The settings allow http and https alone.
        with self._opener.open(Request(url, request.dump(), headers), timeout=SECONDS) as response:  # noqa: S310
            body = response.read(_MOST_BYTES + 1)
        if len(body) > _MOST_BYTES:
            raise URLError("the answer is too long")
        return tsp.TimeStampResp.load(body, strict=True)

    def check(self, md_algorithm: str) -> None:
        """Ask for a time stamp of nothing, unless one was given just now: some authorities count them.

        Raises TimestampUnavailableError.
        """
        if time.monotonic() - self._answered > _BELIEVED_SECONDS:
            asyncio.run(self.async_timestamp(os.urandom(hashlib.new(md_algorithm).digest_size), md_algorithm))

    def facts(self) -> dict[str, str]:
        """Return who has given the last time stamp, and of which time it is."""
        if self._last is None:
            return {}
        content = self._last["content"]
        sid = content["signer_infos"][0]["sid"].chosen
        subjects = {each.chosen.serial_number: each.chosen.subject for each in content["certificates"]}
        at: datetime = content["encap_content_info"]["content"].parsed["gen_time"].native
        return {
            "authority": subjects[sid["serial_number"].native].human_friendly,
            "at": at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        }


async def _check(token: cms.ContentInfo, message_digest: bytes) -> None:
    """Raise ValueError for a token that is broken, of another digest, or of another time than now.

    Whether the authority can be trusted is for readers to say, who have roots; here, the operator has named it.
    """
    context = ValidationContext(trust_roots=[], allow_fetching=False)
    status = await validate_tst_signed_data(token["content"], context, lambda _: message_digest)
    if not (status["intact"] and status["valid"]):
        raise ValueError("the signature of the token is broken")
    if len(token.dump()) > MOST_TOKEN_BYTES:
        raise ValueError("the token is too long")
    made = cast("datetime", status["timestamp"])
    if abs(datetime.now(UTC) - made) > _WRONG_CLOCK:
        raise ValueError("the token is of another time")
