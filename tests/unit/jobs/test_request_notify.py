"""See that only what can be an address, or a subject, is taken for one at the door."""

from __future__ import annotations

import email
import email.policy
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reports.access.destinations import destination_of
from reports.adapters.email_messages import message_of
from reports.delivery.ports import Email
from reports.jobs.request import NotifyOptions, ReportOptions


def written_to(address: str) -> str:
    content = message_of(Email(address, "s", "t", "<p>h</p>"), "reports@example.com")
    return str(email.message_from_bytes(content, policy=email.policy.default)["To"])


@pytest.mark.parametrize(
    "address", ["a@example.org", "a.b+c@x.example.org", "o'neil@example.org", "1@a-b.museum", f"{'a' * 64}@example.org"]
)
def test_an_address_is_taken_and_can_be_written_to(address: str) -> None:
    assert NotifyOptions(email=address).email == address
    assert written_to(address) == address


@pytest.mark.parametrize(
    "address",
    [
        *("", "a", "a@b", "@example.org", "a@example.org\n", "a@example.org\r\nBcc: b@example.org", "a b@example.org"),
        *("<a@example.org>", "A <a@example.org>", "a@example.org,b@example.org", '"a b"@example.org', "ä@example.org"),
        *(".a@example.org", "a.@example.org", "a..b@example.org", ".@example.org"),
        *("a@-example.org", "a@example..org", f"{'a' * 65}@example.org", "a@[127.0.0.1]", "=?utf-8?q?a?=@example.org"),
    ],
)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        NotifyOptions(email=address)


@given(local=st.text("ab1.!#$%&'*+/=?^_`{|}~-@", max_size=70))
def test_whatever_address_is_taken_can_be_written_to(local: str) -> None:
    address = f"{local}@example.org"
    with suppress(ValidationError):
        NotifyOptions(email=address)
        assert written_to(address) == address


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.org", "ftp://example.org/", "https://", "https:///x", "https://user@example.org/"),
        *("https://example.org/a b", "https://example.org/#a", "https://example.org/\\a", "https://exämple.org/"),
        *("https://example.org/a\r\nX: y", "javascript:alert(1)", f"https://example.org/{'a' * 2000}"),
    ],
)
def test_what_is_no_url_of_a_webhook_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        NotifyOptions(webhook=url)


@pytest.mark.parametrize("title", ["a\0b", "a\x1fb", "\n", "a\r\nBcc: b@example.org", "a\x7f"])
def test_a_title_with_control_characters_is_refused_since_it_is_the_subject_of_an_email(title: str) -> None:
    with pytest.raises(ValidationError, match="control character"):
        ReportOptions(title=title)


@given(rest=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_what_the_door_lets_in_has_the_characters_of_a_destination(rest: str) -> None:
    url = f"https://example.org/{rest}"
    try:
        NotifyOptions(webhook=url)
    except ValidationError:
        with pytest.raises(ValueError, match="characters"):
            destination_of(url)
    else:
        assert destination_of(url).host == "example.org"
