from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.unit.stack.compiled import CLI, Template, compile_stage


@pytest.fixture(scope="session")
def template_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Template]:
    assert CLI.exists(), "The Serverless CLI is not installed: npm ci --ignore-scripts"

    home = tmp_path_factory.mktemp("home")

    @cache
    def of(stage: str, **params: str) -> Template:
        return compile_stage(stage, tmp_path_factory.mktemp(f"compiled-{stage}"), home, params)

    return of


@pytest.fixture(params=["local", "dev", "prod"])
def template(request: pytest.FixtureRequest, template_of: Callable[..., Template]) -> Template:
    return template_of(request.param)


@pytest.fixture(params=["dev", "prod"])
def aws_template(request: pytest.FixtureRequest, template_of: Callable[..., Template]) -> Template:
    return template_of(request.param)
