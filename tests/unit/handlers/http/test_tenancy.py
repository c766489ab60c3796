"""What one tenant can reach of another's, route by route: nothing. A route that is not tried here fails the test."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from handlers import api
from handlers.http.route_table import Entry
from reports.access.usage import Spent
from reports.jobs.values import Door, Failure, Provenance
from tests.archives import files_of, zipped
from tests.builders import App, a_job
from tests.contracts.delivery import a_delivery
from tests.fakes.clock import NOON
from tests.fakes.delivery import InMemoryDeliveryStore
from tests.unit.handlers.calling import Answer, Caller, keep, succeeded

ROUTES = sorted((each.method, each.rule) for each in api.ROUTES.routes if each.access is not Entry.OPEN)

LETTER = {"template": "letter", "data": {"to": "me"}}
SOURCE = "uploads/demo/list/orders.csv"


class TwoTenants:
    """Two tenants: `demo`, which has one of everything, and `acme`, which knows the names of it all."""

    def __init__(self, app: App, call: Caller, deliveries: InMemoryDeliveryStore) -> None:
        self.app = app
        self.demo = call
        self.acme = call.with_key(app.key_of("acme"))
        self.deliveries = deliveries
        options = {"replaces": "orders"}
        accepted = self.demo("POST", "/reports", {**LETTER, "options": options}, {"Idempotency-Key": "k"}).json
        self.pending = str(accepted["id"])
        self.batch = str(
            self.demo("POST", "/reports/batch", {"items": [{**LETTER, "idempotency_key": "i"}]}).json["batch"]
        )
        self.sha256 = "ef" * 32
        made_of = Provenance("ab" * 32, "cd" * 32, self.sha256, {"pressrun": "0.1.0"})
        self.done = keep(app, replace(succeeded(), provenance=made_of)).id
        app.announce(app.jobs.get(self.done))
        self.failed = keep(app, a_job("job-f", batch=self.batch).failed(NOON, Failure("x", "y", retryable=True))).id
        self.uploaded = keep(app, a_job("job-u", door=Door.UPLOAD, source=SOURCE)).id
        app.latest.offer("demo", "orders", app.jobs.get(self.done))
        deliveries.open(a_delivery(self.done))
        self.cursor = str(self.demo("GET", "/reports?limit=1").json["cursor"])

    def everything_of_demos(self) -> Any:
        """Return all that is kept of the first tenant's, to see that it is untouched."""
        jobs = {id_: job for id_, job in self.app.jobs.jobs.items() if job.tenant == "demo"}
        timelines = {id_: list(self.app.jobs.timelines[id_]) for id_ in jobs}
        files = {key: stored for key, stored in self.app.artifacts.objects.items() if "/demo/" in key}
        return jobs, timelines, files, list(self.deliveries.of_job(self.done))


@pytest.fixture
def both(app: App, call: Caller) -> TwoTenants:
    return TwoTenants(app, call, app.deliveries)


def not_there(answer: Answer) -> None:
    assert (answer.status, answer.json["code"]) == (404, "job_not_found")


def of_every_report(method: str, path: str) -> Callable[[TwoTenants], None]:
    def attempt(both: TwoTenants) -> None:
        for report in (both.pending, both.done, both.failed, both.uploaded):
            not_there(both.acme(method, path.format(report)))

    return attempt


def see_no_list(both: TwoTenants) -> None:
    for query in (
        "",
        f"source={SOURCE}",
        f"batch={both.batch}",
        f"cursor={both.cursor}",
        f"cursor={both.cursor}&limit=1",
        "status=FAILED",
        "template=letter",
    ):
        answer = both.acme("GET", f"/reports?{query}")
        assert answer.json["reports"] == [] if answer.status == 200 else answer.status == 422, query
        assert not any(answer.json.get("counts", {}).values()), query


def use_its_key(both: TwoTenants) -> None:
    other = {**LETTER, "data": {"to": "somebody else"}}
    answer = both.acme("POST", "/reports", other, {"Idempotency-Key": "k"})

    assert answer.status == 202
    assert answer.json["id"] != both.pending
    assert both.app.jobs.get(answer.json["id"]).tenant == "acme"
    assert both.app.jobs.get(answer.json["id"]).input.key.startswith("inputs/acme/")


def use_its_keys_in_a_batch(both: TwoTenants) -> None:
    answer = both.acme("POST", "/reports/batch", {"items": [{**LETTER, "idempotency_key": "i"}]})

    (item,) = answer.json["items"]
    assert answer.json["batch"] != both.batch
    assert both.app.jobs.get(item["id"]).tenant == "acme"


