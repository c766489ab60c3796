"""Write sets of words as texts, which read better than many short strings."""

from __future__ import annotations


def words_in(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def phrases_in(text: str) -> frozenset[str]:
    """Return the phrases of a text, which bars part."""
    return frozenset(text.split("|"))
