from __future__ import annotations

import pytest

from tests.this_machine import LOOPBACK, NAME_IN_CONTAINERS, address_of


def no_docker() -> str:
    raise AssertionError("Docker was asked")


def test_functions_that_are_processes_find_the_tests_at_the_loopback_address() -> None:
    assert address_of(LOOPBACK, no_docker) == LOOPBACK


def test_functions_in_containers_find_the_tests_at_the_gateway_of_their_bridge() -> None:
    assert address_of(NAME_IN_CONTAINERS, lambda: "127.0.0.2") == "127.0.0.2"


def test_where_the_bridge_is_in_another_machine_its_name_leads_to_the_loopback_address() -> None:
    assert address_of(NAME_IN_CONTAINERS, lambda: "192.0.2.1") == LOOPBACK


def test_a_name_of_another_machine_is_refused() -> None:
    with pytest.raises(ValueError, match=r"example\.org"):
        address_of("example.org", no_docker)