def name_another_tenant(both: TwoTenants) -> None:
    for body in ({**LETTER, "tenant": "demo"}, {**LETTER, "options": {"tenant": "demo"}}):
        assert both.acme("POST", "/reports", body).status == 422


def retry_its_failures(both: TwoTenants) -> None:
    for chosen in ({"batch": both.batch}, {"error_code": "x"}, {"template": "letter"}):
        answer = both.acme("POST", "/reports/retry", {"filter": chosen})
        assert (answer.status, answer.json["retried"]) == (200, 0)


def upload_into_its_folder(both: TwoTenants) -> None:
    for name in ("../demo/list/a.csv", "..", "a/b", "uploads/demo/list/a.csv"):
        answer = both.acme("POST", "/uploads", {"template": "list", "filename": name})
        assert answer.status == 422 or answer.json["key"].startswith("uploads/acme/list/"), name
    assert both.acme("POST", "/uploads", {"template": "../demo/list", "filename": "a.csv"}).status == 404
    answer = both.acme("POST", "/uploads", {"template": "list", "filename": "a.csv"})
    assert answer.json["fields"]["key"] == "uploads/acme/list/a.csv"


def reach_its_assets(method: str) -> Callable[[TwoTenants], None]:
    def attempt(both: TwoTenants) -> None:
        key = "assets/demo/letter.pdf"
        both.app.artifacts.put(key, b"%PDF of demo", content_type="application/pdf")
        for name in ("letter", "../demo/letter", "..%2Fdemo%2Fletter", "demo/letter"):
            answer = both.acme(method, f"/assets/{name}", {"content": "bm8="} if method == "PUT" else None)
            assert "demo" not in answer.text or answer.status in (404, 422), name
            assert answer.status in (204, 404, 405, 422), name
        assert both.app.artifacts.objects.pop(key).body == b"%PDF of demo"

    return attempt


def reach_its_templates(method: str, rule: str) -> Callable[[TwoTenants], None]:
    def attempt(both: TwoTenants) -> None:
        content = {"content": b64encode(zipped(files_of())).decode()}
        assert both.demo("PUT", "/templates/receipt", content).status == 202
        theirs = both.app.own_templates.templates["demo", "receipt"]
        key = next(key for key in both.app.artifacts.objects if key.startswith("templates/demo/"))
        body = content if rule == "/templates/<name>" else {"version": 1}
        for name in ("receipt", "receipt@1", "../demo/receipt", "..%2Fdemo%2Freceipt"):
            path = rule.replace("<name>", name).replace("<number>", "1")
            answer = both.acme(method, path, body if method == "PUT" else None)
            is_stored = (method, path, answer.status) == ("PUT", "/templates/receipt", 202)
            assert is_stored or answer.status in (404, 405, 422), (name, answer.text)
        assert both.app.own_templates.templates.pop(("demo", "receipt")) == theirs
        del both.app.artifacts.objects[key]
        for job_id in [each for each in both.app.jobs.jobs if both.app.jobs.jobs[each].checks_template]:
            both.app.artifacts.objects.pop(both.app.jobs.jobs.pop(job_id).input.key)

    return attempt


def see_no_assets(both: TwoTenants) -> None:
    for tenant in ("demo", "acme-2"):
        both.app.artifacts.put(f"assets/{tenant}/letter.pdf", b"%PDF", content_type="application/pdf")

    assert both.acme("GET", "/assets").json["assets"] == []
    assert [each["name"] for each in both.demo("GET", "/assets").json["assets"]] == ["letter"]
    for tenant in ("demo", "acme-2"):
        both.app.artifacts.delete(f"assets/{tenant}/letter.pdf")


def see_no_use_of_others(both: TwoTenants) -> None:
    both.app.quotas.note("demo", Spent("letter", reports=1, attempt=7), 1)

    assert both.demo("GET", "/usage").json["reports"] == 1
    assert both.acme("GET", "/usage").json["entries"] == []
    assert both.acme("GET", "/usage?tenant=demo").status == 422


def see_itself_alone(both: TwoTenants) -> None:
    shown = both.acme("GET", "/me").json

    assert (shown["tenant"], shown["used"]["reports_today"]) == ("acme", 0)


def erase_what_is_demos(both: TwoTenants, method: str) -> None:
    answer = both.acme(method, "/tenants/demo/data")

    assert (answer.status, answer.json["code"]) == (404, "no_erasure")
    assert both.app.erasures.latest == {}


