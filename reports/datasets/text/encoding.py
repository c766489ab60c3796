"""Find out how the text of a file is encoded, and check that all of it is."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from reports.datasets.opened import opened
from reports.datasets.options import ReadingOptions
from reports.errors import UnreadableFileError

LONGEST_LINE = 4 * 2**20
"""Bytes of a line. No line of a table is as long as that, and what is read at once has to have an end."""

SURE: Final = 0.9
"""The confidence from which on an encoding is taken, with a warning."""

_SAMPLE = 64 * 1024
_LINES_SAMPLE = 16 * 1024
_MOST_NAMED = 4
_LONGEST_SAID = 40
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# Signs that texts do not have; a stray one is for the reader to name, with its line.
_CONTROLS = "".join(map(chr, (*range(9), 11, *range(14, 26), *range(28, 32), 127)))
_FEW_ODD, _MOST_ODD = 8, 0.1
_LEAST_USUAL = 0.1
_CURE = "Save it as UTF-8, or say its encoding with options.reading.encoding"


@dataclass(frozen=True, slots=True)
class TextEncoding:
    """The encoding of a text, by the name that Python has for it; ``confidence`` is that it is the right one.

    ``errors`` is ``replace`` where bytes could not be read, each of which is then shown as U+FFFD.
    """

    name: str
    confidence: float = 1.0
    errors: str = "strict"
    warnings: tuple[Mapping[str, Any], ...] = ()
    ends_with_ctrl_z: bool = False

    def facts(self) -> dict[str, Any]:
        """Return what a job's reading says of the encoding."""
        name = "utf-8" if self.name == "utf-8-sig" else self.name
        return {"encoding": name, "encoding_confidence": round(self.confidence, 2)}


def find_encoding(path: Path, options: ReadingOptions, *, is_of_lines: bool = True) -> TextEncoding:
    """Return the encoding of all of a text, having read it; one that is not ``of_lines`` may be in a single one.

    Raises UnreadableFileError for what is no text, and for what could be in one encoding as well as in another.
    """
    with opened(path) as file:
        start = file.read(_SAMPLE)
    if options.encoding is not None:
        return _said(path, options.encoding, start)
    mark = next((name for mark, name in _MARKS if start.startswith(mark)), None) or _wide(start)
    if mark is not None and mark != "utf-8-sig":
        return _wide_or_cut(path, mark)
    found = _Unicode.of(path, mark or "utf-8", is_of_lines=is_of_lines)
    if not found.bad:
        return TextEncoding(mark or "utf-8", ends_with_ctrl_z=found.ends_with_ctrl_z)
    if found.is_damaged_utf8 or mark is not None:
        return _damaged(mark or "utf-8", found)
    return _legacy(path, options, found)


def start_of_text(start: bytes) -> str:
    """Return the first bytes of a file as text, as far as that can be told without the rest."""
    name = next((name for mark, name in _MARKS if start.startswith(mark)), None) or _wide(start) or "utf-8"
    return codecs.getincrementaldecoder(name)("replace").decode(start)


def is_text(start: str) -> bool:
    """Tell whether what is decoded looks like text: there are few signs in it that none has."""
    return sum(map(start.count, _CONTROLS)) <= max(_FEW_ODD, len(start) * _MOST_ODD)


def _said(path: Path, name: str, start: bytes) -> TextEncoding:
    """Return the encoding that a caller names, if the text can be in it."""
    try:
        encoding = codecs.lookup(name).name
        "".encode(encoding)
    except (LookupError, ValueError, TypeError):
        raise UnreadableFileError(
            f"options.reading.encoding is {name!r}, which is no encoding that is known here. Examples are utf-8, "
            "cp1252, cp1250, cp1251, shift_jis, gb18030 and utf-16."
        ) from None
    if encoding == "utf-8" and start.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    place = _first_fault(path, encoding)
    if place is not None:
        raise UnreadableFileError(
            f"The file cannot be read as {name}, as options.reading.encoding says: line {place} is not in that "
            "encoding. Leave the option out, and the encoding is found out."
        )
    return TextEncoding(encoding, ends_with_ctrl_z=_ends_with_ctrl_z(path, encoding))


