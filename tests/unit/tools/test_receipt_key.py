"""The key of receipts is made by a command, and never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.tools.fake_aws import refusal
from tools import receipt_key

PREFIX = "/pressrun/dev/receipts"


class StubSSM:
    """Keep parameters as SSM does."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, str]] = {}

    def put_parameter(self, **request: Any) -> None:
        assert len(request["Value"]) <= 4096
        self.kept[request["Name"]] = (request["Type"], request["Value"])

    def get_parameter(self, **request: Any) -> dict[str, Any]:
        if request["Name"] not in self.kept:
            raise refusal("ParameterNotFound")
        return {"Parameter": {"Value": self.kept[request["Name"]][1]}}


def test_a_key_is_kept_encrypted_and_its_public_part_is_added_to_those_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ssm = StubSSM()
    private = []
    for _ in range(3):
        assert receipt_key.main(["--stage", "dev"], client=ssm) == 0
        kind, text = ssm.kept[f"{PREFIX}/private"]
        assert kind == "SecureString"
        private.append(json.loads(text))

    kind, text = ssm.kept[f"{PREFIX}/public"]
    public = json.loads(text)["keys"]
    assert kind == "String"
    assert [each["kid"] for each in public] == [each["kid"] for each in reversed(private)]
    assert all("d" not in each for each in public)
    told = capsys.readouterr()
    assert not any(each["d"] in told.out + told.err for each in private)


def test_more_keys_than_fit_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    ssm = StubSSM()
    made = [receipt_key.main(["--stage", "dev"], client=ssm) for _ in range(21)]

    assert made == [0] * 20 + [1]
    assert "remove those" in capsys.readouterr().err
