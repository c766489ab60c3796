"""Tenants keep templates of their own, in versions."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, cast

import pytest

from reports import bootstrap
from reports.access.identity import Scope
from reports.access.tenants import Tenant
from reports.errors import TemplateBrokenError, TemplateRefusedError
from reports.jobs.job import Job
from reports.jobs.render_messages import Envelope, encode
from tests.archives import files_of, zipped
from tests.builders import App
from tests.unit.handlers.calling import Answer, Caller


def packed(**changes: Any) -> dict[str, Any]:
    return {"content": b64encode(zipped(files_of(**changes))).decode()}


OTHER = {"style__css": "h1 { color: red }"}


@pytest.fixture
def call(app: App, call: Caller) -> Caller:
    app.settings = app.with_settings(max_body_bytes=4_000_000).settings
    return call


def work_off(app: App) -> None:
    """Have the worker render all that is asked for."""
    for job in [each for each in app.jobs.jobs.values() if not each.status.is_final]:
        app.process(Envelope(f"m-{job.id}", f"r-{job.id}", encode(job.id, job.message_version), {}, 1))


def stored(app: App, call: Caller, name: str = "receipt", **changes: Any) -> Answer:
    """Store a version, have it checked, and return it as it is then."""
    answer = call("PUT", f"/templates/{name}", packed(**changes))
    assert answer.status == 202, answer.text
    work_off(app)
    return call("GET", f"/templates/{name}/versions/{answer.json['version']}")


def ask(call: Caller, template: str = "receipt") -> Answer:
    return call("POST", "/reports", {"template": template, "data": {"name": "Bob"}})


def job_of(app: App, answer: Answer) -> Job:
    return app.jobs.get(answer.json["id"])


def test_a_template_is_checked_by_a_report_of_its_sample_and_goes_live(app: App, call: Caller) -> None:
    answer = call("PUT", "/templates/receipt", packed())

    assert (answer.status, answer.json["version"], answer.json["status"]) == (202, 1, "checking")
    assert not answer.json["current"]
    early = ask(call)
    assert (early.status, early.json["code"], early.json["state"]) == (409, "template_not_live", "checking")

    work_off(app)

    check = app.renderer.rendered[-1]
    assert check.checks_template
    assert (check.template.owner, check.data, check.context.is_sample) == ("demo", {"name": "Ada"}, True)
    version = call("GET", "/templates/receipt/versions/1").json
    assert (version["status"], version["current"]) == ("live", True)
    assert version["links"]["check"].endswith(f"/reports/{app.jobs.jobs[next(iter(app.jobs.jobs))].id}")
    assert call("GET", "/templates/receipt").json["sample"] == {"name": "Ada"}


def test_a_report_records_the_version_it_is_made_of_and_a_retry_uses_that(app: App, call: Caller) -> None:
    stored(app, call)
    app.renderer.faults = [TemplateBrokenError("It fails.")]
    asked = ask(call)
    work_off(app)
    stored(app, call, **OTHER)

    assert call("POST", f"/reports/{asked.json['id']}/retry").status == 202
    work_off(app)

    shown = call("GET", f"/reports/{asked.json['id']}").json
    assert (shown["status"], shown["template"], shown["template_version"]) == ("SUCCEEDED", "receipt", 1)
    assert "#036" in (app.renderer.rendered[-1].template.folder / "style.css").read_text()
    newer = ask(call)
    work_off(app)
    shown_newer = call("GET", f"/reports/{newer.json['id']}").json
    assert shown_newer["template_version"] == 2
    assert shown_newer["provenance"]["template_sha256"] != shown["provenance"]["template_sha256"]


def test_a_request_may_name_a_version(app: App, call: Caller) -> None:
    stored(app, call)
    stored(app, call, **OTHER)

    assert job_of(app, ask(call)).template_version == 2
    named = job_of(app, ask(call, "receipt@1"))
    assert (named.template, named.template_version) == ("receipt", 1)
    unknown = ask(call, "receipt@7")
    assert (unknown.status, unknown.json["code"]) == (404, "unknown_template")
    batch = call(
        "POST", "/reports/batch", {"items": [{"template": t, "data": {"name": "B"}} for t in ("receipt", "receipt@1")]}
    )
    assert [app.jobs.get(each["id"]).template_version for each in batch.json["items"]] == [2, 1]


def test_going_back_holds_until_a_newer_version_goes_live(app: App, call: Caller) -> None:
    for colour in ("red", "green"):
        stored(app, call, style__css=f"h1 {{ color: {colour} }}")

    chosen = call("PUT", "/templates/receipt/current", {"version": 1})

    assert (chosen.status, chosen.json["current"]) == (200, 1)
    assert job_of(app, ask(call)).template_version == 1
    stored(app, call, style__css="h1 { color: blue }")
    assert job_of(app, ask(call)).template_version == 3


def test_a_version_may_wait_to_be_chosen(app: App, call: Caller) -> None:
    stored(app, call)
    call("PUT", "/templates/receipt", packed(**OTHER) | {"goes_live": False})
    work_off(app)

    assert job_of(app, ask(call)).template_version == 1
    assert call("PUT", "/templates/receipt/current", {"version": 2}).json["current"] == 2
    assert job_of(app, ask(call)).template_version == 2


def test_a_version_may_be_tried_on_a_share_of_the_reports(
    app: App, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(app, call)
    call("PUT", "/templates/receipt", packed(**OTHER) | {"goes_live": False})
    work_off(app)
    drawn = iter([0.0, 0.09, 0.1, 0.99])
    monkeypatch.setattr(bootstrap.service().templates, "_draw", lambda: next(drawn))

    chosen = call("PUT", "/templates/receipt/current", {"version": 2, "share": 10}).json

    assert (chosen["current"], [each.get("share") for each in chosen["versions"]]) == (1, [10, None])
    assert [job_of(app, ask(call)).template_version for _ in range(4)] == [2, 2, 1, 1]
    assert job_of(app, ask(call, "receipt@1")).template_version == 1


@pytest.mark.parametrize("end", [{"version": 1}, {"version": 2}, None])
def test_a_trial_ends_with_a_choice_or_another_version(
    app: App, call: Caller, end: dict[str, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(app, call)
    call("PUT", "/templates/receipt", packed(**OTHER) | {"goes_live": False})
    work_off(app)
    call("PUT", "/templates/receipt/current", {"version": 2, "share": 99})
    monkeypatch.setattr(bootstrap.service().templates, "_draw", lambda: 0.0)

    if end is None:
        stored(app, call, style__css="h1 { color: blue }")
    else:
        call("PUT", "/templates/receipt/current", end)

    current = 3 if end is None else end["version"]
    assert all("share" not in each for each in call("GET", "/templates/receipt/versions").json["versions"])
    assert job_of(app, ask(call)).template_version == current


@pytest.mark.parametrize(
    ("choice", "status"),
    [
        ({"version": 1, "share": 10}, 409),  # it is the current one
        ({"version": 9, "share": 10}, 404),
        ({"version": 1, "share": 0}, 422),
        ({"version": 1, "share": 101}, 422),
    ],
)
def test_a_trial_that_cannot_be_is_refused(app: App, call: Caller, choice: dict[str, int], status: int) -> None:
    stored(app, call)

    assert call("PUT", "/templates/receipt/current", choice).status == status


def test_a_removed_version_is_tried_no_more(app: App, call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(app, call)
    call("PUT", "/templates/receipt", packed(**OTHER) | {"goes_live": False})
    work_off(app)
    call("PUT", "/templates/receipt/current", {"version": 2, "share": 50})
    monkeypatch.setattr(bootstrap.service().templates, "_draw", lambda: 0.0)

    assert call("DELETE", "/templates/receipt/versions/2").status == 204

    assert job_of(app, ask(call)).template_version == 1


def test_a_version_that_fails_its_check_is_refused_with_its_findings(app: App, call: Caller) -> None:
    stored(app, call)
    finding = {"file": "receipt/template.html.j2", "line": 3, "message": "unknown", "cure": "Did you mean 'name'?"}
    app.renderer.faults = [TemplateRefusedError("The template is refused.", findings=[finding])]

    refused = stored(app, call, **OTHER).json

    assert (refused["status"], refused["current"], refused["findings"]) == ("refused", False, [finding])
    assert job_of(app, ask(call)).template_version == 1
    named = ask(call, "receipt@2")
    assert (named.status, named.json["state"]) == (409, "refused")
    assert call("PUT", "/templates/receipt/current", {"version": 2}).json["code"] == "job_conflict"


def test_what_a_version_changed_is_shown_file_by_file(app: App, call: Caller) -> None:
    stored(app, call, **cast("dict[str, Any]", {"logo.png": b"1"}))
    stored(app, call, style__css="h1 { color: red }", labels__json={"en": {"a": "b"}})
    stored(app, call)

    first = call("GET", "/templates/receipt/versions/2/difference").json
    assert (first["before"], first["after"]) == (1, 2)
    assert [(each["change"], each["file"]) for each in first["files"]] == [
        ("added", "labels.json"),
        ("removed", "logo.png"),
        ("changed", "style.css"),
    ]
    assert first["files"][1]["lines"] == []
    assert first["files"][2]["lines"][-2:] == ["-h1 { color: #036 }", "+h1 { color: red }"]
    since = call("GET", "/templates/receipt/versions/3/difference?since=1").json
    assert [each["file"] for each in since["files"]] == ["logo.png"]
    assert call("GET", "/templates/receipt/versions/1/difference").json["files"] == []
    assert call("GET", "/templates/receipt/versions/3/difference?since=9").status == 404
    assert call("GET", "/templates/receipt/versions/3/difference?since=x").status == 422


def test_a_version_is_tried_on_the_inputs_of_the_newest_reports(app: App, call: Caller) -> None:
    stored(app, call)
    asked = [ask(call).json["id"] for _ in range(3)]
    work_off(app)
    call("PUT", "/templates/receipt", packed(**OTHER) | {"goes_live": False})
    work_off(app)
    mine = call.with_key(app.key_of("acme"))
    stored(app, mine)
    ask(mine)
    work_off(app)

    answer = call("POST", "/templates/receipt/versions/2/replay", {"reports": 2})

    assert answer.status == 202
    assert [each["original"] for each in answer.json["reports"]] == asked[:0:-1]
    work_off(app)
    for pair in answer.json["reports"]:
        before, after = (app.jobs.get(pair[name]) for name in ("before", "after"))
        assert (before.template_version, after.template_version) == (1, 2)
        assert before.input == after.input == app.jobs.get(pair["original"]).input
        assert {before.status, after.status} == {"SUCCEEDED"}
        assert after.options.outputs is not None
        assert [each.format for each in after.options.outputs] == ["text"]
        assert (before.tenant, after.batch) == ("demo", answer.json["batch"])
    again = call("POST", "/templates/receipt/versions/2/replay", {})
    assert [each["original"] for each in again.json["reports"]] == asked[::-1]
    assert call("GET", "/templates/receipt/versions").json["current"] == 1


def test_only_a_version_that_was_checked_is_tried(app: App, call: Caller) -> None:
    call("PUT", "/templates/receipt", packed())

    assert call("POST", "/templates/receipt/versions/1/replay", {}).json["code"] == "job_conflict"


def test_the_newest_version_is_not_stored_twice(app: App, call: Caller) -> None:
    stored(app, call)

    again = call("PUT", "/templates/receipt", packed())

    assert (again.status, again.json["version"]) == (200, 1)
    assert len(app.jobs.jobs) == 1


@pytest.mark.parametrize(
    ("changes", "file", "message"),
    [
        ({"template__html__j2": None}, "receipt/template.html.j2", "missing"),
        ({"schema__json": None}, "receipt/schema.json", "missing"),
        ({"schema__json": '{"title": "A", "description": "B", "type": "sting"}'}, "receipt/schema.json", "sting"),
        ({"sample__json": {"nmae": "Ada"}}, "receipt/sample.json", "nmae"),
        ({"labels__json": "{"}, "receipt/labels.json", ""),
        ({"view__py": "import os"}, "receipt/view.py", "no such file"),
        ({"__pycache__/template.html.j2.py": "import os"}, "receipt/__pycache__/template.html.j2.py", "no such file"),
    ],
)
def test_what_is_no_template_in_order_is_refused_at_once(
    app: App, call: Caller, changes: dict[str, Any], file: str, message: str
) -> None:
    files = files_of()
    for name, content in changes.items():
        name = name if "/" in name else name.replace("__", ".")
        files[name] = content
    body = zipped({name: content for name, content in files.items() if content is not None})
    answer = call("PUT", "/templates/receipt", {"content": b64encode(body).decode()})

    assert (answer.status, answer.json["code"]) == (422, "template_refused")
    assert any(each["file"] == file and message in each["message"] for each in answer.json["findings"])
    assert not app.jobs.jobs
    assert not app.artifacts.objects


@pytest.mark.parametrize("content", ["no base64!", b64encode(b"no zip").decode()])
def test_what_is_no_zip_file_is_refused(call: Caller, content: str) -> None:
    assert call("PUT", "/templates/receipt", {"content": content}).status == 422


@pytest.mark.parametrize("name", ["Receipt", "re_ceipt", "-a", "a" * 41, "a.b"])
def test_a_name_is_plain(call: Caller, name: str) -> None:
    assert call("PUT", f"/templates/{name}", packed()).json["code"] == "template_refused"


def test_a_name_of_the_product_is_taken(call: Caller) -> None:
    answer = call("PUT", "/templates/letter", packed())

    assert (answer.status, answer.json["code"]) == (409, "template_name_taken")


def test_a_template_is_its_tenants_alone(app: App, call: Caller) -> None:
    stored(app, call)
    other = call.with_key(app.key_of("acme"))

    assert ask(other).json["code"] == "unknown_template"
    assert ask(other, "receipt@1").json["code"] == "unknown_template"
    for method, path in (
        ("GET", "/templates/receipt"),
        ("GET", "/templates/receipt/versions"),
        ("GET", "/templates/receipt/versions/1"),
        ("DELETE", "/templates/receipt"),
        ("DELETE", "/templates/receipt/versions/1"),
    ):
        assert other(method, path).status == 404
    assert other("PUT", "/templates/receipt/current", {"version": 1}).status == 404
    assert "receipt" not in {each["name"] for each in other("GET", "/templates").json["templates"]}
    own = {each["name"]: each for each in call("GET", "/templates").json["templates"]}["receipt"]
    assert (own["own"], own["version"], own["title"]) == (True, 1, "Receipt")

    stored(app, other, **OTHER)

    assert job_of(app, ask(call)).template_version == 1
    assert (
        call("GET", "/templates/receipt/versions").json["versions"][0]["sha256"]
        != (other("GET", "/templates/receipt/versions").json["versions"][0]["sha256"])
    )


def test_a_removed_template_is_gone_and_its_numbers_are_not_given_again(app: App, call: Caller) -> None:
    stored(app, call)
    stored(app, call, **OTHER)
    assert call("DELETE", "/templates/receipt/versions/2").json["code"] == "job_conflict"
    assert call("DELETE", "/templates/receipt/versions/1").status == 204
    assert [each["version"] for each in call("GET", "/templates/receipt/versions").json["versions"]] == [2]

    assert call("DELETE", "/templates/receipt").status == 204

    assert ask(call).json["code"] == "unknown_template"
    assert call("GET", "/templates/receipt").status == 404
    assert not [key for key in app.artifacts.objects if key.startswith("templates/")]
    assert stored(app, call).json["version"] == 3


def test_under_a_legal_hold_nothing_is_removed(app: App, call: Caller) -> None:
    stored(app, call)
    app.tenants.put(Tenant("demo", legal_hold="case 7"))

    assert call("DELETE", "/templates/receipt").json["code"] == "legal_hold"
    assert ask(call).status == 202


def test_templates_are_stored_by_who_may_store_templates(app: App, call: Caller) -> None:
    writer = call.with_key(app.key_of("demo", Scope.SUBMIT, Scope.READ, Scope.ADMIN))

    assert writer("PUT", "/templates/receipt", packed()).json["code"] == "insufficient_scope"


def test_a_version_whose_check_has_expired_is_refused(app: App, call: Caller) -> None:
    call("PUT", "/templates/receipt", packed())
    app.jobs.jobs.clear()

    version = call("GET", "/templates/receipt/versions/1").json

    assert version["status"] == "refused"
    assert "Store the template again" in version["findings"][0]["message"]
