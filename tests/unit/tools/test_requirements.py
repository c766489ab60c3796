"""The locks fit each other, and can be installed for another machine than the one that builds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.package.targets import PROJECT
from tools.package.wheels import refuse_markers

REQUIREMENTS = PROJECT / "requirements"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(_PIN.findall((REQUIREMENTS / f"{name}.txt").read_text()))


@pytest.mark.parametrize("functions", ["light", "sign", "heavy"])
def test_what_the_functions_run_with_is_what_they_are_tested_with(functions: str) -> None:
    assert pins(functions).items() <= pins("dev").items()


@pytest.mark.parametrize("name", ["light", "sign", "heavy"])
def test_the_functions_packages_do_not_depend_on_who_builds_them(name: str) -> None:
    refuse_markers(REQUIREMENTS / f"{name}.txt")


@pytest.mark.parametrize("name", ["light", "sign", "heavy"])
def test_boto3_is_left_to_the_runtime(name: str) -> None:
    assert not {"boto3", "botocore", "s3transfer"} & pins(name).keys()


@pytest.mark.parametrize("path", sorted(REQUIREMENTS.glob("*.txt")), ids=lambda path: path.name)
def test_every_pin_has_its_hashes_and_no_index(path: Path) -> None:
    text = path.read_text()

    pinned = [block for block in re.split(r"\n(?=[A-Za-z0-9])", text) if _PIN.match(block)]
    assert pinned
    assert [block for block in pinned if "--hash=sha256:" not in block] == []
    assert "://" not in text
    assert "--index-url" not in text
