"""The extension is built once for each source, and packages do without where it cannot be built."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from tools.package.elf import read_shared_object
from tools.package.native import extension
from tools.package.native.extension import EXTENSION, SOURCE, build_extension, install_extension
from tools.package.targets import PROJECT, target_named

EMBEDDED = target_named("embedded")
needs_compiler = pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in (SOURCE, Path("requirements/native.txt")):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copyfile(PROJECT / name, tmp_path / name)
    return tmp_path


@pytest.mark.gate
@needs_compiler
def test_it_is_built_for_this_machine_and_again_only_when_its_source_has_changed(project: Path) -> None:
    first = build_extension(project, EMBEDDED)
    assert first is not None
    made = first.stat().st_mtime_ns
    same = build_extension(project, EMBEDDED)
    assert same == first
    assert first.stat().st_mtime_ns == made
    assert read_shared_object(first).architecture == EMBEDDED.architecture

    with (project / SOURCE).open("a") as source:
        source.write("/* changed */")
    second = build_extension(project, EMBEDDED)

    assert second not in (None, first)
    assert not first.exists()


@pytest.mark.gate
@needs_compiler
def test_it_is_put_beside_its_source_and_taken_away_where_it_cannot_be_built(project: Path) -> None:
    built = build_extension(project, EMBEDDED)
    assert built is not None

    install_extension(project, built)
    assert (project / EXTENSION).read_bytes() == built.read_bytes()

    install_extension(project, None)
    assert not (project / EXTENSION).exists()


def test_without_headers_there_is_none_and_one_line_says_why(
    project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(extension, "_compiler", lambda project, target: (["cc"], "cc"))
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(project / "nowhere"))

    with caplog.at_level(logging.WARNING):
        assert build_extension(project, EMBEDDED) is None

    [line] = caplog.messages
    assert "has no Python.h (Debian: apt-get install python3-dev)" in line


def test_a_compiler_that_fails_is_no_error_of_the_package(
    project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(extension, "_compiler", lambda project, target: (["false"], "false"))

    assert build_extension(project, EMBEDDED) is None
    assert "false failed" in caplog.text
