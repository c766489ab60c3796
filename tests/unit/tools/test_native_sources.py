"""The machine's own apt configuration says where Debian is, in whichever format it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.package.native.sources import Source, debian_mirror, debian_release, machine_sources

DEB822 = """\
# Written by the installer
Types: deb deb-src
URIs: http://mirror.test/debian/
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.test/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://sources.test/debian
Suites: bookworm
Components: main
"""
ONE_LINE = """\
# deb http://off.test/debian bookworm main
deb http://security.test/debian-security bookworm-security main
deb [arch=amd64 signed-by=/x.gpg] https://node.test/ nodistro main
deb [arch=amd64] mirror+file:/etc/apt/mirrors.list bookworm main contrib
deb-src http://sources.test/debian bookworm main
"""


def make_apt(folder: Path, **files: str) -> Path:
    (folder / "sources.list.d").mkdir(parents=True)
    for name, text in files.items():
        place = "sources.list" if name == "sources_list" else f"sources.list.d/{name}"
        (folder / place).write_text(text)
    return folder


def test_deb822_stanzas_are_read_without_those_that_are_off(tmp_path: Path) -> None:
    etc_apt = make_apt(tmp_path / "apt")
    (etc_apt / "sources.list.d/debian.sources").write_text(DEB822)

    assert machine_sources(etc_apt) == [
        Source("http://mirror.test/debian/", "bookworm"),
        Source("http://mirror.test/debian/", "bookworm-updates"),
        Source("http://mirror.test/debian-security", "bookworm-security"),
    ]


def test_values_may_go_on_in_indented_lines(tmp_path: Path) -> None:
    etc_apt = make_apt(tmp_path / "apt")
    text = "Types: deb\nURIs:\n http://one.test/debian\n http://two.test/debian\nSuites: trixie\n"
    (etc_apt / "sources.list.d/debian.sources").write_text(text)

    assert machine_sources(etc_apt) == [
        Source("http://one.test/debian", "trixie"),
        Source("http://two.test/debian", "trixie"),
    ]


def test_the_one_line_format_is_read(tmp_path: Path) -> None:
    etc_apt = make_apt(tmp_path / "apt", sources_list=ONE_LINE)

    assert debian_mirror({}, release="bookworm", sources=machine_sources(etc_apt)) == (
        "mirror+file:/etc/apt/mirrors.list"
    )


def test_the_security_archive_is_not_taken_for_the_mirror(tmp_path: Path) -> None:
    etc_apt = make_apt(tmp_path / "apt")
    (etc_apt / "sources.list.d/debian.sources").write_text(DEB822)
    backwards = list(reversed(machine_sources(etc_apt)))

    assert debian_mirror({}, release="bookworm", sources=backwards) == "http://mirror.test/debian"


@pytest.mark.parametrize("suite", ["stable", "oldstable", "trixie"])
def test_a_release_may_be_called_by_its_role(suite: str) -> None:
    sources = [Source("http://other.test/x", "nodistro"), Source("http://mirror.test/debian", suite)]

    assert debian_mirror({}, release="trixie", sources=sources) == "http://mirror.test/debian"


def test_the_environment_names_a_mirror_on_any_machine() -> None:
    assert debian_mirror({"DEBIAN_MIRROR": "http://mine.test/debian/"}, sources=[]) == "http://mine.test/debian"


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ('ID=debian\nVERSION_CODENAME="bookworm"\n', "bookworm"),
        ("ID=debian\n", "unstable"),
        ("ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n", None),
    ],
)
def test_only_debian_itself_is_taken_for_debian(tmp_path: Path, text: str, release: str | None) -> None:
    (tmp_path / "os-release").write_text(text)

    assert debian_release(tmp_path / "os-release") == release
    assert debian_release(tmp_path / "missing") is None
