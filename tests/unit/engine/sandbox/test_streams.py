"""What goes into a rendering child and comes out of it bit by bit: rows, the PDF, progress."""

from __future__ import annotations

import hashlib
import random
import socket
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from reports.catalog.row_schema import RowSchema
from reports.clock import Deadline
from reports.datasets import RowsFile, RowsFormat
from reports.engine.sandbox import child
from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.engine.sandbox.wire import Wire, report_frame, report_of, request_frame, request_of
from reports.errors import InvalidDataError, PermanentError, ServiceUnavailableError, TooLargeError, UnreadableFileError
from reports.render_contract import Progress, RenderedReport, RenderLimits, RenderRequest
from tests.unit.engine.rendering import context, page_texts, printed, template
from tests.unit.engine.sandbox.confinement import LIMITS, LYING_VIEW, PAGE, PATIENCE, ROOT, frame, lay_out


def test_a_pdf_comes_in_parts_and_its_measure_is_taken_on_the_way(shared: ConfinedRenderer, folder: Path) -> None:
    noisy = lay_out(folder, PAGE.format('<img src="noise.png" alt="noise">'))
    Image.frombytes("RGB", (900, 900), random.Random(1).randbytes(900 * 900 * 3)).save(noisy.folder / "noise.png")
    parts: list[bytes] = []

    report = shared.render(RenderRequest(noisy, {}, context()), output=parts.append)

    pdf = b"".join(parts)
    assert len(pdf) > 2 * 2**20
    assert max(map(len, parts)) <= 2**20
    assert (report.size, report.sha256) == (len(pdf), hashlib.sha256(pdf).hexdigest())
    assert len(page_texts(pdf)) == report.pages


def test_a_pdf_above_the_limit_is_an_error_and_its_child_is_ended(folder: Path) -> None:
    with ConfinedRenderer(replace(LIMITS, pdf_bytes=1000)) as renderer:
        with pytest.raises(TooLargeError, match="The PDF has more than"):
            printed(renderer, lay_out(folder, name="whole"), {}, context())

        assert renderer._child is None


def test_an_error_of_who_takes_the_pdf_ends_the_render_and_not_those_after_it(
    renderer: ConfinedRenderer, folder: Path
) -> None:
    def refuse(part: bytes) -> None:
        raise ServiceUnavailableError("S3 is down.")

    with pytest.raises(ServiceUnavailableError):
        renderer.render(RenderRequest(lay_out(folder), {}, context()), output=refuse)

    assert printed(renderer, lay_out(folder, name="whole"), {}, context()).pages == 1


_PROGRESS_OF_UNKNOWN_END = b'{"progress": {"done": 7, "total": null}}'


def test_the_progress_of_a_render_is_heard(renderer: ConfinedRenderer, folder: Path) -> None:
    tell = LYING_VIEW.format(frame(b'{"progress": {"done": 5, "total": 9}}') + frame(_PROGRESS_OF_UNKNOWN_END))
    heard: list[Progress] = []

    printed(renderer, lay_out(folder, view=tell), {}, context(), progress=heard.append)

    assert heard == [Progress(5, 9), Progress(7)]


ADDING_VIEW = "def view(data, context): return {'text': '+'.join(row['a'] or '-' for row in data['rows'])}"


def test_rows_of_a_file_are_read_where_they_are_rendered(
    shared: ConfinedRenderer, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text("a\n1\n22\n")

    report = printed(
        shared, lay_out(folder, view=ADDING_VIEW), {"rows": RowsFile(tmp_path / "rows.csv", RowsFormat.CSV)}, context()
    )

    assert page_texts(report.pdf) == ["1+22"]


@pytest.mark.parametrize(
    ("text", "error", "place"),
    [("a,b\n1,2\n1,2,3\n", UnreadableFileError, "Line 3"), ("a\n1\n\n333\n", InvalidDataError, "/rows/1/a")],
)
def test_what_is_wrong_with_rows_is_told_as_if_they_had_been_read_before(
    shared: ConfinedRenderer, folder: Path, tmp_path: Path, text: str, error: type[Exception], place: str
) -> None:
    (tmp_path / "rows.csv").write_text(text)
    schema = RowSchema("demo", "rows", {"properties": {"a": {"maxLength": 2}}})
    rows = RowsFile(tmp_path / "rows.csv", RowsFormat.CSV, schema)

    with pytest.raises(error, match=place) as caught:
        printed(shared, lay_out(folder, view=ADDING_VIEW), {"rows": rows}, context())

    assert isinstance(caught.value, PermanentError)
    known = {name: caught.value.reading.get(name) for name in ("format", "encoding", "header_row")}
    assert known == {"format": "csv", "encoding": "utf-8", "header_row": 1}


def test_a_warning_keeps_its_structure() -> None:
    warning = {"code": "missing_glyphs", "characters": ["\u2603", "\u2604"], "count": 2, "share": 0.5}
    report = RenderedReport(1, 9, "ab", warnings=(warning,), layout={"path": "long_table", "rows": 100_000})

    assert report_of(report_frame(report), size=9, sha256="ab") == report


class ManyPieces:
    """Render nothing, but write and tell much."""

    def render(self, *arguments: object, **ports: Any) -> RenderedReport:
        for number in range(3000):
            ports["output"](b"%04d" % number * 256)
            ports["progress"](Progress(number, 3000))
        ports["ended"]()
        return RenderedReport(1, 0, "")


def test_a_child_sends_few_frames_however_many_pieces_it_writes() -> None:
    ours, theirs = socket.socketpair()
    request = RenderRequest(template(ROOT / "templates" / "photos"), {}, context(), limits=RenderLimits(seconds=60))
    answering = threading.Thread(target=serve_one, args=(Wire(theirs), ManyPieces()), daemon=True)
    answering.start()
    wire = Wire(ours)
    wire.send(request_frame(request))

    frames = [wire.receive(by=Deadline.after(PATIENCE))]
    while "report" not in frames[-1].facts:
        frames.append(wire.receive(by=Deadline.after(PATIENCE)))

    answering.join(PATIENCE)
    ours.close()
    theirs.close()
    kinds = [next(iter(frame.facts)) for frame in frames]
    assert b"".join(frame.attached for frame in frames) == b"".join(b"%04d" % n * 256 for n in range(3000))
    assert kinds.count("pdf") == 3
    assert 1 <= kinds.count("progress") < 30


def serve_one(wire: Wire, renderer: Any) -> None:
    """Answer one request, as a child does that is to retire after it."""
    wire.send(child._answer(wire, renderer, request_of(wire.receive())))
