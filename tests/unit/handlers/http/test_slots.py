"""Tenants change the look of templates of Pressrun's by slots."""

from __future__ import annotations

from typing import Any

import pytest

from reports.bootstrap import TEMPLATES
from reports.catalog.catalog import Catalog
from reports.errors import TemplateBrokenError
from reports.jobs.render_messages import Envelope, encode
from tests.builders import App, notification, upload_message
from tests.fakes.objects import StoredObject
from tests.unit.handlers.calling import Answer, Caller


@pytest.fixture
def app(app: App) -> App:
    app.catalog = Catalog(TEMPLATES)
    app.settings = app.with_settings(
        max_body_bytes=4_000_000, bytes_per_report=4_000_000, rows_per_report=1000
    ).settings
    return app


def work_off(app: App) -> None:
    for job in [each for each in app.jobs.jobs.values() if not each.status.is_final]:
        app.process(Envelope(f"m-{job.id}", f"r-{job.id}", encode(job.id, job.message_version), {}, 1))


def stored(app: App, call: Caller, name: str = "table", **slots: Any) -> Answer:
    answer = call("PUT", f"/templates/{name}/slots", slots)
    assert answer.status == 202, answer.text
    work_off(app)
    return call("GET", f"/templates/{name}/versions/{answer.json['version']}")


def ask(call: Caller, template: str = "table", **data: Any) -> Answer:
    return call("POST", "/reports", {"template": template, "data": {"rows": [{"City": "Oslo"}], **data}})


def test_slots_are_checked_and_then_in_the_reports_of_their_tenant_alone(app: App, call: Caller) -> None:
    version = stored(app, call, colours={"accent": "#7a1f2b"}, typeface="Noto Sans", data={"title": "Ours"}).json
    assert (version["status"], version["current"], version["slots"]) == ("live", True, True)

    asked = ask(call)
    other = ask(call.with_key(app.key_of("acme")))
    work_off(app)

    ours, theirs = app.renderer.rendered[-2:]
    assert ours.context.look is not None
    assert ours.context.look.tokens["--accent"] == "#7a1f2b"
    assert ours.context.look.tokens["--text"].startswith('"Noto Sans"')
    assert (ours.data["title"], ours.checks_template) == ("Ours", False)
    assert theirs.context.look is None
    assert "title" not in theirs.data
    assert call("GET", f"/reports/{asked.json['id']}").json["template_version"] == 1
    assert app.jobs.get(other.json["id"]).template_version is None


def test_what_a_request_says_wins_over_slots(app: App, call: Caller) -> None:
    stored(app, call, data={"title": "Ours"})

    ask(call, title="This one")
    work_off(app)

    assert app.renderer.rendered[-1].data["title"] == "This one"


def test_a_report_from_before_has_no_slots_in_its_retry(app: App, call: Caller) -> None:
    app.renderer.faults = [TemplateBrokenError("It fails.")]
    asked = ask(call)
    work_off(app)
    stored(app, call, data={"title": "Ours"})

    call("POST", f"/reports/{asked.json['id']}/retry")
    work_off(app)

    assert app.renderer.rendered[-1].context.look is None
    assert "title" not in app.renderer.rendered[-1].data


def test_a_file_gets_the_slots_of_when_it_came(app: App, call: Caller) -> None:
    stored(app, call, data={"title": "Ours"})
    app.uploads.objects["uploads/demo/table/a.csv"] = StoredObject(b"City\nOslo\n", "text/csv", None)

    app.process(upload_message(notification("uploads/demo/table/a.csv")))

    assert app.renderer.rendered[-1].data["title"] == "Ours"


def test_an_earlier_version_or_none_can_be_used_again(app: App, call: Caller) -> None:
    stored(app, call, data={"title": "One"})
    stored(app, call, data={"title": "Two"})
    call("PUT", "/templates/table/current", {"version": 1})

    ask(call)
    ask(call, "table@2")
    work_off(app)
    assert [each.data["title"] for each in app.renderer.rendered[-2:]] == ["One", "Two"]

    assert call("DELETE", "/templates/table").status == 204
    ask(call)
    work_off(app)
    assert app.renderer.rendered[-1].context.look is None


def test_slots_are_shown_with_what_can_be_in_them(app: App, call: Caller) -> None:
    empty = call("GET", "/templates/invoice/slots").json
    assert empty["slots"] == {}
    assert "accent" in empty["choices"]["colours"]
    text = empty["choices"]["texts"]["de"]["invoice"]

    stored(app, call, "invoice", texts={"de": {"invoice": f"{text}!"}})

    shown = call("GET", "/templates/invoice/slots").json
    assert (shown["version"], shown["slots"]) == (1, {"texts": {"de": {"invoice": f"{text}!"}}})
    listed = {each["name"]: each for each in call("GET", "/templates").json["templates"]}
    assert (listed["invoice"]["own"], listed["invoice"]["version"]) == (False, 1)
    assert len(listed) == len(app.catalog.names())


@pytest.mark.parametrize(
    ("slots", "pointer"),
    [
        ({"colours": {"accnt": "#123456"}}, "/colours/accnt"),
        ({"colours": {"accent": "red; } body { display: none"}}, "/colours/accent"),
        ({"colours": {"accent": "#12345g"}}, "/colours/accent"),
        ({"typeface": "Comic Sans"}, "/typeface"),
        ({"texts": {"en": {"nope": "x"}}}, "/texts/en/nope"),
        ({"texts": {"xx": {"invoice": "x"}}}, "/texts/xx/invoice"),
        ({"texts": {"en": {"invoice": "{evil}"}}}, "/texts/en/invoice"),
        ({"texts": {"en": {"invoice": ""}}}, "/texts/en/invoice"),
        ({"data": {"nope": 1}}, "/data"),
        ({"data": {"seller": {"logo": "http://evil.example/a.png"}}}, "/data/seller/logo"),
    ],
)
def test_what_does_not_fit_a_slot_is_refused_with_its_place(
    app: App, call: Caller, slots: dict[str, Any], pointer: str
) -> None:
    answer = call("PUT", "/templates/invoice/slots", slots)

    assert (answer.status, answer.json["code"]) == (422, "invalid_data")
    assert answer.json["errors"][0]["pointer"] == pointer
    assert not app.jobs.jobs


def test_slots_are_of_templates_of_the_product(call: Caller) -> None:
    assert call("PUT", "/templates/nope/slots", {}).json["code"] == "unknown_template"
