"""Find all that a tenant has in the buckets: each folder at the top has one of the tenant's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from reports.access.retention import TAG
from reports.adapters.aws_errors import error_code, translated
from reports.errors import ServiceUnavailableError
from reports.jobs.belongings import Belonging, Kind

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MOST_AT_ONCE = 1000
_GONE = ("NoSuchKey", "NoSuchVersion", "404")


class S3Belongings:
    """Belongings in the buckets of uploads and of artifacts, all versions among them."""

    def __init__(self, client: S3Client, *, uploads: str, artifacts: str, tag: Callable[[str], str]) -> None:
        self._client = client
        self._folders: Mapping[Kind, tuple[str, str]] = {
            Kind.UPLOAD: (uploads, "uploads/"),
            Kind.INPUT: (artifacts, "inputs/"),
            Kind.ARTIFACT: (artifacts, "reports/"),
            Kind.ASSET: (artifacts, "assets/"),
            Kind.TEMPLATE: (artifacts, "templates/"),
        }
        self._tag = tag

    def of(self, tenant: str) -> Iterator[Belonging]:
        """Yield what a tenant has. See Belongings.of."""
        for kind, (bucket, folder) in self._folders.items():
            place: dict[str, Any] = {}
            while True:
                with translated("S3"):
                    page = self._client.list_object_versions(Bucket=bucket, Prefix=f"{folder}{tenant}/", **place)
                for each in page.get("Versions", []):
                    yield Belonging(kind, (each["Key"], each["VersionId"]))
                for mark in page.get("DeleteMarkers", []):
                    yield Belonging(Kind.MARK, (mark["Key"], mark["VersionId"]))
                if not page["IsTruncated"]:
                    break
                place = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}

    def remove(self, some: Sequence[Belonging]) -> None:
        """Remove versions of objects. See Belongings.remove."""
        for bucket in {self._bucket_of(each) for each in some}:
            ours: list[Any] = [
                {"Key": each.place[0], "VersionId": each.place[1]} for each in some if self._bucket_of(each) == bucket
            ]
            for start in range(0, len(ours), _MOST_AT_ONCE):
                wanted: Any = {"Objects": ours[start : start + _MOST_AT_ONCE], "Quiet": True}
                with translated("S3"):
                    answer = self._client.delete_objects(Bucket=bucket, Delete=wanted)
                # S3 is content with a version that is gone; LocalStack is not.
                if errors := [each for each in answer.get("Errors", []) if each.get("Code") not in _GONE]:
                    raise ServiceUnavailableError(
                        "S3 refused to remove an object.", service="S3", reason=errors[0].get("Code", "unknown")
                    )

    def keep(self, tenant: str, one: Belonging) -> None:
        """Have a version of an object expire as is settled now. See Belongings.keep."""
        if one.kind in (Kind.MARK, Kind.ASSET, Kind.TEMPLATE):
            return  # assets and templates stay until they are removed
        key, version = one.place
        tags: Any = {"TagSet": [{"Key": TAG, "Value": self._tag(tenant)}]}
        with translated("S3"):
            try:
                self._client.put_object_tagging(Bucket=self._bucket_of(one), Key=key, VersionId=version, Tagging=tags)
            except ClientError as error:
                if error_code(error) not in _GONE:
                    raise

    def _bucket_of(self, each: Belonging) -> str:
        return self._folders[Kind.UPLOAD if each.kind is Kind.MARK else each.kind][0]
