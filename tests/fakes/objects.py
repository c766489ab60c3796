"""The object store in memory. tests/contracts holds these and the real adapters to the same behaviour."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reports.errors import (
    InputUnavailableError,
    TooLargeError,
)
from reports.jobs.ports import Kept, Upload
from reports.jobs.values import ByteRange
from tests.fakes.clock import NOON


@dataclass
class StoredObject:
    """One version of an object."""

    body: bytes
    content_type: str
    filename: str | None
    metadata: Mapping[str, str] = field(default_factory=dict)
    modified_at: datetime = NOON


class InMemoryObjectStore:
    """An ObjectStore in memory."""

    def __init__(self) -> None:
        self.objects: dict[str, StoredObject] = {}
        self.kept: list[tuple[str, str | None]] = []
        self.refuse: Exception | None = None
        self.before_put: Callable[[], None] = lambda: None

    def put(self, key: str, body: bytes, *, content_type: str, filename: str | None = None) -> None:
        self.before_put()
        if self.refuse is not None:
            raise self.refuse
        self.objects[key] = StoredObject(body, content_type, filename)

    @contextmanager
    def open_upload(self, key: str, *, content_type: str, filename: str | None = None) -> Iterator[Upload]:
        body = io.BytesIO()
        yield body
        self.put(key, body.getvalue(), content_type=content_type, filename=filename)

    def get(self, key: str, *, version_id: str | None = None, max_bytes: int) -> bytes:
        return b"".join(self.read(key, version_id=version_id, max_bytes=max_bytes))

    def read(
        self, key: str, *, version_id: str | None = None, part: ByteRange | None = None, max_bytes: int
    ) -> Iterator[bytes]:
        if self.refuse is not None:
            raise self.refuse
        if key not in self.objects:
            raise InputUnavailableError("The input is not there, or may not be read.")
        body = self.objects[key].body
        if part is not None:
            body = body[part.start : part.start + part.length]
            if len(body) < part.length:
                raise InputUnavailableError("The input is not whole.")
        if len(body) > max_bytes:
            raise TooLargeError(f"The file has {len(body):,} bytes.")
        half = len(body) // 2
        yield from (body[:half], body[half:])

    def list(self, prefix: str) -> Iterator[Kept]:
        if self.refuse is not None:
            raise self.refuse
        for key, stored in sorted(self.objects.items()):
            if key.startswith(prefix):
                yield Kept(key, len(stored.body), stored.modified_at)

    def metadata(self, key: str, *, version_id: str | None = None) -> Mapping[str, str]:
        if self.refuse is not None:
            raise self.refuse
        if key not in self.objects:
            raise InputUnavailableError("The input is not there, or may not be read.")
        return self.objects[key].metadata

    def keep(self, key: str, *, version_id: str | None = None) -> None:
        self.metadata(key)
        self.kept.append((key, version_id))

    def delete(self, key: str) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.objects.pop(key, None)

    def presigned_get(self, key: str, *, seconds: int, save_as: str | None = None) -> str:
        return f"https://objects.test/{key}?expires={seconds}" + ("" if save_as is None else f"&save_as={save_as}")

    def presigned_post(
        self,
        key: str,
        *,
        content_type: str | None,
        max_bytes: int,
        seconds: int,
        metadata: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        meta = {f"x-amz-meta-{name}": value for name, value in (metadata or {}).items()}
        return {"url": "https://objects.test/", "fields": {"key": key, "max": str(max_bytes), **meta}}
