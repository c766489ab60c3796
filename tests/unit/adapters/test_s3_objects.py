"""What S3 answers about objects, where an emulator would not."""

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber

from reports.adapters.s3.objects import S3ObjectStore
from reports.errors import InputUnavailableError, PressrunError, ServiceUnavailableError


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, InputUnavailableError),
        (403, InputUnavailableError),
        # Of an object that its owner has encrypted with a key of his own.
        (400, InputUnavailableError),
        (503, ServiceUnavailableError),
    ],
)
def test_an_object_whose_metadata_cannot_be_read_is_unavailable(status: int, error: type[PressrunError]) -> None:
    client = boto3.client("s3", region_name="eu-central-1", aws_access_key_id="x", aws_secret_access_key="x")
    # HEAD has no body, so that S3's code of the error is not there.
    with Stubber(client) as stubber:
        stubber.add_client_error("head_object", str(status), http_status_code=status)

        with pytest.raises(error):
            S3ObjectStore(client, "uploads", tag=str).metadata("uploads/demo/table/a.csv")
