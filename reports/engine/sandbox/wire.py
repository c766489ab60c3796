"""Speak between the function and its rendering child: frames over a socket, JSON with raw bytes behind it.

The child works on untrusted data. So nothing that it sends is unpickled, and all of it is checked: after a flaw in a
library was used, the child may send anything.
"""

from __future__ import annotations

import json
import math
import pickle
import re
import select
import socket
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from reports.clock import NEVER, Deadline
from reports.errors import InvalidDataError, PermanentError, TemplateBrokenError, Violation
from reports.render_contract import Progress, RenderedFile, RenderedReport, RenderRequest

MOST_OF_AN_ANSWER = 256 * 2**20
"""Bytes that a function takes from its child in one frame, at the most: all the files besides the PDF."""

PART_BYTES = 2**20
"""Bytes of a PDF that the child sends at once."""

_HEADER = struct.Struct(">II")
_CHUNK = 2**20
# Warnings and layout become a part of the job, which DynamoDB keeps up to 400 KB of.
_MOST_OF_REMARKS = 64 * 1024
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,60}")


class BrokenWireError(Exception):
    """The other side has gone, or breaks the form of the frames."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: facts as JSON, and bytes."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    attached: bytes = b""


class Wire:
    """Send and receive frames. ``by`` is when they give up."""

    def __init__(self, connection: socket.socket, *, most_bytes: int | None = None) -> None:
        self._connection = connection
        self._most_bytes = most_bytes

    def send(self, frame: Frame, *, by: Deadline = NEVER) -> None:
        """Send a frame. Raises BrokenWireError or TimeoutError."""
        facts = json.dumps(frame.facts, separators=(",", ":")).encode()
        for part in (_HEADER.pack(len(facts), len(frame.attached)) + facts, frame.attached):
            self._wait_until(by)
            try:
                self._connection.sendall(part)
            except TimeoutError:
                raise
            except OSError as error:
                raise BrokenWireError("the other side has gone") from error

    def receive(self, *, by: Deadline = NEVER) -> Frame:
        """Return the next frame. Raises BrokenWireError or TimeoutError."""
        sizes = _HEADER.unpack(self._exactly(_HEADER.size, by))
        if self._most_bytes is not None and sum(sizes) > self._most_bytes:
            raise BrokenWireError(f"a frame of {sum(sizes):,} bytes is larger than any may be")
        facts, attached = (self._exactly(size, by) for size in sizes)
        try:
            value = json.loads(facts, parse_constant=_refused)
        except (ValueError, RecursionError) as error:
            raise BrokenWireError("a frame is not JSON") from error
        if not isinstance(value, dict):
            raise BrokenWireError("a frame is not a JSON object")
        return Frame(value, attached)

    def waits(self, *, by: Deadline) -> bool:
        """Wait until there is something to receive, the end among it; tell whether there is."""
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        return bool(poll.poll(max(by.seconds_left, 0) * 1000))

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _exactly(self, size: int, by: Deadline) -> bytes:
        body = bytearray()
        while len(body) < size:
            self._wait_until(by)
            try:
                chunk = self._connection.recv(min(_CHUNK, size - len(body)))
            except TimeoutError:
                raise
            except OSError as error:
                raise BrokenWireError("the other side has gone") from error
            if not chunk:
                raise BrokenWireError("the other side has gone")
            body += chunk
        return bytes(body)

    def _wait_until(self, by: Deadline) -> None:
        left = by.seconds_left
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(None if math.isinf(left) else left)


def request_frame(request: RenderRequest) -> Frame:
    """Write a request.

    In this direction it is a pickle, as the child has to trust the function anyway: it keeps a column's name once,
    where JSON would repeat it in each row. The schema stays behind; the data have passed it.
    """
    slim = replace(request, template=replace(request.template, schema={}))
    return Frame(attached=pickle.dumps(slim, protocol=pickle.HIGHEST_PROTOCOL))


def request_of(frame: Frame) -> RenderRequest:
    """Read a request; only in the child."""
    request = pickle.loads(frame.attached)  # noqa: S301, it comes from the parent process
    assert isinstance(request, RenderRequest)
    return request


def part_frame(part: bytes) -> Frame:
    """Write a part of the PDF."""
    return Frame({"pdf": len(part)}, part)


def progress_frame(progress: Progress) -> Frame:
    """Write how far the render is."""
    return Frame({"progress": {"done": progress.done, "total": progress.total}})


def progress_of(frame: Frame) -> Progress:
    """Read how far the render is. Raises BrokenWireError."""
    try:
        done, total = frame.facts["progress"]["done"], frame.facts["progress"]["total"]
        return Progress(_count(done), None if total is None else _count(total))
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenWireError("a word about progress has not its form") from error


def report_frame(report: RenderedReport) -> Frame:
    """Write a report, whose PDF has been sent: the other files stand behind one another in what is attached."""
    files = [
        {"name": f.name, "type": f.content_type, "bytes": len(f.body), "width": f.width, "height": f.height}
        for f in report.files
    ]
    facts = {
        "pages": report.pages,
        "files": files,
        "warnings": [dict(warning) for warning in report.warnings],
        "layout": dict(report.layout),
        "reading": dict(report.reading),
    }
    return Frame({"report": facts}, b"".join(file.body for file in report.files))


def report_of(frame: Frame, *, size: int, sha256: str) -> RenderedReport:
    """Read a report, and trust none of it; ``size`` and ``sha256`` are those of the PDF as it came.

    Raises BrokenWireError.
    """
    try:
        facts = frame.facts["report"]
        bodies = _cut(frame.attached, [file["bytes"] for file in facts["files"]])
        files = [_file(file, body) for file, body in zip(facts["files"], bodies, strict=True)]
        warnings = [_plain_facts(warning) for warning in facts["warnings"]]
        layout = _plain_facts(facts["layout"])
        reading = _reading(facts["reading"], warnings, layout)
        return RenderedReport(_count(facts["pages"]), size, sha256, tuple(files), tuple(warnings), layout, reading)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenWireError("a report has not its form") from error


def error_frame(error: PermanentError) -> Frame:
    """Write an error of the engine."""
    facts: dict[str, Any] = {
        "code": error.code,
        "message": error.message,
        "detail": dict(error.detail),
        "reading": dict(error.reading),
    }
    if isinstance(error, InvalidDataError):
        facts["template"] = error.template
    return Frame({"error": facts})


def error_of(frame: Frame) -> PermanentError:
    """Read an error of the engine, as one of the same type. Raises BrokenWireError."""
    try:
        facts = frame.facts["error"]
        error = _error(facts)
        error.reading = _reading(facts["reading"])
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as fault:
        raise BrokenWireError("an error has not its form") from fault
    return error


def _error(facts: Mapping[str, Any]) -> PermanentError:
    if facts["code"] == InvalidDataError.code:
        violations = [Violation(str(v["pointer"]), str(v["message"])) for v in facts["detail"]["violations"]]
        return InvalidDataError(str(facts["template"]), violations)
    kind = _plain_errors()[facts["code"]]
    return kind(str(facts["message"]), **{str(name): value for name, value in facts["detail"].items()})


def _reading(reading: object, *others: object) -> dict[str, Any]:
    """Return a reading as it came. Raises ValueError if it and the other remarks are too long."""
    if not isinstance(reading, dict):
        raise TypeError("a reading that is no object")
    if len(json.dumps([*others, reading])) > _MOST_OF_REMARKS:
        raise ValueError("too many remarks")
    return reading


def _plain_errors() -> dict[str, type[PermanentError]]:
    """Return the permanent errors that are made of a message and a detail, by their codes."""
    kinds = PermanentError.__subclasses__()
    return {kind.code: kind for kind in kinds if kind.__init__ is TemplateBrokenError.__init__}


def _file(facts: Mapping[str, Any], body: bytes) -> RenderedFile:
    name, content_type = facts["name"], facts["type"]
    # The name becomes a part of a key in S3.
    if not _FILE_NAME.fullmatch(name) or not _CONTENT_TYPE.fullmatch(content_type):
        raise ValueError("name or type of a file")
    width, height = (None if facts[side] is None else _count(facts[side]) for side in ("width", "height"))
    return RenderedFile(name, content_type, body, width, height)


def _plain_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts whose values are texts, numbers or lists of texts."""
    return {str(name): _plain(value) for name, value in facts.items()}


def _plain(value: object) -> str | int | float | list[str] | None:
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return value
    if value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise ValueError("neither text, number nor list of texts")


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _count(value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise ValueError("not a count")
    return value


def _cut(whole: bytes, lengths: Sequence[int]) -> list[bytes]:
    if sum(map(_count, lengths)) != len(whole):
        raise ValueError("lengths do not add up")
    parts, start = [], 0
    for length in lengths:
        parts.append(whole[start : start + length])
        start += length
    return parts
