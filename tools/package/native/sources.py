"""Find out from where this machine gets its packages. No mirror is named in this project: the machine's is used."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_ONE_LINE = re.compile(r"^deb\s+(?:\[[^\]]*\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)")
_ELSEWHERE = re.compile(r"-(security|updates|backports|proposed-updates|lts)$|/")
"""Suites that are not a release itself, and may live in another archive (``bookworm-security``)."""

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True, slots=True)
class Source:
    """A suite that is served at a URI."""

    uri: str
    suite: str


def parse_one_line_format(text: str) -> list[Source]:
    """Read the format of ``sources.list``."""
    matches = (_ONE_LINE.match(line.strip()) for line in text.splitlines())
    return [Source(match["uri"], match["suite"]) for match in matches if match]


def parse_deb822(text: str) -> list[Source]:
    """Read the format of ``*.sources``: stanzas of fields, whose values may go on in indented lines."""
    sources = []
    for stanza in re.split(r"\n\s*\n", text):
        fields = _fields(stanza)
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        uris, suites = fields.get("uris", "").split(), fields.get("suites", "").split()
        sources += [Source(uri, suite) for uri in uris for suite in suites]
    return sources


def machine_sources(etc_apt: Path = Path("/etc/apt")) -> list[Source]:
    """Return all sources of a machine's own apt configuration, without those that are switched off."""
    found = []
    one_line = [etc_apt / "sources.list", *sorted(etc_apt.glob("sources.list.d/*.list"))]
    for path in one_line:
        if path.is_file():
            found += parse_one_line_format(path.read_text())
    for path in sorted(etc_apt.glob("sources.list.d/*.sources")):
        found += parse_deb822(path.read_text())
    return found


def debian_release(os_release: Path = Path("/etc/os-release")) -> str | None:
    """Return the code name of this machine's Debian release; None on any other system, its derivatives included."""
    if not os_release.is_file():
        return None
    pairs = (line.partition("=") for line in os_release.read_text().splitlines())
    values = {name: value.strip('"') for name, _, value in pairs}
    return values.get("VERSION_CODENAME", "unstable") if values.get("ID") == "debian" else None


def debian_mirror(
    environment: Mapping[str, str] = os.environ, *, release: str | None = None, sources: Iterable[Source] | None = None
) -> str | None:
    """Return the base URI of a Debian archive: ``DEBIAN_MIRROR``, else where a Debian machine gets its own release."""
    if environment.get("DEBIAN_MIRROR"):
        return environment["DEBIAN_MIRROR"].rstrip("/")
    release = release or debian_release()
    if release is None:
        return None
    names = {release, "stable", "oldstable", "oldoldstable", "testing", "unstable", "sid"}
    known = machine_sources() if sources is None else sources
    main = [source for source in known if not _ELSEWHERE.search(source.suite)]
    return next((source.uri.rstrip("/") for source in main if source.suite in names), None)


def _fields(stanza: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in stanza.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace():
            fields[name] = f"{fields.get(name, '')} {line.strip()}"
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields
