from __future__ import annotations

from dataclasses import dataclass

import pytest

from reports import bootstrap, logs
from tests.builders import Shop
from tests.unit.handlers.calling import Caller, an_api


@dataclass
class LambdaContext:
    """Be what Lambda tells a function about its invocation."""

    remaining_ms: int = 60_000
    function_name: str = "test"
    memory_limit_in_mb: int = 128
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:000000000000:function:test"
    aws_request_id: str = "invocation-1"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@pytest.fixture(autouse=True)
def process_of_one_function() -> None:
    """Let each test configure the logs anew, for in Lambda a process is that of one function."""
    logs.configure.cache_clear()


@pytest.fixture
def lambda_context() -> LambdaContext:
    return LambdaContext()


@pytest.fixture
def call(shop: Shop, lambda_context: LambdaContext, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Return how to call the API function of the shop."""
    ours = an_api(shop)
    monkeypatch.setattr(bootstrap, "api", lambda: ours)
    return Caller(lambda_context, shop.key_of("demo"))
