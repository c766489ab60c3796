"""Bring what a page refers to into a template's folder: style, pictures and fonts that lie beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

_SCRIPT = re.compile(r"<script\b[^<>]*>.*?</script\s*>", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"<link\b[^<>]*>", re.IGNORECASE)
_BASE = re.compile(r"<base\b[^<>]*>", re.IGNORECASE)
_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(rel|href|src|alt|media)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE)
_ADDRESS = re.compile(r"""url\(\s*(["']?)([^"')]*)\1\s*\)""", re.IGNORECASE)
_IMPORT = re.compile(r"""@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?\s*\)?([^;]*);""", re.IGNORECASE)
_STYLE = re.compile(r"(<style\b[^<>]*>)(.*?)(</style\s*>)", re.IGNORECASE | re.DOTALL)
_NOT_PRINTED = ("canvas", "iframe", "video", "audio", "object", "embed")
_DEEPEST = 10


class Resources:
    """The files that a page refers to, by the names that they get in the template's folder."""

    def __init__(self, folder: Path, told: Callable[[str], object]) -> None:
        self._folder, self._told = folder.resolve(), told
        self.files: dict[str, bytes] = {}
        self.style: list[str] = []
        self._names: dict[Path, str] = {}

    def page(self, html: str) -> str:
        """Return a page without scripts, whose style is in ``style``, and whose pictures are in ``files``."""
        html, count = _SCRIPT.subn("", html)
        if count:
            self._told(f"{count} scripts are left out: nothing runs in a PDF")
        for name in _NOT_PRINTED:
            if re.search(rf"<{name}\b", html, re.IGNORECASE):
                self._told(f"<{name}> is not printed: put a picture or a chart in its place")
        html = _BASE.sub("", html)
        html = _LINK.sub(self._link, html)
        html = _STYLE.sub(lambda match: f"{match[1]}{self.css(match[2], self._folder)}{match[3]}", html)
        return _PICTURE.sub(self._picture, html)

    def css(self, text: str, folder: Path, depth: int = 0) -> str:
        """Return a style sheet with what it imports in it, and with the addresses of files in the template's folder."""
        imports = [self._imported(match, folder, depth) for match in _IMPORT.finditer(text)]
        own = _ADDRESS.sub(lambda match: self._address(match, folder), _IMPORT.sub("", text))
        return "\n".join([*filter(None, imports), own.strip()])  # CSS has imports at the begin only

    def _link(self, match: re.Match[str]) -> str:
        found = _attributes(match[0])
        if "stylesheet" not in found.get("rel", "").lower().split():
            return ""
        path = self._local(found.get("href", ""), self._folder)
        if path is not None and found.get("media", "all").lower() not in ("screen", "speech"):
            self.style.append(self.css(path.read_text("utf-8", errors="replace"), path.parent))
        return ""

    def _imported(self, match: re.Match[str], folder: Path, depth: int) -> str:
        path = self._local(match[1], folder)
        if path is None or depth >= _DEEPEST:
            return ""
        text = self.css(path.read_text("utf-8", errors="replace"), path.parent, depth + 1)
        media = match[2].strip()
        return f"@media {media} {{ {text} }}" if media else text

    def _address(self, match: re.Match[str], folder: Path) -> str:
        if match[2].startswith(("data:", "#")):
            return match[0]
        name = self._kept(match[2], folder)
        return f'url("{name}")' if name else "none"

    def _picture(self, match: re.Match[str]) -> str:
        tag, found = match[0], _attributes(match[0])
        source = found.get("src", "")
        if source and not source.startswith("data:") and "{{" not in source and "{%" not in source:
            name = self._kept(source, self._folder)
            if name is None:
                return found.get("alt", "")
            tag = tag.replace(source, name)
        if "alt" not in found:
            self._told(f"a picture has no alt ({source[:60]}): it counts as decoration; write what it shows")
            tag = re.sub(r"\s*/?>$", ' alt="">', tag)
        return tag

    def _kept(self, address: str, folder: Path) -> str | None:
        path = self._local(address, folder)
        if path is None:
            return None
        if path not in self._names:
            name = re.sub(r"[^A-Za-z0-9._-]", "-", path.name)
            while name in self.files or name in ("style.css", "schema.json", "sample.json", "template.html.j2"):
                name = f"_{name}"
            self._names[path] = name
            self.files[name] = path.read_bytes()
        return self._names[path]

    def _local(self, address: str, folder: Path) -> Path | None:
        if re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE):
            self._told(f"{address[:120]} is not fetched: save it beside the page, and name the file")
            return None
        path = (folder / unquote(address.split("?")[0].split("#")[0])).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            self._told(f"{address[:120]} is left out: there is no such file in the page's folder")
            return None
        return path


def _attributes(tag: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(tag)}
