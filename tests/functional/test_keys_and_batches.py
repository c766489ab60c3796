"""What is asked for twice is made once; what is asked for at once is accepted one by one."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.functional.service import Service, until

ROWS = {"rows": [{"Item": "Bread", "Amount": 2.5}]}
GATEWAY_SECONDS = 29


def item(title: str, **changes: Any) -> dict[str, Any]:
    return {"template": "table", "data": {**ROWS, "title": title}, **changes}


def all_over(service: Service, batch: str, *, seconds: float = 120) -> dict[str, int]:
    """Wait for the end of a batch, and return its counts by status."""

    def found() -> dict[str, int] | None:
        counts = dict(service.get("/reports", params={"batch": batch, "limit": 1}).json()["counts"])
        return counts if counts["PENDING"] + counts["RENDERING"] == 0 else None

    return until(found, seconds=seconds, what=lambda: f"the end of {batch}")


def test_a_request_that_is_sent_again_with_its_key_is_the_same_report(service: Service, unique: str) -> None:
    key = {"Idempotency-Key": f"order {unique}"}
    first = service.post("/reports", item(unique), headers=key)
    again = service.post("/reports", {"data": {"title": unique, **ROWS}, "template": "table"}, headers=key)
    other = service.post("/reports", item(f"{unique} 2"), headers=key)

    assert (first.status_code, again.status_code) == (202, 202), (first.text, again.text)
    assert first.json()["id"] == again.json()["id"]
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    report = service.ended(first.json()["id"])
    assert report["status"] == "SUCCEEDED", report
    late = service.post("/reports", item(unique), headers=key)
    assert (late.status_code, late.json()["id"], late.json()["status"]) == (202, report["id"], "SUCCEEDED")


def test_first_uses_of_a_key_at_the_same_time_are_one_report(service: Service, unique: str) -> None:
    def send(_: int) -> Any:
        return service.post("/reports", item(unique), headers={"Idempotency-Key": unique})

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert {answer.status_code for answer in answers} == {202}, [answer.text for answer in answers]
    [report_id] = {answer.json()["id"] for answer in answers}
    assert service.ended(report_id)["status"] == "SUCCEEDED"
    assert service.report(report_id)["attempts"] == 1


def test_a_batch_is_accepted_item_by_item_and_each_report_has_its_own_data(service: Service, unique: str) -> None:
    items = [
        item(f"{unique} zero"),
        {"template": "nope", "data": {}},
        item(f"{unique} two", options={"filename": "Zwölf"}),
        {"template": "table"},
        item(f"{unique} four", idempotency_key=unique),
        item(f"{unique} four", idempotency_key=unique),
        {"template": "table", "data": {"rows": "none"}},
    ]

    answer = service.post("/reports/batch", {"items": items})

    assert answer.status_code == 202, answer.text
    body = answer.json()
    assert [(each["index"], each["status"]) for each in body["items"]] == [
        *((0, 202), (1, 404), (2, 202), (3, 422), (4, 202), (5, 202), (6, 422)),
    ]
    assert (body["total"], body["accepted"], body["refused"]) == (7, 4, 3)
    assert body["items"][4]["id"] == body["items"][5]["id"]
    assert [error["pointer"] for error in body["items"][3]["problem"]["errors"]] == ["/data"]
    counts = all_over(service, body["batch"])
    assert counts == {"PENDING": 0, "RENDERING": 0, "SUCCEEDED": 3, "FAILED": 0, "CANCELLED": 0}
    two = service.report(body["items"][2]["id"])
    assert (two["batch"], two["filename"]) == (body["batch"], "Zwölf.pdf")
    for index, word in ((0, "zero"), (2, "two"), (4, "four")):
        report = service.report(body["items"][index]["id"])
        assert f"{unique} {word}" in service.pdf(report).pages[0]
        # Queued at once, and not by the sweep.
        assert service.events(report["id"]) == ["accepted", "rendering", "succeeded"]


def test_a_thousand_items_are_accepted_before_the_gateway_gives_up_and_are_the_same_when_sent_again(
    service: Service, unique: str
) -> None:
    # To accept them is what is measured. To render them all would take the suite minutes, so they are cancelled.
    def key(n: int) -> dict[str, str]:
        return {"idempotency_key": f"{unique}-{n}"} if n % 2 else {}

    items = [item(f"{unique} {n}", **key(n)) for n in range(1000)]
    started = time.monotonic()
    answer = service.post("/reports/batch", {"items": items})
    seconds = time.monotonic() - started

    assert answer.status_code == 202, answer.text[:1000]
    body = answer.json()
    ids = [each["id"] for each in body["items"]]
    try:
        assert (body["accepted"], len(set(ids))) == (1000, 1000)
        assert seconds < GATEWAY_SECONDS, seconds
        listed = service.get("/reports", params={"batch": body["batch"], "limit": 100}).json()
        assert (listed["total"], len(listed["reports"])) == (1000, 100)
        again = service.post("/reports/batch", {"items": [each for each in items if "idempotency_key" in each]}).json()
        assert (again["batch"], [each["id"] for each in again["items"]]) == (body["batch"], ids[1::2])
    finally:
        cancel(service, ids)
    print(f"1,000 items, half of them with a key, accepted in {seconds:.1f} s")


def cancel(service: Service, ids: list[str]) -> None:
    """Cancel reports, and wait until their messages are gone, which would hold up the next test's."""
    with ThreadPoolExecutor(4) as pool:
        statuses = set(pool.map(lambda report_id: service.delete(f"/reports/{report_id}").status_code, ids))
    assert statuses <= {200, 409}
    until(lambda: service.waiting() == 0 or None, seconds=180, what=lambda: f"{service.waiting()} messages are gone")
