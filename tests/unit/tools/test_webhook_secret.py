from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from reports.delivery.standard_webhooks import key_of
from tools import webhook_secret


class StubSSM:
    """Keep parameters as SSM does."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_parameter(self, **request: Any) -> dict[str, Any]:
        if request["Name"] not in self.kept:
            raise ClientError({"Error": {"Code": "ParameterNotFound"}}, "GetParameter")
        return {"Parameter": {"Value": self.kept[request["Name"]]}}

    def put_parameter(self, **request: Any) -> None:
        assert request["Type"] == "SecureString"
        if request["Name"] in self.kept and not request["Overwrite"]:
            raise ClientError({"Error": {"Code": "ParameterAlreadyExists"}}, "PutParameter")
        self.kept[request["Name"]] = request["Value"]


NAME = "/pressrun/dev/webhook-secrets/demo"
ORDER = ["--stage", "dev", "--tenant", "demo"]


@pytest.fixture
def ssm() -> StubSSM:
    return StubSSM()


def test_the_first_secret_is_shown_and_can_sign(ssm: StubSSM, capsys: pytest.CaptureFixture[str]) -> None:
    assert webhook_secret.main(ORDER, client=ssm) == 0

    shown = capsys.readouterr().out.strip()
    assert ssm.kept == {NAME: shown}
    assert len(key_of(shown)) == 32


def test_a_secret_that_is_there_is_neither_changed_nor_shown(ssm: StubSSM, capsys: pytest.CaptureFixture[str]) -> None:
    webhook_secret.main(ORDER, client=ssm)
    before = dict(ssm.kept)
    capsys.readouterr()

    assert webhook_secret.main(ORDER, client=ssm) == 1

    output = capsys.readouterr()
    assert ssm.kept == before
    assert before[NAME] not in output.out + output.err


def test_a_rotation_keeps_the_one_before_and_no_older_one(ssm: StubSSM, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        webhook_secret.main([*ORDER, "--rotate"], client=ssm)

    first, second, third = capsys.readouterr().out.split()
    assert ssm.kept[NAME].split() == [third, second]
    assert first not in ssm.kept[NAME]


@pytest.mark.parametrize("tenant", ["", "../prod", "A", "a/b", "a" * 64])
def test_what_is_no_tenant_is_refused(ssm: StubSSM, tenant: str) -> None:
    assert webhook_secret.main(["--tenant", tenant], client=ssm) == 1
    assert ssm.kept == {}
