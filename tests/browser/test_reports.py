from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import requests
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.conftest import Visit
from tests.functional.service import Reader, Service, until

ROOT = Path(__file__).resolve().parents[2]
PHOTO = ROOT / "docs" / "images" / "invoice.png"
ROWS = b"City,Rain\n" + b"".join(b"Oslo %d,%d\n" % (n, n % 60) for n in range(400))
BROKEN = b"Item,Amount\nBread,2.50,surplus\n"
REASON = "Line 1 names 2 of 3 columns: the lines below it have more cells."


def slowly(page: Page) -> None:
    """Send at the speed of a bad connection, so that progress can be seen."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 20, "downloadThroughput": 20e6, "uploadThroughput": 150_000},
    )


_RECORD_PROGRESS = """
() => {
  window.sentParts = [];
  new MutationObserver((changes) => {
    for (const { target: bar } of changes) {
      if (bar.closest(".uploads")) window.sentParts.push(bar.value / bar.max);
    }
  }).observe(document.body, { subtree: true, attributeFilter: ["value"] });
}
"""


def shows_paper(shown: Locator) -> bool:
    """Tell whether a good part of what is shown is as white as a page, and something is printed on it."""
    colours = Image.open(BytesIO(shown.screenshot())).convert("L").histogram()
    return colours[255] > 0.3 * sum(colours) and sum(colours[:64]) > 0


def test_a_form_becomes_a_pdf_that_is_shown(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    desk.choose("Invoice")
    desk.fill_with_sample()

    desk.submit()

    expect(desk.detail.locator(".chip")).to_have_text("Ready")
    frame = desk.detail.locator("iframe")
    expect(frame).to_be_visible()
    pdf = requests.get(str(frame.get_attribute("src")).partition("#")[0], timeout=30)
    assert "Nordlicht Kaffeewerk" in Reader(pdf.content).pages[0]
    # The browser's own viewer, which comes only if the page's policy lets the PDF in.
    until(lambda: shows_paper(frame) or None, seconds=30, what="the PDF on the screen")
    expect(desk.detail.locator(".timeline li > span")).to_have_text(["Accepted", "A worker renders it", "Ready"])
    desk.picture("detail-1440")
    with desk.page.expect_download() as saved:
        desk.detail.get_by_role("button", name="Receipt").click()
    receipt = json.loads(saved.value.path().read_text("utf-8"))["receipt"]
    assert receipt["pdf"]["sha256"] == sha256(pdf.content).hexdigest()
    assert saved.value.suggested_filename == f"{receipt['report']}.receipt.json"


def test_a_warning_is_shown_in_words(visit: Visit, service: Service, tenant: str) -> None:
    as_tenant = service.as_tenant(tenant)
    as_tenant.ended(as_tenant.submit("table", {"rows": [{"City": "𓀀"}]}, title="Pictographs"))
    desk = visit(tenant)

    expect(desk.row("Pictographs")).to_contain_text("1 warning")
    desk.page.get_by_role("link", name="Pictographs").click()

    expect(desk.detail).to_contain_text("No font here has these characters")
    expect(desk.detail).to_contain_text("U+13000")
    desk.picture("warning-1440")


def test_data_that_are_not_right_are_not_sent_and_their_place_is_named(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    desk.choose("Invoice")
    desk.fill_with_sample()
    desk.page.locator("#data_currency").fill("euro")

    desk.submit()

    expect(desk.page.get_by_text("1 place of the data is not right yet.")).to_be_visible()
    expect(desk.page.locator("#data_currency")).to_have_attribute("aria-invalid", "true")
    expect(desk.page.locator(".report")).to_have_count(0)
    desk.picture("fault-in-form-1440")


def test_what_was_entered_stays_while_one_looks_at_other_tabs_and_templates(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    page = desk.page
    currency = page.locator("#data_currency")
    json = page.get_by_label("Data as JSON")
    desk.choose("Invoice")

    currency.fill("CHF")
    desk.choose("Table")
    desk.choose("Invoice")
    expect(currency).to_have_value("CHF")
    page.get_by_role("tab", name="JSON").click()
    json.fill("{ not yet")
    page.get_by_role("tab", name="JSON").click()
    page.get_by_role("tab", name="Form").click()

    expect(json).to_have_value("{ not yet")
    expect(page.get_by_text("The JSON is not right")).to_be_visible()


def test_dropped_files_show_their_progress_and_then_their_first_pages(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    pictures: list[str] = []
    desk.page.on("requestfinished", lambda sent: pictures.append(sent.url) if "thumbnail.png" in sent.url else None)
    slowly(desk.page)
    desk.evaluate(_RECORD_PROGRESS)

    desk.drop({"cities.csv": ROWS, "rain.csv": ROWS, "harbour.png": PHOTO.read_bytes()})

    bar = desk.page.get_by_role("progressbar", name="Upload of harbour.png")
    expect(bar).to_be_visible()
    desk.picture("uploads-1440")
    for name in ("cities.csv", "rain.csv", "harbour.png"):
        expect(desk.status(name)).to_have_text("Ready", timeout=60_000)
        expect(desk.thumbnail(name)).to_be_visible()
    desk.page.wait_for_function(
        "() => [...document.querySelectorAll('.proof img')].filter((image) => image.naturalWidth > 0).length === 3"
    )
    expect(desk.page.locator(".upload")).to_have_count(0)
    assert any(0 < part < 1 for part in desk.evaluate("() => window.sentParts"))
    desk.picture("list-1440")
    # Each answer has other addresses of the same pictures.
    for _ in range(2):
        desk.page.wait_for_event("requestfinished", lambda sent: sent.url.partition("?")[0].endswith("/reports"))
    assert len(pictures) == 3


def test_a_bad_file_shows_its_reason_and_what_to_do_and_offers_no_retry_in_vain(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)

    desk.drop({"broken.csv": BROKEN, "notes.docx": b"PK"})

    expect(desk.page.locator(".upload").filter(has_text="notes.docx")).to_contain_text("This format cannot be read.")
    expect(desk.status("broken.csv")).to_have_text("Failed")
    expect(desk.row("broken.csv")).to_contain_text(REASON)
    expect(desk.row("broken.csv")).to_contain_text("drop it once more")
    desk.picture("failed-1440")
    expect(desk.row("broken.csv").get_by_role("button", name="Retry")).to_have_count(0)
    desk.page.get_by_role("link", name="broken.csv").click()
    expect(desk.detail).to_contain_text(REASON)
    expect(desk.detail.get_by_role("button", name="Retry")).to_have_count(0)
    desk.picture("failed-detail-1440")


def test_the_list_is_filtered_by_status_and_template(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    desk.drop({"cities.csv": ROWS, "broken.csv": BROKEN})
    expect(desk.status("cities.csv")).to_have_text("Ready", timeout=60_000)
    expect(desk.status("broken.csv")).to_have_text("Failed")

    desk.page.get_by_role("radiogroup", name="Status").get_by_text("Failed").click()
    expect(desk.row("cities.csv")).to_have_count(0)
    expect(desk.row("broken.csv")).to_be_visible()
    desk.page.get_by_label("Template of the reports").select_option("Photo")

    expect(desk.page.get_by_text("No report matches.")).to_be_visible()


def test_a_report_that_is_not_over_can_be_cancelled(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    desk.drop({"long.csv": b"City,Rain\n" + b"Oslo,1\n" * 600_000})

    desk.row("long.csv").get_by_role("button", name="Cancel").click()

    expect(desk.status("long.csv")).to_have_text("Cancelled")


TABS = b"Ort\tNetto\n" + b"Ulm\t1,50\n" * 3


def test_a_file_is_read_as_its_options_say_and_made_again_with_others(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)
    desk.page.get_by_text("Options for files").click()
    options = desk.page.locator(".tray-options")
    options.get_by_label("Title").fill("Umsätze")
    options.get_by_label("Delimiter").select_option("Tab")
    expect(options.locator("summary")).to_contain_text("2 set")
    desk.picture("options")

    desk.drop({"orte.csv": TABS})

    expect(desk.status("Umsätze")).to_have_text("Ready", timeout=60_000)
    desk.row("Umsätze").get_by_role("link").first.click()
    reading = desk.detail.locator(".reading")
    expect(reading).to_contain_text("delimiter tab")
    expect(reading).to_contain_text("3 rows, 2 columns")
    reading.get_by_text("Change and make again").click()
    reading.get_by_label("Title").fill("Umsätze neu")
    reading.scroll_into_view_if_needed()
    desk.picture("reading")
    desk.page.set_viewport_size({"width": 390, "height": 844})
    reading.scroll_into_view_if_needed()
    desk.picture("reading-narrow")
    reading.get_by_role("button", name="Make it again").click()

    expect(desk.status("Umsätze neu")).to_have_text("Ready", timeout=60_000)
    desk.row("Umsätze neu").get_by_role("link").first.click()
    expect(desk.detail.locator(".reading")).to_contain_text("delimiter tab")


def test_files_of_ones_own_go_into_the_pdf(visit: Visit, service: Service, tenant: str) -> None:
    desk = visit(tenant)
    desk.choose("Invoice")
    desk.fill_with_sample()
    desk.page.get_by_role("tab", name="Options").click()
    files: list[FilePayload] = [
        {"name": name, "mimeType": "text/csv", "buffer": body}
        for name, body in (("a.csv", b"a,b\n"), ("b.csv", b"c,d\n"))
    ]
    desk.page.get_by_label("Attach files of your own").set_input_files(files)
    desk.page.get_by_role("button", name="Remove b.csv").click()
    desk.picture("attached")

    desk.submit()

    expect(desk.detail.locator(".chip")).to_have_text("Ready")
    as_tenant = service.as_tenant(tenant)
    [report] = as_tenant.newest(1)
    with pikepdf.open(BytesIO(as_tenant.artifact(as_tenant.report(report["id"])))) as pdf:
        assert {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()} == {"a.csv": b"a,b\n"}
