"""What callers may say about who opens a PDF."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reports.catalog.violations import violations_of
from reports.jobs.protect_request import ProtectRequest, unsealed, without_passwords
from reports.jobs.request import ReportOptions
from reports.jobs.written_options import options_of_texts

PASSWORD = "correct horse"


def refusal(**options: Any) -> tuple[str, str]:
    with pytest.raises(ValidationError) as refused:
        ReportOptions.model_validate(options)
    [violation] = violations_of(refused.value)
    return violation.pointer, violation.message


@pytest.mark.parametrize(
    ("protect", "pointer", "message"),
    [
        ({}, "/protect", "say how"),
        ({"user_password": ""}, "/protect/user_password", "empty"),
        ({"user_password": "seven77"}, "/protect/user_password", "at least 8 characters"),
        ({"owner_password": "seven77"}, "/protect/owner_password", "at least 8 characters"),
        ({"user_password": "a" * 128}, "/protect/user_password", "at most 127"),
        ({"user_password": "ä" * 64}, "/protect/user_password", "at most 127 bytes"),
        ({"user_password": "line\nline"}, "/protect/user_password", "cannot be typed"),
        ({"user_password": "\ud800 surrogate"}, "/protect/user_password", ""),
        ({"user_password": PASSWORD, "user_secret": "board"}, "/protect", "either user_password or user_secret"),
        ({"owner_password": PASSWORD, "owner_secret": "board"}, "/protect", "either owner_password or owner_secret"),
        ({"user_password": PASSWORD, "owner_password": PASSWORD}, "/protect", "the owner's password is the user's"),
        ({"user_password": "ﬁfteenfold", "owner_password": "fifteenfold"}, "/protect", "the owner's password is"),
        ({"user_secret": "board", "owner_secret": "board"}, "/protect", "name two"),
        ({"user_secret": "../board"}, "/protect/user_secret", "form"),
        ({"user_secret": "a/b"}, "/protect/user_secret", "form"),
        ({"allow": ["print", "sell"]}, "/protect/allow/1", "'print'"),
    ],
)
def test_what_cannot_protect_is_refused_with_its_place_and_without_the_password(
    protect: dict[str, Any], pointer: str, message: str
) -> None:
    found = refusal(protect=protect)

    assert found[0] == pointer
    assert message in found[1]
    assert not any(protect.get(name) and protect[name] in found[1] for name in ("user_password", "owner_password"))


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"pdf": {"variant": "pdf/a-3b"}}, "PDF/A forbids encryption"),
        ({"einvoice": "facturx-en16931"}, "electronic invoices"),
        ({"einvoice": "xrechnung"}, "electronic invoices"),
    ],
)
def test_what_must_not_be_encrypted_is_not(others: dict[str, Any], message: str) -> None:
    assert message in refusal(protect={"user_password": PASSWORD}, **others)[1]


def test_what_the_job_keeps_has_no_password_and_may_be_read_again() -> None:
    options = ReportOptions.model_validate({"protect": {"user_password": PASSWORD, "owner_secret": "board"}})

    kept = options.kept().model_dump_json(exclude_none=True)

    assert PASSWORD not in kept
    again = ReportOptions.model_validate_json(kept).protect
    assert again is not None
    assert (again.owner_secret, again.allowed) == ("board", ["print", "copy", "modify"])


def test_passwords_are_one_text_to_seal() -> None:
    both = ProtectRequest(user_password=PASSWORD, owner_password='"\\ größe')

    assert unsealed(both.to_seal() or "") == (PASSWORD, '"\\ größe')
    assert ProtectRequest(user_secret="board").to_seal() is None


def test_texts_of_an_upload_name_secrets() -> None:
    options = options_of_texts({"protect-user-secret": "board", "protect-allow": "print,copy"})

    assert options == {"protect": {"user_secret": "board", "allow": ["print", "copy"]}}
    assert options_of_texts({"protect-allow": "none"}) == {"protect": {"allow": []}}


@given(st.text(min_size=8, max_size=20).filter(lambda text: json.dumps(text)[1:-1] not in '"template""options"'))
def test_no_password_is_left_in_a_request_of_the_queue(password: str) -> None:
    body = {"template": "letter", "data": {}, "options": {"protect": {"user_password": password}}}

    for text in (json.dumps(body), json.dumps(body, ensure_ascii=False)):
        assert json.loads(without_passwords(text) or '""') in (
            "",
            {**body, "options": {"protect": {"user_password": ""}}},
        )


def test_a_password_whose_name_is_written_in_numbers_is_not_left_either() -> None:
    left = without_passwords('{"options": {"protect": {"user_p\\u0061ssword": "correct horse"}}}')

    assert json.loads(left) == {"options": {"protect": {"user_password": ""}}}


@pytest.mark.parametrize(
    "body",
    [
        '{"options": {"protect": {"user_password": "correct horse"}}, "options": {}}',
        '{"options": {"protect": {"user_password": "correct horse"}}',
    ],
)
def test_of_what_is_no_json_nothing_is_left(body: str) -> None:
    assert without_passwords(body) == ""


@pytest.mark.parametrize(
    "body",
    ['{"data":  {"user_password": "a"}}', '{"template": "x", "data": {"a": 1.10}}', "no json", '{"options": [1]}'],
)
def test_any_other_request_stays_as_it_is(body: str) -> None:
    assert without_passwords(body) == body
