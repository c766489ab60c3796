"""The behaviour of a ObjectStore."""

from __future__ import annotations

import random

import pytest

from reports.errors import InputUnavailableError, TooLargeError
from reports.jobs.ports import ObjectStore
from reports.jobs.values import ByteRange


def fail_to_upload(objects: ObjectStore, key: str, size: int) -> None:
    """Break an upload off by a ZeroDivisionError after that many bytes."""
    with objects.open_upload(key, content_type="text/plain") as upload:
        upload.write(bytes(size))
        raise ZeroDivisionError


class ObjectStoreContract:
    """The behaviour of an ObjectStore. ``objects`` and a fresh ``folder`` come from fixtures of the subclass."""

    @pytest.mark.parametrize("name", ["plain.json", "with space+plus%41.csv", "Zürich-日本.pdf", "a'b(c)!.txt"])
    def test_an_object_comes_back_as_it_was_put(self, objects: ObjectStore, folder: str, name: str) -> None:
        objects.put(f"{folder}/{name}", b"\x00body", content_type="application/json", filename=name)

        assert objects.get(f"{folder}/{name}", max_bytes=100) == b"\x00body"

    def test_a_second_put_replaces_the_object(self, objects: ObjectStore, folder: str) -> None:
        objects.put(f"{folder}/a", b"1", content_type="text/plain")
        objects.put(f"{folder}/a", b"2", content_type="text/plain")

        assert objects.get(f"{folder}/a", max_bytes=100) == b"2"

    def test_a_missing_object_is_unavailable_for_now(self, objects: ObjectStore, folder: str) -> None:
        with pytest.raises(InputUnavailableError):
            objects.get(f"{folder}/missing", max_bytes=100)

    def test_an_object_that_was_removed_is_gone(self, objects: ObjectStore, folder: str) -> None:
        objects.put(f"{folder}/a b+c", b"1", content_type="text/plain")

        for _ in range(2):
            objects.delete(f"{folder}/a b+c")

        with pytest.raises(InputUnavailableError):
            objects.get(f"{folder}/a b+c", max_bytes=100)

    def test_a_list_has_what_begins_like_that_and_its_size(self, objects: ObjectStore, folder: str) -> None:
        for name, size in (("b/2.pdf", 3), ("b/1 ä.pdf", 0), ("bb.pdf", 1), ("c/b/1.pdf", 1)):
            objects.put(f"{folder}/{name}", b"x" * size, content_type="application/pdf")

        found = list(objects.list(f"{folder}/b/"))

        assert [(each.key, each.size) for each in found] == [(f"{folder}/b/1 ä.pdf", 0), (f"{folder}/b/2.pdf", 3)]
        assert all(each.modified_at.tzinfo is not None for each in found)
        assert list(objects.list(f"{folder}/none/")) == []

    def test_an_object_that_was_put_has_no_metadata_of_callers(self, objects: ObjectStore, folder: str) -> None:
        objects.put(f"{folder}/a b+c", b"1", content_type="text/plain", filename="ä.txt")

        assert objects.metadata(f"{folder}/a b+c") == {}

    def test_a_missing_object_has_no_metadata_for_now(self, objects: ObjectStore, folder: str) -> None:
        with pytest.raises(InputUnavailableError):
            objects.metadata(f"{folder}/missing")

    def test_an_object_above_the_limit_is_not_read(self, objects: ObjectStore, folder: str) -> None:
        objects.put(f"{folder}/big", b"x" * 101, content_type="text/plain")

        with pytest.raises(TooLargeError):
            objects.get(f"{folder}/big", max_bytes=100)

    def test_an_object_comes_in_parts_that_make_up_the_whole(self, objects: ObjectStore, folder: str) -> None:
        body = bytes(range(256)) * 8192
        objects.put(f"{folder}/long", body, content_type="text/plain")

        parts = list(objects.read(f"{folder}/long", max_bytes=len(body)))

        assert b"".join(parts) == body
        assert len(parts) > 1

    def test_a_part_of_an_object_is_read_alone(self, objects: ObjectStore, folder: str) -> None:
        objects.put(f"{folder}/lines", b"first\nsecond\nthird\n", content_type="application/jsonl")

        parts = [ByteRange(0, 6), ByteRange(6, 7), ByteRange(13, 6), ByteRange(18, 1)]

        read = [b"".join(objects.read(f"{folder}/lines", part=part, max_bytes=7)) for part in parts]
        assert read == [b"first\n", b"second\n", b"third\n", b"\n"]

    @pytest.mark.parametrize("part", [ByteRange(19, 1), ByteRange(13, 7), ByteRange(500, 7)])
    def test_a_part_that_an_object_does_not_have_is_unavailable(
        self, objects: ObjectStore, folder: str, part: ByteRange
    ) -> None:
        objects.put(f"{folder}/lines", b"first\nsecond\nthird\n", content_type="application/jsonl")

        with pytest.raises(InputUnavailableError):
            list(objects.read(f"{folder}/lines", part=part, max_bytes=100))

    @pytest.mark.parametrize("size", [0, 5, 8 * 2**20, 8 * 2**20 + 1, 20 * 2**20], ids=lambda size: f"{size:,}")
    def test_an_upload_is_there_whole_when_it_has_ended(self, objects: ObjectStore, folder: str, size: int) -> None:
        body = random.Random(size).randbytes(size)

        with objects.open_upload(f"{folder}/made", content_type="application/pdf", filename="ä.pdf") as upload:
            for start in range(0, size, 3_000_000):
                upload.write(body[start : start + 3_000_000])

        assert objects.get(f"{folder}/made", max_bytes=size) == body

    @pytest.mark.parametrize("size", [5, 20 * 2**20], ids=["small", "large"])
    def test_an_upload_that_fails_leaves_what_was_there(self, objects: ObjectStore, folder: str, size: int) -> None:
        objects.put(f"{folder}/kept", b"before", content_type="text/plain")

        with pytest.raises(ZeroDivisionError):
            fail_to_upload(objects, f"{folder}/kept", size)

        assert objects.get(f"{folder}/kept", max_bytes=100) == b"before"
