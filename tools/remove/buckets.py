"""Empty buckets: all objects, all their versions, and the marks that deletions leave."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

_MOST = 1000  # of one DeleteObjects
_SHOWN = 3


class NotEmptiedError(RuntimeError):
    """A reason why a bucket could not be emptied."""


def empty(client: Any, bucket: str) -> int:
    """Delete all that is in a bucket, and return how much it was. A bucket that is not there has nothing in it.

    Raises NotEmptiedError when S3 refuses to delete some of it.
    """
    deleted = 0
    while True:
        try:
            page = client.list_object_versions(Bucket=bucket, MaxKeys=_MOST)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchBucket":
                return deleted
            raise
        entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        if not entries:
            return deleted
        # From the beginning each time: what was on this page is gone.
        _delete(client, bucket, [_reference(entry) for entry in entries])
        deleted += len(entries)


def _reference(entry: dict[str, Any]) -> dict[str, str]:
    return {name: entry[name] for name in ("Key", "VersionId") if entry.get(name) is not None}


def _delete(client: Any, bucket: str, references: list[dict[str, str]]) -> None:
    answer = client.delete_objects(Bucket=bucket, Delete={"Objects": references, "Quiet": True})
    errors = answer.get("Errors", [])
    if errors:
        some = "; ".join(f"{each.get('Key')}: {each.get('Message') or each.get('Code')}" for each in errors[:_SHOWN])
        raise NotEmptiedError(f"{len(errors)} objects of bucket {bucket} can't be deleted, among them {some}")