def see_what_is_everybodys(path: str) -> Callable[[TwoTenants], None]:
    def attempt(both: TwoTenants) -> None:
        assert both.acme("GET", path).text == both.demo("GET", path).text

    return attempt


ATTEMPTS: dict[tuple[str, str], list[Callable[[TwoTenants], None]]] = {
    ("POST", "/reports"): [use_its_key, name_another_tenant],
    ("POST", "/reports/batch"): [use_its_keys_in_a_batch],
    ("GET", "/reports"): [see_no_list],
    ("GET", "/reports/latest/<key>"): [lambda both: not_there(both.acme("GET", "/reports/latest/orders"))],
    ("GET", "/reports/latest/<key>/pdf"): [lambda both: not_there(both.acme("GET", "/reports/latest/orders/pdf"))],
    ("GET", "/reports/<report_id>"): [of_every_report("GET", "/reports/{}")],
    ("GET", "/reports/<report_id>/pdf"): [of_every_report("GET", "/reports/{}/pdf")],
    ("GET", "/reports/<report_id>/receipt"): [of_every_report("GET", "/reports/{}/receipt")],
    ("GET", "/receipts/<sha256>"): [lambda both: not_there(both.acme("GET", f"/receipts/{both.sha256}"))],
    ("GET", "/reports/<report_id>/events"): [of_every_report("GET", "/reports/{}/events")],
    ("DELETE", "/reports/<report_id>"): [of_every_report("DELETE", "/reports/{}")],
    ("POST", "/reports/<report_id>/retry"): [of_every_report("POST", "/reports/{}/retry")],
    ("POST", "/reports/<report_id>/rerender"): [of_every_report("POST", "/reports/{}/rerender")],
    ("POST", "/reports/retry"): [retry_its_failures],
    ("GET", "/reports/<report_id>/deliveries"): [of_every_report("GET", "/reports/{}/deliveries")],
    ("POST", "/reports/<report_id>/deliveries/<number>/replay"): [
        of_every_report("POST", "/reports/{}/deliveries/1/replay")
    ],
    ("POST", "/uploads"): [upload_into_its_folder],
    ("GET", "/assets"): [see_no_assets],
    **{(method, "/assets/<name>"): [reach_its_assets(method)] for method in ("PUT", "GET", "DELETE")},
    **{
        (method, rule): [reach_its_templates(method, rule)] for method, rule in ROUTES if rule.startswith("/templates/")
    },
    ("GET", "/me"): [see_itself_alone],
    ("GET", "/usage"): [see_no_use_of_others],
    ("GET", "/tenants/<tenant>/data"): [lambda both: erase_what_is_demos(both, "GET")],
    ("DELETE", "/tenants/<tenant>/data"): [lambda both: erase_what_is_demos(both, "DELETE")],
    ("GET", "/templates"): [see_what_is_everybodys("/templates")],
    ("GET", "/templates/<name>"): [
        see_what_is_everybodys("/templates/letter"),
        reach_its_templates("GET", "/templates/<name>"),
    ],
}


@pytest.mark.parametrize(("method", "rule"), ROUTES)
def test_no_route_leads_to_what_is_another_tenants(both: TwoTenants, method: str, rule: str) -> None:
    assert (method, rule) in ATTEMPTS, "say here what another tenant might try by this route"
    before = both.everything_of_demos()

    for attempt in ATTEMPTS[method, rule]:
        attempt(both)

    assert both.everything_of_demos() == before


def test_the_owner_reaches_what_the_other_could_not(both: TwoTenants) -> None:
    assert both.demo("GET", f"/reports/{both.done}").status == 200
    assert both.demo("GET", f"/reports/{both.done}/pdf").status == 303
    assert both.demo("GET", "/reports/latest/orders").json["id"] == both.done
    for path in (f"/reports/{both.done}/receipt", f"/receipts/{both.sha256}"):
        assert both.demo("GET", path).json["receipt"]["report"] == both.done
    assert len(both.demo("GET", "/reports").json["reports"]) == 5
    assert len(both.demo("GET", f"/reports?source={SOURCE}").json["reports"]) == 1
    assert both.demo("GET", f"/reports/{both.done}/deliveries").json["deliveries"]
    assert both.demo("POST", "/reports", LETTER, {"Idempotency-Key": "k"}).status == 422
    assert both.demo("POST", "/reports/retry", {"filter": {"error_code": "x"}}).json["retried"] == 1
