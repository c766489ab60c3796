"""Get Mermaid, which draws the diagrams of the documentation's site, from npm: one file of one release."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

# The theme asks for a release of 11. A newer one comes with the digest that `npm view mermaid@… dist.integrity` prints.
RELEASE = "11.17.2"
INTEGRITY = "sha512-V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg=="
_FILE = "package/dist/mermaid.min.js"


class MermaidError(Exception):
    """Mermaid could not be had."""


def mermaid(kept: Path) -> Path:
    """Return the program, which is kept in a folder once it was fetched. Raises MermaidError."""
    program = kept / f"mermaid-{RELEASE}.min.js"
    if not program.exists():
        with TemporaryDirectory() as folder:
            content = program_in(_packed(Path(folder)), INTEGRITY)
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_bytes(content)
    return program


def program_in(package: Path, integrity: str) -> bytes:
    """Return the program that a package has. Raises MermaidError if the package is another one."""
    algorithm, _, digest = integrity.partition("-")
    found = base64.b64encode(hashlib.new(algorithm, package.read_bytes()).digest()).decode()
    if found != digest:
        raise MermaidError(f"{package.name} is not the release that is pinned: {algorithm}-{found}")
    with tarfile.open(package) as files:
        program = files.extractfile(_FILE)
        if program is None:
            raise MermaidError(f"{package.name} has no {_FILE}.")
        return program.read()


def _packed(folder: Path) -> Path:
    command = ["npm", "pack", f"mermaid@{RELEASE}", "--pack-destination", str(folder), "--silent"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise MermaidError("npm is missing. Install Node.js: the diagrams need Mermaid.") from error
    packages = list(folder.glob("*.tgz"))
    if done.returncode or len(packages) != 1:
        raise MermaidError(f"npm could not fetch Mermaid: {done.stderr.strip() or 'no package'}")
    return packages[0]
