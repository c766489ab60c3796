"""The extension touches no memory that is not its own, whatever it is called with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tools.package.native.extension import SOURCE
from tools.package.targets import PROJECT

_WATCHED = ("-O1", "-g", "-fPIC", "-shared", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")


def sanitizers() -> list[str]:
    """Return the libraries that must be loaded first; none where the compiler has none."""
    if not shutil.which("gcc"):
        return []
    names = ("libasan.so", "libubsan.so")
    found = [subprocess.check_output(["gcc", f"-print-file-name={name}"], text=True).strip() for name in names]
    return found if all(map(os.path.isabs, found)) else []


@pytest.mark.gate
@pytest.mark.skipif(not sanitizers(), reason="there is no gcc with its sanitizers")
@pytest.mark.parametrize("seed", [1, 2])
def test_wild_calls_touch_no_memory_of_others(seed: int, tmp_path: Path) -> None:
    include = sysconfig.get_path("include")
    compiled = ["gcc", *_WATCHED, f"-I{include}", str(PROJECT / SOURCE), "-o", str(tmp_path / "_core.abi3.so")]
    subprocess.run(compiled, check=True)
    # Python keeps what it allocates in blocks of its own, within which no one would notice; nor does it free all.
    watch = {"LD_PRELOAD": " ".join(sanitizers()), "PYTHONMALLOC": "malloc", "ASAN_OPTIONS": "detect_leaks=0"}
    program = [sys.executable, str(Path(__file__).with_name("wild_calls.py")), str(tmp_path), str(seed), "600"]

    done = subprocess.run(program, env={**os.environ, **watch}, text=True, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr[-3000:]
    tried, set_in_c = map(int, done.stdout.split())
    assert tried > 10_000
    assert set_in_c > 500
