"""Send a file as a part of a form, without holding it in memory."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from pressrun_client.errors import InputError

_PART = 256 * 1024


class FormBody:
    """The body of one presigned form: its fields, and last the file, as S3 wants it.

    ``progress`` is told how many bytes of the file have gone. The body can be read once; ``rewind`` begins again.
    """

    def __init__(
        self,
        fields: Mapping[str, str],
        filename: str,
        file: BinaryIO,
        size: int,
        progress: Callable[[int], object] | None = None,
    ) -> None:
        self._boundary = secrets.token_hex(16)
        self._head = b"".join(self._field(name, value) for name, value in fields.items()) + self._begin(
            "file", f'; filename="{_quoted(filename)}"', "application/octet-stream"
        )
        self._tail = f"\r\n--{self._boundary}--\r\n".encode()
        self._file = file
        self._size = size
        self._progress = progress or (lambda _: None)
        self._start = file.tell()
        self.is_sent = False

    @property
    def content_type(self) -> str:
        """Return the type of the body, with its boundary."""
        return f"multipart/form-data; boundary={self._boundary}"

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the body, exactly as long as it was said to be. Raises InputError when the file is not."""
        yield self._head
        done = 0
        while done < self._size:
            part = self._file.read(min(_PART, self._size - done))
            if not part:
                raise InputError("The file became shorter during the upload. The service has not kept it.")
            yield part
            done += len(part)
            self._progress(done)
        # Whatever breaks from here on, the store may have got all of it.
        self.is_sent = True
        yield self._tail

    def rewind(self) -> None:
        """Begin again."""
        self._file.seek(self._start)
        self.is_sent = False
        self._progress(0)

    def _field(self, name: str, value: str) -> bytes:
        return self._begin(name) + value.encode() + b"\r\n"

    def _begin(self, name: str, more: str = "", content_type: str | None = None) -> bytes:
        lines = [f"--{self._boundary}", f'Content-Disposition: form-data; name="{_quoted(name)}"{more}']
        if content_type is not None:
            lines.append(f"Content-Type: {content_type}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _quoted(text: str) -> str:
    """Return a text as it may stand in quotes in the head of a part: as browsers write it (WHATWG)."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
