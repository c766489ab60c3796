"""Any bad input is answered with a problem document; nothing is made of it, and the answer reveals no more."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests

from tests.functional.service import Service

TABLE = {"template": "table", "data": {"rows": [{"a": 1}]}}
DEEP = '{"template": "table", "data": {"rows": [{"a": ' + "[" * 10_000 + "]" * 10_000 + "}]}}"


def problem(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), answer.text
    found: dict[str, Any] = answer.json()
    assert (found["code"], found["status"], found["type"]) == (code, status, f"urn:pressrun:problem:{code}")
    assert "Traceback" not in answer.text
    return found


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"template": "table", "template": "invoice", "data": {"rows": []}}', id="duplicate key"),
        pytest.param('{"template": "table", "data": {"rows": [{"a": 1, "a": 2}]}}', id="duplicate key within"),
        pytest.param('{"template": "table", "data": {"rows": [{"a": NaN}]}}', id="NaN"),
        pytest.param('{"template": "table", "data": {"rows": [{"a": -Infinity}]}}', id="Infinity"),
        pytest.param('{"template": "table", "data": {"rows": [{"a": 1e999}]}}', id="a number beyond all"),
        pytest.param(
            '{"template": "table", "data": {"rows": [{"a": ' + "9" * 5000 + "}]}}", id="a number of 5,000 digits"
        ),
        pytest.param(DEEP, id="10,000 levels"),
        pytest.param("[" * 100_000, id="100,000 levels, without an end"),
        pytest.param('{"template": "table", "data": {"rows": [{"a": "\\ud800"}]}}', id="lone surrogate"),
        pytest.param('{"template": "table", "data": {"rows": [{"\\udc00": 1}]}}', id="lone surrogate as a key"),
        pytest.param('{"template": "table", "data": {"rows": [{"a": "\x00"}]}}', id="raw null byte"),
        pytest.param('{"template": "table", "data": {"rows": []}} {}', id="two values"),
        pytest.param("{'template': 'table'}", id="Python"),
        pytest.param("template=table&data=1", id="a form"),
        pytest.param("<report/>", id="XML"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_strict_json_is_refused(service: Service, body: str | bytes) -> None:
    refused = problem(service.post("/reports", body), 400, "malformed_json")

    assert refused["detail"].startswith("The body is not")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({**TABLE, "tenant": "other"}, "/tenant", id="a tenant"),
        pytest.param({**TABLE, "id": "019a9d5c-3c8e-7a51-9d2e-6b0f4c1d2e3f"}, "/id", id="an id"),
        pytest.param({**TABLE, "status": "SUCCEEDED"}, "/status", id="a status"),
        pytest.param({**TABLE, "idempotency_key": "k"}, "/idempotency_key", id="what items of batches have"),
        pytest.param({**TABLE, "options": {"created_at": "2020-01-01T00:00:00Z"}}, "/options/created_at", id="a time"),
        pytest.param({**TABLE, "options": {"notify": {"tenant": "x"}}}, "/options/notify/tenant", id="deeper"),
        pytest.param({**TABLE, "__class__": {}, "__proto__": {}}, "/__class__", id="what languages have"),
        pytest.param({**TABLE, "data": {"rows": [], "secret": 1}}, "", id="a member of the data"),
    ],
)
def test_nothing_can_be_set_that_is_not_the_callers(service: Service, body: Any, pointer: str) -> None:
    refused = problem(service.post("/reports", body), 422, "invalid_data")

    assert pointer in [error["pointer"] for error in refused["errors"]]


@pytest.mark.parametrize("key", ["status", "source", "limit", "cursor"])
@pytest.mark.parametrize(
    "value", ["", "\x00", "'; DROP TABLE jobs", "../../etc/passwd", "%", "\U0001f4a9" * 500, "-1", "1e9"]
)
def test_a_query_is_answered_or_refused_whatever_it_holds(service: Service, key: str, value: str) -> None:
    answer = service.get("/reports", params={key: value})

    if answer.status_code != 200:
        problem(answer, 422, "invalid_data")
    else:
        assert answer.json()["reports"] == []


def test_a_cursor_of_anothers_list_leads_nowhere_but_into_ones_own(service: Service, unique: str) -> None:
    other = service.as_tenant(f"other-{unique}")
    service.submit("table", TABLE["data"])
    service.submit("table", TABLE["data"])
    cursor = service.get("/reports", params={"limit": 1}).json()["cursor"]

    answer = other.get("/reports", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["reports"]) == (200, [])


@pytest.mark.parametrize(
    "cursor",
    [
        base64.urlsafe_b64encode(text).decode()
        for text in (b"2026-11-21#", b"#x", b"\xff\xfe", b"2026-11-21T00:00:00+00:00", b'{"S": 1}', b"0" * 290)
    ],
)
def test_a_cursor_that_was_made_up_is_refused(service: Service, cursor: str) -> None:
    problem(service.get("/reports", params={"cursor": cursor}), 422, "invalid_data")


@pytest.mark.parametrize(
    "report_id",
    [
        "0",
        "-1",
        "null",
        "*",
        "%00",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "%F0%9F%92%A9",
        "a" * 1000,
        "latest%00",
        "%25%32%66",
        "job#x",
    ],
)
@pytest.mark.parametrize("suffix", ["", "/deliveries"])
def test_an_id_that_cannot_be_is_not_found(service: Service, report_id: str, suffix: str) -> None:
    answer = service.get(f"/reports/{report_id}{suffix}")

    assert answer.status_code == 404, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/reports//pdf", "/Reports", "/reports/../health/x", "/templates/..%2f_shared", "/%ff", "/docs/..%2fapi.py"],
)
def test_a_path_that_cannot_be_is_not_found(service: Service, path: str) -> None:
    request = requests.Request("GET", "http://x/", headers=dict(service.http.headers)).prepare()
    request.url = f"{service.api_url}{path}"

    answer = service.http.send(request, timeout=30, allow_redirects=False)

    assert answer.status_code == 404, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "image/png", "", "nonsense"],
)
def test_the_type_of_a_body_does_not_change_what_is_read(service: Service, content_type: str) -> None:
    if service.is_localstack and "form" in content_type:
        pytest.skip("LocalStack's gateway reads bodies of forms itself, and hands on nothing")
    answer = service.post("/reports", TABLE, headers={"Content-Type": content_type})

    assert answer.status_code == 202, answer.text


def test_a_body_that_calls_itself_a_pdf_is_no_report(service: Service) -> None:
    answer = service.post("/reports", b"%PDF-1.7\n\xff\xfe", headers={"Content-Type": "application/pdf"})

    problem(answer, 400, "malformed_json")


@pytest.mark.parametrize(
    "headers",
    [
        {"Idempotency-Key": "k" * 256},
        {"Idempotency-Key": "k\u00fc".encode("latin-1").decode("latin-1")},
    ],
)
def test_an_idempotency_key_that_cannot_be_is_refused(service: Service, headers: dict[str, str]) -> None:
    problem(service.post("/reports", TABLE, headers=headers), 422, "invalid_data")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Correlation-Id": "x" * 6000},
        {"X-Correlation-Id": "a b c d e f g h"},
        {"Accept": "*/*;q=" + "9" * 3000},
        {"Prefer": "wait=" + "9" * 5000 + ", wait"},
        {"Prefer": ",".join(["wait"] * 1000)},
        {"Origin": "null"},
    ],
)
def test_headers_that_make_no_sense_do_no_harm(service: Service, headers: dict[str, str]) -> None:
    answer = service.get("/templates", headers=headers)

    assert answer.status_code == 200, answer.text
    assert answer.headers["X-Correlation-Id"] not in headers.values()


def unsigned(claims: dict[str, Any], **header: Any) -> str:
    parts = [json.dumps(part).encode() for part in ({"typ": "JWT", **header}, claims)]
    return ".".join([base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts] + [""])


@pytest.mark.parametrize(
    "key",
    [
        unsigned({"sub": "me", "tenant": "demo"}, alg="none"),
        unsigned({"sub": "me", "tenant": "demo"}, alg="None"),
        unsigned({"sub": "me", "tenant": "demo"}, alg="HS256", kid="unknown") + "c2lnbmF0dXJl",
        "pr_test_",
        "pr_test_" + "0" * 3000,
        "pr_live_'; --",
        "..",
        "a.b.c",
        "",
    ],
)
def test_what_is_no_key_and_no_token_opens_nothing(service: Service, key: str) -> None:
    refused = service.with_key(key)

    for answer in (refused.get("/reports"), refused.post("/reports", TABLE), refused.delete("/reports/x")):
        found = problem(answer, 401, "unauthenticated")
        assert key == "" or key not in json.dumps(found)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
