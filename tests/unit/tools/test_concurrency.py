from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tools.fake_aws import FakeLambda, refusal
from tools.deploy.concurrency import Workers, fit, fitted, waiting
from tools.deploy.declared import declared_params

WANTED = st.builds(Workers, render=st.integers(2, 1000), notify=st.integers(2, 1000))


@pytest.mark.parametrize(
    ("wanted", "limit", "fits"),
    [
        (Workers(10, 10), 10, Workers(3, 2)),
        (Workers(50, 10), 10, Workers(3, 2)),
        (Workers(2, 2), 10, Workers(2, 2)),
        (Workers(50, 10), 50, Workers(25, 5)),
        (Workers(10, 10), 30, Workers(8, 7)),
        (Workers(10, 10), 40, Workers(10, 10)),
        (Workers(50, 10), 79, Workers(50, 9)),
        (Workers(50, 10), 80, Workers(50, 10)),
        (Workers(50, 10), 1000, Workers(50, 10)),
    ],
)
def test_workers_fit_into_the_account(wanted: Workers, limit: int, fits: Workers) -> None:
    assert fitted(wanted, limit) == fits


@given(wanted=WANTED, limit=st.integers(10, 1000))
def test_callers_always_keep_their_share_and_workers_what_lambda_asks_for(wanted: Workers, limit: int) -> None:
    workers = fitted(wanted, limit)

    assert limit - workers.render - workers.notify >= min(20, limit // 2)
    assert 2 <= workers.render <= wanted.render
    assert 2 <= workers.notify <= wanted.notify


@given(wanted=WANTED, limit=st.integers(10, 1000))
def test_nothing_is_left_unused_that_was_wanted(wanted: Workers, limit: int) -> None:
    workers = fitted(wanted, limit)

    room = limit - min(20, limit // 2)
    assert workers == wanted or workers.render + workers.notify == min(room, wanted.render + wanted.notify)


@given(wanted=WANTED, limit=st.integers(0, 9))
def test_a_limit_below_that_of_any_account_is_no_error(wanted: Workers, limit: int) -> None:
    workers = fitted(wanted, limit)

    assert workers.render >= 2
    assert workers.notify >= 2


@given(wanted=WANTED, most=st.integers(1, 1000), limit=st.integers(10, 1000))
def test_those_that_wait_leave_room_to_render_and_to_answer_others(wanted: Workers, most: int, limit: int) -> None:
    workers = fitted(wanted, limit)
    callers = limit - workers.render - workers.notify

    places = waiting(most, callers)

    assert 1 <= places <= most
    assert places + workers.render + workers.notify < limit
    assert callers - places >= 2


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_new_account_is_told_what_becomes_smaller_and_where_to_ask(stage: str) -> None:
    changed, lines = fit(declared_params(stage).values, FakeLambda(limit=10))

    assert changed == {"renderConcurrency": "3", "notifyConcurrency": "2", "mostWaiting": "3", "alarmConcurrency": "8"}
    told = " ".join(lines)
    assert "10 functions at a time" in told
    assert f"renderConcurrency is 3 instead of {declared_params(stage).values['renderConcurrency']}" in told
    assert "L-B99A9384" in told


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_an_account_with_room_changes_nothing_and_hears_nothing(stage: str) -> None:
    assert fit(declared_params(stage).values, FakeLambda(limit=1000)) == ({}, [])


def test_the_alarm_on_concurrency_goes_by_the_account_and_nothing_is_said_of_it() -> None:
    assert fit(declared_params("dev").values, FakeLambda(limit=3000)) == ({"alarmConcurrency": "2400"}, [])


def test_a_limit_that_may_not_be_read_is_told_and_changes_nothing() -> None:
    denied = refusal("AccessDeniedException", "not authorized to perform: lambda:GetAccountSettings")

    changed, lines = fit(declared_params("dev").values, FakeLambda(limit=denied))

    assert changed == {}
    assert "lambda:GetAccountSettings" in lines[0]
