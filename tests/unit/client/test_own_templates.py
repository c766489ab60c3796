"""Templates of a tenant's own, stored by the client and the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pressrun_client.cli.exits import Exit
from pressrun_client.documents import Document
from pressrun_client.errors import InputError
from pressrun_client.own_templates import OwnTemplateCalls, TemplateVersion, folders_of, packed
from reports.errors import TemplateRefusedError
from reports.jobs.render_messages import Envelope, encode
from reports.render_contract import RenderedFile, RenderedReport, RenderRequest
from tests.archives import files_of
from tests.builders import App
from tests.unit.client.terminal import CommandLine


def work_off(app: App) -> None:
    for job in [each for each in app.jobs.jobs.values() if not each.status.is_final]:
        app.process(Envelope(f"m-{job.id}", f"r-{job.id}", encode(job.id, job.message_version), {}, 1))


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    """Return a folder that is a template in order."""
    folder = tmp_path / "own" / "receipt"
    folder.mkdir(parents=True)
    for name, content in files_of().items():
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


@pytest.fixture
def pressrun(app: App, pressrun: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Return how to run a command, while a worker is at work."""
    app.settings = app.with_settings(max_body_bytes=4_000_000).settings
    look, ask = OwnTemplateCalls.template_version, OwnTemplateCalls.replay_template

    def work_off_and_look(calls: OwnTemplateCalls, name: str, version: int) -> TemplateVersion:
        work_off(app)
        return look(calls, name, version)

    def ask_and_work_off(calls: OwnTemplateCalls, name: str, version: int, *, reports: int = 10) -> Document:
        started = ask(calls, name, version, reports=reports)
        work_off(app)
        return started

    monkeypatch.setattr(OwnTemplateCalls, "template_version", work_off_and_look)
    monkeypatch.setattr(OwnTemplateCalls, "replay_template", ask_and_work_off)
    return pressrun


def test_a_folder_is_stored_checked_and_used(app: App, pressrun: CommandLine, receipt: Path) -> None:
    stored = pressrun("deploy", receipt.parent)

    assert (stored.status, stored.out) == (Exit.OK, "receipt@1: live\n")
    assert "receipt" in pressrun("templates").out
    assert "1 *" in pressrun("templates", "receipt", "--versions").out

    (receipt / "style.css").write_text("h1 { color: red }")
    assert pressrun("deploy", receipt).out == "receipt@2: live\n"
    assert "  +h1 { color: red }" in pressrun("templates", "receipt", "--diff", "2").out
    assert pressrun("deploy", receipt).out == "receipt@2: live\n"
    assert "1 *" in pressrun("templates", "receipt", "--use", "1").out
    assert pressrun("templates", "receipt", "--remove").status == Exit.OK
    assert pressrun("templates", "receipt", "--versions").status == Exit.NOT_FOUND


def test_a_version_may_be_held(pressrun: CommandLine, receipt: Path) -> None:
    assert pressrun("deploy", receipt, "--hold").out == "receipt@1: checked, and held\n"


def test_a_version_may_be_tried_on_some_reports(pressrun: CommandLine, receipt: Path) -> None:
    pressrun("deploy", receipt)
    (receipt / "style.css").write_text("h1 { color: red }")
    pressrun("deploy", receipt, "--hold")

    tried = pressrun("templates", "receipt", "--use", "2", "--share", "10")

    assert "2 (10 %)" in tried.out
    assert "1 *" in tried.out
    assert pressrun("templates", "receipt", "--share", "10").status == Exit.USAGE


def test_what_is_wrong_is_said_with_file_and_line(app: App, pressrun: CommandLine, receipt: Path) -> None:
    finding = {"file": "receipt/template.html.j2", "line": 2, "message": "there is no 'nmae'", "cure": "Say name."}
    app.renderer.faults = [TemplateRefusedError("It is refused.", findings=[finding])]

    refused = pressrun("deploy", receipt)

    assert refused.status == Exit.REPORT_FAILED
    assert refused.out == "receipt/template.html.j2:2: error: there is no 'nmae'. Say name.\nreceipt@1: refused\n"


def test_what_is_no_template_in_order_is_refused_at_once(pressrun: CommandLine, receipt: Path) -> None:
    (receipt / "view.py").write_text("import os")

    refused = pressrun("deploy", receipt)

    assert refused.status == Exit.REPORT_FAILED
    assert refused.out.startswith("receipt/view.py: error: a template has no such file.")
    assert pressrun("deploy", receipt, "--json").documents[0]["status"] == "refused"


def test_a_version_is_tried_on_the_newest_reports(
    app: App, pressrun: CommandLine, receipt: Path, tmp_path: Path
) -> None:
    def with_text(request: RenderRequest, **how: Any) -> RenderedReport:
        done = render(request, **how)
        colour = (request.template.folder / "style.css").read_text()
        text = f"Receipt\n{colour if request.data['name'] == 'Bob' else ''}\n"
        return replace(done, files=(RenderedFile("report.txt", "text/plain", text.encode()),))

    render = app.renderer.render
    app.renderer.render = with_text  # type: ignore[method-assign]
    pressrun("deploy", receipt)
    for name in ("Ada", "Bob"):
        (tmp_path / "data.json").write_text(json.dumps({"name": name}))
        pressrun("submit", "receipt", tmp_path / "data.json")
    work_off(app)
    (receipt / "style.css").write_text("h1 { color: red }")
    pressrun("deploy", receipt, "--hold")

    tried = pressrun("replay", "receipt", "2")

    assert tried.status == Exit.OK
    assert "  -h1 { color: #036 }\n  +h1 { color: red }\n" in tried.out
    assert tried.out.count(": the same\n") == 1
    assert "2 reports made twice, 1 different." in tried.err


def test_slots_are_put_and_shown(app: App, pressrun: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "look.json").write_text('{"colours": {"accent": "#123456"}, "data": {"to": "all"}}')
    (tmp_path / "none.json").write_text("[]")

    assert pressrun("slots", "letter", tmp_path / "look.json").out == "letter@1: live\n"

    assert pressrun("slots", "letter").documents[0]["slots"]["colours"] == {"accent": "#123456"}
    assert app.renderer.rendered[-1].data == {"to": "all"}
    assert "no JSON object" in pressrun("slots", "letter", tmp_path / "none.json").err


def test_a_folder_is_packed_to_the_same_bytes_without_what_is_hidden(receipt: Path) -> None:
    before = packed(receipt)
    (receipt / ".git").mkdir()
    (receipt / ".git" / "config").write_text("x")
    (receipt / ".DS_Store").write_text("x")

    assert packed(receipt) == before


def test_a_folder_without_templates_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no template"):
        folders_of(tmp_path)
