"""Write a PDF anew, composed of others or encrypted by AES-256 (ISO 32000-2, 7.6.4, revision 6)."""

from __future__ import annotations

from collections.abc import Callable
from io import RawIOBase
from typing import Any, BinaryIO

import pikepdf

from reports.engine.finish.compose import Composed, compose
from reports.render_contract import Accessibility, Finish, Protection


def write_finished(
    pdf: BinaryIO, output: Callable[[bytes], object], finish: Finish, accessibility: Accessibility
) -> Composed:
    """Write a PDF to ``output`` in parts, with all that is to be done to it. Its own pages, tags and files stay.

    Keys of an encryption are drawn at random, so each time the bytes are others. Raises AssetUnusableError or
    NotAccessibleError.
    """
    with pikepdf.open(pdf) as opened:
        done = Composed() if finish.composition is None else compose(opened, finish.composition, accessibility)
        protection = finish.protection
        opened.save(
            _Parts(output),  # type: ignore[arg-type]
            encryption=None if protection is None else _encryption(protection),
            deterministic_id=protection is None,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            preserve_pdfa=False,  # which would go back in the file
        )
    return done


def _encryption(protection: Protection) -> pikepdf.Encryption:
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
    return pikepdf.Encryption(owner=protection.owner, user=protection.user or "", R=6, allow=permissions)


class _Parts(RawIOBase):
    """A file that takes what is written to it in order, as qpdf does."""

    def __init__(self, output: Callable[[bytes], object]) -> None:
        self._output = output
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, part: Any, /) -> int:
        body = bytes(part)
        self._output(body)
        self._at += len(body)
        return len(body)

    def tell(self) -> int:
        return self._at