_ENDS_OF_LINES = frozenset("\n\r\u0085\u2028")


def _wide(start: bytes) -> str | None:
    """Return the encoding of a text whose characters have two or four bytes each, though no mark says so."""
    if b"\x00" not in start:
        return None
    best: tuple[float, str] | None = None
    for name, size in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        try:
            text = codecs.getincrementaldecoder(name)().decode(start[: len(start) // size * size])
        except UnicodeDecodeError:
            continue
        if b"\n" in start and not _ENDS_OF_LINES & set(text):
            continue  # Its ends of lines are of one byte each, as where bytes of no text lie between lines that are.
        usual = sum(text.count(sign) for sign in "\n\r\t ,;0123456789aeint")
        if usual and "\x00" not in text and (best is None or usual / len(text) > best[0]):
            best = usual / len(text), name
    return best[1] if best is not None and best[0] > _LEAST_USUAL else None


def _wide_or_cut(path: Path, name: str) -> TextEncoding:
    place = _first_fault(path, name, is_cut_off_allowed=True)
    if place is not None:
        raise UnreadableFileError(f"The file is in {name.upper()}, but line {place} is broken. Save it as UTF-8.")
    if _first_fault(path, name) is None:
        return TextEncoding(name)
    cut = {"code": "text_damaged", "message": f"The file is in {name.upper()}, and its last character is cut off."}
    return TextEncoding(name, errors="replace", warnings=(cut,))


def _damaged(name: str, found: _Unicode) -> TextEncoding:
    share = found.bad / max(found.size, 1)
    what = f"{found.bad:,} characters are" if found.bad > 1 else "one character is"
    message = (
        f"The file is in UTF-8, but {what} broken, first in line {found.first_bad_line:,}: "
        "shown as \ufffd. Save the file again from where it comes, as UTF-8."
    )
    warning = {"code": "text_damaged", "message": message}
    return TextEncoding(
        name, min(0.99, 1 - share), "replace", (warning,), ends_with_ctrl_z=found.ends_with_ctrl_z
    )  # fmt: skip


def _legacy(path: Path, options: ReadingOptions, found: _Unicode) -> TextEncoding:
    # Nearly all files are in UTF-8, and what finds out the others takes a while to load.
    from reports.datasets.text.legacy import LONGEST_IN_SAMPLE, candidates

    ranked = [
        each
        for each in candidates(_sample(path, LONGEST_IN_SAMPLE), options.locale)
        if _first_fault(path, each.encoding) is None
    ]
    if not ranked:
        raise UnreadableFileError(f"The text of the file is in no encoding that is known here. {_CURE}.")
    best = ranked[0]
    confidence = best.confidence / sum(each.confidence for each in ranked)
    if found.valid > found.bad:
        # What is no chance. Whatever it is, reading it in one encoding only is wrong.
        raise UnreadableFileError(
            f"The text of the file is partly in UTF-8 and partly not, first in line {found.first_bad_line:,}. "
            "Save it anew, all in UTF-8."
        )
    if confidence < SURE:
        said = "; ".join(f"{each.encoding} ({_shortly(each.sample)})" for each in ranked[:_MOST_NAMED])
        raise UnreadableFileError(
            f"The file is not in UTF-8, and its text is too little to tell its encoding. It could be {said}. {_CURE}.",
            candidates=[each.encoding for each in ranked[:_MOST_NAMED]],
        )
    message = (
        f"The file is not in UTF-8. It was read as {best.encoding}, in which it reads: {_shortly(best.sample)}. "
        "If that is wrong, say its encoding with options.reading.encoding."
    )
    warning = {"code": "encoding_guessed", "message": message}
    return TextEncoding(
        best.encoding, min(confidence, 0.99), warnings=(warning,), ends_with_ctrl_z=found.ends_with_ctrl_z
    )


def _shortly(text: str) -> str:
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    return text if len(text) <= _LONGEST_SAID else f"{text[: _LONGEST_SAID - 1]}…"


def _sample(path: Path, longest: int) -> list[bytes]:
    """Return lines that are not ASCII: the first ones, and each that has a byte that those before have not."""
    lines: list[bytes] = []
    size, known = 0, set(range(128))
    with opened(path) as file:
        while line := file.readline(LONGEST_LINE):
            if line.isascii():
                continue
            line = line[:longest]
            if size < _LINES_SAMPLE or not known.issuperset(line):
                lines.append(line)
                size += len(line)
                known.update(line)
    return lines


def _chunks(path: Path, size: int = 256 * 1024) -> Iterator[bytes]:
    with opened(path) as file:
        while chunk := file.read(size):
            yield chunk


def _first_fault(path: Path, encoding: str, *, is_cut_off_allowed: bool = False) -> int | None:
    """Return the line of the first byte that is not in an encoding, or of a zero byte; None if there is none."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    for chunk in _chunks(path):
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return lines + error.object[: error.start].count(b"\n")
        if "\x00" in text:
            _refuse_zero(lines + text.count("\n", 0, text.index("\x00")))
        lines += text.count("\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None if is_cut_off_allowed else lines
    return None


def _ends_with_ctrl_z(path: Path, encoding: str) -> bool:
    del encoding
    end = b""
    for chunk in _chunks(path):
        end = chunk[-8:]
    return b"\x1a" in end


def _refuse_zero(line: int) -> None:
    raise UnreadableFileError(
        f"Line {line:,} of the file has a zero byte, which no text has. Is it text? If so, remove that byte, or export "
        "the file anew."
    )


@dataclass(slots=True)
class _Unicode:
    """What reading a file as UTF-8 has found: bytes, characters that are not ASCII, and places that are broken."""

    size: int = 0
    valid: int = 0
    bad: int = 0
    first_bad_line: int = 0
    is_only_cut_off: bool = False
    ends_with_ctrl_z: bool = False

    @property
    def is_damaged_utf8(self) -> bool:
        """Tell whether the text is UTF-8 nevertheless: no other encoding has characters of several bytes by chance."""
        if not self.valid:
            return False
        return self.is_only_cut_off or self.bad * 3 <= self.valid or (
            self.bad * 1000 <= self.size and self.bad <= self.valid
        )  # fmt: skip

    @classmethod
    def of(cls, path: Path, encoding: str, *, is_of_lines: bool) -> _Unicode:
        """Read all of a file. Raises UnreadableFileError for zero bytes and for a line that has no end."""
        found = cls()
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        lines = 1
        end = b""
        for chunk in _chunks(path, LONGEST_LINE) if is_of_lines else _chunks(path):
            if is_of_lines and len(chunk) == LONGEST_LINE and b"\n" not in chunk and b"\r" not in chunk:
                raise UnreadableFileError(
                    f"Line {lines:,} of the file has more than {LONGEST_LINE // 2**20} MB: it is not a table."
                )
            if b"\x00" in chunk:
                _refuse_zero(lines + chunk.count(b"\n", 0, chunk.index(b"\x00")))
            found.add(decoder.decode(chunk), chunk, lines)
            lines += chunk.count(b"\n")
            end = chunk[-8:]
        rest = decoder.decode(b"", final=True)
        if rest.startswith("\ufffd"):
            found.is_only_cut_off = not found.bad
            found.bad += 1
            found.first_bad_line = found.first_bad_line or lines
        found.ends_with_ctrl_z = b"\x1a" in end
        return found

    def add(self, text: str, chunk: bytes, lines: int) -> None:
        self.size += len(chunk)
        if chunk.isascii():
            return
        bad = text.count("\ufffd") - chunk.count(b"\xef\xbf\xbd")
        if bad > 0:
            self.bad += bad
            self.first_bad_line = self.first_bad_line or lines + text.count("\n", 0, text.index("\ufffd"))
        self.valid += len(text) - len(text.encode("ascii", "ignore")) - max(bad, 0)
