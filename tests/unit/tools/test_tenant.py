from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reports.access.tenants import Tenant
from tests.fakes.access import InMemoryTenants
from tools import tenant
from tools.usage_keys import UsagePlanMissingError

Listed = Callable[..., list[dict[str, Any]]]


class StubPages:
    """Give what is listed one by one, each on a page of its own."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed

    def paginate(self, **query: str) -> Iterator[dict[str, Any]]:
        for item in self._listed(**query):
            yield {"items": [item]}


class StubGateway:
    """Keep API keys and who is in the usage plan, as API Gateway does."""

    def __init__(self, *plans: str) -> None:
        self.plans = plans
        self.keys: dict[str, dict[str, Any]] = {}
        self.members: set[tuple[str, str]] = set()

    def get_paginator(self, name: str) -> StubPages:
        listed: dict[str, Listed] = {"get_usage_plans": self._plans, "get_api_keys": self._keys_named}
        return StubPages(listed[name])

    def _plans(self) -> list[dict[str, Any]]:
        return [{"name": plan, "id": f"id-of-{plan}"} for plan in self.plans]

    def _keys_named(self, nameQuery: str) -> list[dict[str, Any]]:  # noqa: N803 - API Gateway's word
        # By what a name begins with.
        return [key for key in self.keys.values() if key["name"].startswith(nameQuery)]

    def create_api_key(self, **request: Any) -> dict[str, Any]:
        assert len(request["value"]) >= 20
        key = {"id": f"key-{len(self.keys)}", **request}
        self.keys[key["id"]] = key
        return key

    def create_usage_plan_key(self, **request: Any) -> None:
        member = (request["usagePlanId"], request["keyId"])
        if member in self.members:
            raise ClientError({"Error": {"Code": "ConflictException"}}, "CreateUsagePlanKey")
        self.members.add(member)


@pytest.fixture
def tenants() -> InMemoryTenants:
    return InMemoryTenants()


def settle(tenants: InMemoryTenants, *arguments: str, stage: str = "local", gateway: Any = None) -> int:
    return tenant.main(["--stage", stage, "--tenant", "acme", *arguments], tenants=tenants, gateway=gateway)


def test_limits_are_settled_one_by_one_and_taken_back(tenants: InMemoryTenants) -> None:
    settle(tenants, "--reports-per-day=5,000", "--rows-per-report=100")
    settle(tenants, "--bytes-per-report=0", "--rows-per-report=-")

    assert tenants.get("acme") == Tenant("acme", reports_per_day=5000, bytes_per_report=0)


def test_what_is_settled_is_shown(tenants: InMemoryTenants, capsys: pytest.CaptureFixture[str]) -> None:
    assert settle(tenants, "--reports-per-day=5000") == 0

    out = capsys.readouterr().out
    assert "reports_per_day         5,000" in out
    assert "rows_per_report         as for all" in out


@pytest.mark.parametrize("given", ["many", "-1", "1.5", "٣", ""])
def test_what_is_no_number_changes_nothing(
    tenants: InMemoryTenants, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settle(tenants, f"--reports-per-day={given}") == 1

    assert "has to be a number" in capsys.readouterr().err
    assert tenants.get("acme") == Tenant("acme")


def test_on_aws_a_tenant_gets_a_key_in_the_usage_plan_of_its_stage_once(tenants: InMemoryTenants) -> None:
    gateway = StubGateway("pressrun-prod", "pressrun-dev")

    for _ in range(2):
        assert settle(tenants, stage="dev", gateway=gateway) == 0

    (key,) = gateway.keys.values()
    assert gateway.members == {("id-of-pressrun-dev", key["id"])}
    assert tenants.get("acme").usage_key == key["value"]


def test_a_key_of_a_tenant_whose_name_begins_alike_is_not_taken(tenants: InMemoryTenants) -> None:
    gateway = StubGateway("pressrun-dev")
    tenant.count_apart("dev", "acme-corporation", tenants=tenants, gateway=gateway)

    tenant.count_apart("dev", "acme", tenants=tenants, gateway=gateway)

    assert len({tenants.get(name).usage_key for name in ("acme", "acme-corporation")}) == len(gateway.keys) == 2


def test_a_tenant_that_is_counted_already_is_left_alone(tenants: InMemoryTenants) -> None:
    known = Tenant("acme", usage_key="a-key-of-another-name", reports_per_day=3)
    tenants.put(known)

    tenant.count_apart("dev", "acme", tenants=tenants, gateway=StubGateway())

    assert tenants.get("acme") == known


def test_a_stage_that_is_not_deployed_is_named(tenants: InMemoryTenants, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsagePlanMissingError):
        tenant.count_apart("dev", "acme", tenants=tenants, gateway=StubGateway("pressrun-prod"))

    assert settle(tenants, stage="dev", gateway=StubGateway()) == 1
    assert "no usage plan pressrun-dev" in capsys.readouterr().err


def test_to_whom_a_tenant_may_write_is_settled_and_taken_back(
    tenants: InMemoryTenants, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settle(tenants, "--email-to= @Example.com, ops@example.org", "--email-titles=yes") == 0
    assert tenants.get("acme") == Tenant("acme", email_to=("@example.com", "ops@example.org"), email_titles=True)
    assert "email_to                @example.com, ops@example.org" in capsys.readouterr().out

    settle(tenants, "--email-to=none", "--email-titles=no")
    assert tenants.get("acme") == Tenant("acme", email_to=(), email_titles=False)
    assert "email_to                nobody" in capsys.readouterr().out

    settle(tenants, "--email-to=-", "--email-titles=-")
    assert tenants.get("acme") == Tenant("acme")


@pytest.mark.parametrize(
    "given", ["example.com", "@", "a@b@example.com", "@example.com;x", "@*.com", "a b@example.com"]
)
def test_a_list_that_no_address_could_be_on_changes_nothing(
    tenants: InMemoryTenants, given: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settle(tenants, f"--email-to={given}") == 1

    assert "neither an address, nor a domain" in capsys.readouterr().err
    assert tenants.get("acme") == Tenant("acme")
