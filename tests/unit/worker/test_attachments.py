"""What the files are that a report has attached."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from reports.errors import InvalidOptionsError, TooLargeError
from reports.jobs.pdf_request import AttachmentRequest
from reports.render_contract import InputKind, PdfClaims, Template
from reports.worker.attachments import MOST_BYTES_ATTACHED, attachments_of_file, attachments_of_request
from tests.builders import App, direct_message, notification, upload_message
from tests.unit.worker.jobs import LETTER, only_job

TABLE = Template("table", "", "", Path(), {}, InputKind.ROWS, "rows")
INVOICE = Template("invoice", "", "", Path(), {})
DATA = {"rows": [{"Name": "Ä;B", "n": 1.5}, {"n": None, "Ok": True}]}
DATA_AND_CSV = [AttachmentRequest(source="data"), AttachmentRequest(source="csv")]


def own(name: str, body: bytes = b"x", **said: Any) -> AttachmentRequest:
    return AttachmentRequest(name=name, content=b64encode(body).decode(), **said)


def test_the_data_of_a_request_are_json_and_csv() -> None:
    data, rows = attachments_of_request(DATA_AND_CSV, TABLE, DATA)

    assert (data.name, data.content_type, data.relationship) == ("data.json", "application/json", "Data")
    assert json.loads(data.body) == DATA
    assert (rows.name, rows.content_type) == ("data.csv", "text/csv")
    assert rows.body.decode("utf-8-sig") == "Name,n,Ok\r\nÄ;B,1.5,\r\n,,true\r\n"


def test_an_uploaded_file_is_attached_as_it_came(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(b"a\n\xe4")

    first, second = attachments_of_file([AttachmentRequest(source="data"), own("b.txt")], "Orders.CSV", path)

    assert (first.name, first.content_type, first.body) == ("Orders.CSV", "text/csv", b"a\n\xe4")
    assert (second.name, second.body, second.relationship) == ("b.txt", b"x", "Supplement")


def test_what_is_not_there_cannot_be_attached(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"")

    with pytest.raises(InvalidOptionsError, match="/options/attach/1/source: the template 'invoice' has no rows"):
        attachments_of_request(DATA_AND_CSV, INVOICE, {"lines": []})
    with pytest.raises(InvalidOptionsError, match="/options/attach/1/source: of an uploaded file, only itself"):
        attachments_of_file(DATA_AND_CSV, "a.xlsx", tmp_path / "a.xlsx")


def test_two_files_have_two_names() -> None:
    with pytest.raises(InvalidOptionsError, match="/options/attach/1/name: another attachment is called 'DATA.json'"):
        attachments_of_request([AttachmentRequest(source="data"), own("DATA.json")], INVOICE, {})


def test_there_is_a_limit_to_what_is_attached(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES_ATTACHED + 1)

    with pytest.raises(TooLargeError, match="16,777,217 bytes"):
        attachments_of_file([AttachmentRequest(source="data")], "a.csv", path)
    assert attachments_of_file([], "a.csv", path) == ()


def test_wishes_of_a_request_get_to_its_render_and_contents_not_into_its_job(app: App) -> None:
    pdf = {"variant": "pdf/a-3a", "ua": True}
    attach = [{"source": "data"}, {"name": "b.txt", "content": "Qg=="}]

    app.process(direct_message({**LETTER, "options": {"pdf": pdf, "attach": attach}}))

    context = app.renderer.rendered[0].context
    assert context.pdf == PdfClaims("pdf/a-3a", ua=True)
    assert [(each.name, each.body[:1]) for each in context.attachments] == [("data.json", b"{"), ("b.txt", b"B")]
    kept = only_job(app).options.attach or []
    assert [each.content for each in kept] == [None, ""]


def test_a_file_that_was_uploaded_with_options_is_attached(app: App) -> None:
    key, beside = "uploads/demo/list/a.csv", {"attach": [{"source": "data"}, {"name": "b.txt", "content": "Qg=="}]}
    app.uploads.put(f"{key}.pressrun.json", json.dumps(beside).encode(), content_type="application/json")
    app.uploads.put(key, b"a;b\n1;2\n", content_type="text/csv")

    assert app.process(upload_message(notification(key))).done

    assert [(each.name, each.body) for each in app.renderer.rendered[0].context.attachments] == [
        ("a.csv", b"a;b\n1;2\n"),
        ("b.txt", b"B"),
    ]
