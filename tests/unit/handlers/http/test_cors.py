"""What browsers may do with answers: CORS, protective headers, and the page with the reference."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from reports import bootstrap
from tests.builders import App
from tests.unit.handlers.calling import Caller

ROOT = Path(__file__).resolve().parents[4]
PAGE = "https://reports.example"
LETTER = {"template": "letter", "data": {"to": "me"}}


@pytest.fixture(autouse=True)
def page_is_known(call: Caller, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = app.with_settings(cors_origins=frozenset({PAGE, "http://127.0.0.1:5173"}))
    monkeypatch.setattr(bootstrap, "service", lambda: ours)


@pytest.mark.parametrize("origin", [PAGE, "http://127.0.0.1:5173"])
@pytest.mark.parametrize(("path", "status"), [("/templates", 200), ("/reports/nope", 404), ("/nope", 404)])
def test_a_page_that_is_known_may_read_answers_and_problems(call: Caller, origin: str, path: str, status: int) -> None:
    answer = call("GET", path, headers={"origin": origin})

    assert answer.status == status
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert {"Location", "Retry-After", "X-Correlation-Id"} <= words(answer.headers["Access-Control-Expose-Headers"])
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://reports.example.evil.example", PAGE.upper()]
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_any_other_page_may_not(call: Caller, origin: str, method: str) -> None:
    answer = call(method, "/templates", headers={"Origin": origin})

    assert not [name for name in answer.headers if name.startswith("Access-Control-")]
    assert answer.headers["Vary"] == "Origin"


def test_a_page_is_told_before_it_asks_what_it_may(call: Caller, app: App) -> None:
    headers = {"Origin": PAGE, "Access-Control-Request-Method": "POST"}

    answer = call("OPTIONS", "/reports", headers=headers)

    assert (answer.status, answer.text) == (204, "")
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert {"GET", "POST"} <= words(answer.headers["Access-Control-Allow-Methods"])
    assert words(answer.headers["Access-Control-Allow-Headers"]) == {
        *("Authorization", "Content-Type", "Idempotency-Key", "Prefer", "X-Correlation-Id"),
    }
    assert not app.jobs.jobs


def test_the_function_says_for_api_gateways_own_door_what_pages_may(call: Caller) -> None:
    known, stranger = (call("OPTIONS", "/queue/reports", headers={"Origin": o}) for o in (PAGE, "https://evil.example"))

    assert (known.status, known.headers["Access-Control-Allow-Origin"]) == (204, PAGE)
    assert words(known.headers["Access-Control-Allow-Methods"]) == {"OPTIONS", "POST"}
    assert "Access-Control-Allow-Origin" not in stranger.headers
    # It is no route of the function's.
    assert call("GET", "/queue/reports").status == 404


def test_what_is_not_there_has_no_options(call: Caller) -> None:
    assert call("OPTIONS", "/nope", headers={"Origin": PAGE}).status == 404


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/health"), ("POST", "/reports"), ("GET", "/nope"), ("OPTIONS", "/health")]
)
def test_every_answer_is_protected_against_being_taken_for_a_page(call: Caller, method: str, path: str) -> None:
    headers = call(method, path, LETTER).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_without_https_no_browser_is_told_to_insist_on_it(
    call: Caller, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = app.with_settings(stage="local")
    monkeypatch.setattr(bootstrap, "service", lambda: ours)

    headers = call("GET", "/health").headers

    assert "Strict-Transport-Security" not in headers
    assert "Vary" not in headers


def test_the_document_names_the_api_that_serves_it(call: Caller) -> None:
    answer = call("GET", "/openapi.json")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json["openapi"].startswith("3.1")
    assert answer.json["servers"] == [{"url": "https://abc.execute-api.eu-central-1.amazonaws.com/dev"}]


@pytest.mark.gate
def test_the_page_loads_only_what_the_api_serves_and_its_policy_allows(call: Caller) -> None:
    page = call("GET", "/docs")

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page.text), "inline"
    loaded = re.findall(r'(?:src|href)="(docs/[^"]+)"', page.text)
    assert len(loaded) == 4
    for path in loaded:
        file = call("GET", f"/{path}")
        assert (file.status, file.headers["Cache-Control"]) == (200, "public, max-age=3600")
        assert file.headers["Content-Type"].startswith("text/javascript" if path.endswith(".js") else "text/css")
        assert len(file.text) < 4_000_000, "more than a function can answer"


@pytest.mark.gate
def test_swagger_ui_is_the_one_of_the_pages_lock(call: Caller) -> None:
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))["packages"]
    version = lock["node_modules/swagger-ui-dist"]["version"]
    # With a DOMPurify that has no known flaw; the one in Powertools is older.
    assert tuple(map(int, version.split("."))) >= (5, 32, 7)

    script = call("GET", "/docs/swagger-ui.js").text

    assert re.search(rf'PACKAGE_VERSION:"{re.escape(version)}"', script)


@pytest.mark.parametrize("file", ["nope.js", "..%2Fapi.py", "page.html"])
def test_the_page_has_no_other_parts(call: Caller, file: str) -> None:
    assert call("GET", f"/docs/{file}").status == 404


def words(header: str) -> set[str]:
    return set(re.split(r",\s*", header))
