from __future__ import annotations

import pytest

from handlers import logs
from reports import bootstrap
from tests.builders import App
from tests.invoking import LambdaContext
from tests.unit.handlers.calling import Caller


@pytest.fixture(autouse=True)
def process_of_one_function() -> None:
    """Let each test configure the logs anew, for in Lambda a process is that of one function."""
    logs.configure.cache_clear()


@pytest.fixture
def lambda_context() -> LambdaContext:
    return LambdaContext()


@pytest.fixture
def call(app: App, lambda_context: LambdaContext, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Return how to call the API function of the app."""
    monkeypatch.setattr(bootstrap, "service", lambda: app)
    return Caller(lambda_context, app.key_of("demo"))
