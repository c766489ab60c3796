"""Answer the page of an author about words: where they are, where they come from, and where a line or value goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.authoring.origins.dependence import Dependence
from tools.authoring.redraw import Studio


def shown_words(studio: Studio, drawing: int) -> dict[str, Any]:
    """Return the words of a report by page, with their places. Raises KeyError or NotTraceableError."""
    with studio.words(drawing) as words:
        return {"pages": [[{"text": each.text, "place": each.place} for each in page] for page in words.pages]}


def shown_origins(studio: Studio, drawing: int, page: int, word: int) -> dict[str, Any]:
    """Return where a word comes from. Raises KeyError, IndexError or NotTraceableError."""
    with studio.words(drawing) as words:
        found = words.origins(words.pages[page][word])
    return {
        "origins": [
            {
                "place": f"{each.file}:{each.line}:{each.column}",
                "file": each.file,
                "line": each.line,
                "source": each.source.strip(),
                "data": _shown(each.data),
                "beside": _shown(each.beside),
                "labels": _shown(each.labels),
            }
            for each in found
        ]
    }


def shown_places(studio: Studio, drawing: int, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the words that a line prints, or that a value changes. Raises KeyError or NotTraceableError."""
    with studio.words(drawing) as words:
        if "pointer" in asked:
            return {"words": words.of_place(asked["pointer"])}
        return {"words": words.on_line(asked["file"], int(asked["line"]))}


def _shown(found: Dependence) -> dict[str, Any]:
    return {"pointers": list(found.pointers), "is_whole": found.is_whole}
