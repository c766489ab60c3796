"""The command line against the stack, as users run it: a process of its own, told by its environment whom to ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pressrun_client.cli.exits import Exit
from reports.access.identity import Scope
from tests.functional.service import Reader, Service

PROJECT = Path(__file__).resolve().parents[2]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def pressrun(service: Service, tmp_path: Path) -> Run:
    """Return how to run the command in a folder of its own, with a key of the tenant demo's."""
    key = service.new_key("demo")

    def run(*arguments: str | Path, api_key: str = key, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pressrun_client", *map(str, arguments)],
            cwd=tmp_path,
            env=environment_of(service, tmp_path, api_key) | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def environment_of(service: Service, home: Path, api_key: str) -> dict[str, str]:
    """Return what a user's shell has who asks this stack."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "HOME": str(home),
        "PRESSRUN_URL": service.api_url,
        "PRESSRUN_API_KEY": api_key,
    }


def documents(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_report_is_submitted_waited_for_and_saved(pressrun: Run, tmp_path: Path) -> None:
    done = pressrun("submit", "invoice", "--sample", "--filename", "rechnung", "--locale", "de", "-o", ".")

    assert (done.returncode, done.stderr) == (Exit.OK, "")
    assert "SUCCEEDED" in done.stdout
    assert len(Reader((tmp_path / "rechnung.pdf").read_bytes()).pages) == 2


def test_files_are_uploaded_and_a_bad_one_fails_the_command_with_its_reason(
    pressrun: Run, tmp_path: Path, unique: str
) -> None:
    good, bad = tmp_path / f"{unique} Größe+1.csv", tmp_path / f"{unique}-bad.csv"
    good.write_text("Item,Amount\nBread,2.50\n")
    bad.write_text("Item,Amount\nBread,2.50,surplus\n")

    done = pressrun("upload", "table", good, bad, "--wait", "--json")

    ended = {report["source"].rsplit("/", 1)[-1]: report for report in documents(done)}
    assert done.returncode == Exit.REPORT_FAILED, done.stderr
    assert ended[good.name]["status"] == "SUCCEEDED"
    assert ended[bad.name]["error"]["code"] == "unreadable_file"


def test_a_batch_is_accepted_item_by_item_and_listed(pressrun: Run, tmp_path: Path) -> None:
    requests = tmp_path / "requests.jsonl"
    lines = [{"template": "table", "data": {"rows": [{"Order": n}]}} for n in range(3)]
    requests.write_text("\n".join(json.dumps(line) for line in [*lines, {"template": "none", "data": {}}]))

    submitted = pressrun("batch", requests, "--wait")

    assert submitted.returncode == Exit.REFUSED
    assert "refused  request 4  unknown_template" in submitted.stdout
    batch_id = submitted.stdout.splitlines()[1].split()[1]
    listed = pressrun("list", "--batch", batch_id, "--json")
    assert [report["status"] for report in documents(listed)] == ["SUCCEEDED"] * 3


def test_the_latest_of_a_key_is_shown_and_its_files_saved(pressrun: Run, tmp_path: Path, unique: str) -> None:
    pressrun("submit", "invoice", "--sample", "--replaces", unique, "--wait")

    shown = pressrun("get", "--latest", unique)
    saved = pressrun("get", "--latest", unique, "--file", "thumbnail.png", "-o", "small.png")

    assert shown.stdout.startswith("Report    ")
    assert saved.returncode == Exit.OK, saved.stderr
    assert (tmp_path / "small.png").read_bytes().startswith(b"\x89PNG")


def test_a_report_that_would_fail_again_is_neither_retried_nor_redriven(
    pressrun: Run, tmp_path: Path, unique: str
) -> None:
    bad = tmp_path / f"{unique}.csv"
    bad.write_text("Item,Amount\nBread,2.50,surplus\n")
    [failed] = documents(pressrun("upload", "table", bad, "--wait", "--json"))

    retried = pressrun("retry", failed["id"], "--wait")
    dry = pressrun("redrive", "--error-code", "unreadable_file", "--dry-run", "--json")

    assert (retried.returncode, "would fail again" in retried.stderr) == (Exit.REFUSED, True)
    [order] = documents(dry)
    assert order["dry_run"] is True
    assert failed["id"] not in order["ids"]


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["get", "0192f000-0000-7000-8000-000000000000", "--json"], Exit.NOT_FOUND, "job_not_found"),
        (["templates", "none", "--json"], Exit.NOT_FOUND, "unknown_template"),
        (["submit", "table", "--idempotency-key", "é", "--sample", "--json"], Exit.USAGE, "input"),
    ],
)
def test_what_is_wrong_is_told_by_a_status_and_a_code(
    pressrun: Run, arguments: list[str], status: Exit, code: str
) -> None:
    done = pressrun(*arguments)

    assert done.returncode == status, done.stderr
    assert json.loads(done.stderr)["error"]["code"] == code


def test_a_key_that_is_none_and_one_without_the_right_are_told_apart(pressrun: Run, service: Service) -> None:
    unknown = pressrun("list", api_key="pr_test_abcdef_nothing")
    reader = service.new_key("demo", Scope.READ)
    without_right = pressrun("submit", "invoice", "--sample", api_key=reader)

    assert (unknown.returncode, without_right.returncode) == (Exit.NOT_ALLOWED, Exit.NOT_ALLOWED)
    assert "is unknown to this service, or was revoked" in unknown.stderr
    assert "lacks a scope" in without_right.stderr
    assert reader not in without_right.stderr


def test_a_caller_learns_what_its_key_allows(pressrun: Run, service: Service) -> None:
    pressrun("submit", "invoice", "--sample", "--wait")

    shown = pressrun("whoami")
    [caller] = documents(pressrun("whoami", "--json", api_key=service.new_key("demo", Scope.READ)))

    assert shown.returncode == Exit.OK, shown.stderr
    assert "Tenant    demo\n" in shown.stdout
    assert (caller["tenant"], caller["scopes"]) == ("demo", ["read"])
    assert caller["used"]["reports_today"] >= 1


def test_another_tenant_finds_nothing(pressrun: Run, service: Service) -> None:
    report_id = pressrun("submit", "invoice", "--sample").stdout.strip()
    stranger = service.new_key("stranger")

    looked = pressrun("get", report_id, api_key=stranger)
    cancelled = pressrun("cancel", report_id, api_key=stranger)

    assert (looked.returncode, cancelled.returncode) == (Exit.NOT_FOUND, Exit.NOT_FOUND)


def test_a_profile_is_enough(pressrun: Run, service: Service, tmp_path: Path) -> None:
    file = tmp_path / ".config" / "pressrun" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f'[profiles.here]\nurl = "{service.api_url}"\napi_key = "{service.new_key("demo")}"\n')
    file.chmod(0o644)

    done = pressrun("config", "--profile", "here", PRESSRUN_URL="https://nowhere.invalid")

    assert done.returncode == Exit.OK, done.stderr
    assert f"stage {service.stage}" in done.stdout
    assert "chmod 600" in done.stderr


def test_an_address_without_a_service_is_named(pressrun: Run) -> None:
    done = pressrun("list", PRESSRUN_URL="http://127.0.0.1:9")

    assert done.returncode == Exit.SERVICE
    assert "No service answers at http://127.0.0.1:9" in done.stderr
    assert "PRESSRUN_URL" in done.stderr


def test_the_tour_works_as_pasted(service: Service, tmp_path: Path) -> None:
    section = (PROJECT / "docs" / "tour.md").read_text("utf-8").partition("## A tour with the command line")[2]
    block = section.partition("```sh\n")[2].partition("```")[0]
    # What a person's shell has after the first lines is in the environment here.
    commands = "".join(
        line for line in block.splitlines(keepends=True) if "make up" not in line and "PATH=" not in line
    )
    function = f'pressrun() {{ {sys.executable} -m pressrun_client "$@" || echo "ended with $?"; }}\n'
    shell = partial(subprocess.run, cwd=tmp_path, capture_output=True, text=True, timeout=180, check=False)

    done = shell(["bash", "-euc", function + commands], env=environment_of(service, tmp_path, service.new_key("demo")))

    assert done.returncode == 0, done.stderr
    assert "Error" not in done.stderr
    assert len(Reader((tmp_path / "invoice.pdf").read_bytes()).pages) == 2
    for said in (
        "photos",
        "unreadable_file: Line 1 names 2 of 3 columns",
        "ended with 1\n",
        "  accepted",
        "  succeeded",
    ):
        assert said in done.stdout
    assert done.stdout.count("ended with") == 1
