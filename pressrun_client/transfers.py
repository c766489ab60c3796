"""Move files to and from the store by presigned requests, which need no key and get none."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import requests

from pressrun_client.errors import InputError, TransferError
from pressrun_client.forms import FormBody
from pressrun_client.model import Artifact, Report
from pressrun_client.transport import Transport, anonymous, has_not_arrived, unreachable

ProgressOf = Callable[[int], object]
"""What wants to hear how many bytes have been moved."""

# A slow line may take a while to take a part of a file.
_TIMEOUT = (30, 60)
_PART = 256 * 1024
_START_OF_A_REASON = 2000
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]+')
# The store had a fault, and kept nothing.
_TRY_AGAIN = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)


class LinkExpiredError(TransferError):
    """A presigned URL that the store no longer accepts."""


def post_form(transport: Transport, url: str, body: FormBody) -> None:
    """Upload a file. It is sent again only while it cannot have arrived: a second copy would be a second report.

    Raises TransferError, UnreachableError, InputError.
    """
    for number in range(1, transport.policy.tries + 1):
        is_last = number == transport.policy.tries
        try:
            answer = transport.http.post(
                url,
                data=body,
                headers={"Content-Type": body.content_type},
                timeout=_TIMEOUT,
                auth=anonymous,
                allow_redirects=False,
                stream=True,  # what the store has to say may be long, and only its beginning is read
            )
        except requests.RequestException as error:
            if body.is_sent and not has_not_arrived(error):
                raise TransferError(
                    "The connection broke after the whole file was sent, so it may have arrived. Look for its report "
                    "before you upload it again."
                ) from error
            if is_last:
                raise unreachable(error, url) from error
        else:
            with answer:
                if HTTPStatus.OK <= answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
                    return
                if is_last or answer.status_code not in _TRY_AGAIN:
                    raise TransferError(f"The store did not take the file: {_reason(answer)}.")
        transport.pause(number)
        body.rewind()


def save(
    transport: Transport,
    report: Report,
    again: Callable[[], Report],
    path: Path,
    *,
    name: str | None = None,
    progress: ProgressOf | None = None,
) -> Path:
    """Download a file of a report, the PDF by default, to a path or into a folder. Returns where it is.

    ``again`` gives the report with links that are signed anew. Raises as ``fetch`` does.
    """
    for is_last in (False, True):
        artifact = report.artifact(name)
        place = path / safe_name(artifact.name) if path.is_dir() else path
        try:
            digest = report.sha256 if artifact.is_pdf else None
            fetch(transport, artifact, place, sha256=digest, progress=progress)
        except LinkExpiredError:
            if is_last:
                raise
            report = again()
        else:
            return place
    raise AssertionError("the last try returns or raises")


def fetch(
    transport: Transport,
    artifact: Artifact,
    path: Path,
    *,
    sha256: str | None = None,
    progress: ProgressOf | None = None,
) -> None:
    """Download a file. At the path there is the whole of it, or what was there before.

    Raises TransferError, UnreachableError, InputError; LinkExpiredError when a new link is needed.
    """
    unfinished = path.with_name(f".pressrun-{secrets.token_hex(8)}.part")
    try:
        for number in range(1, transport.policy.tries + 1):
            try:
                digest = _save(transport, artifact, unfinished, progress or (lambda _: None))
                break
            except (requests.RequestException, _TryAgainError) as error:
                if number == transport.policy.tries:
                    raise _final(error, artifact) from error
                transport.pause(number)
        if sha256 is not None and digest != sha256:
            raise TransferError(f"The download of {artifact.name!r} is damaged: its SHA-256 differs from the file's.")
        unfinished.replace(path)
    except OSError as error:
        raise InputError(f"{path} can't be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def safe_name(name: str, fallback: str = "report") -> str:
    """Return a name that is a file's in the folder where it is put, whatever a service says."""
    safe = _UNSAFE.sub("-", name).strip(" .")
    while len(safe.encode("utf-8", "replace")) > 200:
        safe = safe[: len(safe) // 2] + safe[len(safe) // 2 + 1 :]
    return safe.encode("utf-8", "replace").decode() or fallback


class _TryAgainError(Exception):
    """A download that ended early, or a fault of the store."""


def _save(transport: Transport, artifact: Artifact, path: Path, progress: ProgressOf) -> str:
    """Download once. Returns the SHA-256 of what came."""
    digest, done = hashlib.sha256(), 0
    with transport.http.get(
        artifact.url, stream=True, timeout=_TIMEOUT, auth=anonymous, allow_redirects=False
    ) as answer:
        if answer.status_code in _TRY_AGAIN:
            raise _TryAgainError(_reason(answer))
        if answer.status_code == HTTPStatus.FORBIDDEN:
            raise LinkExpiredError(f"The link to {artifact.name!r} no longer works: {_reason(answer)}.")
        if answer.status_code != HTTPStatus.OK:
            raise TransferError(f"The store does not give {artifact.name!r}: {_reason(answer)}.")
        with path.open("wb") as file:
            for part in answer.iter_content(_PART):
                done += len(part)
                if done > artifact.size:
                    raise TransferError(
                        f"The store gives more for {artifact.name!r} than the {artifact.size:,} bytes that it has."
                    )
                file.write(part)
                digest.update(part)
                progress(done)
    if done != artifact.size:
        raise _TryAgainError(f"{done:,} of {artifact.size:,} bytes came")
    return digest.hexdigest()


def _final(error: Exception, artifact: Artifact) -> Exception:
    if isinstance(error, requests.RequestException):
        return unreachable(error, artifact.url)
    return TransferError(f"{artifact.name!r} could not be downloaded from {urlsplit(artifact.url).hostname}: {error}.")


def _reason(answer: requests.Response) -> str:
    """Return the code that S3 gives in XML, by which its documentation explains it; not its text, which quotes keys."""
    start = b""
    with suppress(requests.RequestException):
        start = next(answer.iter_content(_START_OF_A_REASON), b"")
    code = _CODE.search(start.decode("utf-8", "replace"))
    explained: Mapping[str, str] = {
        "EntityTooLarge": "EntityTooLarge, it is larger than the form allows",
        "AccessDenied": "AccessDenied, the link or form may have expired",
        "ExpiredToken": "ExpiredToken, the link or form has expired",
    }
    return explained.get(code[1], code[1]) if code else f"{answer.status_code} {answer.reason or ''}".strip()
