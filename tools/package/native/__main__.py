"""Provide native libraries from the command line, or renew their lock."""

from __future__ import annotations

import argparse
import logging
import sys

from tools.package.errors import PackageError
from tools.package.locking import only_one_at_a_time
from tools.package.native.extension import build_extension, install_extension
from tools.package.native.provision import LOCK, provide, renew_lock
from tools.package.targets import PROJECT, target_named
from tools.progress import progress


def main() -> int:
    """Run the command line; return 1 with one line on the standard error when it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m tools.package.native", description=__doc__)
    parser.add_argument("--target", default="embedded", choices=["embedded", "x86_64", "arm64"])
    parser.add_argument("--lock", action="store_true", help=f"pin the newest Debian packages in {LOCK}, and end")
    parser.add_argument("--verbose", action="store_true", help="say why a way was not taken")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO if arguments.verbose else logging.WARNING, format="%(message)s")
    try:
        if arguments.lock:
            renew_lock(PROJECT)
            print(f"Renewed {LOCK}. Review it with: git diff {LOCK}")
            return 0
        lock = PROJECT / "build/package" / f"{arguments.target}.lock"
        with progress("Providing the native libraries"), only_one_at_a_time(lock):
            target = target_named(arguments.target)
            found = provide(PROJECT, target)
            extension = build_extension(PROJECT, target)
            if not target.is_lambda:
                install_extension(PROJECT, extension)
    except PackageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    where = f"build/native/{arguments.target}/lib" if found.folder else "the system's library folders"
    print(f"Native libraries: {where} ({found.origin})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
