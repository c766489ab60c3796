from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from reports.adapters.aws_errors import translated
from reports.errors import ServiceUnavailableError


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No."}}, "PutItem")


@pytest.mark.parametrize(
    "error", [refused("ThrottlingException"), refused("AccessDenied"), ConnectTimeoutError(endpoint_url="x")]
)
def test_what_may_work_another_time_is_a_service_that_is_not_available(error: Exception) -> None:
    with pytest.raises(ServiceUnavailableError) as raised, translated("DynamoDB"):
        raise error

    assert raised.value.detail["service"] == "DynamoDB"


def test_a_request_that_never_works_is_a_fault_of_ours_and_not_tried_for_ever() -> None:
    with pytest.raises(ClientError), translated("DynamoDB"):
        raise refused("ValidationException")
