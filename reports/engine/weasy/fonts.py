"""Give fontconfig our fonts and nothing else, so that a document looks the same everywhere.

Small fonts are in the folder ``fonts``. Chinese, Japanese and Korean share 65,000 glyphs, too many for a repository:
their font is in Python packages, pinned like all others.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

BUNDLED_FONTS = Path(__file__).resolve().parents[3] / "fonts"
PACKAGES = ("noto_cjk_sans_jp_regular", "noto_cjk_sans_jp_bold")
"""Python packages that hold a font each. The font draws a Han character as the text's language does."""

_SUFFIXES = (".ttf", ".otf")
# Whatever families a style sheet asks for, the rest of the fonts follow in this order, in every language.
_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  {folders}
  <cachedir>{cache}</cachedir>
  <match target="pattern">
    <edit name="family" mode="append_last" binding="strong">{families}</edit>
  </match>
  <alias binding="same"><family>emoji</family><prefer><family>Noto Emoji</family></prefer></alias>
  <alias binding="same"><family>serif</family><prefer><family>Noto Serif</family></prefer></alias>
  <alias binding="same"><family>monospace</family><prefer><family>Noto Sans Mono</family></prefer></alias>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""
_SCRIPTS = (
    *(
        "Adlam",
        "Armenian",
        "Bengali",
        "CanAborig",
        "Chakma",
        "Cherokee",
        "Deseret",
        "Devanagari",
        "Ethiopic",
        "Georgian",
    ),
    *(
        "Gujarati",
        "Gurmukhi",
        "Hanifi Rohingya",
        "Kannada",
        "Khmer",
        "Lao",
        "Malayalam",
        "MeeteiMayek",
        "Mongolian",
        "Myanmar",
    ),
    *(
        "NKo",
        "Ol Chiki",
        "Oriya",
        "Osage",
        "Shavian",
        "Sinhala",
        "Syriac",
        "Tamil",
        "Telugu",
        "Thaana",
        "Thai",
        "Tifinagh",
    ),
    *("Vai", "Yi"),
)
LARGE = "Noto Sans CJK JP"
"""The family of the packages' fonts, which have 65,000 glyphs."""

BOXES = "Pressrun Missing"
"""The family whose only font has a box for each character that no other font has: ours, so that it has a width."""

FALLBACKS = (
    *("Inter", "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", LARGE),
    *(f"Noto Sans {script}" for script in _SCRIPTS),
    *("Noto Serif Hmong Nyiakeng", "Noto Serif Tibetan", "Noto Sans Symbols2", "Noto Sans Math"),
    *("Noto Sans Mono", "Noto Serif", "Noto Emoji", BOXES),
)
"""The families that characters are looked for in, in this order, after those of the style sheet."""


def font_folders(fonts: Path = BUNDLED_FONTS) -> tuple[Path, ...]:
    """Return the folder of small fonts, with ours the packages' too. Raises FileNotFoundError if one is missing."""
    return (fonts, *map(_package_folder, PACKAGES)) if fonts == BUNDLED_FONTS else (fonts,)


def font_files(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the fonts in folders."""
    return tuple(sorted(path for folder in folders for path in folder.iterdir() if path.suffix in _SUFFIXES))


def configure_fonts(fonts: Path = BUNDLED_FONTS) -> Path:
    """Write a fonts.conf for the fonts of a folder, and of the packages, point fontconfig to it, and return its path.

    Must run before WeasyPrint is imported. The file and fontconfig's cache are in the folder for temporary files, the
    only writable place on Lambda, under a name made of the fonts' paths, sizes and times: a second process finds the
    cache made by the first, and changed fonts get a new one.
    """
    folders = font_folders(fonts)
    files = font_files(folders)
    if not files:
        raise FileNotFoundError(f"There are no fonts in {fonts}. Restore the folder from the repository.")
    folder = _private_folder(_fingerprint(files))
    cache = folder / "cache"
    # Fontconfig would make it, and then change its mode, which a confined process may not do.
    cache.mkdir(mode=0o700, exist_ok=True)
    configuration = folder / "fonts.conf"
    content = _CONFIGURATION.format(
        folders="".join(f"<dir>{escape(str(folder.resolve()))}</dir>" for folder in folders),
        cache=escape(str(cache)),
        families="".join(f"<string>{family}</string>" for family in FALLBACKS),
    )
    if not configuration.is_file() or configuration.read_text("utf-8") != content:
        _write_whole(configuration, content)
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    return configuration


def drawn_as_boxes(fonts: Iterable[Any]) -> Iterator[str]:
    """Yield the characters that WeasyPrint's fonts of a document have drawn as boxes."""
    for font in fonts:
        if font.family == BOXES:
            yield from (character for text in font.to_unicode.values() for character in text if not character.isspace())


def _package_folder(name: str) -> Path:
    found = find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"The Python package {name}, which holds a font, is missing. Run `make setup`.")
    return Path(next(iter(found.submodule_search_locations)))


def _fingerprint(files: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for file in files:
        status = file.stat()
        digest.update(f"{file.resolve()}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def _private_folder(fingerprint: str) -> Path:
    """Return a folder that only we can write to: another user might have laid out one of this name as a trap."""
    folder = Path(tempfile.gettempdir()) / f"pressrun-fonts-{os.getuid()}-{fingerprint}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
        if not folder.is_symlink() and status.st_uid == os.getuid() and not status.st_mode & 0o022:
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="pressrun-fonts-"))


def _write_whole(path: Path, content: str) -> None:
    """Replace a file at once, so that another process never reads half of it."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as draft:
        draft.write(content)
    Path(draft.name).replace(path)
