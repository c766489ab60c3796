"""Put files into buckets of others, by roles of theirs that ask for an external id."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from reports.access.buckets import BucketDestination
from reports.adapters.aws_errors import error_code
from reports.adapters.s3.multipart_upload import S3Upload
from reports.delivery.delivery import AttemptResult, DeliveryFault, DeliveryStatus
from reports.errors import ServiceUnavailableError
from reports.jobs.ports import ObjectStore
from reports.jobs.values import Artifact

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Connect = Callable[[Mapping[str, str], str | None], "S3Client"]
"""Make a client of S3, by temporary credentials and for a region; None for that of the stage."""

_SECONDS = 900  # the least there is
# What the owner of the bucket has to mend, and not this service.
_REFUSED = frozenset(
    {
        *("AccessDenied", "NoSuchBucket", "InvalidBucketName", "PermanentRedirect", "AllAccessDisabled", "403", "404"),
        *("ValidationError", "RegionDisabledException", "KMS.DisabledException", "KMS.NotFoundException"),
    }
)


class AssumedRoleBuckets:
    """Buckets by roles. ``artifacts`` has the files."""

    def __init__(self, sts: Any, artifacts: ObjectStore, connect: Connect) -> None:
        self._sts = sts
        self._artifacts = artifacts
        self._connect = connect

    def put(self, destination: BucketDestination, folder: str, files: Sequence[Artifact]) -> AttemptResult:
        """Put files into a folder. See Buckets.put."""
        what = "The role can't be assumed"
        try:
            credentials = self._credentials(destination)
            what = "The bucket does not take the files"
            client = self._connect(credentials, destination.region)
            for file in files:
                self._copy(client, destination, f"{destination.prefix}{folder}/{file.name}", file)
        except (ClientError, BotoCoreError) as error:
            return _result_of(error, what)
        except ServiceUnavailableError as error:
            if isinstance(error.__cause__, ClientError | BotoCoreError) and error.detail.get("service") == _THEIRS:
                return _result_of(error.__cause__, what)
            raise
        return AttemptResult(DeliveryStatus.DELIVERED)

    def _credentials(self, destination: BucketDestination) -> Mapping[str, str]:
        found = self._sts.assume_role(
            RoleArn=destination.role,
            RoleSessionName="pressrun-delivery",
            ExternalId=destination.external_id,
            DurationSeconds=_SECONDS,
            # Whatever else the role may do.
            Policy=json.dumps(_policy(destination), separators=(",", ":")),
        )["Credentials"]
        return {
            "aws_access_key_id": found["AccessKeyId"],
            "aws_secret_access_key": found["SecretAccessKey"],
            "aws_session_token": found["SessionToken"],
        }

    def _copy(self, client: S3Client, destination: BucketDestination, key: str, file: Artifact) -> None:
        # Should the name of the bucket belong to another account by now, nothing goes there.
        headers = {"ContentType": file.content_type, "ExpectedBucketOwner": destination.account}
        upload = S3Upload(client, destination.bucket, key, headers, service=_THEIRS)
        try:
            for piece in self._artifacts.read(file.key, max_bytes=file.size):
                upload.write(piece)
            upload.complete()
        except BaseException:
            upload.abort()
            raise


_THEIRS = "S3 of the destination"


def _policy(destination: BucketDestination) -> dict[str, Any]:
    objects = f"arn:{destination.partition}:s3:::{destination.bucket}/{destination.prefix}*"
    by_s3 = {"StringLike": {"kms:ViaService": "s3.*"}}
    actions, of_keys = ["s3:PutObject", "s3:AbortMultipartUpload"], ["kms:GenerateDataKey", "kms:Decrypt"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": actions, "Resource": objects},
            # Of a bucket that encrypts by a key of its owner's.
            {"Effect": "Allow", "Action": of_keys, "Resource": "*", "Condition": by_s3},
        ],
    }


def _result_of(error: ClientError | BotoCoreError, what: str) -> AttemptResult:
    if isinstance(error, BotoCoreError):
        fault, reason = DeliveryFault.BUCKET_UNAVAILABLE, f"{what}: {type(error).__name__}."
    else:
        code = error_code(error)
        # Its message is left out: it quotes names of ours.
        fault = DeliveryFault.BUCKET_REFUSED if code in _REFUSED else DeliveryFault.BUCKET_UNAVAILABLE
        reason = f"{what}: {code}."
    return AttemptResult(DeliveryStatus.PENDING, reason_code=fault, reason=reason)
