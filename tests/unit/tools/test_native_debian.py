"""Debian's packages are reached by the machine's own mirror, or in a container, or the error says how."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools.package.errors import PackageError
from tools.package.native import debian, python
from tools.package.native.debian import debian_sandbox
from tools.package.native.python import provide_compiler
from tools.package.targets import Target, target_named

DOCKER = """\
#!/bin/sh
echo "$@" >> "{calls}"
case "$*" in
  *debian.sources) printf 'Types: deb\\nURIs: http://container.test/debian\\nSuites: bookworm\\n';;
  *) exit 0;;
esac
"""


@pytest.fixture
def machine_without_debian(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("DEBIAN_MIRROR", raising=False)
    monkeypatch.setattr("tools.package.native.sources.debian_release", lambda: None)
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    return programs


def install_docker(programs: Path) -> Path:
    docker, calls = programs / "docker", programs / "calls"
    docker.write_text(DOCKER.format(calls=calls))
    docker.chmod(0o755)
    return calls


def test_without_debian_apt_runs_in_a_container_as_this_user(machine_without_debian: Path, tmp_path: Path) -> None:
    calls = install_docker(machine_without_debian)
    work = tmp_path / "work"

    sandbox = debian_sandbox(work, "arm64")
    sandbox.update()

    last = calls.read_text().splitlines()[-1]
    assert f"--user {os.getuid()}:{os.getgid()}" in last
    assert f"--volume {work}:{work}" in last
    assert last.endswith(f"debian:12 apt-get -c {work}/apt.conf -q -o APT::Update::Error-Mode=any update")
    assert "http://container.test/debian bookworm main" in (work / "sources.list").read_text()


def test_a_docker_that_does_not_run_is_an_error_that_says_so(machine_without_debian: Path, tmp_path: Path) -> None:
    docker = machine_without_debian / "docker"
    docker.write_text("#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n")
    docker.chmod(0o755)

    with pytest.raises(PackageError, match="Docker cannot run debian:12: Cannot connect to the Docker daemon"):
        debian_sandbox(tmp_path / "work", "amd64")


@pytest.mark.usefixtures("machine_without_debian")
def test_with_neither_debian_nor_docker_the_error_names_both_ways(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"(?s)set DEBIAN_MIRROR.*or install Docker"):
        debian_sandbox(tmp_path / "work", "amd64")


def test_a_mirror_without_debians_keys_is_an_error_that_names_their_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEBIAN_MIRROR", "http://mirror.test/debian")
    monkeypatch.setattr(debian, "apt_is_here", lambda: True)
    monkeypatch.setattr(debian, "KEYRING", tmp_path / "none.gpg")

    with pytest.raises(PackageError, match="sudo apt-get install debian-archive-keyring"):
        debian_sandbox(tmp_path / "work", "amd64")


def test_a_compiler_is_not_fetched_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrapper = tmp_path / "build/native/python3.13/python3.13"
    wrapper.parent.mkdir(parents=True)
    wrapper.touch()
    monkeypatch.setattr(python, "debian_sandbox", None)

    assert provide_compiler(tmp_path, target_named("arm64")) == wrapper


@pytest.mark.usefixtures("machine_without_debian")
def test_where_debian_cannot_be_reached_there_is_no_compiler(tmp_path: Path) -> None:
    assert provide_compiler(tmp_path, target_named("x86_64")) is None


def test_a_compiler_is_only_fetched_for_lambdas_python(tmp_path: Path) -> None:
    assert provide_compiler(tmp_path, Target("embedded", "x86_64", (3, 11))) is None
