"""Workflows run nothing that can change behind their back, and call commands that there are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tools.package.layers import HEAVY, LIGHT, SIGN, Package

PROJECT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))
_PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
_TARGET = re.compile(r"^([a-z][a-z-]*):(?!.*:=)", re.MULTILINE)


def workflow(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text()))


def test_there_are_workflows() -> None:
    assert len(WORKFLOWS) >= 5


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_digest_and_named_by_its_version(path: Path) -> None:
    foreign = [line.strip(" -") for line in path.read_text().splitlines() if "uses:" in line and "uses: ./" not in line]

    assert [line for line in foreign if not _PINNED.fullmatch(line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_no_workflow_may_write_unless_a_job_says_so(path: Path) -> None:
    assert workflow(path)["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_job_ends(path: Path) -> None:
    for name, job in workflow(path)["jobs"].items():
        assert "uses" in job or job["timeout-minutes"] <= 90, name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_make_target_is_there(path: Path) -> None:
    targets = set(_TARGET.findall((PROJECT / "Makefile").read_text()))
    used = set(re.findall(r"\bmake ([a-z][a-z-]*)", "\n".join(_commands(workflow(path)))))

    assert used - targets == set()


def test_a_role_of_aws_is_only_for_jobs_with_an_environment() -> None:
    jobs = [job for path in WORKFLOWS for job in workflow(path)["jobs"].values() if "steps" in job]

    with_role = [job for job in jobs if any("role-to-assume" in step.get("with", {}) for step in job["steps"])]

    assert len(with_role) == 1
    assert all(job["environment"] for job in with_role)


@pytest.mark.parametrize("package", [LIGHT, SIGN, HEAVY], ids=lambda package: package.name)
def test_every_package_is_audited_and_released_with_a_list_of_its_contents(package: Package) -> None:
    texts = {path.stem: path.read_text() for path in WORKFLOWS}
    loops = re.findall(r"for (?:package|lock) in ([a-z ]+); do", texts["release"] + texts["audit"])

    assert len(loops) == 3
    assert all(package.name in loop.split() for loop in loops)
    for name in (f"release/*-{package.name}.zip", f"-python-{package.name}.cdx.json"):
        assert name in texts["release"]


def _commands(body: dict[str, Any]) -> list[str]:
    return [step["run"] for job in body["jobs"].values() for step in job.get("steps", ()) if "run" in step]
