from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.tools.fake_aws import (
    ACCOUNT,
    FakeCloudFormation,
    FakeGateway,
    FakeLambda,
    FakeS3,
    FakeSSM,
    connection,
)
from tools.remove import RemovalError, remove
from tools.remove.buckets import NotEmptiedError, empty

BUCKETS = ("uploads", "artifacts", "web")


class Stage:
    """A stage on AWS, with something in each of its buckets."""

    def __init__(self, name: str, policy: str | None, build: Path) -> None:
        stays = {} if policy is None else {"DeletionPolicy": policy}
        bucket = {"Type": "AWS::S3::Bucket"}
        resources: dict[str, dict[str, Any]] = {
            "uploads": {**bucket, **stays},
            "artifacts": {**bucket, **stays},
            "web": bucket,
            "jobs": {"Type": "AWS::DynamoDB::Table", **stays},
            "logs": {"Type": "AWS::IAM::Role", "DeletionPolicy": "Retain"},
        }
        self.name, self.build = name, build
        self.lines: list[str] = []
        self.s3 = FakeS3()
        self.s3.put("uploads", "a", "1", "2", "3", mark="4")
        self.s3.put("uploads", "ä +%", *(f"v{i}" for i in range(9)))
        self.s3.put("artifacts", "r.pdf", "null")
        self.s3.put("web", "index.html", "null")
        self.stack = FakeCloudFormation(self.s3, f"pressrun-{name}", {"Resources": resources})
        self.secrets = {f"/pressrun/{name}/webhook-secrets/tenant-{i}": "whsec" for i in range(23)}
        self.secrets[f"/pressrun/{name}/secrets/demo/board"] = "correct horse"
        settings = {f"/pressrun/{name}/settings": json.dumps({"emailSender": "a b@example.com"})}
        self.ssm = FakeSSM(**self.secrets, **settings, **{f"/pressrun/{name}2/webhook-secrets/x": "of another stage"})
        of_tenants = {f"key{i}": f"pressrun-{name}-tenant-t{i}" for i in range(2)}
        self.gateway = FakeGateway(f"pressrun-{name}", of_the_stack="the stack's own", **of_tenants)

    def remove(self, confirm: str = "") -> str:
        """Remove the stage, and return what was said."""
        services = {"s3": self.s3, "cloudformation": self.stack, "ssm": self.ssm, "apigateway": self.gateway}
        there = connection(**services, **{"lambda": FakeLambda()})
        remove(there, self.name, confirm, say=self.lines.append, build=self.build)
        return "\n".join(self.lines)


@pytest.fixture
def dev(tmp_path: Path) -> Stage:
    return Stage("dev", None, tmp_path)


@pytest.fixture
def prod(tmp_path: Path) -> Stage:
    return Stage("prod", "RetainExceptOnCreate", tmp_path)


def test_every_bucket_is_emptied_of_versions_and_marks_before_the_stack_goes(dev: Stage) -> None:
    dev.remove()

    assert dev.stack.template is None
    assert not any(dev.s3.buckets.values())


def test_what_belongs_to_a_stage_outside_of_its_stack_goes_too(dev: Stage) -> None:
    (dev.build / "dev.outputs.json").write_text("{}")

    dev.remove()

    # The other one goes with the stack: it is not there any more.
    assert dev.gateway.keys == {"of_the_stack": "the stack's own"}
    assert not set(dev.ssm.kept) & set(dev.secrets)
    assert "/pressrun/dev2/webhook-secrets/x" in dev.ssm.kept
    assert not (dev.build / "dev.outputs.json").exists()


def test_the_account_and_the_region_are_said_first(dev: Stage) -> None:
    assert dev.remove().startswith(f"Removing pressrun-dev at account {ACCOUNT}, region eu-central-1")


@pytest.mark.parametrize("name", ["prod", "production", "staging"])
@pytest.mark.parametrize("confirm", ["", "yes", "prod", "pressrun-dev"])
def test_a_stage_that_may_matter_needs_its_stacks_name(name: str, confirm: str, tmp_path: Path) -> None:
    stage = Stage(name, None, tmp_path)

    with pytest.raises(RemovalError, match=f"CONFIRM=pressrun-{name}"):
        stage.remove(confirm)

    assert stage.stack.template is not None
    assert stage.s3.buckets
    assert all(stage.s3.buckets.values())


def test_a_wrong_confirmation_stops_even_dev(dev: Stage) -> None:
    with pytest.raises(RemovalError):
        dev.remove("pressrun-prod")


def test_a_protected_stack_needs_its_name_and_loses_its_protection(dev: Stage) -> None:
    dev.stack.protected = True
    with pytest.raises(RemovalError, match="CONFIRM=pressrun-dev"):
        dev.remove()

    dev.remove("pressrun-dev")

    assert dev.stack.template is None


def test_what_is_retained_keeps_all_that_is_in_it(prod: Stage) -> None:
    prod.remove("pressrun-prod")

    assert len(prod.s3.buckets["uploads"]) == 13
    assert len(prod.s3.buckets["artifacts"]) == 1
    assert prod.s3.buckets["web"] == []
    assert set(prod.secrets) <= set(prod.ssm.kept)


def test_what_stays_is_said_with_the_way_back_and_the_way_out(prod: Stage) -> None:
    told = prod.remove("pressrun-prod")

    for name in ("AWS::S3::Bucket uploads", "AWS::DynamoDB::Table jobs", "AWS::IAM::Role logs"):
        assert f"  {name}" in told
    assert "AWS::S3::Bucket web" not in told
    assert "create-change-set --stack-name pressrun-prod" in told
    assert "make deploy STAGE=prod PARAMS=" in told
    assert "a b@example.com" in told
    assert "tools.remove --stage prod --bucket uploads" in told
    assert "delete-table --table-name jobs" in told
    imported = json.loads((prod.build / "prod.kept" / "resources.json").read_text())
    assert {each["LogicalResourceId"] for each in imported} == {"uploads", "artifacts", "jobs"}


def test_files_that_come_in_meanwhile_are_removed_by_another_try(dev: Stage) -> None:
    dev.stack.before_deletion = [lambda: dev.s3.put("uploads", "late", "1")]

    told = dev.remove()

    assert dev.stack.template is None
    assert "once more" in told


def test_a_bucket_that_fills_for_ever_ends_with_the_reason(dev: Stage) -> None:
    dev.stack.before_deletion = [lambda: dev.s3.put("uploads", "late", "1")] * 9

    with pytest.raises(RemovalError, match=r"uploads \(AWS::S3::Bucket\): The bucket you tried to delete is not empty"):
        dev.remove()


def test_objects_that_s3_does_not_delete_stop_the_removal(dev: Stage) -> None:
    dev.s3.undeletable.add("r.pdf")

    with pytest.raises(RemovalError, match=r"1 objects of bucket artifacts.*r\.pdf: Access Denied"):
        dev.remove()

    assert dev.stack.template is not None


def test_a_stage_that_is_not_there_is_no_success(dev: Stage) -> None:
    dev.remove()

    with pytest.raises(RemovalError, match=f"no stack pressrun-dev at account {ACCOUNT}.*Nothing was removed"):
        dev.remove()


def test_a_bucket_that_has_gone_is_empty() -> None:
    assert empty(FakeS3(), "gone") == 0


def test_emptying_never_goes_round_in_circles() -> None:
    s3 = FakeS3()
    s3.put("b", "locked", "1")
    s3.undeletable.add("locked")

    with pytest.raises(NotEmptiedError):
        empty(s3, "b")
