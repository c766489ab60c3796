from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from reports.jobs.request import ReportRequest
from tools.connection import Connection, UnreachableError, to_emulator
from tools.deploy import DeployError, Target, deploy, target
from tools.deploy.deployment import steps
from tools.deploy.examples import examples
from tools.deploy.fingerprint import fingerprint
from tools.deploy.stack import Stack
from tools.emulator import processes
from tools.emulator.endpoint import EndpointKind

ELSEWHERE = Connection(
    boto3.Session(), "eu-central-1", account="123456789012", caller="arn:aws:iam::123456789012:user/me"
)


INPUTS = ("serverless.yml", "package-lock.json", "dist/sign.zip", "dist/heavy.zip", "resources/queues.yml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "resources").mkdir()
    (tmp_path / "tools" / "osls").mkdir(parents=True)
    (tmp_path / "dist").mkdir()
    for name in (*INPUTS, "dist/light.zip"):
        (tmp_path / name).write_text("as it was")
    return tmp_path


@pytest.mark.parametrize("name", INPUTS)
def test_a_change_of_any_input_is_something_new_to_deploy(project: Path, name: str) -> None:
    before = fingerprint(project, project / "dist", ["--stage=local"])

    (project / name).write_text("changed")

    assert fingerprint(project, project / "dist", ["--stage=local"]) != before


def test_a_new_file_or_another_option_is_something_new_to_deploy(project: Path) -> None:
    before = fingerprint(project, project / "dist", ["--stage=local"])

    other_option = fingerprint(project, project / "dist", ["--stage=other"])
    (project / "tools" / "osls" / "new.js").write_text("")

    assert other_option != before
    assert fingerprint(project, project / "dist", ["--stage=local"]) != before


def test_touching_a_file_is_nothing_new_to_deploy(project: Path) -> None:
    before = fingerprint(project, project / "dist", [])

    (project / "serverless.yml").touch()

    assert fingerprint(project, project / "dist", []) == before


def test_the_local_stage_never_goes_to_aws() -> None:
    with pytest.raises(DeployError, match="goes to an emulator"):
        target("local")


def test_a_stage_of_aws_never_goes_to_an_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeployError, match="no other stage does"):
        target("dev", "http://127.0.0.1:4566")

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    with pytest.raises(UnreachableError, match="Unset it"):
        target("dev")


class KnownResources:
    """A stack with some resources."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def has(self, resource: str) -> bool:
        return resource in self._names


def protections(to: Target, *names: str) -> list[str | None]:
    stack = cast("Stack", KnownResources(*names))
    return [
        next((word for word in step.command if word.startswith("--param=deletionProtection=")), None)
        for step in steps(to, stack)
    ]


def test_the_first_deployment_on_aws_protects_only_what_has_come_to_be() -> None:
    prod = target("prod", on_aws=lambda: ELSEWHERE)

    assert protections(prod) == ["--param=deletionProtection=INACTIVE", None]
    assert protections(prod, "ServerlessDeploymentBucket") == ["--param=deletionProtection=INACTIVE", None]
    # Protection is never taken off what is there.
    assert protections(prod, "JobsTable") == [None]


def test_an_emulator_is_deployed_to_once() -> None:
    to = Target("local", to_emulator("http://127.0.0.1:4566"), EndpointKind.MINISTACK, "x86_64", Path("dist"))

    assert protections(to) == [None]


@pytest.mark.parametrize(
    ("answer", "is_there"),
    [("CREATE_COMPLETE", True), ("UPDATE_COMPLETE", True), ("DELETE_COMPLETE", False), ("CREATE_FAILED", False)],
)
def test_a_resource_is_there_unless_its_deployment_was_rolled_back(answer: str, is_there: bool) -> None:
    client, stack = clients_of_stack()
    client.add_response("describe_stack_resource", detail(answer), {"StackName": "s", "LogicalResourceId": "JobsTable"})

    with client:
        assert stack.has("JobsTable") is is_there


def test_nothing_is_there_of_a_stack_that_is_not() -> None:
    client, stack = clients_of_stack()
    client.add_client_error("describe_stack_resource", "ValidationError", "Stack 's' does not exist")
    client.add_client_error("describe_stack_resource", "AccessDenied", "You may not")

    with client:
        assert stack.has("JobsTable") is False
        with pytest.raises(ClientError, match="may not"):
            stack.has("JobsTable")


def clients_of_stack() -> tuple[Stubber, Stack]:
    stack = Stack("s", to_emulator("http://127.0.0.1:1"))
    return Stubber(stack._client), stack


def detail(status: str) -> dict[str, object]:
    resource = {"LogicalResourceId": "JobsTable", "ResourceType": "AWS::DynamoDB::Table", "ResourceStatus": status}
    return {"StackResourceDetail": resource | {"LastUpdatedTimestamp": datetime(2026, 11, 30, tzinfo=UTC)}}


def test_an_endpoint_where_nothing_listens_is_refused() -> None:
    endpoint = f"http://127.0.0.1:{processes.free_port()}"

    with pytest.raises(DeployError, match=f"answers at {endpoint}"):
        target("local", endpoint)


def test_missing_packages_are_named_with_the_command_that_builds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("light.zip", "sign.zip"):
        (tmp_path / name).touch()

    with pytest.raises(DeployError, match=r"heavy\.zip is missing.*python -m tools\.package"):
        deploy(target("dev", architecture="arm64", artifacts=tmp_path, on_aws=lambda: ELSEWHERE))


def test_the_examples_hold_a_request_that_the_api_takes() -> None:
    outputs = {"ApiUrl": "http://127.0.0.1:4566/api", "UploadsBucket": "uploads", "ArtifactsBucket": "artifacts"}

    commands = [
        shlex.split(line)
        for line in examples("http://127.0.0.1:4566", outputs, "pr_test_x").splitlines()
        if "curl" in line
    ]

    (body,) = [command[command.index("-d") + 1] for command in commands if "-d" in command]
    assert ReportRequest.model_validate_json(body).template == "table"
    assert commands[1][-1] == "http://127.0.0.1:4566/uploads/uploads/demo/table/cities.csv"


def test_the_cli_and_everything_it_installs_are_pinned_without_addresses() -> None:
    project = Path(__file__).resolve().parents[3]
    package = json.loads((project / "package.json").read_text())
    lock = json.loads((project / "package-lock.json").read_text())

    installed = {name: entry for name, entry in lock["packages"].items() if name}

    assert package["devDependencies"]
    assert len(installed) > 50
    assert all(version[0].isdigit() for version in package["devDependencies"].values())
    assert all("integrity" in entry and "resolved" not in entry for entry in installed.values())
