"""Ask for reports from a shell, and get them."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pressrun_client.cli.exits import Exit
from pressrun_client.cli.get import in_words
from reports.errors import TemplateBrokenError
from reports.jobs.request import ReportOptions
from reports.jobs.values import Failure
from tests.builders import App, a_job
from tests.fakes.clock import NOON
from tests.unit.client.terminal import CommandLine
from tests.unit.handlers.calling import keep, succeeded

PDF = b"%PDF-1.7 fake"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.json"
    path.write_text('{"to": "me"}')
    return path


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n1,2\n")
    return path


def failed(app: App, *ids: str, code: str = "worker_lost") -> None:
    for report_id in ids:
        keep(app, replace(a_job(report_id).failed(NOON, Failure(code, "The worker died.", retryable=True)), revision=2))


def test_a_report_is_asked_for_and_its_id_is_all_that_is_printed(pressrun: CommandLine, letter: Path) -> None:
    result = pressrun("submit", "letter", letter)

    assert (result.status, result.out, result.err) == (Exit.OK, "job-1\n", "")


def test_a_report_is_waited_for_and_saved(pressrun: CommandLine, letter: Path, tmp_path: Path) -> None:
    result = pressrun("submit", "letter", letter, "--filename", "to-me", "-o", tmp_path)

    assert result.status == Exit.OK
    assert result.out.startswith("job-1  SUCCEEDED  letter  2 pages, 13 B, 0.0 s\n")
    assert (tmp_path / "to-me.pdf").read_bytes() == PDF


def test_what_is_not_as_it_should_be_in_a_report_is_told(pressrun: CommandLine, app: App) -> None:
    warnings = ({"code": "missing_glyphs", "message": "No font has 茶."}, {"code": "untagged", "message": "Too large."})
    keep(app, replace(succeeded(), warnings=warnings))

    shown = pressrun("get", "job-s").out

    assert "Warning   No font has 茶.\nWarning   Too large.\n" in shown


def test_warnings_of_a_report_are_told_apart_from_the_result(pressrun: CommandLine, app: App) -> None:
    keep(app, replace(succeeded(), warnings=({"code": "missing_glyphs", "message": "No font has 𓏐."},)))

    watched = pressrun("watch", "job-s")

    assert watched.out.startswith("job-s  SUCCEEDED")
    assert watched.err == "Warning: job-s: No font has 𓏐.\n"
    assert "Warning" not in watched.out
    assert pressrun("watch", "job-s", "--json").err == ""


def test_a_list_counts_the_warnings_of_each_report(pressrun: CommandLine, app: App) -> None:
    keep(app, replace(succeeded(), warnings=({"code": "missing_glyphs", "message": "No font has 𓏐."},)))

    assert "(1 warning)" in pressrun("list").out


def test_options_are_sent_as_the_service_knows_them(pressrun: CommandLine, letter: Path, app: App) -> None:
    options = ["--title", "T", "--locale", "de", "--replaces", "k", "--email", "a@b.org", "--webhook", "https://c.org/"]

    pressrun("submit", "letter", letter, *options, "--idempotency-key", "order-7")

    sent = pressrun.world.api.sent[-1]
    assert json.loads(sent.body)["options"] == {
        "title": "T",
        "locale": "de",
        "replaces": "k",
        "notify": {"email": "a@b.org", "webhook": "https://c.org/"},
    }
    assert sent.headers["Idempotency-Key"] == "order-7"


def test_data_may_come_by_the_standard_input(pressrun: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'\xef\xbb\xbf{"to": "me"}')))

    assert pressrun("submit", "letter", "-").status == Exit.OK


def test_the_sample_of_a_template_will_do(pressrun: CommandLine, app: App) -> None:
    result = pressrun("submit", "letter", "--sample", "--json")

    assert result.status == Exit.OK
    assert json.loads(pressrun.world.api.sent[-1].body)["data"] == {"to": "me"}


def test_who_sends_a_sample_says_that_it_is_one(pressrun: CommandLine, letter: Path) -> None:
    pressrun("submit", "letter", "--sample", "--title", "T")
    sample = json.loads(pressrun.world.api.sent[-1].body)
    pressrun("submit", "letter", letter)
    own = json.loads(pressrun.world.api.sent[-1].body)

    assert sample["options"] == {"title": "T", "sample": True}
    assert "sample" not in own.get("options", {})


def test_a_report_of_a_sample_is_told_from_others(pressrun: CommandLine, app: App) -> None:
    keep(app, replace(succeeded(), options=ReportOptions(sample=True)))

    assert "letter (sample)\n" in pressrun("get", "job-s").out
    assert "  letter (sample)  3 pages" in pressrun("watch", "job-s").out


def test_a_report_that_failed_says_why_and_ends_with_one(pressrun: CommandLine, letter: Path, app: App) -> None:
    app.renderer.faults = [TemplateBrokenError("Line 3 fails.")]

    result = pressrun("submit", "letter", letter, "--wait")

    assert result.status == Exit.REPORT_FAILED
    assert result.out.splitlines()[1:] == ["  template_broken: Line 3 fails."]


def test_a_report_that_takes_too_long_ends_with_its_own_status(pressrun: CommandLine, letter: Path) -> None:
    pressrun.world.time.meanwhile = lambda: None

    result = pressrun("submit", "letter", letter, "--wait", "--timeout", "5")

    assert result.status == Exit.NOT_OVER
    assert "Not over within 5 s: letter job-1. It goes on" in result.err


def test_files_are_uploaded_and_their_reports_saved(pressrun: CommandLine, orders: Path, tmp_path: Path) -> None:
    other = tmp_path / "more.csv"
    other.write_text("a\n1\n")
    (tmp_path / "out").mkdir()

    without_waiting = pressrun("upload", "list", orders)
    result = pressrun("upload", "list", orders, other, "-o", tmp_path / "out")

    assert without_waiting.out == "uploads/demo/list/orders.csv\n"
    assert result.status == Exit.OK
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["more.pdf", "orders.pdf"]


def test_options_beside_a_file_go_first_and_no_report_is_waited_for(
    pressrun: CommandLine, orders: Path, tmp_path: Path
) -> None:
    beside = tmp_path / f"{orders.name}.pressrun.json"
    beside.write_text('{"title": "Orders of May"}')

    alone = pressrun("upload", "list", beside, "--wait", "--timeout", "5")
    result = pressrun("upload", "list", orders, beside, "-o", tmp_path / "one.pdf", "--timeout", "5")

    assert (alone.status, alone.out) == (Exit.OK, f"uploads/demo/list/{beside.name}\n")
    assert result.status == Exit.OK
    assert result.out.count("SUCCEEDED") == 1
    assert pressrun.world.store.uploaded[-2:] == [f"uploads/demo/list/{name}" for name in (beside.name, orders.name)]


def test_one_bad_file_among_good_ones_fails_the_command(pressrun: CommandLine, orders: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2,3\n")

    result = pressrun("upload", "list", bad, orders, "--wait")

    assert result.status == Exit.REPORT_FAILED
    assert "unreadable_file: Line 1 names 2 of 3 columns" in result.out
    assert "FAILED  list  bad.csv" in result.out
    assert "SUCCEEDED  list  orders.csv  2 pages" in result.out
    assert "bad.csv: unreadable_file" in pressrun("list").out
    assert "SUCCEEDED" in result.out


def test_a_batch_says_what_was_refused_and_where_the_others_are(pressrun: CommandLine, tmp_path: Path) -> None:
    good, bad = {"template": "letter", "data": {"to": "me"}}, {"template": "none", "data": {}}
    requests = tmp_path / "requests.jsonl"
    requests.write_text("\n".join(json.dumps(each) for each in (good, bad, good)) + "\n\n")

    result = pressrun("batch", requests, "--wait")

    assert result.status == Exit.REFUSED
    refused, batch, counted = result.out.splitlines()
    assert refused.startswith("refused  request 2  unknown_template: There is no template named 'none'.")
    assert counted == f"{batch}  2 SUCCEEDED"
    assert "2 accepted, 1 refused." in result.err


def test_reports_are_watched_until_all_are_over(pressrun: CommandLine, letter: Path, app: App) -> None:
    pressrun("submit", "letter", letter)
    pressrun("submit", "letter", letter)

    result = pressrun("watch")

    assert result.status == Exit.OK
    assert [line.split()[:2] for line in result.out.splitlines()] == [["job-1", "SUCCEEDED"], ["job-2", "SUCCEEDED"]]
    assert "No report is running." in pressrun("watch").err


def test_programs_are_told_each_change(pressrun: CommandLine, letter: Path) -> None:
    pressrun("submit", "letter", letter)

    result = pressrun("watch", "job-1", "--json")

    assert [document["status"] for document in result.documents] == ["PENDING", "SUCCEEDED"]


def test_a_report_is_shown(pressrun: CommandLine, app: App) -> None:
    keep(app, succeeded())

    result = pressrun("get", "job-s")

    assert result.status == Exit.OK
    assert "Status    SUCCEEDED" in result.out
    assert "Files     Brief.pdf (999 B), thumbnail.png (9 B)" in result.out


def test_the_files_of_a_report_are_saved_and_none_is_replaced(
    pressrun: CommandLine, letter: Path, tmp_path: Path
) -> None:
    pressrun("submit", "letter", letter, "--wait", "--replaces", "k")
    order: list[str | Path] = ["get", "--latest", "k", "--file", "thumbnail.png", "-o", tmp_path]

    first, second, third = pressrun(*order), pressrun(*order), pressrun(*order, "--force")

    assert [first.status, second.status, third.status] == [Exit.OK, Exit.USAGE, Exit.OK]
    assert "exists already. Give another path to -o, or add --force." in second.err
    assert (tmp_path / "thumbnail.png").read_bytes() == b"\x89PNG"


@pytest.mark.parametrize(("is_over", "status"), [(True, Exit.REPORT_FAILED), (False, Exit.NOT_OVER)])
def test_what_has_no_file_says_so_by_its_status(
    pressrun: CommandLine, app: App, tmp_path: Path, is_over: bool, status: Exit
) -> None:
    if is_over:
        failed(app, "job-x")
    else:
        keep(app, a_job("job-x"))

    assert pressrun("get", "job-x", "-o", tmp_path).status == status


def test_the_timeline_is_shown(pressrun: CommandLine, letter: Path) -> None:
    pressrun("submit", "letter", letter, "--wait")

    result = pressrun("get", "job-1", "--events")

    assert [line.split()[2] for line in result.out.splitlines()] == ["accepted", "rendering", "succeeded"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        ("api", "api"),
        ({}, "–"),
        ({"path": "long_table", "rows": 400}, "long_table (400)"),
        ({"path": "plain"}, "plain"),
    ],
)
def test_what_happened_is_told_in_words(value: object, words: str) -> None:
    assert in_words(value) == words


def test_reports_are_listed_for_people_and_for_programs(pressrun: CommandLine, app: App) -> None:
    for n in range(3):
        keep(app, a_job(f"job-{n}"))
    failed(app, "job-f")

    table = pressrun("list", "--limit", "3").out.splitlines()
    documents = pressrun("list", "--status", "failed", "--json").documents
    everything = pressrun("list", "--all", "--json").documents

    assert table[0].split()[:3] == ["ID", "Status", "Template"]
    assert len(table) == 4
    assert [(each["id"], each["error"]["code"]) for each in documents] == [("job-f", "worker_lost")]
    assert len(everything) == 4


def test_reports_are_cancelled_and_retried(pressrun: CommandLine, letter: Path, app: App) -> None:
    pressrun("submit", "letter", letter)
    failed(app, "job-f")

    assert pressrun("cancel", "job-1").out.startswith("job-1  CANCELLED")
    assert pressrun("retry", "job-f").out == "job-f  PENDING\n"
    conflict = pressrun("retry", "job-1")
    assert conflict.status == Exit.REFUSED
    assert "Only a FAILED job can be reopened" in conflict.err


def test_failed_reports_are_redriven_by_filter_and_only_on_purpose(pressrun: CommandLine, app: App) -> None:
    failed(app, "job-a", "job-b")
    failed(app, "job-c", code="render_timeout")

    careless = pressrun("redrive")
    dry = pressrun("redrive", "--all", "--dry-run")
    done = pressrun("redrive", "--error-code", "worker_lost", "--after", "2026-11-20")

    assert (careless.status, careless.out) == (Exit.USAGE, "")
    assert sorted(dry.out.split()) == ["job-a", "job-b", "job-c"]
    assert "3 reports would be retried" in dry.err
    assert sorted(done.out.split()) == ["job-a", "job-b"]
    assert app.jobs.get("job-c").status == "FAILED"


def test_templates_are_listed_and_shown(pressrun: CommandLine) -> None:
    assert "letter" in pressrun("templates").out
    assert pressrun("templates", "letter").out.startswith("letter: Letter\n")
    assert pressrun("templates", "letter", "--schema").documents[0]["required"] == ["to"]
    assert pressrun("templates", "letter", "--sample").documents == [{"to": "me"}]
    assert pressrun("templates", "none").status == Exit.NOT_FOUND


def test_the_configuration_is_shown_without_the_key(pressrun: CommandLine) -> None:
    for result in (pressrun("config"), pressrun("config", "--json")):
        assert result.status == Exit.OK
        assert pressrun.world.key not in result.out + result.err
        assert "set" in result.out


def test_bars_are_shown_to_people_alone(pressrun: CommandLine, letter: Path, orders: Path) -> None:
    watched = pressrun("submit", "letter", letter, "--wait", is_watched=True)
    quiet = pressrun("submit", "letter", letter, "--wait")
    uploaded = pressrun("upload", "list", orders, "--wait", is_watched=True)
    for_programs = pressrun("submit", "letter", letter, "--wait", "--json", is_watched=True)

    assert "letter job-1" in watched.err
    assert "orders.csv" in uploaded.err
    assert (quiet.err, for_programs.err) == ("", "")
    assert "\x1b" not in watched.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(pressrun: CommandLine, shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert pressrun("completion", shell).status == Exit.OK

    assert "_PRESSRUN_COMPLETE" in capsys.readouterr().out


def test_rendering_here_runs_the_projects_own_code_there(
    pressrun: CommandLine, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, here = tmp_path / "project", tmp_path / "here"
    for folder in (project / "tools", project / "templates", here):
        folder.mkdir(parents=True)
    (project / "tools" / "__init__.py").touch()
    (project / "tools" / "render.py").write_text("import os, sys; print(os.getcwd(), *sys.argv[1:]); sys.exit(1)")
    (here / "-a b.csv").write_text("a\n1\n")
    monkeypatch.chdir(here)
    pressrun.environment = {"PRESSRUN_PROJECT": str(project)}

    result = pressrun("render", "table", "--title", "--json", "-o", "out.pdf", "--", "-a b.csv")

    assert result.status == Exit.REPORT_FAILED
    options = '--options-json={"title": "--json"}'
    expected = f"{project} --template=table --data={here}/-a b.csv --out={here}/out.pdf {options}"
    assert capfd.readouterr().out == expected + "\n"
