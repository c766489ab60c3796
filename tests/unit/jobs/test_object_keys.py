from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.errors import MisplacedUploadError
from reports.jobs import object_keys
from reports.jobs.object_keys import UploadKey


def test_an_upload_key_has_tenant_template_and_file() -> None:
    assert UploadKey.parse("uploads/demo/table/2026/a b+c%.CSV") == UploadKey("demo", "table", "2026/a b+c%.CSV")


@pytest.mark.parametrize(
    "key", ["uploads/x.csv", "uploads/demo/x.csv", "other/demo/table/x.csv", "uploads//table/x.csv", "uploads/demo//x",
            "uploads/../table/x.csv", "uploads/De Mo/table/x.csv", ""],
)  # fmt: skip
def test_a_key_of_another_form_is_misplaced(key: str) -> None:
    with pytest.raises(MisplacedUploadError, match="uploads/demo/table/orders.csv"):
        UploadKey.parse(key)


def test_every_version_of_an_upload_is_a_job_of_its_own() -> None:
    first = object_keys.job_id_of_upload("b", "k", "v1")

    assert first == object_keys.job_id_of_upload("b", "k", "v1")
    assert len({first, object_keys.job_id_of_upload("b", "k", "v2"), object_keys.job_id_of_upload("b", "k", None)}) == 3


@pytest.mark.parametrize(
    ("chosen", "source", "expected"),
    [
        ("Rechnung 7.pdf", "", "Rechnung 7.pdf"),
        ("Bericht", "", "Bericht.pdf"),
        (None, "uploads/demo/table/2026/Umsätze Q1.csv", "Umsätze Q1.pdf"),
        (None, "uploads/demo/table/.csv", "table.pdf"),
        (None, "", "table.pdf"),
        (None, 'uploads/demo/table/a:"b".csv', "a-b-.pdf"),
    ],
)
def test_a_report_is_named_by_its_caller_or_after_its_source(chosen: str | None, source: str, expected: str) -> None:
    assert object_keys.pdf_filename(chosen, source, "table") == expected


@given(st.text(max_size=1000))
def test_a_source_of_any_name_gives_a_file_name_without_a_path(source: str) -> None:
    name = object_keys.pdf_filename(None, source, "table")

    assert name.endswith(".pdf")
    assert not set('/\\:*?"<>|\x00\n') & set(name)
    assert len(name) <= 124
