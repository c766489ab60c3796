"""Requests may say that their data are a sample's."""

from __future__ import annotations

from tests.unit.handlers.calling import Caller

LETTER = {"template": "letter", "data": {"to": "me"}}


def test_a_report_of_a_sample_is_shown_as_one(call: Caller) -> None:
    sample = call("POST", "/reports", {**LETTER, "options": {"sample": True}})
    own = call("POST", "/reports", {**LETTER, "options": {"sample": False}})

    shown, other = (call("GET", f"/reports/{each.json['id']}") for each in (sample, own))

    assert shown.json["sample"] is True
    assert "sample" not in other.json


def test_what_is_neither_true_nor_false_is_refused_with_its_place(call: Caller) -> None:
    answer = call("POST", "/reports", {**LETTER, "options": {"sample": "yes"}})

    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/options/sample")
