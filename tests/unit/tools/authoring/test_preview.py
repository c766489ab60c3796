"""The page of an author draws a template again at each save, and answers to this machine alone."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.unit.engine.rendering import TEMPLATES
from tests.unit.tools.authoring.certificate import certificate
from tools.authoring.redraw import Studio
from tools.preview import PreviewServer


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(certificate(tmp_path_factory.mktemp("templates")).parent)


@pytest.fixture(scope="module")
def server(studio: Studio) -> Iterator[PreviewServer]:
    with PreviewServer(0, studio) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(
    server: PreviewServer, path: str, headers: Mapping[str, str] | None = None, body: str | None = None
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    try:
        connection.request("POST" if body is not None else "GET", path, body, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def edit(studio: Studio, file: str, before: str, after: str) -> None:
    path = studio.folder / "certificate" / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def draw(studio: Studio, case: str = "sample", locale: str = "en", paper: str = "", data: Any = None) -> dict[str, Any]:
    return studio.draw("certificate", case, locale, paper, data)


def test_a_save_is_drawn_and_what_has_changed_is_marked(studio: Studio) -> None:
    first = draw(studio)
    same = draw(studio)
    edit(studio, "template.html.j2", "</body>", "<p>And a line.</p></body>")
    changed = draw(studio)
    edit(studio, "style.css", "14pt", "24pt")
    styled = draw(studio)

    assert [page["change"] for page in first["pages"] + same["pages"]] == [None, None]
    left, top, right, bottom = changed["pages"][0]["change"]
    assert 0 < left < right < 0.5
    assert 0 < top < bottom < 0.5
    assert styled["pages"][0]["change"][2] > right
    assert studio.picture(styled["drawing"], 0).startswith(b"\x89PNG")
    assert studio.pdf(styled["drawing"]).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("template.html.j2", "data.name,", "data.nmae,", "Did you mean 'name'?"),
        ("template.html.j2", "<h1>", "<h1>{% if %}", "template.html.j2"),
        ("schema.json", '"type": "object",', '"type": "objct",', "'objct' is no type"),
        ("sample.json", "2026-10-03", "tomorrow", "Day of the course"),
        ("labels.json", '"heading":', '"heading"', "delimiter"),
    ],
)
def test_a_mistake_leaves_the_last_good_pages_and_says_what_it_is(
    studio: Studio, file: str, before: str, after: str, said: str
) -> None:
    good = draw(studio)
    edit(studio, file, before, after)

    bad = draw(studio)

    edit(studio, file, after, before)
    assert good["is_good"]
    assert not bad["is_good"]
    assert bad["drawing"] == good["drawing"]
    assert said in "\n".join(line for each in bad["findings"] for line in each["lines"])
    assert draw(studio)["is_good"]


def test_cases_languages_papers_and_data_of_the_page_are_drawn(studio: Studio) -> None:
    choices = studio.choices("certificate")
    letter = draw(studio, paper="Letter")
    arabic = draw(studio, locale="ar")
    own = draw(studio, data=choices["sample"] | {"name": "Somebody Else"})
    wrong = draw(studio, data={"name": 7})

    assert choices["papers"] == ["A4", "Letter"]
    assert {"en", "de", "ar"} <= set(choices["locales"])
    assert "long words" in choices["cases"]
    assert letter["pages"][0]["width"] == 612
    assert arabic["is_good"]
    assert own["pages"][0]["change"] is not None
    assert not wrong["is_good"]
    assert any("/name" in line for each in wrong["findings"] for line in each["lines"])


@pytest.mark.gate
def test_thousands_of_rows_are_drawn_where_the_schema_allows_them() -> None:
    shipped = Studio(TEMPLATES)

    cases = shipped.choices("table")["cases"]
    drawn = shipped.draw("table", "5,000 rows", "en", "")

    assert cases[-2:] == ["151 rows", "5,000 rows"]
    assert drawn["is_good"]
    assert len(drawn["pages"]) > 100


def test_a_stamp_changes_with_each_file(studio: Studio) -> None:
    before = studio.stamp()
    (studio.folder / "certificate" / "new.svg").write_text("<svg/>")

    assert studio.stamp() != before


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/templates", "/report/1", "/pictures/1/0", "/choices?template=certificate"])
def test_other_sites_get_nothing(server: PreviewServer, path: str, headers: Mapping[str, str]) -> None:
    assert ask(server, path, headers) == (403, b"This page is for this machine alone.")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_of_another_site_draws_nothing(server: PreviewServer, kind: str) -> None:
    status, _ = ask(server, "/draw", {"Content-Type": kind}, json.dumps({"template": "certificate"}))

    assert status == 400


@pytest.mark.parametrize(
    "path", ["/page/../preview.py", "/page/%2e%2e/redraw.py", "/report/99", "/report/x", "/etc/passwd"]
)
def test_nothing_else_is_served(server: PreviewServer, path: str) -> None:
    assert ask(server, path)[0] == 404


def test_it_listens_on_this_machine_alone(server: PreviewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("path", ["/", "/page/preview.js", "/page/preview.css"])
def test_the_page_is_served(server: PreviewServer, path: str) -> None:
    status, body = ask(server, path, {"Host": f"localhost:{server.server_port}"})

    assert status == 200
    assert body


def test_a_template_that_there_is_not_is_a_sentence(server: PreviewServer) -> None:
    status, body = ask(server, "/choices?template=none")
    drawn, _ = ask(server, "/draw", {"Content-Type": "application/json"}, '{"template": "../certificate"}')

    assert (status, drawn) == (409, 409)
    assert "There is no template named 'none'" in json.loads(body)["message"]
