"""Give fontconfig the bundled fonts and nothing else, so that a document looks the same everywhere."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

BUNDLED_FONTS = Path(__file__).resolve().parents[3] / "fonts"

_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer>{families}</prefer></alias>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""
_FALLBACKS = ("Inter", "Noto Sans Arabic", "Noto Sans Hebrew")


def configure_fonts(fonts: Path = BUNDLED_FONTS) -> Path:
    """Write a fonts.conf for the folder ``fonts``, point fontconfig to it, and return its path.

    Must run before WeasyPrint is imported. The file and fontconfig's cache are in the folder for temporary files, the
    only writable place on Lambda, under a name made of the fonts' paths, sizes and times: a second process finds the
    cache made by the first, and changed fonts get a new one.
    """
    files = sorted(fonts.glob("*.ttf"))
    if not files:
        raise FileNotFoundError(f"There are no fonts in {fonts}. Restore the folder from the repository.")
    folder = _private_folder(_fingerprint(files))
    cache = folder / "cache"
    # Fontconfig would make it, and then change its mode, which a confined process may not do.
    cache.mkdir(mode=0o700, exist_ok=True)
    configuration = folder / "fonts.conf"
    families = "".join(f"<family>{family}</family>" for family in _FALLBACKS)
    content = _CONFIGURATION.format(fonts=escape(str(fonts.resolve())), cache=escape(str(cache)), families=families)
    if not configuration.is_file() or configuration.read_text("utf-8") != content:
        _write_whole(configuration, content)
    os.environ["FONTCONFIG_FILE"] = str(configuration)
    return configuration


def _fingerprint(files: list[Path]) -> str:
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
