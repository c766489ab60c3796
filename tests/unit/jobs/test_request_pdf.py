"""What callers may say about the PDF as a file."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from reports.catalog.violations import violations_of
from reports.jobs.pdf_request import MOST_BYTES_OF_CONTENTS
from reports.jobs.request import ReportOptions
from reports.jobs.written_options import options_of_texts


def fault_of(**options: Any) -> tuple[str, str]:
    with pytest.raises(ValidationError) as refused:
        ReportOptions.model_validate(options)
    [violation] = violations_of(refused.value)
    return violation.pointer, violation.message


OWN = {"name": "a.txt", "content": "eA=="}


@pytest.mark.parametrize(
    ("options", "pointer", "message"),
    [
        ({"pdf": {"variant": "pdf/a-1b"}}, "/pdf/variant", "Input should be 'pdf/a-2a'"),
        ({"accessibility": "off", "pdf": {"ua": True}}, "/pdf", "structure for screen readers"),
        ({"accessibility": "off", "pdf": {"variant": "pdf/a-2a"}}, "/pdf", "structure for screen readers"),
        ({"pdf": {"variant": "pdf/a-2u"}, "attach": [OWN]}, "/attach", "PDF/A-2 takes no attachments"),
        ({"attach": [{"name": "a.txt"}]}, "/attach/0", "give either source or content"),
        ({"attach": [{**OWN, "source": "data"}]}, "/attach/0", "give either source or content"),
        ({"attach": [{"content": "eA=="}]}, "/attach/0", "give the name"),
        ({"attach": [{**OWN, "name": "run.exe"}]}, "/attach/0/name", "cannot be attached: name one"),
        ({"attach": [{**OWN, "name": "../a.txt"}]}, "/attach/0/name", "plain file name"),
        ({"attach": [{**OWN, "content": "e*=="}]}, "/attach/0/content", "not Base64"),
        ({"attach": [OWN, {**OWN, "name": "A.TXT"}]}, "/attach", "the same name"),
        ({"pdf": {"variant": "pdf/a-2b"}, "einvoice": "facturx-basic"}, "/einvoice", "no electronic invoice"),
        ({"attach": [{**OWN, "name": "Factur-X.xml"}], "einvoice": "facturx-basic"}, "/einvoice", "another name"),
        ({"attach": [OWN] * 21}, "/attach", "at most 20"),
        ({"attach": [{**OWN, "content": "x" * (2 * MOST_BYTES_OF_CONTENTS)}]}, "/attach/0/content", "at most"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(options: dict[str, Any], pointer: str, message: str) -> None:
    found = fault_of(**options)

    assert found[0] == pointer
    assert message in found[1]


def test_contents_have_a_limit_together() -> None:
    half = "A" * (MOST_BYTES_OF_CONTENTS * 4 // 6)

    pointer, message = fault_of(attach=[{"name": f"{n}.txt", "content": half[: len(half) // 4 * 4]} for n in range(3)])

    assert (pointer, "together" in message) == ("/attach", True)


def test_a_job_keeps_no_contents() -> None:
    options = ReportOptions.model_validate({"attach": [OWN, {"source": "data"}]})

    kept = ReportOptions.model_validate(options.kept().model_dump())

    assert kept.attach is not None
    assert [(each.name, each.content, each.source) for each in kept.attach] == [
        ("a.txt", "", None),
        (None, None, "data"),
    ]


def test_options_are_written_as_texts() -> None:
    said = options_of_texts({"pdf-variant": "pdf/a-3b", "PDF_UA": "yes", "attach": "data, csv", "email": "a@b.de"})

    assert said == {
        "pdf": {"variant": "pdf/a-3b", "ua": True},
        "attach": [{"source": "data"}, {"source": "csv"}],
        "notify": {"email": "a@b.de"},
    }
