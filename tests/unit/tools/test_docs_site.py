"""The site of the documentation has all pages, where they stand in the repository, and all versions."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import docs_site
from tools.docs_site import CONFIG, PROJECT, STYLE, pages, stage, write_versions

# Read in the repository, where the templates are.
NOT_IN_THE_MENU = {"templates/_shared/README.md", "reports/engine/einvoice/kosit/README.md"}


def in_the_menu(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        for value in entry.values():
            if isinstance(value, str):
                yield value
            else:
                yield from in_the_menu(value)


def test_every_page_is_in_the_menu_once() -> None:
    menu = sorted(in_the_menu(tomllib.loads((PROJECT / CONFIG).read_text("utf-8"))["project"]["nav"]))

    known = {"index.md" if str(page) == "README.md" else str(page) for page in pages(PROJECT)}
    assert menu == sorted(known - NOT_IN_THE_MENU)


def test_pages_link_to_pages_of_the_site_alone() -> None:
    known = {str(page) for page in pages(PROJECT)}

    for page in known:
        for link in re.findall(r"\]\(([^)#:\s]+\.md)[)#]", (PROJECT / page).read_text("utf-8")):
            assert str((PROJECT / page).parent.joinpath(link).resolve().relative_to(PROJECT)) in known, (page, link)


def test_pages_stand_in_the_site_as_they_stand_in_the_repository(tmp_path: Path) -> None:
    stage(pages(PROJECT), PROJECT, tmp_path / "site")

    staged = tmp_path / "site" / "pages"
    assert (staged / "index.md").read_text("utf-8") == (PROJECT / "README.md").read_text("utf-8")
    assert (staged / "docs/operations.md").is_file()
    for name in re.findall(r'url\("([^"]+)"\)', (PROJECT / STYLE).read_text("utf-8")):
        assert (staged / name).is_file(), name
    assert (tmp_path / "site" / CONFIG).is_file()


def test_the_root_leads_to_the_newest_release(tmp_path: Path) -> None:
    for name in ("1.9.0", "1.10.0", "main"):
        (tmp_path / name).mkdir()

    write_versions(tmp_path)

    versions = [each["version"] for each in json.loads((tmp_path / "versions.json").read_text("utf-8"))]
    assert versions == ["1.10.0", "1.9.0", "main"]
    assert 'url=1.10.0/"' in (tmp_path / "index.html").read_text("utf-8")


@pytest.mark.parametrize("version", ["", "..", "a/b", "-x", "x" * 41])
def test_a_version_that_cannot_name_a_folder_is_refused(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert docs_site.main([f"--version={version}"]) == 1

    assert "can't name a folder" in capsys.readouterr().err
