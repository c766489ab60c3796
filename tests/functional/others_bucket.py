"""A bucket of another owner's, whose role may be assumed with an external id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from reports.access.buckets import ROLE_PREFIX, BucketDestination
from tests.functional.service import Service
from tools.destination import rights, trust


class OthersBucket:
    """A bucket, and a role that may put objects below `pressrun/`."""

    def __init__(self, service: Service, unique: str) -> None:
        self._s3 = service.session.client("s3")
        self._iam = service.session.client("iam")
        self._role = f"{ROLE_PREFIX}-{unique}"
        self.bucket = f"archive-{unique}"
        account = service.session.client("sts").get_caller_identity()["Account"]
        self.destination = BucketDestination(
            "archive", self.bucket, "pressrun/", f"arn:aws:iam::{account}:role/{self._role}", f"external-{unique}"
        )

    @classmethod
    @contextmanager
    def made(cls, service: Service, unique: str) -> Iterator[OthersBucket]:
        """Make the bucket and its role, which trusts no one yet."""
        made = cls(service, unique)
        made._s3.create_bucket(Bucket=made.bucket)
        made._iam.create_role(
            RoleName=made._role,
            AssumeRolePolicyDocument=json.dumps(trust(made.destination, "arn:aws:iam::123456789012:root")),
        )
        made._iam.put_role_policy(
            RoleName=made._role, PolicyName="put", PolicyDocument=json.dumps(rights(made.destination))
        )
        try:
            yield made
        finally:
            made._iam.delete_role_policy(RoleName=made._role, PolicyName="put")
            made._iam.delete_role(RoleName=made._role)
            for key in made.objects():
                made._s3.delete_object(Bucket=made.bucket, Key=key)
            made._s3.delete_bucket(Bucket=made.bucket)

    def open_to(self, principal: str) -> BucketDestination:
        """Let a principal assume the role."""
        self._iam.update_assume_role_policy(
            RoleName=self._role, PolicyDocument=json.dumps(trust(self.destination, principal))
        )
        return self.destination

    def objects(self) -> dict[str, bytes]:
        """Return what is in the bucket, by key."""
        keys = [each["Key"] for each in self._s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])]
        return {key: self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys}
