"""The writes of a report's life, and what DynamoDB bills for them. A change that needs more of them is seen here."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml  # type: ignore[import-untyped]

from reports.adapters.dynamodb.job_items import TIMELINE, item_of, lease_update_of, timeline_of
from reports.adapters.dynamodb.report_files import DynamoDBReportFiles
from reports.jobs import cost
from reports.jobs.job import Job
from reports.jobs.request import ReportOptions, ReportRequest
from reports.jobs.values import Artifact, ByteRange, Door, InputRef, Provenance
from tests.builders import App

NOON = datetime(2026, 11, 30, 12, 34, 56, 789123, tzinfo=UTC)  # as clocks tell it, with all its digits
# As random as real ones are: what repeats itself takes less when it is packed.
ID, HOLDER, REQUEST = "019ad5f2-7c3b-7e41-9d0a-5b8f26c1e734", str(uuid4()), str(uuid4())
HASHES = [sha256(name.encode()).hexdigest() for name in ("input", "template", "pdf", "picture")]
_TABLE = Path(__file__).parents[4] / "resources" / "jobs.yml"

Item = Mapping[str, Any]


def an_invoice(batch: str | None = None) -> Iterator[Job]:
    """Yield the revisions of an ordinary invoice."""
    part = ByteRange(123_456, 2_345) if batch else None
    job = Job.accepted(
        ID,
        NOON,
        door=Door.API,
        tenant="acme",
        template="invoice",
        source="POST /reports",
        input_ref=InputRef(f"inputs/acme/{batch or ID}.json", part=part),
        batch=batch,
        options=ReportOptions(locale="de", title="Rechnung 2026-1001", filename="RE-2026-1001"),
        correlation_id=REQUEST,
        tenant_class="standard",
    )
    yield job
    job = job.claimed(NOON + timedelta(seconds=0.4321), timedelta(seconds=24), HOLDER)
    yield job
    folder = f"reports/acme/{ID}/1"
    pdf = Artifact("RE-2026-1001.pdf", f"{folder}/RE-2026-1001.pdf", "application/pdf", 45_678)
    picture = Artifact("thumbnail.png", f"{folder}/thumbnail.png", "image/png", 30_000, 480, 679, HASHES[3])
    made_of = Provenance(HASHES[0], HASHES[1], HASHES[2], {"pressrun": "0.1.0", "weasyprint": "70.0"})
    layout = {"path": "whole", "why": "no table is marked"}
    yield job.succeeded(
        NOON + timedelta(seconds=1.3579), artifacts=(pdf, picture), pages=2, layout=layout, provenance=made_of
    )


def stored(revisions: list[Job]) -> Item:
    entries = [timeline_of(each.new_entry)["L"][0] for each in revisions]
    return item_of(revisions[-1], NOON) | {TIMELINE: {"L": entries}}


def units(item: Item) -> int:
    """Return how many write units an item takes, by AWS's rules for the sizes of items."""
    return math.ceil(sum(len(name) + _size(value) for name, value in item.items()) / 1024)


def _size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "B":
            return len(content)
        case "N":
            return len(content) // 2 + 2
        case "L":
            return 3 + sum(1 + _size(each) for each in content)
        case _:
            raise AssertionError(kind)


def billed(before: Item, after: Item) -> int:
    """Return the units of a write: of the table, and of each index whose part of the item changes."""
    table = yaml.load(_TABLE.read_text(), Loader=_Loader)["Resources"]["JobsTable"]["Properties"]
    total = max(units(before), units(after))
    for index in table["GlobalSecondaryIndexes"]:
        keys = [each["AttributeName"] for each in index["KeySchema"]]
        shown = (*keys, "job_id", "item", *index["Projection"].get("NonKeyAttributes", ()))
        old, new = (_projected(item, keys, shown) for item in (before, after))
        if old == new:
            continue
        same_place = old and new and all(old[key] == new[key] for key in keys)
        total += max(units(old), units(new)) if same_place else units(old) + units(new)
    return total


def _projected(item: Item, keys: list[str], shown: tuple[str, ...]) -> Item:
    return {name: item[name] for name in shown if name in item} if all(key in item for key in keys) else {}


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """A loader that passes over CloudFormation's tags."""


_Loader.add_multi_constructor("!", lambda *_: None)


@pytest.mark.parametrize(
    ("batch", "in_its_index"), [(None, [0, 0, 0, 0]), (HOLDER, [1, 1, 1, 0])], ids=["alone", "batch"]
)
def test_the_meter_counts_the_units_that_dynamodb_bills(batch: str | None, in_its_index: list[int]) -> None:
    revisions = list(an_invoice(batch))
    states: list[Item] = [{}] + [stored(revisions[: n + 1]) for n in range(len(revisions))]
    states.append({name: value for name, value in states[-1].items() if name not in ("due_at", "due_shard")})

    found = [billed(before, after) for before, after in itertools.pairwise(states)]

    known = [cost.ACCEPT_UNITS, cost.CLAIM_UNITS, cost.END_UNITS, cost.ANNOUNCE_UNITS]
    assert [units - more for units, more in zip(found, in_its_index, strict=True)] == known
    assert sum(found) + 2 * cost.COUNT_UNITS + cost.FILE_UNITS == 16 + sum(in_its_index)
    assert sum(in_its_index) in (0, cost.BATCH_UNITS)


def test_what_leads_from_a_file_to_its_report_takes_as_many_units_as_the_meter_counts() -> None:
    *_, done = an_invoice()
    items: list[Item] = []

    class Table:
        def put_item(self, **request: Any) -> None:
            items.append(request["Item"])

    client: Any = Table()
    DynamoDBReportFiles(client, "jobs", expiry=lambda _, since: since).note(done, HASHES[2])

    [item] = items
    assert billed({}, item) == cost.FILE_UNITS


def test_a_heartbeat_takes_as_many_units_as_the_meter_counts() -> None:
    *_, claimed, _ = an_invoice()
    before = stored([claimed])
    renewed = lease_update_of(1, NOON + timedelta(seconds=32))["ExpressionAttributeValues"]

    after = {**before, "lease_until": renewed[":lease_until"], "due_at": renewed[":due_at"]}

    assert billed(before, after) == cost.BEAT_UNITS


def test_a_reports_life_takes_so_many_writes_and_no_more(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    inside: list[str] = []

    def note(name: str, act: Callable[..., Any], *given: Any, **more: Any) -> Any:
        if not inside:  # a fake may call itself
            calls.append(name)
        inside.append(name)
        try:
            return act(*given, **more)
        finally:
            inside.pop()

    for part, names in {
        "jobs": ("add", "advance", "extend_lease", "note_progress", "mark_announced"),
        "counts": ("add", "add_use"),
        "artifacts": ("put",),  # by which the fake keeps what comes in parts, too
        "queue": ("send", "postpone"),
        "publisher": ("publish",),
        "latest": ("offer",),
        "report_files": ("note",),
    }.items():
        for name in names:
            owner = getattr(app, part)
            monkeypatch.setattr(owner, name, partial(note, f"{part}.{name}", getattr(owner, name)))

    app.submit(ReportRequest(template="letter", data={"to": "me"}), tenant="demo", correlation_id="c")
    app.process(app.queue.sent[-1])

    assert calls == [
        *("counts.add", "artifacts.put", "jobs.add", "queue.send"),
        *("jobs.advance", "queue.postpone", "artifacts.put", "artifacts.put", "jobs.advance"),
        *("report_files.note", "publisher.publish", "jobs.mark_announced", "counts.add_use"),
    ]
