from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.tools.fake_aws import ACCOUNT, FakeCloudFormation, FakeLambda, FakeS3, FakeSSM, connection, refusal
from tools.connection import UnreachableError
from tools.deploy import DeployError, Target
from tools.deploy.declared import DeclaredParams, declared_params
from tools.deploy.deployment import configured
from tools.deploy.settings import VARIABLES, as_param, given_settings, merged

DEV = declared_params("dev")
PROJECT = Path(__file__).resolve().parents[3]
ADDRESSES = {"alertEmail": "ops@example.com", "emailSender": "reports@example.com"}


def given(words: str = "", **environment: str) -> dict[str, str]:
    return given_settings(words, environment, DEV)


def test_values_with_commas_spaces_and_equals_signs_arrive_as_they_are() -> None:
    words = "corsOrigins=https://a.example,https://b.example 'webhookPorts=443 8443' jwtAudience=\"a b\" jwtIssuer=https://i/?a=b"

    assert given(words) == {
        "corsOrigins": "https://a.example,https://b.example",
        "webhookPorts": "443 8443",
        "jwtAudience": "a b",
        "jwtIssuer": "https://i/?a=b",
    }


def test_nothing_of_a_value_is_a_command_or_a_file_name() -> None:
    assert given("jwtAudience=$(id)`id`;*") == {"jwtAudience": "$(id)`id`;*"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("corsOrigin=https://a.example", "no param 'corsOrigin'.*corsOrigins"),
        ("faults=x", "no param 'faults'"),
        ("artifacts=/tmp", "no param 'artifacts'"),
        ("architecture=arm64", "no param 'architecture'"),
        ("target=local", "no param 'target'"),
        ("settings={}", "no param 'settings'"),
        ("fingerprint=x", "no param 'fingerprint'"),
        ("corsOrigins", "has to be name=value"),
        ("webhookPorts=443 8443", "'8443' has to be name=value"),
        ("=x", "no param ''"),
        ("'jwtIssuer=x", "No closing quotation"),
        ("jwtIssuer=", "needs a printable value"),
        ("jwtIssuer=' x'", "needs a printable value"),
        ("'jwtIssuer=a\nb'", "needs a printable value"),
        ("jwtIssuer=${env:HOME}", "begins a variable"),
        ("renderConcurrency=many", "whole number"),
        ("renderConcurrency=-5", "whole number"),
        ("renderConcurrency=1.5", "whole number"),
        ("usagePlans=yes", "true or false"),
        ("renderPages=1 renderPages=2", "given twice"),
    ],
)
def test_what_serverless_yml_would_not_take_is_refused_with_what_it_takes(words: str, told: str) -> None:
    with pytest.raises(DeployError, match=told):
        given(words)


def test_addresses_come_from_the_environment_and_an_empty_variable_says_nothing() -> None:
    assert given(ALERT_EMAIL="ops@example.com", EMAIL_SENDER="") == {"alertEmail": "ops@example.com"}


def test_two_values_for_one_param_are_refused() -> None:
    assert given("emailSender=a@example.com", EMAIL_SENDER="a@example.com")
    with pytest.raises(DeployError, match="EMAIL_SENDER and PARAMS emailSender differ"):
        given("emailSender=a@example.com", EMAIL_SENDER="b@example.com")


def test_what_is_given_changes_what_is_kept_and_a_dash_takes_it_back() -> None:
    kept = {"a": "1", "b": "2", "c": "3"}

    assert merged(kept, {"b": "20", "c": "-", "d": "4"}) == {"a": "1", "b": "20", "d": "4"}


def dev(
    ssm: Any = None,
    functions: FakeLambda | None = None,
    parameters: Mapping[str, str] | None = None,
    stage: str = "dev",
) -> Target:
    stack = FakeCloudFormation(FakeS3(), f"pressrun-{stage}", None if parameters is None else {"Resources": {}})
    stack.parameters = dict(parameters or {})
    services = {"ssm": ssm or FakeSSM(), "lambda": functions or FakeLambda(), "cloudformation": stack}
    return Target(stage, connection(**services), None, "arm64", Path("dist"))


def kept(stage: str = "dev", **settings: str) -> FakeSSM:
    return FakeSSM(**{f"/pressrun/{stage}/settings": json.dumps(settings)})


def test_a_deployment_by_a_colleague_keeps_what_an_earlier_one_was_given() -> None:
    lines: list[str] = []

    target = configured(dev(kept(**ADDRESSES, corsOrigins="https://a.example"), parameters={}), {}, lines.append)

    assert "--param=emailSender=reports@example.com" in target.command
    assert "--param=alertEmail=ops@example.com" in target.command
    assert "--param=corsOrigins=https://a.example" in target.command
    assert json.loads(target.params["settings"]) == {**ADDRESSES, "corsOrigins": "https://a.example"}
    assert "  emailSender = reports@example.com (kept from the last deployment)" in lines


def test_a_dash_takes_a_setting_back_and_says_so() -> None:
    lines: list[str] = []

    target = configured(dev(kept(**ADDRESSES), parameters={}), given(EMAIL_SENDER="-"), lines.append)

    assert "emailSender" not in target.params
    assert json.loads(target.params["settings"]) == {"alertEmail": "ops@example.com"}
    assert "  emailSender is taken back" in lines


