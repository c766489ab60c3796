"""What a report of one tenant leaves behind for that of the next: nothing that the next one's render could find.

The canary is a text of the first tenant's that stands nowhere else, not even in this file.
"""

from __future__ import annotations

import gc
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reports.catalog.catalog import Catalog
from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.render_contract import RenderContext, RenderedReport
from reports.shelf.templates import ProductTemplates
from reports.worker.report_maker import ReportMaker
from tests.unit.engine.rendering import CREATED, TEMPLATES, page_texts
from tests.unit.engine.sandbox.confinement import LIMITS

# Of a process that hides it, as a child does.
CAN_READ_MEMORY = os.geteuid() == 0


class Tenants:
    """A worker that makes reports of two tenants, one after the other, and keeps its temporary files in one folder."""

    def __init__(self, renderer: ConfinedRenderer) -> None:
        self.renderer = renderer
        self.maker = ReportMaker(ProductTemplates(Catalog(TEMPLATES)), renderer)
        self.canary = f"canary{os.urandom(8).hex()}"

    def report_of(self, tenant: str, text: str) -> tuple[RenderedReport, bytes]:
        pdf = bytearray()
        rows = [{"name": f"{text}{number}"} for number in range(20)]
        data = {"title": text, "columns": [{"key": "name", "label": text}], "rows": rows}
        context = RenderContext(f"job-of-{tenant}", CREATED, title=text, source=f"{text}.csv", tenant=tenant)
        report = self.maker.from_request(
            json.dumps({"template": "table", "data": data}).encode(), context, output=pdf.extend
        )
        return report, bytes(pdf)

    def prints(self, tenant: str, text: str) -> bool:
        """Make a report, and tell whether the canary is anywhere in it. Nothing of it is kept here, as asserts do."""
        report, pdf = self.report_of(tenant, text)
        return any(self.canary in each for each in (*page_texts(pdf), pdf.decode("latin-1"), repr(report)))

    def child(self) -> int:
        assert self.renderer._child is not None
        return self.renderer._child._process.pid


@pytest.fixture(params=[False, True], ids=["shared", "apart"])
def tenants(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenants]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with ConfinedRenderer(LIMITS, templates=[TEMPLATES], tenants_apart=request.param) as renderer:
        yield Tenants(renderer)


def test_nothing_of_a_tenant_is_in_the_next_ones_report_files_or_reach(tenants: Tenants, tmp_path: Path) -> None:
    is_told = tenants.prints("a", tenants.canary)
    first_child = tenants.child()
    is_told_to_itself = tenants.prints("a", "another")
    assert tenants.child() == first_child
    left_before = _files_with(tenants.canary, tmp_path)

    is_told_again = tenants.prints("b", "other")

    assert is_told  # or else this test could not fail
    assert not is_told_to_itself
    assert not is_told_again
    assert left_before == _files_with(tenants.canary, tmp_path) == []
    assert _objects_with(tenants.canary, but=tenants) == []
    assert (tenants.child() != first_child) is tenants.renderer._tenants_apart
    if CAN_READ_MEMORY:
        # Of what was freed, much is still there: only a process of its own has none of it.
        assert _is_in_memory(tenants.canary, tenants.child()) is not tenants.renderer._tenants_apart


def _files_with(text: str, folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if text in path.name or (path.is_file() and text.encode() in path.read_bytes())
    ]


def _objects_with(text: str, *, but: Tenants) -> list[str]:
    """Return the kinds of objects that this process still holds, and that have a text; freed memory is no object."""
    gc.collect()
    found = []
    for each in gc.get_objects():
        members: list[Any] = []
        if type(each) is dict:
            members = [*each.keys(), *each.values()]
        elif type(each) in (list, tuple, set, frozenset):
            members = list(each)
        if each is not but.__dict__ and any(_has(text, member) for member in members if member is not but.canary):
            found.append(type(each).__name__)
    return found


def _has(text: str, value: object) -> bool:
    if type(value) in (bytes, bytearray):
        return text.encode() in value  # type: ignore[operator]
    return type(value) is str and text in value


def _is_in_memory(text: str, process: int) -> bool:
    wanted = [text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-32-le")]
    with Path(f"/proc/{process}/maps").open() as maps, Path(f"/proc/{process}/mem").open("rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            low, high = (int(number, 16) for number in span.split("-"))
            if "r" not in rights or "[v" in line:
                continue
            memory.seek(low)
            content = memory.read(high - low)
            if any(each in content for each in wanted):
                return True
    return False
