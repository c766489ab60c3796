"""Operators allow tenants buckets of their own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reports.access.tenants import Tenant
from tests.fakes.access import InMemoryTenants
from tools import destination

ROLE = "arn:aws:iam::123456789012:role/pressrun-delivery-acme"
NOTIFY = "arn:aws:iam::999999999999:role/pressrun-dev-NotifyRole"


class StubLambda:
    """The role of a function, as Lambda tells it."""

    def get_function_configuration(self, *, FunctionName: str) -> dict[str, str]:  # noqa: N803 - boto3's name
        assert FunctionName == "pressrun-dev-notify"
        return {"Role": NOTIFY}


@pytest.fixture
def tenants() -> InMemoryTenants:
    tenants = InMemoryTenants()
    tenants.put(Tenant("acme", reports_per_day=7))
    return tenants


def settle(tenants: InMemoryTenants, *arguments: str) -> int:
    order = ["--stage", "dev", "--tenant", "acme", *arguments]
    functions: Any = StubLambda()
    return destination.main(order, tenants=tenants, functions=functions)


def allow(tenants: InMemoryTenants, name: str, *arguments: str) -> int:
    return settle(tenants, "--name", name, "--bucket", "acme-archive", "--role", ROLE, *arguments)


def test_a_destination_is_settled_with_an_external_id_of_its_own_and_changed_without_another(
    tenants: InMemoryTenants, capsys: pytest.CaptureFixture[str]
) -> None:
    assert allow(tenants, "archive", "--prefix", "/pressrun/2026") == 0
    assert allow(tenants, "other") == 0
    first, other = tenants.get("acme").destinations
    assert allow(tenants, "archive", "--region", "eu-west-1") == 0

    _, changed = tenants.get("acme").destinations
    assert (first.prefix, other.prefix) == ("pressrun/2026/", "")
    assert first.external_id != other.external_id
    assert (changed.external_id, changed.region, changed.prefix) == (first.external_id, "eu-west-1", "")
    assert tenants.get("acme").reports_per_day == 7
    assert first.external_id in capsys.readouterr().out


def test_what_the_owner_has_to_trust_and_to_allow_is_printed(
    tenants: InMemoryTenants, capsys: pytest.CaptureFixture[str]
) -> None:
    allow(tenants, "archive", "--prefix", "pressrun")

    out = capsys.readouterr().out
    trusted, allowed = (
        json.loads(part[part.index("\n") :].split("\nand be")[0])
        for part in out.split("to trust this:")[1:] + out.split("of its own:")[1:]
    )
    [statement] = trusted["Statement"]
    assert statement["Principal"] == {"AWS": NOTIFY}
    [kept] = tenants.get("acme").destinations
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": kept.external_id}}
    assert allowed["Statement"][0]["Resource"] == "arn:aws:s3:::acme-archive/pressrun/*"


def test_destinations_are_shown_and_taken_back(tenants: InMemoryTenants, capsys: pytest.CaptureFixture[str]) -> None:
    allow(tenants, "archive")
    capsys.readouterr()

    assert settle(tenants) == 0
    assert "s3://acme-archive/" in capsys.readouterr().out
    assert settle(tenants, "--name", "archive", "--remove") == 0
    assert tenants.get("acme") == Tenant("acme", reports_per_day=7)
    assert settle(tenants, "--name", "archive", "--remove") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--name", "archive"),
        ("--name", "a/b", "--bucket", "acme", "--role", ROLE),
        ("--name", "a", "--bucket", "acme", "--role", "admin"),
    ],
    ids=["nothing", "name", "role"],
)
def test_what_is_no_destination_is_refused(tenants: InMemoryTenants, arguments: tuple[str, ...]) -> None:
    assert settle(tenants, *arguments) == 1
    assert tenants.get("acme").destinations == ()
