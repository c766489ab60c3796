"""Tenants keep PDFs that go into their reports."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from reports.access.identity import Scope
from reports.access.tenants import Tenant
from tests.builders import App
from tests.unit.handlers.calling import Caller

LETTER = {"template": "letter", "data": {"to": "me"}}


def pdf(pages: int = 1, *, password: str = "", field: bool = False) -> bytes:
    body = BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(100, 200))
        if field:
            made.Root.AcroForm = Dictionary(Fields=Array([made.make_indirect(Dictionary(FT=Name.Tx))]))
        made.save(body, encryption=pikepdf.Encryption(owner="o", user=password) if password else None)
    return body.getvalue()


def bomb() -> bytes:
    """Return a small PDF whose page unpacks to very much."""
    body = BytesIO()
    with pikepdf.new() as made:
        for _ in range(3):
            made.add_blank_page(page_size=(100, 200)).obj.Contents = made.make_stream(b" " * 30_000_000)
        made.save(body)
    return body.getvalue()


def lying() -> bytes:
    """Return a PDF that has more pages than it says."""
    body = BytesIO()
    with pikepdf.new() as made:
        for _ in range(60):
            made.add_blank_page(page_size=(100, 200))
        made.save(body, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return body.getvalue().replace(b"/Count 60", b"/Count 10")


def content(body: bytes) -> dict[str, str]:
    return {"content": b64encode(body).decode()}


@pytest.fixture
def call(app: App, call: Caller) -> Caller:
    app.settings = app.with_settings(max_body_bytes=4_000_000).settings
    return call


def test_an_asset_is_kept_given_back_replaced_and_removed(app: App, call: Caller) -> None:
    for pages in (1, 2):
        body = pdf(pages)
        answer = call("PUT", "/assets/letter", content(body))
        assert answer.status == 200
        assert answer.json == {"name": "letter", "bytes": len(body), "pages": pages, "sha256": sha256(body).hexdigest()}
        assert call("GET", "/assets/letter").json["content"] == content(body)["content"]

    assert call("DELETE", "/assets/letter").status == 204
    gone = call("GET", "/assets/letter")
    assert (gone.status, gone.json["code"]) == (404, "asset_missing")
    assert call("DELETE", "/assets/letter").status == 204
    assert not app.artifacts.objects


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"no PDF", "no PDF"),
        (b"%PDF-1.7 and then nothing", "damaged"),
        (pdf()[:200], "damaged"),
        (pdf(password="secret"), "encrypted"),
        (pdf(51), "51 pages"),
        (pdf(field=True), "form to be filled in"),
        (bomb(), "too much"),
        (lying(), ""),
    ],
)
def test_what_cannot_go_into_a_report_is_refused_at_once(app: App, call: Caller, body: bytes, message: str) -> None:
    answer = call("PUT", "/assets/letter", content(body))

    assert (answer.status, answer.json["code"]) == (422, "asset_unusable")
    assert message in answer.json["detail"]
    assert not app.artifacts.objects


@pytest.mark.parametrize("name", ["a.pdf", "..", "a b", "a" * 64, "-a"])
def test_a_name_is_plain(call: Caller, name: str) -> None:
    assert call("PUT", f"/assets/{name}", content(pdf())).status == 422


def test_an_asset_is_its_tenants_alone(app: App, call: Caller) -> None:
    call("PUT", "/assets/letter", content(pdf()))

    other = call.with_key(app.key_of("acme"))
    assert other("GET", "/assets/letter").status == 404
    assert other("DELETE", "/assets/letter").status == 204
    assert other("POST", "/reports", {**LETTER, "options": {"append": ["letter"]}}).status == 404
    assert call("GET", "/assets/letter").status == 200
    reader = call.with_key(app.key_of("demo", Scope.READ))
    assert reader("PUT", "/assets/letter", content(pdf())).json["code"] == "insufficient_scope"


def test_under_a_legal_hold_nothing_is_replaced_or_removed(app: App, call: Caller) -> None:
    call("PUT", "/assets/letter", content(pdf()))
    app.tenants.put(Tenant("demo", legal_hold="case 7"))

    assert call("PUT", "/assets/letter", content(pdf(2))).json["code"] == "legal_hold"
    assert call("DELETE", "/assets/letter").json["code"] == "legal_hold"


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ({"letterhead": {"asset": "none"}}, "/options/letterhead/asset"),
        ({"prepend": ["letter", "none"]}, "/options/prepend/1"),
        ({"append": ["none"]}, "/options/append/0"),
    ],
)
def test_a_request_that_names_what_is_not_there_is_refused(
    app: App, call: Caller, options: dict[str, object], pointer: str
) -> None:
    call("PUT", "/assets/letter", content(pdf()))

    assert call("POST", "/reports", {**LETTER, "options": {"append": ["letter"]}}).status == 202
    call("DELETE", "/assets/letter")
    assert call("POST", "/reports", {**LETTER, "options": {"append": ["letter"]}}).status == 404
    call("PUT", "/assets/letter", content(pdf()))

    answer = call("POST", "/reports", {**LETTER, "options": options})

    assert (answer.status, answer.json["code"]) == (404, "asset_missing")
    assert answer.json["violations"][0]["pointer"] == pointer
    assert len(app.jobs.jobs) == 1


def test_a_list_has_all_by_name_with_their_sizes_and_what_there_may_be(call: Caller) -> None:
    bodies = {"terms": pdf(2), "Letter": pdf(1)}
    for name, body in bodies.items():
        call("PUT", f"/assets/{name}", content(body))

    shown = call("GET", "/assets").json

    assert [(each["name"], each["bytes"]) for each in shown["assets"]] == [
        (name, len(bodies[name])) for name in ("Letter", "terms")
    ]
    assert shown["bytes"] == sum(map(len, bodies.values()))
    assert shown["limits"] == {"assets": 200, "bytes": 100_000_000}


def test_one_more_than_a_tenant_may_have_is_refused_until_another_goes(app: App, call: Caller) -> None:
    app.settings = app.with_settings(most_assets=2, max_body_bytes=4_000_000).settings
    for name in ("a", "b"):
        assert call("PUT", f"/assets/{name}", content(pdf())).status == 200

    refused = call("PUT", "/assets/c", content(pdf()))

    assert (refused.status, refused.json["code"]) == (409, "asset_limit")
    assert "may have 2" in refused.json["detail"]
    assert call("PUT", "/assets/a", content(pdf(2))).status == 200
    assert call.with_key(app.key_of("acme"))("PUT", "/assets/c", content(pdf())).status == 200
    call("DELETE", "/assets/b")
    assert call("PUT", "/assets/c", content(pdf())).status == 200


def test_more_bytes_than_a_tenant_may_have_are_refused(app: App, call: Caller) -> None:
    small, large = pdf(1), pdf(9)
    app.settings = app.with_settings(most_asset_bytes=len(small) + len(large) - 1, max_body_bytes=4_000_000).settings
    assert call("PUT", "/assets/a", content(small)).status == 200

    refused = call("PUT", "/assets/b", content(large))

    assert (refused.status, refused.json["code"]) == (409, "asset_limit")
    assert call("PUT", "/assets/a", content(large)).status == 200
