"""Native libraries and fonts: where they come from, and what is said when they are missing."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from reports.engine.weasy.fonts import BUNDLED_FONTS, configure_fonts, font_files, font_folders
from reports.engine.weasy.native_libraries import NativeLibraryError, load_native_libraries
from tests.unit.engine.rendering import renderer

load = load_native_libraries.__wrapped__


@pytest.fixture
def fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out a folder of fonts, and a folder for temporary files."""
    monkeypatch.setenv("FONTCONFIG_FILE", "to be restored")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    folder = tmp_path / "a & b"
    folder.mkdir()
    shutil.copy(BUNDLED_FONTS / "NotoSansHebrew-Regular.ttf", folder)
    return folder


def test_a_bundle_without_its_list_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSRUN_NATIVE_LIB", str(tmp_path))

    with pytest.raises(NativeLibraryError, match=r"load-order\.txt\. Run `make setup`"):
        load()


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "load-order.txt").write_text("\nlibnowhere.so.1\n", "utf-8")
    monkeypatch.setenv("PRESSRUN_NATIVE_LIB", str(tmp_path))

    with pytest.raises(NativeLibraryError, match=r"Cannot load libnowhere\.so\.1 .* Run `make setup`"):
        load()


def test_a_folder_without_fonts_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="There are no fonts in"):
        configure_fonts(tmp_path)


def test_the_same_fonts_share_a_configuration_and_changed_ones_do_not(fonts: Path) -> None:
    first = configure_fonts(fonts)
    again = configure_fonts(fonts)
    shutil.copy(BUNDLED_FONTS / "NotoSansHebrew-Bold.ttf", fonts)
    changed = configure_fonts(fonts)

    assert first == again
    assert first != changed
    assert os.environ["FONTCONFIG_FILE"] == str(changed)
    assert str(fonts).replace("&", "&amp;") in changed.read_text("utf-8")


def test_a_folder_laid_out_by_another_user_is_not_used(fonts: Path, tmp_path: Path) -> None:
    ours = configure_fonts(fonts).parent
    shutil.rmtree(ours)
    (tmp_path / "trap").mkdir()
    ours.symlink_to(tmp_path / "trap")

    elsewhere = configure_fonts(fonts).parent

    assert elsewhere != ours
    assert list((tmp_path / "trap").iterdir()) == []


def test_a_configuration_others_can_write_to_is_not_used(fonts: Path) -> None:
    ours = configure_fonts(fonts).parent
    ours.chmod(0o777)

    assert configure_fonts(fonts).parent != ours


def test_fontconfig_knows_the_bundled_fonts_and_no_others() -> None:
    renderer()
    from weasyprint.text.ffi import ffi, fontconfig

    configuration = ffi.gc(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcConfigDestroy)
    found = fontconfig.FcConfigGetFonts(configuration, fontconfig.FcSetSystem)
    name = ffi.new("FcChar8 **")
    files = set()
    for index in range(found.nfont):
        fontconfig.FcPatternGetString(found.fonts[index], b"file", 0, name)
        files.add(Path(ffi.string(name[0]).decode()))

    assert files == set(font_files(font_folders()))
