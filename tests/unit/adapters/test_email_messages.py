"""See that a message arrives as it was written, whatever its words are, on every version of Python."""

from __future__ import annotations

import email
from email.header import Header
from email.message import Message
from email.policy import default
from email.utils import getaddresses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.adapters import email_messages
from reports.adapters.email_messages import UnsafeMessageError, message_of
from reports.delivery.ports import Attachment, Email

SENDER = "reports@example.com"
HEADERS = ["Content-Type", "MIME-Version", "From", "To", "Subject", "Auto-Submitted"]
# By which CPythons before 3.11.10 and 3.12.5 end a header: CVE-2024-6923.
ENDS_THE_HEADER = (
    "x =?utf-8?q?a=0D=0AReply-To:_evil@evil.example=0D=0A=0D=0AHello_PAY_HERE?= "
    "=?us-ascii?q?b=0D=0AFrom:_ceo@bank.example=0D=0AX:?= y"
)

# What header parsers have stumbled over: pieces of encoded words, of parameters, of lists of addresses, of line ends.
_PIECES = st.sampled_from(
    [
        *("=?", "?=", "=?utf-8?q?", "=?utf-8?b?", "=?us-ascii?Q?", "=0D=0A", "=0A", "DQo=", "Bcc: b@example.org"),
        *("\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\ufeff", "\u202e", "\ud800"),
        *('"', "'", ";", ",", "<", ">", "(", ")", "\\", "%0D%0A", "*0*=", "utf-8''", "--", "é", "漢", "🦉", " ", "\t"),
    ]
)
WILD = st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=25).map("".join)


def letter(subject: str = "Ready", *, to: str = "a@example.org", filename: str | None = None, text: str = "t") -> Email:
    files = () if filename is None else (Attachment(filename, "application/pdf", b"%PDF\xff"),)
    return Email(to, subject, text, f"<p>{text}</p>", files)


def arrived(content: bytes) -> Message:
    return email.message_from_bytes(content, policy=default)


@given(subject=WILD, filename=st.none() | WILD, text=WILD, to=st.just("a@example.org") | WILD)
def test_wild_words_arrive_as_they_are_or_are_refused(subject: str, filename: str | None, text: str, to: str) -> None:
    try:
        content = message_of(letter(subject, to=to, filename=filename, text=text), SENDER)
    except UnsafeMessageError:
        return

    message = arrived(content)
    assert message.keys() == HEADERS
    assert str(message["To"]) == to
    assert getaddresses(message.get_all("To", [])) == [("", to)]
    assert getaddresses(message.get_all("From", [])) == [("Pressrun", SENDER)]
    assert str(message["Subject"]) == subject.replace("=?", "= ?")
    parts = [part for part in message.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "application/pdf"][
        : 2 if filename is None else 3
    ]
    assert parts[0].get_payload(decode=True) == text.encode()
    assert filename is None or (parts[2].get_filename() or "") == filename.strip()
    assert max(content) < 128
    assert max(len(line) for line in content.split(b"\r\n")) <= 78


@given(title=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200))
def test_no_title_without_line_ends_is_refused(title: str) -> None:
    message = arrived(message_of(letter(title, filename=f"{title}.pdf"), SENDER))

    assert str(message["Subject"]) == title.replace("=?", "= ?")


def test_encoded_words_in_a_title_end_no_header() -> None:
    message = arrived(message_of(letter(ENDS_THE_HEADER, filename=f"{ENDS_THE_HEADER}.pdf"), SENDER))

    assert message.keys() == HEADERS
    assert not any(end in str(message["Subject"]) for end in "\r\n")
    assert "PAY_HERE" in str(message["Subject"])  # as letters, where a title belongs


def test_a_reader_that_decodes_twice_finds_no_encoded_word() -> None:
    once = str(arrived(message_of(letter(ENDS_THE_HEADER), SENDER))["Subject"])

    twice = email.message_from_string(f"Subject: {once}\n\n", policy=default)["Subject"]

    assert str(twice) == once


@pytest.mark.parametrize("to", ["=?utf-8?q?a=0D=0AX=3Ay?=@example.org", "ä@example.org", "a@example.org\n"])
def test_an_address_that_a_reader_would_decode_is_refused(to: str) -> None:
    with pytest.raises(UnsafeMessageError):
        message_of(letter(to=to), SENDER)


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("_encoded", lambda text: f"{text}\nBcc: b@example.org"),
        ("_encoded", lambda text: f"{text}\n\nHello"),
        ("_encoded", lambda text: Header(f"{text}!", "utf-8").encode()),
        ("_parts_of_name", lambda _name: iter(['filename="other.pdf"'])),
        ("_parts_of_name", lambda name: iter([f'filename="{name}"\nX-More: y'])),
        ("formataddr", lambda pair: f"{pair[1]}, ceo@bank.example"),
    ],
)
def test_a_message_that_would_be_read_differently_is_refused(
    what: str, fault: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email_messages, what, fault)

    with pytest.raises(UnsafeMessageError):
        message_of(letter("Größe", filename="a.pdf"), SENDER)
