"""Install the client: what is in the package, and what it brings along."""

from __future__ import annotations

import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from flit_core import buildapi

import reports
from pressrun_client import __version__
from tests.unit.test_architecture import ALLOWED

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return zipfile.ZipFile(folder / buildapi.build_wheel(str(folder)))


def test_the_package_has_the_client_and_nothing_of_the_service(wheel: zipfile.ZipFile) -> None:
    folders = {name.partition("/")[0] for name in wheel.namelist()}

    assert folders == {"pressrun_client", f"pressrun-{__version__}.dist-info"}
    assert "pressrun_client/py.typed" in wheel.namelist()


def test_the_command_is_installed(wheel: zipfile.ZipFile) -> None:
    points = wheel.read(f"pressrun-{__version__}.dist-info/entry_points.txt").decode()

    assert points.split() == ["[console_scripts]", "pressrun=pressrun_client.start:main"]


def test_it_brings_what_the_client_may_import_and_no_more(wheel: zipfile.ZipFile) -> None:
    metadata = message_from_bytes(wheel.read(f"pressrun-{__version__}.dist-info/METADATA"))

    brought = {requirement.split()[0] for requirement in metadata.get_all("Requires-Dist", [])}

    extra = {"cryptography"}
    assert metadata.get_all("Provides-Extra") == ["verify"]
    assert ALLOWED["pressrun_client.signatures"][1] == extra
    # urllib3 comes with requests, which is nothing without it.
    assert brought - extra == (ALLOWED["pressrun_client"][1] | ALLOWED["pressrun_client.cli"][1]) - {"urllib3"}


def test_client_service_and_project_are_of_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["version"] == __version__ == reports.__version__
