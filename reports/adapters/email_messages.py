"""Write e-mail messages that every reader takes apart the same way, whatever their words are.

Python's newer e-mail classes read encoded words (``=?utf-8?q?…?=``) in the text of a header, and in some versions write
the line ends that stand encoded there as they are (CVE-2024-6923). So headers are built from words that are encoded
here, and each message is read back before it goes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.charset import Charset
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import collapse_rfc2231_value, formataddr, getaddresses
from urllib.parse import quote

from reports.delivery.ports import Attachment, Email

_NAME = "Pressrun"
_POLICY = compat32.clone(linesep="\r\n")
_UTF_8 = Charset("utf-8")
# One address, and nothing else: no name beside it, no second one, and nothing but ASCII.
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_ENCODED_WORD = "=?"
# What a header may hold as it is, on one line.
_PLAIN = re.compile(r"[!-~]([ -~]{0,58}[!-~])?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# A line has 76 characters where words are encoded (RFC 2047), and "Subject: " stands before the first one. An encoded
# word or a part of a name is one line.
_LONGEST_WORD = 66
_LONGEST_PART_OF_A_NAME = 48
_HEADERS = ["Content-Type", "MIME-Version", "From", "To", "Subject", "Auto-Submitted"]


class UnsafeMessageError(ValueError):
    """A message that would not arrive as it was written."""


def message_of(email: Email, sender: str) -> bytes:
    """Write a message, and read it back. Raises UnsafeMessageError, which quotes nothing of it."""
    _check(email, sender)
    try:
        content = _written(email, sender).as_bytes(policy=_POLICY)
    except (ValueError, MessageError) as error:
        raise UnsafeMessageError("it cannot be written as a message") from error
    _read_back(content, email, sender)
    return content


def _check(email: Email, sender: str) -> None:
    for address in (email.to, sender):
        if not _ADDRESS.fullmatch(address) or _ENCODED_WORD in address:
            raise UnsafeMessageError("the address is not one of e-mail")
    if any(_CONTROL.search(text) for text in (email.subject, *(file.filename for file in email.attachments))):
        raise UnsafeMessageError("a header would have more than one line")


def _written(email: Email, sender: str) -> Message:
    message: Message = MIMEMultipart("mixed") if email.attachments else MIMEMultipart("alternative")
    message["From"] = formataddr((_NAME, sender))
    message["To"] = email.to
    message["Subject"] = _encoded(_split_encoded_words(email.subject))
    # So that no absence notice comes back: https://www.rfc-editor.org/rfc/rfc3834#section-5
    message["Auto-Submitted"] = "auto-generated"
    texts = MIMEMultipart("alternative") if email.attachments else message
    texts.attach(MIMEText(email.text, "plain", "utf-8"))
    texts.attach(MIMEText(email.html, "html", "utf-8"))
    if email.attachments:
        message.attach(texts)
    for file in email.attachments:
        message.attach(_attached(file))
    return message


def _attached(file: Attachment) -> Message:
    main, _, sub = file.content_type.partition("/")
    if main != "application":
        raise ValueError("only files of applications are attached")
    part = MIMEApplication(file.body, sub)
    part["Content-Disposition"] = "attachment;\n " + ";\n ".join(_parts_of_name(file.filename))
    return part


def _split_encoded_words(text: str) -> str:
    """Part what looks like an encoded word. A reader that decodes twice would find one in what it has decoded."""
    return text.replace(_ENCODED_WORD, "= ?")


def _encoded(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return "\n ".join(word for word in _UTF_8.header_encode_lines(text, itertools.repeat(_LONGEST_WORD)) if word)


def _parts_of_name(filename: str) -> Iterator[str]:
    """Yield the parameters that together name a file (RFC 2231), with nothing in them but letters, digits and %."""
    part, number = "", 0
    for character in filename:
        encoded = quote(character, safe="", encoding="utf-8")
        if len(part) + len(encoded) > _LONGEST_PART_OF_A_NAME:
            yield _part_of_name(number, part)
            part, number = "", number + 1
        part += encoded
    yield _part_of_name(number, part)


def _part_of_name(number: int, part: str) -> str:
    return f"filename*{number}*=" + ("utf-8''" if number == 0 else "") + part


def _read_back(content: bytes, email: Email, sender: str) -> None:
    """See that a reader finds what was to be written, and nothing else. Raises UnsafeMessageError."""
    message = message_from_bytes(content, policy=compat32)
    parts = [part for part in message.walk() if not part.is_multipart()]
    found = [(part.get_content_type(), _name_of(part), part.get_payload(decode=True)) for part in parts]
    wanted = [
        ("text/plain", None, email.text.encode()),
        ("text/html", None, email.html.encode()),
        *((file.content_type, file.filename, file.body) for file in email.attachments),
    ]
    is_as_written = (
        message.keys() == _HEADERS
        and getaddresses(message.get_all("From", [])) == [(_NAME, sender)]
        and getaddresses(message.get_all("To", [])) == [("", email.to)]
        and str(make_header(decode_header(message["Subject"]))) == _split_encoded_words(email.subject)
        and found == wanted
        and not any(part.defects for part in message.walk())
    )
    if not is_as_written:
        raise UnsafeMessageError("it would be read as another message than was written")


def _name_of(part: Message) -> str | None:
    name = part.get_param("filename", None, "content-disposition")
    return None if name is None else collapse_rfc2231_value(name)
