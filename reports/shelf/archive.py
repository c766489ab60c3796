"""Unpack a template that a stranger has packed: a zip file with files of known kinds, and of bounded size."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from reports.findings import Finding

MOST_BYTES = 2_500_000
"""Bytes of an archive. In Base64 it has to fit into a request."""

MOST_UNPACKED = 8_000_000
MOST_FILES = 100
MOST_OF_ONE = 4_000_000
MOST_OF_TEXT = 500_000

TEXTS = (".html.j2", ".css", ".svg")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
FONTS = (".ttf", ".otf", ".woff", ".woff2")
JSON_FILES = ("schema.json", "sample.json", "labels.json")
_REMARKS = ("README.md", "LICENSE", "LICENSE.txt", "OFL.txt")

_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_-])?"
_PATH = re.compile(rf"{_PART}(?:/{_PART}){{0,3}}")
_OF_MACS = ("__MACOSX/", ".DS_Store")
_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PLAIN_KINDS = (0, stat.S_IFREG)


class ArchiveError(ValueError):
    """What makes an archive unusable, as findings."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(map(str, findings)))
        self.findings = findings


def unpacked(name: str, archive: bytes) -> Mapping[str, bytes]:
    """Return the files of a template by their paths in its folder. Raises ArchiveError.

    All may lie in one folder of the archive, as when a folder was packed.
    """
    if len(archive) > MOST_BYTES:
        raise _refused(name, f"the archive has {len(archive):,} bytes, and may have {MOST_BYTES:,}")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return _read(name, opened)
    except ArchiveError:
        raise
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _refused(name, f"the archive is no zip file that can be read ({type(error).__name__})") from error
    except Exception as error:
        # zlib.error has no name that all versions share, and a damaged archive may raise whatever it likes.
        raise _refused(name, f"the archive is damaged ({type(error).__name__})") from error


def _read(name: str, opened: zipfile.ZipFile) -> Mapping[str, bytes]:
    entries = [each for each in opened.infolist() if not each.is_dir() and not _is_of_macs(each.filename)]
    if len(entries) > MOST_FILES:
        raise _refused(name, f"the archive has {len(entries):,} files, and may have {MOST_FILES}")
    # What entries say of their size is a claim; it is enough to refuse, and not enough to believe.
    if sum(each.file_size for each in entries) > MOST_UNPACKED:
        raise _refused(name, f"unpacked, its files have more than {MOST_UNPACKED:,} bytes")
    folder = _common_folder([each.filename for each in entries])
    findings = [finding for each in entries for finding in _faults_of(name, each, each.filename[len(folder) :])]
    paths = [each.filename[len(folder) :] for each in entries]
    folded: set[str] = set()
    for path in paths:
        if path.casefold() in folded:
            findings.append(Finding(f"{name}/{path}", None, "the archive has it twice, but for the case of letters"))
        folded.add(path.casefold())
    if findings:
        raise ArchiveError(*findings[:20])
    files: dict[str, bytes] = {}
    left = MOST_UNPACKED
    for path, entry in zip(paths, entries, strict=True):
        files[path] = _content(name, path, opened, entry, left)
        left -= len(files[path])
    return files


def _content(name: str, path: str, opened: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    most = min(left, MOST_OF_TEXT if path.endswith((*TEXTS, ".json", *_REMARKS)) else MOST_OF_ONE)
    with opened.open(entry) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ArchiveError(Finding(f"{name}/{path}", None, f"it has more than {most:,} bytes, the most it may have"))
    return content


def _faults_of(name: str, entry: zipfile.ZipInfo, path: str) -> Iterator[Finding]:
    shown = f"{name}/{path[:120]}"
    if not _PATH.fullmatch(path):
        yield Finding(
            shown,
            None,
            "this is no path of a template's file",
            cure="Use letters, digits, '.', '-' and '_', and at most three folders in one another.",
        )
    elif not _is_known(path):
        kinds = ", ".join((*TEXTS, *PICTURES, *FONTS))
        cure = f"It may have {', '.join(JSON_FILES)}, and files in {kinds}."
        yield Finding(shown, None, "a template has no such file", cure=cure)
    if stat.S_IFMT(entry.external_attr >> 16) not in _PLAIN_KINDS:
        yield Finding(shown, None, "it is a link, or a file of a special kind", cure="Pack the file itself.")
    if entry.flag_bits & 1:
        yield Finding(shown, None, "it is encrypted", cure="Pack it without a password.")
    if entry.compress_type not in _WAYS:
        yield Finding(shown, None, "it is compressed in an unusual way", cure="Use deflate, as zip programs do.")


def _is_known(path: str) -> bool:
    folder, _, file = path.rpartition("/")
    if not folder and file in (*JSON_FILES, *_REMARKS):
        return True
    return file.lower().endswith((*TEXTS, *PICTURES, *FONTS)) or file in _REMARKS


def _is_of_macs(path: str) -> bool:
    return path.startswith(_OF_MACS[0]) or path.rpartition("/")[2] == _OF_MACS[1]


def _common_folder(paths: list[str]) -> str:
    """Return the folder that all files lie in, with its slash; nothing where some lie at the top."""
    first = paths[0].partition("/") if paths else ("", "", "")
    folder = f"{first[0]}/" if first[1] else ""
    return folder if folder and all(path.startswith(folder) for path in paths) else ""


def _refused(name: str, message: str) -> ArchiveError:
    return ArchiveError(Finding(name, None, message))


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a template's files into a folder of its own."""
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
