from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.unit.tools.fake_aws import ACCOUNT, FakeCloudFormation, FakeS3, FakeSession, refusal
from tests.unit.tools.fake_aws import connection as fake_connection
from tools import api_key, functional, redrive, tenant, webhook_secret
from tools import connection as connections
from tools.connection import Connection, UnreachableError, connect, to_aws
from tools.deploy import __main__ as deploying
from tools.emulator.processes import free_port
from tools.remove import __main__ as removing

TOOLS = Path(__file__).resolve().parents[3] / "tools"


@pytest.fixture(autouse=True)
def _no_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away all that leads to AWS on this machine."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


class FakeSTS:
    """Says who asks, or refuses."""

    def __init__(self, error: ClientError | None = None) -> None:
        self._error = error

    def get_caller_identity(self) -> dict[str, str]:
        if self._error:
            raise self._error
        return {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/me"}


def session(sts: FakeSTS | None = None, region: str | None = "of-the-profile") -> Any:
    made = FakeSession(sts=sts or FakeSTS())
    made.region_name = region  # type: ignore[assignment]
    return made


@pytest.mark.parametrize(
    ("environment", "region"),
    [
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "of-the-profile"),
        ({}, "of-the-profile"),
    ],
)
def test_the_region_is_the_one_that_you_name_and_sts_is_asked_there(
    environment: dict[str, str], region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    asked = session()

    reached = to_aws(asked)

    assert (reached.region, reached.account) == (region, ACCOUNT)
    assert asked.asked == [("sts", region)]
    assert str(reached) == f"account {ACCOUNT}, region {region}"


def test_a_region_of_a_profile_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config").write_text("[profile work]\nregion = eu-south-2\n")
    (tmp_path / "credentials").write_text("[work]\naws_access_key_id = a\naws_secret_access_key = b\n")
    monkeypatch.setenv("AWS_PROFILE", "work")
    port = free_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{port}")

    with pytest.raises(UnreachableError, match=f"No answer: .*127.0.0.1:{port}") as refused:
        to_aws()

    assert "\n" not in str(refused.value)
    assert boto3.Session().region_name == "eu-south-2"


def test_no_region_is_assumed() -> None:
    with pytest.raises(UnreachableError, match="No AWS region is named.*AWS_REGION="):
        to_aws(session(region=None))


def test_credentials_that_are_missing_are_told_before_a_missing_region() -> None:
    with pytest.raises(UnreachableError, match="no AWS credentials here"):
        to_aws()


def test_a_profile_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobodys")

    with pytest.raises(UnreachableError, match=r"nobodys.*list-profiles"):
        to_aws()


def test_credentials_that_aws_refuses_are_told() -> None:
    with pytest.raises(UnreachableError, match="expired"):
        to_aws(session(FakeSTS(refusal("ExpiredToken"))))


def test_an_emulators_address_never_passes_for_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")

    with pytest.raises(UnreachableError, match="Unset it"):
        to_aws(session())


def test_the_cli_gets_the_very_credentials_that_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = boto3.Session("id", "secret", region_name="eu-central-1")
    monkeypatch.setenv("AWS_PROFILE", "another")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of another")

    environment = Connection(tried, "eu-west-1", account=ACCOUNT).environment()

    assert environment["AWS_ACCESS_KEY_ID"] == "id"
    assert environment["AWS_SECRET_ACCESS_KEY"] == "secret"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & environment.keys()


@pytest.mark.parametrize("stage", ["", "d", "Dev", "a_b", "../prod", "-dev", "dev-", "a" * 17, "dev\n"])
def test_what_can_be_no_stage_is_refused_before_anything_is_asked(stage: str) -> None:
    with pytest.raises(UnreachableError, match="is no stage"):
        connect(stage)


def test_a_stage_that_is_not_deployed_is_told_with_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = fake_connection(cloudformation=FakeCloudFormation(FakeS3(), "pressrun-prod", {"Resources": {}}))
    monkeypatch.setattr(connections, "to_aws", lambda: elsewhere)

    assert connect("prod") is elsewhere
    with pytest.raises(UnreachableError, match=f"no stage dev at account {ACCOUNT}, region eu-central-1.*make deploy"):
        connect("dev")


def test_who_may_not_look_at_stacks_may_still_use_a_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        def describe_stacks(self, **_: str) -> None:
            raise refusal("AccessDenied")

    closed = fake_connection(cloudformation=Closed())
    monkeypatch.setattr(connections, "to_aws", lambda: closed)

    assert connect("dev") is closed


def test_an_emulator_that_does_not_answer_is_told_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("PRESSRUN_PORT", str(port))

    with pytest.raises(UnreachableError, match=f"No emulator answers at http://127.0.0.1:{port}.*make up"):
        connect("local")


def _commands() -> Iterator[tuple[str, Any, list[str]]]:
    dev = ["--stage", "dev"]
    yield "deploy", deploying.main, dev
    yield "deploy-check", deploying.main, [*dev, "--check"]
    yield "remove", removing.main, dev
    yield "redrive", redrive.main, dev
    yield "webhook-secret", webhook_secret.main, [*dev, "--tenant", "acme"]
    yield "api-key", api_key.main, [*dev, "--tenant", "acme"]
    yield "api-key LIST", api_key.main, [*dev, "--tenant", "acme", "--list"]
    yield "tenant", tenant.main, [*dev, "--tenant", "acme"]


@pytest.mark.parametrize(("main", "arguments"), [pytest.param(m, a, id=n) for n, m, a in _commands()])
def test_every_command_without_credentials_ends_with_one_line_and_the_cure(
    main: Any, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1

    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("error: There are no AWS credentials here.")
    assert output.err.count("\n") == 1


def test_functional_tests_of_a_stage_do_not_begin_without_credentials(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STAGE", "dev")

    assert functional.main() == 1
    assert capsys.readouterr().err.startswith("error: There are no AWS credentials here.")


def test_only_one_place_makes_sessions_of_aws_and_reads_its_region() -> None:
    # What talks to emulators alone has their credentials and their region from tools/emulator.
    elsewhere = [path for path in TOOLS.rglob("*.py") if path.parts[-2] not in ("emulator", "osls")]
    places = {
        path.relative_to(TOOLS).as_posix()
        for path in elsewhere
        if re.search(r"boto3\.(client|resource|Session)\(|environ(\.get\(|\[)\"AWS_\w*REGION", path.read_text("utf-8"))
    }

    assert places == {"connection.py"}
