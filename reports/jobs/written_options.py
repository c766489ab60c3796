"""Read options that are written as texts, each by itself: in the metadata of an upload, or on a command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

_YES = frozenset({"true", "yes", "all", "1"})
_NO = frozenset({"false", "no", "none", "0"})


def options_of_texts(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return options as JSON has them, not checked yet; names are as in ``header-row``.

    Capitals and underscores in a name, as make's variables have them, are the same. A list is JSON, or has commas
    between its entries. Raises ValueError for a name that is no option.
    """
    options: dict[str, Any] = {}
    for written, text in texts.items():
        name = written.lower().replace("_", "-")
        if name not in _READERS:
            raise ValueError(f"{written[:60]!r} is no option; there are: {', '.join(_READERS)}")
        part, read = _READERS[name]
        of = options.setdefault(part, {}) if part else options
        of[name.removeprefix(f"{part}-").replace("-", "_")] = read(text)
    return options


def merged(*options: Mapping[str, Any]) -> dict[str, Any]:
    """Put options together, of which later ones win; members of ``reading`` and the like each by themselves."""
    whole: dict[str, Any] = {}
    for each in options:
        for name, value in each.items():
            known = whole.get(name)
            whole[name] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    return whole


def _text(text: str) -> str:
    return text


def _row(text: str) -> Any:
    if text.strip().lower() in ("none", "no"):
        return 0
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


def _truth(text: str) -> Any:
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else text


def _list(text: str) -> Any:
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return [entry.strip() for entry in text.split(",") if entry.strip()]


def _sums(text: str) -> Any:
    truth = _truth(text)
    return _list(text) if truth is text else truth


def _columns(text: str) -> Any:
    entries = _list(text)
    return [{"key": e} if isinstance(e, str) else e for e in entries] if isinstance(entries, list) else entries


def _sort(text: str) -> Any:
    entries = _list(text)
    return [_sort_key(e) if isinstance(e, str) else e for e in entries] if isinstance(entries, list) else entries


def _sort_key(text: str) -> dict[str, Any]:
    return {"key": text.removeprefix("-")} | ({"descending": True} if text.startswith("-") else {})


def _attachments(text: str) -> Any:
    entries = _list(text)
    return [{"source": e} if isinstance(e, str) else e for e in entries] if isinstance(entries, list) else entries


def _letterhead(text: str) -> Any:
    return {"asset": text}


def _outputs(text: str) -> Any:
    entries = _list(text)
    return [{"format": e} if isinstance(e, str) else e for e in entries] if isinstance(entries, list) else entries


def _destination(text: str) -> Any:
    name, _, folder = text.partition("/")
    return {"destination": name, **({"folder": folder} if folder else {})}


def _allowed(text: str) -> Any:
    return [] if text.strip().lower() in ("none", "no", "nothing") else _list(text)


_Reader = Callable[[str], Any]

_READERS: Mapping[str, tuple[str, _Reader]] = {
    **dict.fromkeys(("title", "filename", "locale", "replaces", "accessibility", "einvoice"), ("", _text)),
    "sample": ("", _truth),
    "pdf-variant": ("pdf", _text),
    "pdf-ua": ("pdf", _truth),
    "attach": ("", _attachments),
    "letterhead": ("", _letterhead),
    **dict.fromkeys(("prepend", "append"), ("", _list)),
    "outputs": ("", _outputs),
    **dict.fromkeys(("protect-user-secret", "protect-owner-secret"), ("protect", _text)),
    "protect-allow": ("protect", _allowed),
    **dict.fromkeys(("email", "webhook"), ("notify", _text)),
    "deliver-to": ("", _destination),
    **dict.fromkeys(("encoding", "delimiter", "quote", "sheet", "decimal", "date-order"), ("reading", _text)),
    "header-row": ("reading", _row),
    "columns": ("reading", _columns),
    "sort": ("reading", _sort),
    "sums": ("reading", _sums),
    **dict.fromkeys(("group-by", "orientation", "paper"), ("reading", _text)),
}

NAMES = tuple(_READERS)
"""The names of all options that can be written as texts."""
