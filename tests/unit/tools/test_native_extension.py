"""The extension is built once for each source, and packages do without where it cannot be built."""

from __future__ import annotations

import logging
import shutil
import sysconfig
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


@pytest.mark.gate
@needs_compiler
def test_the_headers_of_debians_python_are_found_where_one_only_refers_to_another(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Path(sysconfig.get_path("include"))
    include = project / "usr/include/python3"
    shutil.copytree(given, include)
    own = include.parent / "x86_64-linux-gnu/python3"
    own.mkdir(parents=True)
    shutil.copyfile(extension._configuration(given), own / "pyconfig.h")
    (include / "pyconfig.h").write_text("#include <x86_64-linux-gnu/python3/pyconfig.h>\n")
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(include))
    monkeypatch.setattr("sysconfig.get_config_h_filename", lambda: str(include / "pyconfig.h"))
    monkeypatch.setattr("sysconfig.get_config_var", {"MULTIARCH": "x86_64-linux-gnu"}.get)

    assert build_extension(project, EMBEDDED) is not None


def test_what_a_compiler_says_is_told_in_one_line(
    project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    compiler = project / "cc"
    compiler.write_text(
        "#!/bin/sh\nprintf 'In file included from a:\\nb.h:3: error: no such thing\\n  3 | x\\n' >&2; exit 1\n"
    )
    compiler.chmod(0o755)
    monkeypatch.setattr(extension, "_compiler", lambda project, target: ([str(compiler)], "cc"))

    assert build_extension(project, EMBEDDED) is None

    [line] = caplog.messages
    assert line.endswith("cc failed: b.h:3: error: no such thing")


def test_a_compiler_that_fails_is_no_error_of_the_package(
    project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(extension, "_compiler", lambda project, target: (["false"], "false"))

    assert build_extension(project, EMBEDDED) is None
    assert "false failed" in caplog.text
