"""Both packages are built once, the same from the same inputs, and refused when they cannot be imported."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest

from handlers.http.routes import documentation
from tools.package import build as build_module
from tools.package import layers
from tools.package.build import build
from tools.package.errors import PackageError
from tools.package.native.provision import NativeLibraries
from tools.package.targets import PROJECT, Target, target_named
from tools.package.wheels import install_wheels

EMBEDDED = target_named("embedded")
CODE = "NAMES = {'b', 'a', 'c'}\n\n\ndef has(name: str) -> bool:\n    return name in {'x', 'y', 'z'}\n"


def make_wheel(folder: Path) -> str:
    """Put a wheel into a folder and return the requirement that names it."""
    path = folder / "dependency-1.0-py3-none-any.whl"
    info = "dependency-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("dependency/__init__.py", CODE)
        wheel.writestr("dependency/typed.pyi", "")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: dependency\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return f"dependency==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder


@pytest.fixture
def project(tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project of which all can be built but what takes long: pip's work is done by unpacking."""

    def unpack(requirements: Path, folder: Path, target: Target) -> None:
        for wheel in wheels.glob("*.whl"):
            shutil.unpack_archive(wheel, folder, "zip")

    monkeypatch.setattr(build_module, "provide", lambda project, target: NativeLibraries(None, "none"))
    extension = tmp_path / "extension.so"
    extension.write_bytes(b"\x7fELF")
    monkeypatch.setattr(build_module, "build_extension", lambda project, target: extension)
    monkeypatch.setattr(build_module, "verify_package", lambda *arguments: None)
    monkeypatch.setattr(layers, "install_wheels", unpack)
    return make_project(tmp_path / "project", make_wheel(wheels))


