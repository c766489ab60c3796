"""A PDF that is written object by object is one that strict readers take, and that they read as it was meant."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.engine.longtable.pages.pdf_file import PdfFile, packed

SOME = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def finished(file: PdfFile, written: bytearray) -> pikepdf.Pdf:
    root = file.reserve(2)
    file.add(root, b"<</Type/Catalog/Pages %d 0 R>>" % (root + 1))
    file.add(root + 1, b"<</Type/Pages/Count 0/Kids[]>>")
    file.finish(root, None)
    return pikepdf.open(io.BytesIO(bytes(written)))


def test_a_strict_reader_finds_every_object_and_nothing_to_warn_of() -> None:
    written = bytearray()
    file = PdfFile(written.extend)
    loose, stream, raw, many = file.reserve(), file.reserve(), file.reserve(), file.reserve(1000)
    file.add_stream(stream, b"0 0 m " * 100, b"/Kind/Packed")
    file.add(loose, b"<</Kind/Loose>>")
    file.add_stream(raw, b"0 0 m", b"/Kind/Raw", compress=False)
    file.add_many(many, [b"<</Kind/Many/At %d>>" % at for at in range(1000)])

    with finished(file, written) as document:
        assert document.check_pdf_syntax() == []
        assert document.get_warnings() == []
        assert document.get_object(loose, 0).Kind == "/Loose"
        assert document.get_object(stream, 0).read_bytes() == b"0 0 m " * 100
        assert document.get_object(raw, 0).read_raw_bytes() == b"0 0 m"
        assert [int(document.get_object(many + at, 0).At) for at in range(1000)] == list(range(1000))


@SOME
@given(order=st.permutations(range(40)), streams=st.sets(st.integers(0, 39)))
def test_objects_may_be_added_in_any_order(order: list[int], streams: set[int]) -> None:
    written = bytearray()
    file = PdfFile(written.extend)
    first = file.reserve(40)

    for at in order:
        if at in streams:
            file.add_stream(first + at, b"q Q" * at, b"/At %d" % at)
        else:
            file.add(first + at, b"<</At %d>>" % at)

    with finished(file, written) as document:
        assert [int(document.get_object(first + at, 0).At) for at in range(40)] == list(range(40))
        assert [*document.check_pdf_syntax(), *document.get_warnings()] == []


@pytest.mark.parametrize("count", [1, 399, 400, 401, 9_999, 10_000, 10_001, 25_000])
def test_many_objects_are_found_where_their_streams_end(count: int) -> None:
    written = bytearray()
    file = PdfFile(written.extend)
    first = file.reserve(count)
    file.add_many(first, [b"%d" % (at * 7) for at in range(count)])

    with finished(file, written) as document:
        for at in {0, count // 2, count - 1, min(count - 1, 9_999), min(count - 1, 10_000)}:
            assert int(document.get_object(first + at, 0)) == at * 7


def test_a_number_that_was_reserved_and_got_no_object_is_a_fault_of_ours() -> None:
    file = PdfFile(lambda part: None)
    unused, used = file.reserve(), file.reserve()
    file.add(used, b"<</Kind/Used>>")

    with pytest.raises(AssertionError, match=f"object {unused} was reserved"):
        file.finish(root=used, info=None)


def test_output_comes_in_order_while_objects_are_added() -> None:
    parts: list[bytes] = []
    file = PdfFile(parts.append)
    before = len(b"".join(parts))

    file.add_stream(file.reserve(), b"q Q", compress=False)

    assert b"".join(parts).startswith(b"%PDF-1.7\n")
    assert b"".join(parts)[before:] == b"1 0 obj\n<</Length 3>>\nstream\nq Q\nendstream\nendobj\n"
    assert file.size == len(b"".join(parts))


def test_the_identifier_of_a_file_is_made_of_its_content() -> None:
    def identifier(content: bytes) -> bytes:
        written = bytearray()
        file = PdfFile(written.extend)
        file.add_stream(file.reserve(), content)
        with finished(file, written) as document:
            return bytes(document.trailer.ID[0])

    assert identifier(b"q Q") == identifier(b"q Q") != identifier(b"Q q")


def test_content_comes_out_of_its_stream_as_it_was_in_the_same_bytes_each_time() -> None:
    content = b"BT 1 0 0 1 20 30 Tm [<0011>-12<0012>] TJ ET\n" * 500

    first, second = packed(content), packed(bytes(bytearray(content)))

    assert zlib.decompress(first) == content
    assert first == second
    assert isinstance(first, bytes)
