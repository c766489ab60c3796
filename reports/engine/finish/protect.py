"""Encrypt a PDF by AES-256 (ISO 32000-2, 7.6.4, revision 6)."""

from __future__ import annotations

from collections.abc import Callable
from io import RawIOBase
from typing import TYPE_CHECKING, BinaryIO

import pikepdf

from reports.render_contract import Protection

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def write_protected(pdf: BinaryIO, output: Callable[[bytes], object], protection: Protection) -> None:
    """Write a PDF to ``output`` in parts, encrypted. Its pages, tags and files stay as they are.

    Keys are drawn at random, so each time the bytes are others.
    """
    allowed = protection.allowed
    permissions = pikepdf.Permissions(
        accessibility=True,
        extract="copy" in allowed,
        modify_annotation="modify" in allowed,
        modify_assembly="modify" in allowed,
        modify_form="modify" in allowed,
        modify_other="modify" in allowed,
        print_lowres="print" in allowed,
        print_highres="print" in allowed,
    )
    encryption = pikepdf.Encryption(owner=protection.owner, user=protection.user or "", R=6, allow=permissions)
    with pikepdf.open(pdf) as opened:
        opened.save(
            _Parts(output),  # type: ignore[arg-type]
            encryption=encryption,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            preserve_pdfa=False,  # which would go back in the file
        )


class _Parts(RawIOBase):
    """A file that takes what is written to it in order, as qpdf does."""

    def __init__(self, output: Callable[[bytes], object]) -> None:
        self._output = output
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, part: ReadableBuffer, /) -> int:
        body = bytes(part)
        self._output(body)
        self._at += len(body)
        return len(body)

    def tell(self) -> int:
        return self._at
