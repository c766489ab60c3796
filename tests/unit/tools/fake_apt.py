"""Stand in for apt-get and dpkg-deb: ``python fake_apt.py MIRROR apt-get …``, where MIRROR is a folder of .deb files.

It is run as a program, so it stands alone. A .deb here is its data tar, nothing around it.
"""

import shutil
import sys
from pathlib import Path


def main() -> None:
    """Do what the words after the mirror say, as far as the tools use it."""
    mirror, program, *words = Path(sys.argv[1]), *sys.argv[2:]
    with (mirror / "calls").open("a") as calls:
        calls.write(f"{program} {' '.join(words)}\n")
    if program == "dpkg-deb":
        sys.stdout.buffer.write(Path(words[-1]).read_bytes())
    elif "download" in words:
        download(mirror, words[words.index("download") + 1 :])
    elif "--print-uris" in words:
        for deb in sorted(mirror.glob("*.deb")):
            print(f"'http://mirror.test/pool/{deb.name}' {deb.name} {deb.stat().st_size} SHA256:00")
    elif (mirror / "unreachable").exists():
        sys.exit("Err:1 bookworm InRelease\nE: Failed to fetch the list")


def download(mirror: Path, wanted: list[str]) -> None:
    """Copy the named versions to the working folder; fail as apt-get does when there is one that is not there."""
    for each in wanted:
        name, _, version = each.partition("=")
        found = list(mirror.glob(f"{name}_{version.replace(':', '%3a')}_*.deb"))
        if not found:
            sys.exit(f"E: Version '{version}' for '{name}' was not found")
        shutil.copy(found[0], Path.cwd())


if __name__ == "__main__":
    main()
