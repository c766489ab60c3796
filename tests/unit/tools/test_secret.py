"""Secrets of tenants are kept by a command, and never shown."""

from __future__ import annotations

import io
from typing import Any

import pytest

from tools import secret

NAME = "/pressrun/dev/secrets/demo/board"
ORDER = ["--stage", "dev", "--tenant", "demo", "--name", "board"]


class StubSSM:
    """Keep parameters as SSM does."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def put_parameter(self, **request: Any) -> None:
        assert request["Type"] == "SecureString"
        self.kept[request["Name"]] = request["Value"]

    def delete_parameters(self, **request: Any) -> dict[str, Any]:
        return {"DeletedParameters": [name for name in request["Names"] if self.kept.pop(name, None)]}


@pytest.fixture
def ssm() -> StubSSM:
    return StubSSM()


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_secret_is_kept_without_its_line_end_and_replaced_and_removed(
    ssm: StubSSM, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for password in ("correct horse", "battery staple"):
        typed(monkeypatch, f"{password}\n")
        assert secret.main(ORDER, client=ssm) == 0
        assert ssm.kept == {NAME: password}
    assert secret.main([*ORDER, "--remove"], client=ssm) == 0

    assert ssm.kept == {}
    told = capsys.readouterr()
    assert "horse" not in told.out + told.err


@pytest.mark.parametrize("text", ["", "\n", "short\n"])
def test_what_is_no_password_is_refused(ssm: StubSSM, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    typed(monkeypatch, text)

    assert secret.main(ORDER, client=ssm) == 1
    assert ssm.kept == {}


@pytest.mark.parametrize(
    ("tenant", "name"), [("../prod", "board"), ("demo", "../board"), ("demo", "a/b"), ("demo", "")]
)
def test_names_stay_within_their_tenant(ssm: StubSSM, monkeypatch: pytest.MonkeyPatch, tenant: str, name: str) -> None:
    typed(monkeypatch, "correct horse")

    assert secret.main(["--tenant", tenant, "--name", name], client=ssm) == 1
    assert ssm.kept == {}