@pytest.fixture
def pip(project: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip do its work, with no other packages than the test's own."""
    monkeypatch.setattr(layers, "install_wheels", install_wheels)
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("PIP_NO_INDEX", "1")


def put_what_npm_installs(project: Path) -> None:
    for _, place in layers.LIGHT.installed:
        (project / place).parent.mkdir(parents=True, exist_ok=True)
        (project / place).write_text(place, "utf-8")


def make_project(folder: Path, requirement: str) -> Path:
    files = {
        "requirements/light.txt": requirement,
        "requirements/sign.txt": requirement,
        "requirements/heavy.txt": requirement,
        "handlers/__init__.py": "",
        "handlers/api.py": CODE,
        "reports/__init__.py": "",
        "reports/jobs/job.py": CODE,
        layers.FAULT_INJECTION: CODE,
        "reports/engine/__init__.py": "",
        "reports/engine/renderer.py": CODE,
        "reports/engine/longtable/native/core.c": "",
        "reports/engine/longtable/native/_core.abi3.so": "of another machine",
        "templates/invoice/schema.json": '{"title": "Invoice", "description": "An invoice."}',
        "templates/invoice/sample.json": "{}",
        "templates/invoice/style.css": "",
        "templates/invoice/template.html.j2": "<p>",
        "fonts/Inter.ttf": "font",
        "tests/test_model.py": "",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    put_what_npm_installs(folder)
    return folder


def names_in(archive: Path) -> set[str]:
    with zipfile.ZipFile(archive) as opened:
        return {name for name in opened.namelist() if not name.endswith(".pyc")}


def bytes_of(out: Path) -> list[bytes]:
    return [(out / f"{name}.zip").read_bytes() for name in ("light", "sign", "heavy")]


@pytest.mark.usefixtures("pip")
def test_the_light_package_has_no_engine_and_the_heavy_one_has_all(project: Path, tmp_path: Path) -> None:
    build(project, EMBEDDED, tmp_path / "dist")

    light, sign, heavy = (names_in(tmp_path / f"dist/{name}.zip") for name in ("light", "sign", "heavy"))
    dependency = {"dependency/__init__.py", "dependency-1.0.dist-info/METADATA", "dependency-1.0.dist-info/WHEEL"}
    both = {"handlers/__init__.py", "handlers/api.py", "reports/__init__.py", "reports/jobs/job.py"}
    both.add(layers.FAULT_INJECTION)
    everywhere = dependency | both | {"templates/invoice/schema.json", "templates/invoice/sample.json"}
    assert light == everywhere | {name for name, _ in layers.LIGHT.installed}
    assert sign == dependency | both
    assert heavy == everywhere | {
        "reports/engine/__init__.py",
        "reports/engine/longtable/native/_core.abi3.so",
        "reports/engine/renderer.py",
        "templates/invoice/style.css",
        "templates/invoice/template.html.j2",
        "templates/invoice/__pycache__/template.html.j2.py",
        "fonts/Inter.ttf",
    }


def test_every_source_has_its_pyc_without_a_time_in_it(project: Path, tmp_path: Path) -> None:
    build(project, EMBEDDED, tmp_path / "dist")

    with zipfile.ZipFile(tmp_path / "dist/heavy.zip") as opened:
        sources = {name for name in opened.namelist() if name.endswith(".py")}
        compiled = {name for name in opened.namelist() if name.endswith(".pyc")}
        flags = {opened.read(name)[4:8] for name in compiled}
    assert len(compiled) == len(sources)
    assert f"handlers/__pycache__/api.{EMBEDDED.python_tag}.pyc" in compiled
    assert flags == {b"\x01\0\0\0"}  # PEP 552: by hash, and unchecked


def test_the_same_inputs_elsewhere_give_the_same_bytes(project: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "another/place/of/another/length"
    shutil.copytree(project, elsewhere)

    build(project, EMBEDDED, tmp_path / "one")
    build(elsewhere, EMBEDDED, tmp_path / "two")

    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_nothing_is_done_when_nothing_has_changed(project: Path, tmp_path: Path) -> None:
    build(project, EMBEDDED, tmp_path / "dist")
    before = (tmp_path / "dist/heavy.zip").stat()

    again = build(project, EMBEDDED, tmp_path / "dist")

    assert [package.built_now for package in again] == [False, False, False]
    assert (tmp_path / "dist/heavy.zip").stat().st_mtime_ns == before.st_mtime_ns
    assert again[2].zipped == before.st_size


def test_a_change_of_code_does_not_install_again(project: Path, tmp_path: Path, wheels: Path) -> None:
    build(project, EMBEDDED, tmp_path / "dist")
    (project / "reports/engine/renderer.py").write_text("CHANGED = True\n")
    shutil.rmtree(wheels)

    again = build(project, EMBEDDED, tmp_path / "dist")

    assert [package.built_now for package in again] == [False, False, True]
    with zipfile.ZipFile(tmp_path / "dist/heavy.zip") as opened:
        assert opened.read("reports/engine/renderer.py") == b"CHANGED = True\n"


def test_a_lost_zip_is_built_again(project: Path, tmp_path: Path) -> None:
    build(project, EMBEDDED, tmp_path / "dist")
    expected = bytes_of(tmp_path / "dist")
    (tmp_path / "dist/light.zip").unlink()

    again = build(project, EMBEDDED, tmp_path / "dist")

    assert [package.built_now for package in again] == [True, False, False]
    assert bytes_of(tmp_path / "dist") == expected


def test_a_package_that_fails_its_check_is_not_left_behind(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise PackageError("no good")

    monkeypatch.setattr(build_module, "verify_package", refuse)

    with pytest.raises(PackageError, match="no good"):
        build(project, EMBEDDED, tmp_path / "dist")

    assert not list((tmp_path / "dist").glob("*.zip"))


@pytest.mark.usefixtures("pip")
def test_a_dependency_with_another_hash_is_refused(project: Path, tmp_path: Path) -> None:
    (project / "requirements/light.txt").write_text(f"dependency==1.0 --hash=sha256:{'0' * 64}\n")

    with pytest.raises(PackageError, match=r"pip cannot install light\.txt for embedded"):
        build(project, EMBEDDED, tmp_path / "dist")


@pytest.mark.usefixtures("pip")
def test_a_condition_that_pip_would_judge_for_this_machine_is_refused(project: Path, tmp_path: Path) -> None:
    lock = project / "requirements/light.txt"
    lock.write_text(f'six==1.0 ; python_version < "3.12" \\\n    --hash=sha256:{"0" * 64}\n')

    with pytest.raises(PackageError, match=r"light\.txt:1 depends on the Python or the machine"):
        build(project, target_named("arm64"), tmp_path / "dist")


def test_code_that_cannot_be_compiled_stops_the_build(project: Path, tmp_path: Path) -> None:
    (project / "handlers/api.py").write_text("def broken(:\n")

    with pytest.raises(PackageError, match=r"(?s)cannot compile.*handlers/api\.py"):
        build(project, EMBEDDED, tmp_path / "dist")


def test_without_the_targets_python_pyc_are_left_out_or_it_is_an_error(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(build_module, "find_interpreter", lambda target: None)
    monkeypatch.setattr(build_module, "provide_compiler", lambda project, target: None)

    build(project, EMBEDDED, tmp_path / "dist")

    with zipfile.ZipFile(tmp_path / "dist/light.zip") as opened:
        assert not [name for name in opened.namelist() if name.endswith(".pyc")]
    assert "the packages have no .pyc" in caplog.text
    with pytest.raises(PackageError, match="is needed to compile the package"):
        build(project, EMBEDDED, tmp_path / "dist", require_pyc=True)


def test_fault_injection_is_no_part_of_a_package_for_aws(project: Path, tmp_path: Path) -> None:
    assert (PROJECT / layers.FAULT_INJECTION).is_file()

    build(project, target_named("x86_64"), tmp_path / "aws")
    build(project, target_named("x86_64"), tmp_path / "localstack", with_faults=True)

    for package in ("light.zip", "sign.zip", "heavy.zip"):
        with zipfile.ZipFile(tmp_path / "aws" / package) as opened:
            assert [name for name in opened.namelist() if "fault_injection" in name] == []
        assert layers.FAULT_INJECTION in names_in(tmp_path / "localstack" / package)


def test_the_light_package_has_swagger_ui_as_npm_has_installed_it(tmp_path: Path) -> None:
    put_what_npm_installs(tmp_path)

    files = layers.application_files(tmp_path, layers.LIGHT)

    swagger_ui = files["handlers/http/reference/swagger-ui.js"]
    assert swagger_ui.read_text("utf-8").endswith("swagger-ui-dist/swagger-ui-bundle.js")
    assert "handlers/http/reference/swagger-ui.css" in files


def test_the_light_package_has_the_reference_page_where_the_function_reads_it() -> None:
    folder = documentation._PAGE.relative_to(PROJECT).as_posix()

    files = layers.application_files(PROJECT, layers.LIGHT)

    assert {f"{folder}/{name}" for name in ("page.html", *documentation._FILES)} <= set(files)


def test_without_what_npm_installs_the_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"swagger-ui-bundle\.js is not there. Run `make setup`"):
        layers.application_files(tmp_path, layers.LIGHT)


def test_the_heavy_package_has_the_extension_of_its_target_and_not_this_machines(project: Path, tmp_path: Path) -> None:
    build(project, EMBEDDED, tmp_path / "dist")

    with zipfile.ZipFile(tmp_path / "dist/heavy.zip") as opened:
        assert opened.read("reports/engine/longtable/native/_core.abi3.so") == b"\x7fELF"
        assert "reports/engine/longtable/native/core.c" not in opened.namelist()
    assert not [name for name in names_in(tmp_path / "dist/light.zip") if "longtable" in name]
