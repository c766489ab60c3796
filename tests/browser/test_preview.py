"""An author's page in a real browser: a save is drawn, a mistake is named, and the window stays where it is."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.unit.tools.authoring.certificate import certificate
from tools.authoring.redraw import Studio
from tools.preview import PreviewServer


@pytest.fixture
def document(tmp_path: Path) -> Path:
    return certificate(tmp_path) / "template.html.j2"


@pytest.fixture
def page(browser: Browser, document: Path) -> Iterator[Page]:
    with PreviewServer(0, Studio(document.parent.parent)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        expect(page.locator("#state")).to_contain_text("drawn in")
        yield page
        page.close()
        server.shutdown()


def replace(document: Path, before: str, after: str) -> None:
    text = document.read_text("utf-8")
    assert before in text
    document.write_text(text.replace(before, after, 1), "utf-8")


def test_a_save_is_drawn_and_marked_and_the_window_stays(page: Page, document: Path) -> None:
    pages = page.locator("#pages")
    replace(document, "</body>", '<p style="break-before: page">Two</p></body>')
    expect(page.locator(".page")).to_have_count(2)
    pages.evaluate("it => it.scrollTop = 300")

    replace(document, ">Two<", ">Two and more<")

    expect(page.locator(".page").nth(1).locator(".change")).to_be_visible()
    expect(page.locator(".page").nth(0).locator(".change")).to_have_count(0)
    assert pages.evaluate("it => it.scrollTop") == 300
    picture = page.locator(".page img").nth(1)
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("it => it.naturalWidth") > 900


def test_a_mistake_is_named_with_its_line_and_goes_when_it_is_mended(page: Page, document: Path) -> None:
    replace(document, "data.name,", "data.nmae,")

    expect(page.locator("#findings li.error").first).to_contain_text("certificate/template.html.j2:11:57")
    expect(page.locator("#findings li.error").first).to_contain_text("Did you mean 'name'?")
    expect(page.locator("#findings li.error mark").first).to_have_text("nmae")
    expect(page.locator("#pages")).to_have_class(re.compile("stale"))
    expect(page.locator(".page")).to_have_count(1)

    replace(document, "data.nmae,", "data.name,")

    expect(page.locator("#findings")).to_contain_text("Nothing is wrong.")
    expect(page.locator("#pages")).not_to_have_class(re.compile("stale"))


def test_languages_papers_cases_and_data_are_chosen(page: Page) -> None:
    page.get_by_role("button", name="de", exact=True).click()
    expect(page.locator(".change")).to_have_count(0)
    page.get_by_role("button", name="Letter").click()
    expect(page.locator(".page")).to_have_attribute("style", re.compile("612 / 792"))

    page.locator("#case").select_option("long words")
    expect(page.locator("#state")).to_contain_text("drawn in")
    page.get_by_text("Data as JSON").click()
    page.locator("#data").fill('{"name": 7}')

    expect(page.locator("#findings li.error").first).to_contain_text("'course' is a required property")
    assert "locale=de" in page.url


def test_what_is_written_while_a_case_is_on_its_way_stays(page: Page) -> None:
    page.get_by_text("Data as JSON").click()
    held: list[Route] = []
    page.route("**/choices?*", lambda route: held.append(route))
    with page.expect_request("**/choices?*"):
        page.locator("#case").select_option("long words")

    page.locator("#data").fill('{"name": 7}')
    held[0].continue_()

    expect(page.locator("#findings li.error").first).to_contain_text("'course' is a required property")
    expect(page.locator("#data")).to_have_value('{"name": 7}')


def click_word(page: Page, text: str) -> None:
    """Click the middle of a word on the first page, as its picture shows it."""
    origin = page.url.partition("#")[0]
    drawing = str(page.locator("#pdf").get_attribute("href")).rpartition("/")[2]
    words = page.request.get(f"{origin}words/{drawing}").json()["pages"][0]
    left, top, right, bottom = next(each["place"] for each in words if each["text"] == text)
    box = page.locator(".page").first.bounding_box()
    assert box is not None
    x, y = (left + right) / 2 * box["width"], (top + bottom) / 2 * box["height"]
    page.locator(".page").first.click(position={"x": x, "y": y})


def test_a_word_leads_to_its_line_and_its_data_and_back(page: Page, document: Path) -> None:
    source = document.read_text("utf-8").split("\n")
    line = next(number for number, text in enumerate(source, 1) if "data.name" in text)

    click_word(page, "Elif")
    expect(page.locator("#origin")).to_contain_text(f"certificate/template.html.j2:{line}:")
    expect(page.locator("#origin")).to_contain_text("/en/attended")
    expect(page.locator(".found")).to_have_count(1)

    expect(page.locator("#origin")).to_contain_text(re.compile("Data: /name.*Beside it: /course", re.DOTALL))
    page.locator("#origin").get_by_role("button", name="/name", exact=True).click()
    expect(page.locator(".found")).to_have_count(10)  # all of the sentence, which is one value to the template

    page.locator("#origin").get_by_role("button", name=re.compile("template.html.j2")).click()
    expect(page.locator("#lines .chosen")).to_contain_text("data.name")
    page.locator("#lines").get_by_role("button", name=re.compile("<h1>")).click()
    expect(page.locator(".found")).to_have_count(1)


def test_a_place_without_a_word_says_so(page: Page) -> None:
    page.locator(".page").first.click(position={"x": 3, "y": 3})

    expect(page.locator("#origin")).to_have_text("There is no word. Click one on a page.")
