"""Receipts, and files that are compared with them, on the command line and from Python."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun_client import SignatureError, Verdict, verify
from pressrun_client.cli.exits import Exit
from pressrun_client.verification import Revision, revisions_of
from reports.errors import RenderTimeoutError
from tests.unit.client.terminal import CommandLine
from tests.unit.client.wire import World

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


@pytest.fixture
def made(world: World, tmp_path: Path) -> tuple[str, Path]:
    """Return a report and its file, on a stage that signs receipts."""
    world.app.receipt_keys.make()
    world.app.renderer.parts = [PDF]
    world.time.meanwhile = world.work
    report = world.client.wait(world.client.submit("letter", {"to": "me"}))
    return report.id, world.client.download(report, tmp_path / "a.pdf")


def test_a_file_that_is_unchanged_names_its_report(pressrun: CommandLine, made: tuple[str, Path]) -> None:
    report, file = made

    result = pressrun("verify", file)

    assert (result.status, result.err) == (Exit.OK, "")
    assert result.out.splitlines()[0] == f"{file}: It is unchanged."
    assert report in result.out
    assert "Signed    yes" in result.out


def test_a_file_that_was_changed_is_of_no_report(pressrun: CommandLine, made: tuple[str, Path]) -> None:
    _, file = made
    file.write_bytes(PDF.replace(b"1 0 obj", b"2 0 obj"))

    result = pressrun("verify", file, "--json")

    assert result.status == Exit.NOT_FOUND
    assert result.documents[0]["verdict"] == "unknown"


def test_what_was_added_behind_a_report_is_told(pressrun: CommandLine, made: tuple[str, Path]) -> None:
    report, file = made
    file.write_bytes(PDF + b"2 0 obj\n%%EOF\n")

    result = pressrun("verify", file, "--json")

    assert result.status == Exit.CHANGED
    [document] = result.documents
    assert (document["verdict"], document["added_bytes"]) == ("added_to", 14)
    assert document["receipt"]["report"] == report


def test_a_saved_receipt_tells_a_changed_file_from_that_of_its_report(
    pressrun: CommandLine, made: tuple[str, Path], tmp_path: Path
) -> None:
    report, file = made
    saved = pressrun("receipt", report, "-o", tmp_path)
    path = tmp_path / f"{report}.receipt.json"
    assert saved.out == f"{path}\n"

    assert pressrun("verify", file, "--receipt", path).status == Exit.OK
    file.write_bytes(b"another")
    result = pressrun("verify", file, "--receipt", path)

    assert result.status == Exit.CHANGED
    assert "no file of this report has these bytes" in result.out


def test_a_receipt_without_a_signature_is_no_proof(pressrun: CommandLine, made: tuple[str, Path], world: World) -> None:
    _, file = made
    world.app.receipt_keys.keys.clear()

    result = pressrun("verify", file)

    assert result.status == Exit.UNSIGNED
    assert "It is unchanged." in result.out
    assert "no proof" in result.err


def test_a_receipt_of_a_key_before_the_one_that_signs_now_still_counts(
    pressrun: CommandLine, made: tuple[str, Path], world: World, tmp_path: Path
) -> None:
    report, file = made
    pressrun("receipt", report, "-o", tmp_path / "r.json")
    world.app.receipt_keys.make()

    assert pressrun("verify", file, "--receipt", tmp_path / "r.json").status == Exit.OK


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_receipt_whose_signature_is_wrong_proves_nothing(
    pressrun: CommandLine, made: tuple[str, Path], tmp_path: Path, part: int
) -> None:
    report, file = made
    pressrun("receipt", report, "-o", tmp_path / "r.json")
    document = json.loads((tmp_path / "r.json").read_text())
    parts = document["jws"].split(".")
    parts[part] = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    (tmp_path / "r.json").write_text(json.dumps({**document, "jws": ".".join(parts)}))

    result = pressrun("verify", file, "--receipt", tmp_path / "r.json", "--json")

    assert (result.status, result.error["code"]) == (Exit.CHANGED, "signature")


def test_what_stands_beside_the_signed_receipt_is_not_believed(
    made: tuple[str, Path], world: World, tmp_path: Path
) -> None:
    report, file = made
    receipt = world.client.receipt(report)
    file.write_bytes(b"forged")
    forged = replace(receipt, pdf_sha256=revisions_of(file)[0].sha256)

    assert verify(file, world.client, forged).verdict is Verdict.CHANGED


def test_a_receipt_of_another_service_is_not_believed(made: tuple[str, Path], world: World) -> None:
    report, file = made
    receipt = world.client.receipt(report)
    world.app.receipt_keys.keys.clear()
    world.app.receipt_keys.make()

    with pytest.raises(SignatureError, match="does not have"):
        verify(file, world.client, receipt)


def test_a_report_is_made_once_more_and_compared(pressrun: CommandLine, made: tuple[str, Path], world: World) -> None:
    report, file = made

    same = pressrun("verify", file, "--rerender")

    assert same.status == Exit.OK
    assert "the same PDF, byte for byte" in same.out
    assert pressrun("verify", file, "--json").documents[0]["receipt"]["report"] == report

    world.app.renderer.parts = [b"%PDF-1.7 of a later release"]
    world.app.engine = {**world.app.engine, "pressrun": "9.9.9"}
    vars(world.app).pop("worker")  # another one, of that release
    other = pressrun("verify", file, "--rerender", "--json")

    assert other.status == Exit.CHANGED
    [document] = other.documents
    assert document["verdict"] == "unchanged"
    assert (document["rerender"]["same"], document["rerender"]["differs"]) == (False, ["the release"])


def test_a_report_that_cannot_be_made_again_ends_as_it_fails(
    pressrun: CommandLine, made: tuple[str, Path], world: World
) -> None:
    world.app.renderer.faults = [RenderTimeoutError("It took too long.")]

    assert pressrun("verify", made[1], "--rerender").status == Exit.REPORT_FAILED


@pytest.mark.parametrize("text", ["", "{", "[]", '{"receipt": 3}'])
def test_a_file_that_is_no_receipt_is_named(
    pressrun: CommandLine, made: tuple[str, Path], tmp_path: Path, text: str
) -> None:
    (tmp_path / "r.json").write_text(text)

    result = pressrun("verify", made[1], "--receipt", tmp_path / "r.json")

    assert result.status in (Exit.USAGE, Exit.SERVICE)
    assert "r.json" in result.err


@given(
    parts=st.lists(st.sampled_from([b"%%EOF", b"\n", b"\r", b"\r\n", b"x", b"%%", b"y" * 70]), max_size=12),
    chunk=st.integers(1, 9),
)
def test_each_place_where_a_revision_may_end_is_found_however_the_file_is_read(
    parts: list[bytes], chunk: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    body = b"".join(parts)
    path = tmp_path_factory.mktemp("pdf") / "a.pdf"
    path.write_bytes(body)
    ends = {n + 5 for n in range(len(body)) if body[n : n + 5] == b"%%EOF"}
    ends |= {end + len(line) for end in ends for line in (b"\n", b"\r", b"\r\n") if body[end:].startswith(line)}
    wanted = sorted({end for end in ends if end < len(body)}, reverse=True)[:11]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pressrun_client.verification._CHUNK", chunk)
        whole, *found = revisions_of(path)

    assert whole.size == len(body)
    assert [each.size for each in found][:11] == wanted
    assert all(each == Revision(each.size, sha256(body[: each.size]).hexdigest()) for each in found)
