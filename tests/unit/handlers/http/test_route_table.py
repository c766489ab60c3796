"""The routes of a path are found once, in one table."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import Response
from hypothesis import given
from hypothesis import strategies as st

from handlers.http.openapi_notes import About
from handlers.http.route_table import Answer, Entry, Match, Registered, RouteTable
from tests.unit.handlers.calling import Caller


def a_route(method: str, rule: str) -> Registered:
    def answer(**parameters: str) -> Answer:
        return Response(HTTPStatus.OK, body=f"{method} {rule} {parameters}")

    return Registered(method, rule, Entry.OPEN, answer, About({}), "tests")


def called(table: RouteTable, method: str, path: str) -> Any:
    return table.match(path).routes[method]().body


TABLE = RouteTable(
    [
        a_route("GET", "/things/<thing>"),
        a_route("DELETE", "/things/<thing>"),
        a_route("POST", "/things/search"),
        a_route("GET", "/<kind>/<name>"),
        a_route("PUT", "/<kind>/<name>"),
        a_route("GET", "/a.b"),
    ]
)


def test_a_route_is_called_with_what_stands_for_its_parameters() -> None:
    assert called(TABLE, "DELETE", "/things/a b%2Fc") == "DELETE /things/<thing> {'thing': 'a b%2Fc'}"


def test_of_two_rules_that_match_the_first_registered_counts() -> None:
    match = TABLE.match("/things/7")

    assert match.rule == "/things/<thing>"
    assert called(TABLE, "GET", "/things/7") == "GET /things/<thing> {'thing': '7'}"
    assert called(TABLE, "PUT", "/things/7") == "PUT /<kind>/<name> {'kind': 'things', 'name': '7'}"


def test_a_path_of_its_own_is_no_parameter_of_another_rule() -> None:
    match = TABLE.match("/things/search/")

    assert (match.rule, list(match.routes)) == ("/things/search", ["POST"])


@pytest.mark.parametrize("path", ["", "/", "/things", "/things/", "/things/a/b", "/aXb", "/things/a\n", '/things/"'])
def test_what_no_rule_matches_has_no_routes(path: str) -> None:
    match = TABLE.match(path)

    assert (match.rule, dict(match.routes)) == (None, {})


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1), st.integers(0, 3))
def test_any_name_is_a_parameter_with_slashes_at_the_end_passed_over(name: str, slashes: int) -> None:
    found = RouteTable([a_route("GET", "/things/<thing>")])

    assert called(found, "GET", f"/things/{name}" + "/" * slashes) == f"GET /things/<thing> {{'thing': {name!r}}}"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/reports", 200), ("HEAD", "/health", 200), ("PUT", "/reports", 405), ("GET", "/no", 404)],
)
def test_a_request_is_looked_up_once(
    call: Caller, monkeypatch: pytest.MonkeyPatch, method: str, path: str, status: int
) -> None:
    asked: list[str] = []
    match = RouteTable.match

    def counted(table: RouteTable, path: str) -> Match:
        asked.append(path)
        return match(table, path)

    monkeypatch.setattr(RouteTable, "match", counted)

    answer = call(method, path)

    assert (answer.status, asked) == (status, [path])