def test_the_last_setting_that_is_taken_back_leaves_no_record() -> None:
    target = configured(dev(kept(emailSender="a@example.com"), parameters={}), {"emailSender": "-"}, lambda _: None)

    assert target.params == {}


def test_a_stack_older_than_the_record_says_by_itself_what_it_was_given() -> None:
    functions = FakeLambda(EMAIL_SENDER="reports@example.com", EMAIL_TO="@a.example", STAGE="dev")

    target = configured(dev(functions=functions, parameters={"AlertEmail": "ops@example.com"}), {}, lambda _: None)

    assert json.loads(target.params["settings"]) == {**ADDRESSES, "emailTo": "@a.example"}


def test_a_first_deployment_has_nothing_to_keep() -> None:
    assert configured(dev(parameters=None), {}, lambda _: None).params == {}


def test_settings_that_may_not_be_read_stop_the_deployment() -> None:
    class Closed:
        def get_parameter(self, **_: str) -> None:
            raise refusal("AccessDeniedException", "not authorized to perform: ssm:GetParameter")

    with pytest.raises(UnreachableError, match="settings of stage dev can't be read.*ssm:GetParameter"):
        configured(dev(Closed(), parameters={}), {}, lambda _: None)


@pytest.mark.parametrize(("stage", "settings", "warned"), [("prod", {}, 1), ("dev", {}, 0), ("prod", ADDRESSES, 0)])
def test_prod_without_an_alert_address_is_warned(stage: str, settings: dict[str, str], warned: int) -> None:
    lines: list[str] = []

    configured(dev(parameters={}, stage=stage), settings, lines.append)

    assert len([line for line in lines if "ALERT_EMAIL" in line]) == warned


def test_a_small_account_gets_fewer_workers_and_the_wish_is_kept_for_a_larger_one() -> None:
    lines: list[str] = []
    target = dev(kept(renderConcurrency="80"), FakeLambda(limit=10), parameters={})

    small = configured(target, {}, lines.append)

    assert small.params["renderConcurrency"] == "3"
    assert json.loads(small.params["settings"]) == {"renderConcurrency": "80"}
    assert [line for line in lines if "renderConcurrency is 3 instead of 80" in line]


def with_a_key(stage: str = "dev", **settings: str) -> Target:
    target = dev(kept(stage, **settings), parameters={}, stage=stage)
    target.connection.client("cloudformation").template["Resources"]["PasswordKey"] = {"Type": "AWS::KMS::Key"}
    return target


def test_a_deployment_that_would_delete_the_key_for_passwords_unasked_is_refused() -> None:
    with pytest.raises(DeployError, match="passwordKey=own to keep the key"):
        configured(with_a_key(), {}, lambda _: None)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (with_a_key(), {"passwordKey": "none"}),
        (with_a_key(), {"passwordKey": "own"}),
        (with_a_key(passwordKey="own"), {}),
        (with_a_key("prod"), {}),
        (dev(parameters={}), {}),
    ],
    ids=["deleted on purpose", "kept", "kept before", "kept by the stage", "no key"],
)
def test_a_key_for_passwords_that_is_kept_or_deleted_on_purpose_stops_no_deployment(
    target: Target, words: dict[str, str]
) -> None:
    configured(target, words, lambda _: None)


def test_the_account_and_the_region_are_named_and_handed_to_the_cli() -> None:
    target = dev()

    assert str(target) == f"stage dev on AWS (arm64): account {ACCOUNT}, region eu-central-1"
    assert target.command[:5] == ["deploy", "--stage", "dev", "--region", "eu-central-1"]


def test_settings_survive_the_way_through_the_stack() -> None:
    settings = {"jwtAudience": "ä\"'\\ {}", "corsOrigins": "https://a,https://b"}

    assert json.loads(as_param(settings)) == settings
    with pytest.raises(DeployError, match="Use serverless.yml"):
        as_param({"corsOrigins": "x" * 4096})


def test_no_param_comes_from_the_environment_of_the_operator_past_the_settings() -> None:
    text = (PROJECT / "serverless.yml").read_text("utf-8")

    assert set(re.findall(r"\$\{env:(\w+)", text)) == {"AWS_ENDPOINT_URL"}
    assert set(VARIABLES.values()) <= DEV.settable


def test_no_param_that_serverless_yml_asks_for_is_unknown() -> None:
    files = [PROJECT / "serverless.yml", *(PROJECT / "resources").glob("*.yml")]
    asked = {name for file in files for name in re.findall(r"\$\{param:(\w+)", file.read_text("utf-8"))}
    by_the_deployment = {"endpoint", "fingerprint", "settings", "target", "artifacts", "architecture"}

    # Faults are for the stage local alone.
    assert asked - by_the_deployment - {"faults", "webBucketIsPrivate"} <= DEV.settable


def test_the_declared_params_of_a_stage_are_its_own_above_the_default(tmp_path: Path) -> None:
    file = tmp_path / "serverless.yml"
    file.write_text("params:\n  default: { a: 1, b: !Sub 'x${Y}' }\n  dev: { a: 2 }\n")

    assert declared_params("dev", file) == DeclaredParams({"a": 2, "b": "x${Y}"})
    assert declared_params("other", file).values["a"] == 1
