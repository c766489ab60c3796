"""Build the site of the documentation into build/site/<version>, strictly: a link that leads nowhere fails.

The pages stand in the site as they stand in the repository, so links between them are the same in both. Each version
has a folder; the page at the root leads to the newest, and versions.json names all for the menu of the site.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.mermaid import MermaidError, mermaid

PROJECT = Path(__file__).resolve().parents[1]
CONFIG, STYLE = "zensical.toml", "docs/site.css"
_STAGE = PROJECT / "build" / "docs-site"
_SITE = PROJECT / "build" / "site"
_ALONGSIDE = (
    "docs/images",
    "docs/events",
    "docs/openapi.json",
    "fonts/Inter-Regular.ttf",
    "fonts/Inter-SemiBold.ttf",
    "docs/gallery",
)
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,39}")
_NOT_RELEASED = "main"


def main(arguments: list[str] | None = None) -> int:
    """Build one version. Returns 1 with the reason when that can't be."""
    parser = argparse.ArgumentParser(prog="python -m tools.docs_site", description=__doc__)
    parser.add_argument("--version", default=_NOT_RELEASED, help=f"the name of its folder (default: {_NOT_RELEASED})")
    parser.add_argument("--out", type=Path, default=_SITE, help="the folder of all versions (default: build/site)")
    options = parser.parse_args(arguments)
    if not _VERSION.fullmatch(options.version):
        print(f"error: VERSION={options.version!r} can't name a folder of the site.", file=sys.stderr)
        return 1
    stage(pages(PROJECT), PROJECT, _STAGE)
    try:
        shutil.copyfile(mermaid(PROJECT / "build" / "docs"), _STAGE / "pages" / "mermaid.min.js")
    except MermaidError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    done = _build(_STAGE)
    if done.returncode:
        print(_plain(done.stdout + done.stderr), file=sys.stderr)
        return 1
    target = options.out / options.version
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(_STAGE / "site", target)
    write_versions(options.out)
    print(f"{target}: {sum(1 for _ in target.rglob('*.html'))} pages")
    return 0


def pages(project: Path) -> Sequence[Path]:
    """Return the pages of the repository, below it."""
    found = [
        project.glob(pattern)
        for pattern in ("*.md", "docs/*.md", "*/README.md", "templates/_shared/README.md", "reports/**/README.md")
    ]
    written = [path.relative_to(project) for some in found for path in some]
    # Tools put pages of their own into folders beside ours.
    return sorted(page for page in written if not page.parts[0].startswith((".", "node_modules", "build")))


def stage(files: Sequence[Path], project: Path, target: Path) -> None:
    """Lay the pages out below a folder, with the configuration and all that they show."""
    shutil.rmtree(target, ignore_errors=True)
    sources = target / "pages"
    for file in files:
        # The page that GitHub shows first is the first of the site, too.
        to = sources / ("index.md" if file == Path("README.md") else file)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project / file, to)
    for name in _ALONGSIDE:
        copy = shutil.copytree if (project / name).is_dir() else shutil.copyfile
        copy(project / name, sources / name)
    shutil.copyfile(project / "web/public/icon.svg", sources / "icon.svg")
    shutil.copyfile(project / STYLE, sources / "site.css")
    shutil.copyfile(project / CONFIG, target / CONFIG)


def write_versions(site: Path) -> None:
    """Name all versions of a site, the newest first, and lead from its root to the newest."""
    names = sorted((each.name for each in site.iterdir() if each.is_dir()), key=_age, reverse=True)
    versions = [{"version": name, "title": name, "aliases": []} for name in names]
    (site / "versions.json").write_text(json.dumps(versions, indent=2) + "\n", "utf-8")
    newest = names[0]
    (site / "index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pressrun</title>'
        f'<meta http-equiv="refresh" content="0; url={newest}/"><a href="{newest}/">Pressrun {newest}</a></html>\n',
        "utf-8",
    )


def _age(name: str) -> tuple[bool, list[int]]:
    """Return what sorts versions by age: what was not released is no version to lead to while there is another."""
    return name != _NOT_RELEASED, [int(number) for number in re.findall(r"[0-9]+", name)]


def _build(stage_: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("zensical")
    command = [str(program), "build", "--strict", "--clean"]
    return subprocess.run(command, cwd=stage_, env=os.environ, capture_output=True, text=True, check=False)


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


if __name__ == "__main__":
    sys.exit(main())
