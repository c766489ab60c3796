"""Forms start empty; what a sample brings is marked, and never gets into a report of yours."""

from __future__ import annotations

import json
import re

import requests
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.desk import Desk
from tests.functional.service import Reader

OWN = "Article\tMade\tPrice\n" + "".join(f"Article {n}\t2026-03-{n % 28 + 1:02}\t{n}.5\n" for n in range(61))


def pdf_shown(desk: Desk) -> Reader:
    """Read the PDF that is on the screen."""
    frame = desk.detail.locator("iframe")
    expect(frame).to_be_visible()
    source = str(frame.get_attribute("src")).partition("#")[0]
    return Reader(requests.get(source, timeout=30).content)


def test_a_form_is_empty_at_first_and_says_what_it_needs(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    desk.choose("Invoice")

    expect(desk.page.locator("#data_seller_iban")).to_have_value("")
    values = desk.evaluate(
        "() => [...document.querySelectorAll('.draft input:not([type=checkbox])')].map((input) => input.value)"
    )
    assert set(values) <= {""}
    expect(desk.page.locator(".draft input:checked")).to_have_count(0)
    desk.picture("form-empty-1440")
    desk.submit()

    expect(desk.page.get_by_text(re.compile("places of the data are not right yet"))).to_be_visible()
    expect(desk.page.locator(".report")).to_have_count(0)


def test_a_report_of_the_sample_says_so_on_each_page(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    desk.choose("Invoice")
    desk.fill_with_sample()
    desk.picture("form-1440")
    desk.page.locator("#data_invoice_number").fill("2026-0999")

    desk.submit()

    expect(desk.detail.locator(".chip")).to_have_text("Ready")
    pages = pdf_shown(desk).pages
    assert "2026-0999" in pages[0]
    assert all("SAMPLE" in page for page in pages)
    expect(desk.detail.locator(".facts-list")).to_contain_text("invoice, sample")
    desk.picture("sample-1440")


def test_an_emptied_form_is_no_sample_and_can_be_brought_back(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    page = desk.page
    desk.choose("Invoice")
    page.locator("#data_invoice_number").fill("mine-1")

    desk.fill_with_sample()
    page.get_by_role("button", name="Empty the form").click()
    expect(page.locator(".sample-notice")).to_have_count(0)
    expect(page.locator("#data_seller_iban")).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".sample-notice")).to_be_visible()
    expect(page.locator("#data_invoice_number")).to_have_value("2026-0418")


def test_pasted_rows_take_the_place_of_all_of_the_sample(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    desk.choose("Table")
    desk.fill_with_sample()

    desk.paste(desk.page.get_by_label("Rows, row 5, work"), OWN)

    expect(desk.page.locator(".sample-notice")).to_have_count(0)
    expect(desk.page.get_by_role("region", name="Rows").locator(".tally")).to_have_text("61 rows")
    expect(desk.page.get_by_label("Title", exact=True)).to_have_value("")
    desk.picture("pasted-1440")
    page_of_json(desk)
    data = json.loads(desk.page.get_by_label("Data as JSON").input_value())
    assert list(data) == ["rows"]
    assert data["rows"][60] == {"Article": "Article 60", "Made": "2026-03-05", "Price": 60.5}
    desk.submit()
    pages = pdf_shown(desk).pages
    assert not any("SAMPLE" in page or "Hallam" in page for page in pages)
    assert sum(page.count("Article ") for page in pages) >= 61


def test_a_table_is_pasted_into_an_empty_form_and_its_first_row_names_the_columns(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    desk.choose("Table")

    desk.paste(desk.page.get_by_label("Cells of Rows"), OWN)

    expect(desk.page.get_by_role("columnheader", name="Made")).to_be_visible()
    desk.page.get_by_role("button", name="Make it a row").click()
    expect(desk.page.get_by_role("region", name="Rows").locator(".tally")).to_have_text("62 rows")
    expect(desk.page.get_by_role("columnheader", name="Column 2")).to_be_visible()
    desk.page.get_by_role("button", name="Make it the names").click()
    expect(desk.page.get_by_role("region", name="Rows").locator(".tally")).to_have_text("61 rows")


def test_lines_pasted_into_the_sample_of_an_invoice_leave_none_of_its_accounts(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    desk.choose("Invoice")
    desk.fill_with_sample()

    desk.paste(desk.page.get_by_label("Lines, row 1, Name"), "Name\tQuantity\tPrice\nBread\t2\t2.5")

    expect(desk.page.locator("#data_seller_iban")).to_have_value("")
    page_of_json(desk)
    data = json.loads(desk.page.get_by_label("Data as JSON").input_value())
    assert data == {"lines": [{"name": "Bread", "quantity": 2, "price": 2.5}]}


def test_what_is_typed_into_an_empty_form_is_what_is_printed(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    page = desk.page
    desk.choose("Table")

    page.get_by_label("Title", exact=True).fill("Rain of a week")
    page.get_by_label("Name of a new column of Rows").fill("Work")
    page.get_by_role("button", name="Add column").click()
    page.get_by_label("Rows, row 1, Work").fill("Umbrellas counted")
    page.get_by_role("tab", name="Options").click()
    page.get_by_label("File name").fill("rain")
    desk.submit()

    text = pdf_shown(desk).pages[0]
    assert "Rain of a week" in text
    assert "Umbrellas counted" in text
    assert "SAMPLE" not in text
    link = desk.detail.get_by_role("link", name="Download")
    # On AWS the file is of another origin, where its name comes with it and not from the page.
    expect(link).to_have_attribute("href", re.compile("response-content-disposition=attachment"))
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "rain.pdf"


def page_of_json(desk: Desk) -> None:
    desk.page.get_by_role("tab", name="JSON").click()
