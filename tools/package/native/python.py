"""Get a Python of Lambda's version that compiles, from Debian, for a machine that has none.

Compiling needs no more than the interpreter and the standard library's smallest part. They are unpacked, not
installed, and run by the C library that comes with them, so the machine's own may be older. The version is not pinned:
all of Python 3.13 writes the same .pyc.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from tools.package.errors import PackageError
from tools.package.native.debian import debian_sandbox
from tools.package.targets import LAMBDA_PYTHON, Target, host_architecture, target_named

_RELEASE = "trixie"
"""Debian 13, whose Python is 3.13."""

_NAME = "python{}.{}".format(*LAMBDA_PYTHON)
_LOADERS = {"x86_64": "ld-linux-x86-64.so.2", "arm64": "ld-linux-aarch64.so.1"}
_WRAPPER = """\
#!/bin/sh
# Run the unpacked Python by its own loader and C library.
here=$(dirname "$(readlink -f "$0")")
libraries=$here/root/usr/lib/{triplet}:$here/root/lib/{triplet}
exec "$here/{loader}" --library-path "$libraries" "$here/root/usr/bin/{name}" "$@"
"""
_log = logging.getLogger(__name__)


def provide_compiler(project: Path, target: Target) -> Path | None:
    """Return a program that compiles as the target's Python does, or None when it cannot be had here.

    It is kept in ``build/native/python3.13``. It has no complete standard library: it compiles, and no more.
    """
    if target.python != LAMBDA_PYTHON:
        return None
    home = project / "build/native" / _NAME
    wrapper = home / _NAME
    if not wrapper.is_file():
        try:
            _unpack_python(home, target_named(host_architecture()))
        except PackageError as error:
            _log.info("No %s from Debian: %s", _NAME, error)
            return None
    return wrapper


def _unpack_python(home: Path, host: Target) -> None:
    _log.info("Getting %s from Debian, to compile with", _NAME)
    sandbox = debian_sandbox(home / "debian", host.debian_architecture, {_RELEASE: ()})
    if sandbox.command:
        raise PackageError("In a container it could not be run from here")
    sandbox.update()
    root = home / "root"
    shutil.rmtree(root, ignore_errors=True)
    for deb in sandbox.download(sandbox.closure([f"{_NAME}-minimal"])):
        sandbox.unpack_into(deb, root)
    loader = _LOADERS[host.architecture]
    found = next((path for path in root.rglob(loader) if path.is_file() and not path.is_symlink()), None)
    if found is None:
        raise PackageError(f"Debian's C library has no {loader}")
    text = _WRAPPER.format(triplet=found.parent.name, loader=found.relative_to(home), name=_NAME)
    shutil.rmtree(home / "debian")
    partial = home / f"{_NAME}.partial"
    partial.write_text(text)
    partial.chmod(0o755)
    partial.rename(home / _NAME)
