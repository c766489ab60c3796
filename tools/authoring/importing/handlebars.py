"""Translate the tags of Mustache and Handlebars to Jinja's."""

from __future__ import annotations

import re
from collections.abc import Callable

_TAG = re.compile(r"\{\{\{([^{}]*)\}\}\}|\{\{([^{}]*)\}\}")
_MARKS = re.compile(r"\{\{\{|\{\{\s*[#/^>&]|\{\{\s*(?:else|this|@\w+)\b")
_PATH = re.compile(r"(?:\.\./)*(?:this|@?[A-Za-z_][\w-]*)(?:[./][A-Za-z_0-9][\w-]*)*")


def is_handlebars(text: str) -> bool:
    """Tell whether a page has tags that only Mustache and Handlebars have."""
    return _MARKS.search(text) is not None


def to_jinja(text: str, told: Callable[[str], object]) -> str:
    """Return a page with Jinja's tags; ``told`` hears what does not carry over. Raises ValueError for an open block."""
    translator = _Translator(told)
    written = _TAG.sub(translator.tag, text)
    if translator.blocks:
        raise ValueError(f"the block {{{{#{translator.blocks[-1][0]}}}}} is never closed")
    return written


class _Translator:
    def __init__(self, told: Callable[[str], object]) -> None:
        self.blocks: list[tuple[str, str, str]] = []  # how it is called, Jinja's tag, the name of an item
        self._told = told

    def tag(self, match: re.Match[str]) -> str:
        words = (match[1] or match[2] or "").strip().removeprefix("~").removesuffix("~").strip()
        mark, rest = words[:1], words[1:].strip()
        if mark == "!":
            return ""
        if mark == ">":
            self._told(f"the partial {{{{> {rest}}}}} is left out: put its text into the page")
            return ""
        if mark == "#":
            return self._opened(rest)
        if mark == "^":
            return self._block(rest, "if", f"not {self._path(rest)}")
        if mark == "/":
            return self._closed(rest)
        if words == "else":
            return "{% else %}"
        return f"{{{{ {self._expression(rest if mark == '&' else words)} }}}}"

    def _opened(self, words: str) -> str:
        kind, _, rest = words.partition(" ")
        if kind == "if":
            return self._block("if", "if", self._path(rest))
        if kind == "unless":
            return self._block("unless", "if", f"not {self._path(rest)}")
        if kind == "with":
            return self._loop("with", f"[{self._path(rest)}]")
        if kind == "each":
            return self._loop("each", self._path(rest))
        if rest:
            self._told(f"the helper {{{{#{kind}}}}} is left out; what is in it stays")
            return self._block(kind, "if", "true")
        return self._loop(kind, self._path(kind))

    def _block(self, called: str, tag: str, condition: str) -> str:
        self.blocks.append((called, tag, ""))
        return f"{{% {tag} {condition} %}}"

    def _loop(self, called: str, over: str) -> str:
        item = f"item{sum(1 for _, tag, _ in self.blocks if tag == 'for') + 1}"
        self.blocks.append((called, "for", item))
        return f"{{% for {item} in {over} %}}"

    def _closed(self, called: str) -> str:
        if not self.blocks or self.blocks[-1][0] != called:
            raise ValueError(f"{{{{/{called}}}}} closes no block")
        return f"{{% end{self.blocks.pop()[1]} %}}"

    def _expression(self, words: str) -> str:
        name, *arguments = words.split()
        if arguments:
            self._told(f"the helper {{{{{name}}}}} is left out: call a function such as day() in its place")
            return self._path(arguments[0])
        return self._path(name)

    def _path(self, words: str) -> str:
        path = words.strip()
        if not _PATH.fullmatch(path):
            self._told(f"{{{{{words}}}}} is no name: {path!r} became a text")
            return repr(path)
        items = [item for _, _, item in self.blocks if item]
        while path.startswith("../"):
            path, items = path.removeprefix("../"), items[:-1]
        counters = {"@index": "loop.index0", "@first": "loop.first", "@last": "loop.last", "@key": "loop.index"}
        if path in counters:
            return counters[path]
        steps = [step for step in re.split(r"[./]", path) if step != "this"]
        root = [items[-1]] if items else []
        keys = "".join(f".{step}" if step.isidentifier() else f"[{step!r}]" for step in steps)
        return f"{root[0]}{keys}" if root else keys.removeprefix(".") if steps[0].isidentifier() else f"data{keys}"
