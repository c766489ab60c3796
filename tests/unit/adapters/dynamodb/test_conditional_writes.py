"""What a conditional write returns."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from reports.adapters.dynamodb.conditional_writes import REFUSED, put_if, update_if
from reports.errors import ServiceUnavailableError

KEY = {"id": {"S": "a"}}
STANDING = {**KEY, "n": {"N": "7"}}


class Client:
    """A client of DynamoDB whose writes fail with a code, if it has one."""

    def __init__(self, code: str | None, read: dict[str, Any] | None = None) -> None:
        self._code = code
        self._read = {"Item": read} if read else {}
        self.sent: list[dict[str, Any]] = []

    def put_item(self, **request: Any) -> None:
        self.sent.append(request)
        if self._code is not None:
            error: Any = {"Error": {"Code": self._code, "Message": ""}}
            raise ClientError(error, "PutItem")

    update_item = put_item

    def get_item(self, **request: Any) -> dict[str, Any]:
        assert request == {"TableName": "table", "Key": KEY, "ConsistentRead": True}
        return self._read


def put(client: Any) -> Any:
    return put_if(client, "table", KEY, {"n": {"N": "1"}}, ConditionExpression="c")


def update(client: Any) -> Any:
    return update_if(client, "table", KEY, UpdateExpression="u", ConditionExpression="c")


def test_what_is_written_meets_nothing() -> None:
    client = Client(None)

    assert (put(client), update(client)) == (None, None)
    both = {"TableName": "table", "ConditionExpression": "c"}
    assert client.sent == [
        {**both, "Item": {**KEY, "n": {"N": "1"}}},
        {**both, "Key": KEY, "UpdateExpression": "u"},
    ]


@pytest.mark.parametrize("write", [put, update])
def test_what_is_refused_returns_what_stands_there(write: Any) -> None:
    assert write(Client(REFUSED, read=STANDING)) == STANDING
    assert write(Client(REFUSED)) == {}


@pytest.mark.parametrize("write", [put, update])
def test_any_other_fault_is_the_services(write: Any) -> None:
    with pytest.raises(ServiceUnavailableError):
        write(Client("ProvisionedThroughputExceededException", read=STANDING))
