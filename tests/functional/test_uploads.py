"""Files in, reports out."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date
from typing import Any

import pytest
import requests
from PIL import Image

from tests.functional.service import Service, until
from tests.pictures import heic
from tests.workbooks import workbook

CSV = b"Item,Amount\nBread,2.50\nMilk,1.20\n"


def picture(kind: str, size: tuple[int, int] = (1600, 900), orientation: int = 1) -> bytes:
    image = Image.new("RGB", size, (40, 90, 160))
    image.paste((240, 190, 60), (0, 0, size[0] // 4, size[1] // 4))
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    image.save(buffer, kind, exif=exif.tobytes())
    return buffer.getvalue()


def put(service: Service, key: str) -> None:
    service.s3.put_object(Bucket=service.uploads_bucket, Key=key, Body=CSV)


def copy(service: Service, key: str) -> None:
    service.s3.put_object(Bucket=service.uploads_bucket, Key="drafts/a.csv", Body=CSV)
    source = {"Bucket": service.uploads_bucket, "Key": "drafts/a.csv"}
    service.s3.copy_object(Bucket=service.uploads_bucket, Key=key, CopySource=source)


def multipart(service: Service, key: str) -> None:
    place = {"Bucket": service.uploads_bucket, "Key": key}
    upload = service.s3.create_multipart_upload(**place)["UploadId"]
    part = service.s3.upload_part(**place, UploadId=upload, PartNumber=1, Body=CSV)
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    service.s3.complete_multipart_upload(**place, UploadId=upload, MultipartUpload=parts)


@pytest.mark.parametrize("method", [put, copy, multipart])
def test_any_way_of_upload_gives_one_report(service: Service, unique: str, method: Any) -> None:
    key = f"uploads/demo/table/{unique}/orders.csv"

    method(service, key)

    report = service.report_of(key)
    assert (report["status"], report["template"], report["door"]) == ("SUCCEEDED", "table", "upload"), report
    assert report["filename"] == "orders.pdf"
    assert "Bread" in service.pdf(report).pages[0]
    assert len(service.reports_of(key)) == 1


@pytest.mark.parametrize(
    "name", ["Q1 2026.csv", "a+b.csv", "100%.csv", "%41.csv", "a%2Bb c.csv", "Größe/日本語.CSV", "it's (1) & [2].Csv"]
)
def test_any_name_of_a_file_is_understood(service: Service, unique: str, name: str) -> None:
    key = service.upload(f"uploads/demo/table/{unique}/{name}", CSV)

    report = service.report_of(key)

    assert (report["status"], report["source"]) == ("SUCCEEDED", key), report


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("rows.json", json.dumps([{"Item": "Bread", "Amount": 2.5}]).encode()),
        ("rows.jsonl", b'{"Item": "Bread", "Amount": 2.5}\n'),
        ("rows.XLSX", workbook([["Item", "Amount", "Day"], ["Bread", 2.5, date(2026, 2, 1)]])),
        ("object.JSON", json.dumps({"rows": [{"Item": "Bread"}], "title": "Shopping"}).encode()),
    ],
)
def test_rows_may_come_as_json_or_as_a_workbook(service: Service, unique: str, name: str, body: bytes) -> None:
    report = service.report_of(service.upload(f"uploads/demo/table/{unique}/{name}", body))

    assert report["status"] == "SUCCEEDED", report
    assert "Bread" in service.pdf(report).pages[0]


def test_a_long_file_becomes_a_report_that_says_what_it_was_made_of(service: Service, unique: str) -> None:
    rows = "".join(f"{n},2026-02-{n % 28 + 1:02},Item {n},{n / 4}\n" for n in range(50_000))
    body = f"No,Day,Item,Amount\n{rows}".encode()
    key = service.upload(f"uploads/demo/table/{unique}/long.csv", body)

    report = service.report_of(key, seconds=150)

    assert report["status"] == "SUCCEEDED", report
    pdf = service.pdf(report).body
    provenance = report["provenance"]
    assert provenance["input_sha256"] == hashlib.sha256(body).hexdigest()
    assert provenance["pdf_sha256"] == hashlib.sha256(pdf).hexdigest()
    assert len(provenance["template_sha256"]) == 64
    assert provenance["engine"].keys() == {"pressrun", "weasyprint"}
    ended = service.get(f"/reports/{report['id']}/events").json()["events"][-1]
    assert ended["detail"]["layout"]["path"] == "long_table"


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("b.PNG", "PNG"), ("c.webp", "WEBP"), ("d.tif", "TIFF")])
def test_a_picture_becomes_thumbnails_and_a_page(service: Service, unique: str, name: str, kind: str) -> None:
    report = service.report_of(service.upload(f"uploads/demo/photos/{unique}/{name}", picture(kind)))

    assert report["status"] == "SUCCEEDED", report
    assert report["pages"] == 1
    sizes = {a["width"] for a in report["artifacts"] if a["name"].startswith("photo-")}
    assert sizes == {128, 512, 1280}
    for artifact in report["artifacts"][1:]:
        with Image.open(io.BytesIO(service.artifact(report, artifact["name"]))) as image:
            assert image.size == (artifact["width"], artifact["height"])


def test_a_picture_of_a_phone_is_read_whatever_it_is_named(service: Service, unique: str) -> None:
    report = service.report_of(service.upload(f"uploads/demo/photos/{unique}/IMG_0001.jpg", heic("turned")))

    assert report["status"] == "SUCCEEDED", report
    assert report.get("warnings", []) == []


def test_a_picture_taken_upright_stays_upright(service: Service, unique: str) -> None:
    body = picture("JPEG", (1600, 900), orientation=6)

    report = service.report_of(service.upload(f"uploads/demo/photos/{unique}/portrait.jpg", body))

    thumbnail = next(a for a in report["artifacts"] if a["name"].startswith("photo-512"))
    assert (thumbnail["width"], thumbnail["height"]) == (288, 512)
    with Image.open(io.BytesIO(service.artifact(report, thumbnail["name"]))) as image:
        red, green, blue = image.convert("RGB").getpixel((260, 20))  # type: ignore[misc]
        assert red > blue, "the yellow corner has turned from the upper left to the upper right"
        assert green > blue


@pytest.mark.parametrize(
    ("path", "body", "code", "hint"),
    [
        ("nope/a.csv", CSV, "unknown_template", "Choose one of"),
        ("a.csv", CSV, "misplaced_upload", "uploads/<tenant>/<template>/<file>"),
        ("table/a.xls", b"PK", "unreadable_file", "Excel"),
        ("table/a.xlsx", b"PK", "unreadable_file", "Excel"),
        ("table/a.csv", b'a,b\n1,"2\n', "unreadable_file", "Line 2"),
        ("table/a.json", b"{", "unreadable_file", "line 1"),
        ("invoice/a.csv", CSV, "wrong_kind_of_data", "one object"),
        ("invoice/a.json", b"{}", "invalid_data", "required"),
        ("photos/a.jpg", b"no picture", "unreadable_file", "JPEG"),
        ("photos/b.jpg", picture("JPEG")[:2000], "unreadable_file", ""),
    ],
)
def test_a_bad_file_fails_at_once_with_a_reason_to_act_on(
    service: Service, unique: str, path: str, body: bytes, code: str, hint: str
) -> None:
    folder, _, name = path.rpartition("/")
    key = service.upload(f"uploads/demo/{folder}/{unique}-{name}" if folder else f"uploads/demo/{unique}-{name}", body)

    report = service.report_of(key)

    assert (report["status"], report["error"]["code"], report["attempts"]) == ("FAILED", code, 1), report
    assert hint in report["error"]["message"]
    assert report["error"]["retryable"] is False
    assert report["id"] in [r["id"] for r in service.get("/reports", params={"status": "FAILED"}).json()["reports"]]


def test_each_version_of_a_file_is_a_report(service: Service, unique: str) -> None:
    key = service.upload(f"uploads/demo/table/{unique}.csv", CSV)
    first = service.report_of(key)

    service.upload(key, CSV + b"Eggs,3.10\n")

    reports = until(
        lambda: found if len(found := service.reports_of(key)) == 2 else None, seconds=60, what="two reports"
    )
    newer = service.ended(next(r["id"] for r in reports if r["id"] != first["id"]))
    assert "Eggs" in service.pdf(newer).pages[0]
    assert "Eggs" not in service.pdf(first).pages[0]


def test_a_browser_uploads_by_a_presigned_form(service: Service, unique: str) -> None:
    form = service.post("/uploads", {"template": "table", "filename": f"{unique} ä+b.csv"}).json()

    answer = requests.post(form["url"], data=form["fields"], files={"file": CSV}, timeout=30)

    assert answer.status_code in (200, 201, 204), answer.text
    report = service.report_of(form["key"])
    assert report["status"] == "SUCCEEDED", report
    assert service.get(form["links"]["reports"]).json()["reports"][0]["id"] == report["id"]


def test_a_presigned_form_takes_no_file_above_its_limit(service: Service, unique: str) -> None:
    form = service.post("/uploads", {"template": "table", "filename": f"{unique}.csv"}).json()

    answer = requests.post(form["url"], data=form["fields"], files={"file": b"x" * (form["max_bytes"] + 1)}, timeout=60)

    assert answer.status_code in (400, 403, 413), answer.text
    assert not service.reports_of(form["key"])


TABS = "Ort\tBetrag\nKöln\t1.234,50\n".encode("cp1252")
OPTIONS = {"title": "Umsätze", "locale": "de", "reading": {"encoding": "cp1252", "delimiter": "tab", "decimal": ","}}


def by_form(service: Service, key: str) -> None:
    _, _, template, folder, name = key.split("/")
    form = service.post("/uploads", {"template": template, "filename": f"{folder}-{name}", "options": OPTIONS}).json()
    forged = {**form["fields"], "x-amz-meta-pressrun-options": "{}"}
    assert requests.post(form["url"], data=forged, files={"file": TABS}, timeout=30).status_code == 403
    assert requests.post(form["url"], data=form["fields"], files={"file": TABS}, timeout=30).status_code < 300


def by_metadata(service: Service, key: str) -> None:
    texts = {"title": "=?UTF-8?Q?Ums=C3=A4tze?=", "locale": "de", "encoding": "cp1252", "delimiter": "tab"}
    metadata = {f"pressrun-{name}": text for name, text in {**texts, "decimal": ","}.items()}
    service.s3.put_object(Bucket=service.uploads_bucket, Key=key, Body=TABS, Metadata=metadata)


def by_a_file_beside(service: Service, key: str) -> None:
    beside = json.dumps(OPTIONS).encode()
    service.s3.put_object(Bucket=service.uploads_bucket, Key=f"{key}.pressrun.json", Body=beside)
    service.s3.put_object(Bucket=service.uploads_bucket, Key=key, Body=TABS)


@pytest.mark.parametrize("way", [by_form, by_metadata, by_a_file_beside])
def test_an_upload_may_bring_options_that_the_report_obeys(service: Service, unique: str, way: Any) -> None:
    key = f"uploads/demo/table/{unique}/orders.csv"

    way(service, key)

    report = service.report_of(f"uploads/demo/table/{unique}-orders.csv" if way is by_form else key)
    assert report["status"] == "SUCCEEDED", report
    assert report["title"] == "Umsätze"
    reading = service.get(report["links"]["self"]).json()["reading"]
    assert (reading["encoding"], reading["delimiter"]) == ("cp1252", "\t")
    assert "Umsätze" in service.pdf(report).pages[0]
    assert "Köln" in service.pdf(report).pages[0]
