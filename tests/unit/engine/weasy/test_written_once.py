"""A PDF is compressed once, and has the bytes that pydyf writes."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import Any

import deflate
import pikepdf
import pydyf
import pytest

from reports.engine.weasy.patches.pdf import pdf_written_once


def written(kind: type[pydyf.PDF], *, compress: bool, identifier: object) -> bytes:
    """Write a page that is drawn on, with an object within another."""
    pdf = kind()
    stream = pydyf.Stream([b"0 0 m", b"9 9 l", b"S"] * 50, {"Note": pydyf.Dictionary({"A": 1})}, compress=True)
    pdf.add_object(stream)
    pdf.info["Title"] = pydyf.String("A page")
    shared = pydyf.Dictionary({"Numbers": pydyf.Array([1, 2.5, 3])})
    pdf.add_object(shared)
    pdf.add_page(
        pydyf.Dictionary({"Type": "/Page", "Parent": pdf.pages.reference, "Contents": stream.reference, "X": shared})
    )
    output = BytesIO()
    pdf.write(output, version=b"1.7", identifier=identifier, compress=compress)
    return output.getvalue()


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("identifier", [True, False, b"mine"])
def test_the_bytes_are_those_of_pydyf_but_for_the_compression(
    compress: bool, identifier: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deflate, "zlib_compress", lambda content, level: zlib.compress(content, 9))

    found = written(pdf_written_once(), compress=compress, identifier=identifier)

    assert found == written(pydyf.PDF, compress=compress, identifier=identifier)


@pytest.mark.parametrize("compress", [True, False])
def test_each_stream_is_compressed_once(compress: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0
    compressed = deflate.zlib_compress

    def counted(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        return compressed(*arguments)

    monkeypatch.setattr(deflate, "zlib_compress", counted)

    written(pdf_written_once(), compress=compress, identifier=True)

    # The page's content, and in a compressed file the objects and the places of all.
    assert calls == (3 if compress else 1)


def test_pydyf_is_as_it_was_afterwards() -> None:
    before = pydyf.Stream.__dict__["data"], pydyf.Dictionary.__dict__["data"], pydyf.zlib

    written(pdf_written_once(), compress=True, identifier=True)

    assert (pydyf.Stream.__dict__["data"], pydyf.Dictionary.__dict__["data"], pydyf.zlib) == before


def test_what_was_compressed_is_what_was_written() -> None:
    with pikepdf.open(BytesIO(written(pdf_written_once(), compress=True, identifier=True))) as pdf:
        assert pdf.pages[0].Contents.read_bytes() == b"\n".join([b"0 0 m", b"9 9 l", b"S"] * 50)
