"""The Python that compiles a package is one of the package's version, whatever its file is called."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.package.bytecode import find_interpreter
from tools.package.targets import Target

LAMBDA = Target("x86_64", "x86_64", (3, 99))
"""A version that no machine has, so that only the test's own interpreters are found."""


def make_interpreter(path: Path, answer: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{answer}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:/usr/bin:/bin")
    monkeypatch.setenv("PYENV_ROOT", f"{tmp_path}/pyenv")
    monkeypatch.setenv("XDG_DATA_HOME", f"{tmp_path}/data")
    return tmp_path


def test_the_running_python_is_taken_when_it_fits() -> None:
    running = Target("embedded", "x86_64", (sys.version_info.major, sys.version_info.minor))

    assert find_interpreter(running) == Path(sys.executable)


def test_a_shim_of_a_python_that_is_not_switched_on_is_passed_over(home: Path) -> None:
    make_interpreter(home / "bin/python3.99", "echo 'command not found' >&2; exit 127")
    real = make_interpreter(home / "pyenv/versions/3.99.1/bin/python3.99", "echo cpython 3 99")

    assert find_interpreter(LAMBDA) == real


@pytest.mark.parametrize("answer", ["echo cpython 3 98", "echo pypy 3 99", "exit 1", "echo"])
def test_a_python_of_another_kind_is_passed_over(home: Path, answer: str) -> None:
    make_interpreter(home / "bin/python3.99", answer)

    assert find_interpreter(LAMBDA) is None


def test_a_python_that_uv_has_installed_is_found(home: Path) -> None:
    real = make_interpreter(home / "data/uv/python/cpython-3.99.0-linux/bin/python3.99", "echo cpython 3 99")

    assert find_interpreter(LAMBDA) == real
