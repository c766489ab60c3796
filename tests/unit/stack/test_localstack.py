"""What docker-compose.yml starts LocalStack with is what the stage `local` needs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import yaml  # type: ignore[import-untyped]

from tests.this_machine import NAME_IN_CONTAINERS
from tests.unit.stack.compiled import PROJECT, Template

CALLERS = ("reports", "handlers", "tools", "tests/functional", "tests/chaos")

# By the CLI: it deploys stacks, from a bucket, and asks for the account's number.
CALLED_BY_THE_CLI = {"cloudformation", "s3", "sts"}


def localstack() -> dict[str, Any]:
    return dict(yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]["localstack"])


def test_it_serves_what_is_deployed_and_called_and_nothing_else(template_of: Callable[[str], Template]) -> None:
    resources = template_of("local").body["Resources"].values()
    deployed = {resource["Type"].split("::")[1].lower() for resource in resources}
    encrypting = {"kms"} if any("SSESpecification" in resource["Properties"] for resource in resources) else set()

    needed = deployed | encrypting | CALLED_BY_THE_CLI | called_services()

    assert set(localstack()["environment"]["SERVICES"].split(",")) == needed


@cache
def called_services() -> frozenset[str]:
    """Return the services for which a client is made anywhere. To parse every file would take seconds."""
    texts = (file.read_text("utf-8") for folder in CALLERS for file in (PROJECT / folder).rglob("*.py"))
    return frozenset(name for text in texts if "client(" in text for name in _clients_in(text))


def _clients_in(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="client") | ast.Name(id="client"), args=[ast.Constant(str(name)), *_]
            ):
                yield name


def test_clients_are_found_however_they_are_made() -> None:
    found = called_services()

    # By reports/bootstrap for functions, by a session in tools, and by the tests.
    assert {"dynamodb", "lambda", "ses", "sns", "ssm", "sqs"} <= found


def test_functions_in_containers_know_this_machine_by_the_name_that_the_tests_use() -> None:
    flags = localstack()["environment"]["LAMBDA_DOCKER_FLAGS"].split()
    [command] = [line for line in (PROJECT / "Makefile").read_text().splitlines() if "THIS_MACHINE=" in line]

    assert f"--add-host={NAME_IN_CONTAINERS}:host-gateway" in flags
    assert f"THIS_MACHINE={NAME_IN_CONTAINERS} AWS_ENDPOINT_URL=http://127.0.0.1:4566" in command


def test_it_listens_on_this_machine_alone() -> None:
    assert localstack()["ports"] == ["127.0.0.1:4566:4566"]
