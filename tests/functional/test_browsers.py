"""What pages may do: read answers, see the reference, upload."""

from __future__ import annotations

import pytest
import requests

from tests.functional.service import Service


@pytest.fixture
def page(service: Service) -> str:
    """Return an origin whose pages may read answers; the stage says which."""
    function = service.functions.get_function_configuration(FunctionName=f"pressrun-{service.stage}-api")
    origins = function["Environment"]["Variables"]["CORS_ORIGINS"].split(",")
    if not origins[0] or service.is_localstack:
        pytest.skip("This stage knows no pages." if not origins[0] else "LocalStack answers for all that it serves.")
    return str(origins[0])


def test_a_page_asks_what_it_may_and_reads_the_answer(service: Service, page: str) -> None:
    asked = {"Origin": page, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}

    preflight = requests.options(f"{service.api_url}/reports", headers=asked, timeout=30)
    answer = service.get("/reports", headers={"Origin": page})

    assert preflight.status_code == 204
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert preflight.headers["Access-Control-Allow-Origin"] == page
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, page)


def test_a_page_uses_the_direct_door(service: Service, page: str) -> None:
    asked = {"Origin": page, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}

    preflight = requests.options(f"{service.api_url}/queue/reports", headers=asked, timeout=30)
    stranger = requests.options(
        f"{service.api_url}/queue/reports", headers=asked | {"Origin": "https://evil.example"}, timeout=30
    )
    answer = service.post(
        "/queue/reports", {"template": "table", "data": {"rows": [{"a": 1}]}}, headers={"Origin": page}
    )

    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == page
    assert preflight.headers["Access-Control-Allow-Methods"] == "OPTIONS, POST"
    assert "Access-Control-Allow-Origin" not in stranger.headers
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (202, "*")


def test_another_page_gets_no_permission(service: Service, page: str) -> None:
    answer = service.get("/reports", headers={"Origin": "https://evil.example"})

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin"


def test_a_page_uploads_by_a_form(service: Service, page: str, unique: str) -> None:
    form = service.post("/uploads", {"template": "table", "filename": f"{unique}.csv"}).json()

    answer = requests.post(
        form["url"], data=form["fields"], files={"file": b"a\n1\n"}, headers={"Origin": page}, timeout=30
    )

    assert answer.status_code in (200, 204), answer.text
    assert answer.headers["Access-Control-Allow-Origin"] in (page, "*")


def test_the_reference_is_there_for_all_and_takes_scripts_of_its_own_alone(service: Service) -> None:
    anybody = service.with_key(None)
    page = anybody.get("/docs")

    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    script = anybody.get("/docs/swagger-ui.js")
    assert (script.status_code, script.headers["Content-Type"]) == (200, "text/javascript; charset=utf-8")
    assert len(script.content) > 1_000_000
    document = anybody.get("/openapi.json").json()
    assert document["servers"] == [{"url": service.api_url}]


def test_answers_are_compressed_by_the_gateway(service: Service) -> None:
    if service.stage == "local":
        pytest.skip("The emulators do not compress.")

    answer = service.get("/openapi.json", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
