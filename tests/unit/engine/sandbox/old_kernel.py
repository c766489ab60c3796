"""Run a program on this kernel as if it had not some system calls: ``python -m … PROGRAM NUMBER…``."""

from __future__ import annotations

import ctypes
import errno
import struct
import sys

from reports.engine.kernel import PR_SET_NO_NEW_PRIVS, call, libc, machine, prctl

LANDLOCK = 444
SECCOMP = {"x86_64": 317, "aarch64": 277}[machine() or ""]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def without(*numbers: int) -> None:
    """Let the kernel answer for these calls that it does not have them."""
    code = [(0x20, 0, 0, 0)]
    for number in numbers:
        code += [(0x15, 0, 1, number), (0x06, 0, 0, 0x0005_0000 | errno.ENOSYS)]
    code += [(0x06, 0, 0, 0x7FFF_0000)]
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    call(SECCOMP, 1, 0, ctypes.byref(_Program(len(code), packed)))
    assert libc()


if __name__ == "__main__":
    without(*map(int, sys.argv[2:]))
    exec(sys.argv[1])
