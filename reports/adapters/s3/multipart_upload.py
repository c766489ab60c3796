"""Upload an object to S3 while it is being made."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reports.adapters.aws_errors import translated
from reports.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# S3 takes 5 MB at the least, and 10,000 parts.
PART_BYTES = 8 * 2**20

log = logging.getLogger(__name__)


class S3Upload:
    """An Upload: of one request while the object is small, of several parts from then on.

    ``service`` is what errors name.
    """

    def __init__(
        self, client: S3Client, bucket: str, key: str, headers: Mapping[str, Any], *, service: str = "S3"
    ) -> None:
        self._client = client
        self._service = service
        self._object: dict[str, Any] = {"Bucket": bucket, "Key": key}
        self._headers = headers
        self._pending = bytearray()
        self._upload_id: str | None = None
        self._parts: list[dict[str, Any]] = []

    def write(self, part: bytes, /) -> None:
        """Take the next part. See Upload.write."""
        self._pending += part
        while len(self._pending) > PART_BYTES:
            self._send(bytes(self._pending[:PART_BYTES]))
            del self._pending[:PART_BYTES]

    def complete(self) -> None:
        """Make the object of all that was written. Raises ServiceUnavailableError."""
        if self._upload_id is None:
            with translated(self._service):
                self._client.put_object(**self._object, **self._headers, Body=bytes(self._pending))
            return
        self._send(bytes(self._pending))
        with translated(self._service):
            self._client.complete_multipart_upload(
                **self._object,
                UploadId=self._upload_id,
                MultipartUpload={"Parts": self._parts},  # type: ignore[typeddict-item]
            )

    def abort(self) -> None:
        """Give up what was sent. Should that fail, a rule of the bucket does it in a day."""
        if self._upload_id is None:
            return
        try:
            with translated(self._service):
                self._client.abort_multipart_upload(**self._object, UploadId=self._upload_id)
        except ServiceUnavailableError:
            log.warning("an upload could not be aborted", exc_info=True)

    def _send(self, body: bytes) -> None:
        with translated(self._service):
            if self._upload_id is None:
                started = self._client.create_multipart_upload(**self._object, **self._headers)
                self._upload_id = started["UploadId"]
            number = len(self._parts) + 1
            sent = self._client.upload_part(**self._object, UploadId=self._upload_id, PartNumber=number, Body=body)
        self._parts.append({"PartNumber": number, "ETag": sent["ETag"]})
