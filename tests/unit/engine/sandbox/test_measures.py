"""What a render took is measured from outside: the processor time of all its processes, and its own most memory."""

from __future__ import annotations

import subprocess
import sys

import pytest

from reports.engine.sandbox.child_process import RenderingProcess

# Takes and gives back 80 MB, then answers a line with a little more.
GREEDY = """
import sys
x = bytearray(80 * 2**20)
del x
print(flush=True)
sys.stdin.readline()
print(flush=True)
input()
"""


@pytest.fixture
def greedy() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-S", "-c", GREEDY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_the_peak_of_a_render_is_not_that_of_a_larger_one_before(greedy: subprocess.Popen[str]) -> None:
    child = RenderingProcess.__new__(RenderingProcess)
    child._process = greedy  # type: ignore[assignment]
    before = child.peak_bytes()

    if not child.forget_peak():
        pytest.skip("this kernel does not measure anew")
    assert greedy.stdin is not None
    assert greedy.stdout is not None
    greedy.stdin.write("\n")
    greedy.stdin.flush()
    greedy.stdout.readline()

    after = child.peak_bytes()
    greedy.kill()
    greedy.communicate()
    assert before is not None
    assert after is not None
    assert before > 80 * 2**20 > after > 2**20
    assert (child.peak_bytes(), child.forget_peak()) == (None, False)
