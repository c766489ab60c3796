"""Find out which report a file comes from, and whether it is unchanged."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from pressrun_client.errors import InputError, NotFoundError
from pressrun_client.receipts import Receipt
from pressrun_client.signatures import signed_receipt

_END = b"%%EOF"
_MOST_REVISIONS = 12
"""As many places where a revision of a PDF may end are looked up, the latest first."""
_CHUNK = 2**20


class Verdict(StrEnum):
    """Name what is known of a file."""

    UNCHANGED = "unchanged"
    """It is a file of the report, byte for byte."""
    BEFORE_SIGNATURE = "before_signature"
    """It is the report's PDF as it was before it was signed."""
    ADDED_TO = "added_to"
    """It begins with the report's PDF, and something was added behind that."""
    CHANGED = "changed"
    """It is no file of the report whose receipt was given."""
    UNKNOWN = "unknown"
    """No report has it."""


@dataclass(frozen=True, slots=True)
class Revision:
    """The first ``size`` bytes of a file, and their digest."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What is known of a file: of which report it is, if of any, and whether its receipt is signed."""

    verdict: Verdict
    file: Revision
    receipt: Receipt | None = None
    is_signed: bool = False
    matched: Revision | None = None
    """The part of the file that a report has; without one, there is no such part."""


class Receipts(Protocol):
    """The calls of a client that are needed."""

    def find_receipt(self, sha256: str) -> Receipt:
        """Return the receipt of a file. Raises NotFoundError."""
        ...

    def receipt_keys(self) -> Sequence[Mapping[str, Any]]:
        """Return the public keys."""
        ...


def verify(path: Path, receipts: Receipts, given: Receipt | None = None) -> Verified:
    """Compare a file with its receipt, which is looked up by the file's digest unless it is ``given``.

    Raises SignatureError for a receipt whose signature is wrong, InputError, and what the client raises.
    """
    whole, *earlier = revisions_of(path)
    revisions = (whole, *earlier)
    if given is not None:
        receipt, is_signed = _proven(given, receipts)
        matched = next((each for each in revisions if each.sha256 in _digests(receipt)), None)
        return Verified(_verdict(receipt, matched, whole), whole, receipt, is_signed, matched)
    for revision in revisions:
        found = _found(receipts, revision)
        if found is not None:
            receipt, is_signed = _proven(found, receipts)
            matched = revision if revision.sha256 in _digests(receipt) else None
            return Verified(_verdict(receipt, matched, whole), whole, receipt, is_signed, matched)
    return Verified(Verdict.UNKNOWN, whole)


def _proven(receipt: Receipt, receipts: Receipts) -> tuple[Receipt, bool]:
    """Return what is signed, and whether anything is: what stands beside a signed receipt proves nothing."""
    if receipt.jws is None:
        return receipt, False
    return Receipt.of(signed_receipt(receipt.jws, receipts.receipt_keys()), receipt.jws), True


def _digests(receipt: Receipt) -> set[str | None]:
    return {receipt.pdf_sha256, receipt.rendered_sha256, *receipt.files}


def _verdict(receipt: Receipt, matched: Revision | None, whole: Revision) -> Verdict:
    if matched is None:
        return Verdict.CHANGED
    if matched is not whole:
        return Verdict.ADDED_TO
    return Verdict.BEFORE_SIGNATURE if whole.sha256 == receipt.rendered_sha256 else Verdict.UNCHANGED


def _found(receipts: Receipts, revision: Revision) -> Receipt | None:
    try:
        return receipts.find_receipt(revision.sha256)
    except NotFoundError:
        return None


def differences(one: Receipt, other: Receipt) -> list[str]:
    """Return what two reports were made of that is not the same, in words."""
    parts = {"the input": "input", "the template": "template", "the release": "engine", "the assets": "finish"}
    return [words for words, name in parts.items() if _of(one, name) != _of(other, name)]


def _of(receipt: Receipt, name: str) -> Any:
    part = receipt.content.get(name)
    # A signature has a time of its own.
    return {key: value for key, value in part.items() if key != "sign"} if isinstance(part, Mapping) else part


def revisions_of(path: Path) -> list[Revision]:
    """Return the whole of a file, and what of it may be an earlier revision of a PDF, the latest first.

    Raises InputError.
    """
    digest, size, tail = hashlib.sha256(), 0, b""
    found: deque[Revision] = deque(maxlen=_MOST_REVISIONS)
    try:
        with path.open("rb") as file:
            while part := file.read(_CHUNK):
                for cut in _ends_in(tail, part):
                    upto = digest.copy()
                    upto.update(part[:cut])
                    found.append(Revision(size + cut, upto.hexdigest()))
                digest.update(part)
                size += len(part)
                tail = (tail + part)[-len(_END) - 1 :]
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}.") from None
    whole = Revision(size, digest.hexdigest())
    return [whole, *(each for each in reversed(found) if each.size < size)]


def _ends_in(tail: bytes, part: bytes) -> list[int]:
    """Return where in a part revisions may end: behind a mark, and behind the line end that may follow it."""
    joined, before = tail + part, len(tail)
    ends: list[int] = []
    start = joined.find(_END)
    while start >= 0:
        end = start + len(_END)
        after = joined[end : end + 2]
        ends += [end] + [end + len(line) for line in (b"\n", b"\r", b"\r\n") if after.startswith(line)]
        start = joined.find(_END, end)
    return sorted({end - before for end in ends if end > before})
