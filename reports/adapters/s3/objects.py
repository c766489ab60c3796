"""Keep objects in an S3 bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from botocore.exceptions import ClientError

from reports.access.retention import TAG
from reports.adapters.aws_errors import error_code, translated
from reports.adapters.s3.multipart_upload import S3Upload
from reports.errors import InputUnavailableError, TooLargeError
from reports.jobs.ports import Kept, Upload
from reports.jobs.values import ByteRange

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_READ_BYTES = 2**20
# A HEAD has no body that would say more: 400 is the answer for an object under a key of its owner's.
_MISSING = ("NoSuchKey", "NoSuchVersion", "InvalidRange", "400", "404", "416", "AccessDenied", "403")


class S3ObjectStore:
    """An ObjectStore over one bucket.

    ``tag`` says which value the tag ``retention`` of an object has.
    ``signer`` is the client that presigns: on an emulator, URLs are used from outside, where it has another address.
    """

    def __init__(
        self, client: S3Client, bucket: str, *, tag: Callable[[str], str], signer: S3Client | None = None
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._tag = tag
        self._signer = signer or client

    def put(self, key: str, body: bytes, *, content_type: str, filename: str | None = None) -> None:
        """Store an object. See ObjectStore.put."""
        headers = self._headers(key, content_type, filename)
        with translated("S3"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, **headers)

    @contextmanager
    def open_upload(self, key: str, *, content_type: str, filename: str | None = None) -> Iterator[Upload]:
        """Store an object that is still being made. See ObjectStore.open_upload."""
        upload = S3Upload(self._client, self._bucket, key, self._headers(key, content_type, filename))
        try:
            yield upload
            upload.complete()
        except BaseException:
            upload.abort()
            raise

    def _headers(self, key: str, content_type: str, filename: str | None) -> dict[str, Any]:
        disposition = {"ContentDisposition": _disposition(filename)} if filename else {}
        return {"ContentType": content_type, "Tagging": f"{TAG}={self._tag(key)}", **disposition}

    def keep(self, key: str, *, version_id: str | None = None) -> None:
        """Have an object that others put expire in its time. See ObjectStore.keep."""
        chosen = {"VersionId": version_id} if version_id else {}
        tags: Any = {"TagSet": [{"Key": TAG, "Value": self._tag(key)}]}
        with translated("S3"), _missing_is_unavailable():
            self._client.put_object_tagging(Bucket=self._bucket, Key=key, Tagging=tags, **chosen)  # type: ignore[arg-type]

    def get(self, key: str, *, version_id: str | None = None, max_bytes: int) -> bytes:
        """Return an object. See ObjectStore.get."""
        return b"".join(self.read(key, version_id=version_id, max_bytes=max_bytes))

    def read(
        self, key: str, *, version_id: str | None = None, part: ByteRange | None = None, max_bytes: int
    ) -> Iterator[bytes]:
        """Yield an object, or a part of it, in pieces. See ObjectStore.read."""
        chosen = {"VersionId": version_id} if version_id else {}
        if part is not None:
            chosen["Range"] = f"bytes={part.start}-{part.start + part.length - 1}"
        with translated("S3"):
            with _missing_is_unavailable():
                response = self._client.get_object(Bucket=self._bucket, Key=key, **chosen)  # type: ignore[arg-type]
            size = response["ContentLength"]
            if part is not None and size != part.length:
                raise InputUnavailableError("The input is not whole. Restore it, then redrive the report.", size=size)
            if size > max_bytes:
                raise TooLargeError(
                    f"The file has {size:,} bytes. At most {max_bytes:,} can be read.", size=size, max_bytes=max_bytes
                )
            yield from response["Body"].iter_chunks(_READ_BYTES)

    def metadata(self, key: str, *, version_id: str | None = None) -> Mapping[str, str]:
        """Return an object's metadata. See ObjectStore.metadata."""
        chosen = {"VersionId": version_id} if version_id else {}
        with translated("S3"), _missing_is_unavailable():
            response = self._client.head_object(Bucket=self._bucket, Key=key, **chosen)  # type: ignore[arg-type]
        return {name.lower(): value for name, value in response["Metadata"].items()}

    def list(self, prefix: str) -> Iterator[Kept]:
        """Yield objects by the beginning of their keys. See ObjectStore.list."""
        place: dict[str, Any] = {}
        while True:
            with translated("S3"):
                page = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, **place)
            for each in page.get("Contents", []):
                yield Kept(each["Key"], each["Size"], each["LastModified"])
            if not page["IsTruncated"]:
                return
            place = {"ContinuationToken": page["NextContinuationToken"]}

    def delete(self, key: str) -> None:
        """Remove an object. See ObjectStore.delete."""
        with translated("S3"):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def presigned_get(self, key: str, *, seconds: int, save_as: str | None = None) -> str:
        """Return a URL to read an object. See ObjectStore.presigned_get."""
        wanted = {"Bucket": self._bucket, "Key": key}
        if save_as is not None:
            wanted["ResponseContentDisposition"] = _disposition(save_as, "attachment")
        with translated("S3"):
            return self._signer.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)

    def presigned_post(
        self,
        key: str,
        *,
        content_type: str | None,
        max_bytes: int,
        seconds: int,
        metadata: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        """Return a form to upload an object by. See ObjectStore.presigned_post."""
        fields = {f"x-amz-meta-{name}": value for name, value in (metadata or {}).items()}
        fields |= {"Content-Type": content_type} if content_type else {}
        conditions: list[Any] = [["content-length-range", 1, max_bytes]]
        conditions += [{name: value} for name, value in fields.items()]
        with translated("S3"):
            return self._signer.generate_presigned_post(
                self._bucket, key, Fields=dict(fields), Conditions=conditions, ExpiresIn=seconds
            )


@contextmanager
def _missing_is_unavailable() -> Iterator[None]:
    """Raise InputUnavailableError for an object that is not there, or may not be read."""
    try:
        yield
    except ClientError as error:
        # Without the right to list a bucket, S3 answers AccessDenied for what does not exist.
        if error_code(error) not in _MISSING:
            raise
        raise InputUnavailableError(
            "The input is not there, or may not be read. Restore it, then redrive the report.",
            reason=error_code(error),
        ) from error


def _disposition(filename: str, kind: Literal["inline", "attachment"] = "inline") -> str:
    """Write a header by RFC 6266: the name in UTF-8, and an approximation in ASCII for old readers."""
    plain = filename.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
