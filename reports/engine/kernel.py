"""Ask the kernel, by ctypes, for what Python has no functions for."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Collection
from functools import cache
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
PR_GET_NO_NEW_PRIVS = 39

_CAPABILITIES_3 = 0x20080522
_IS_64_BIT = struct.calcsize("P") == 8


@cache
def libc() -> ctypes.CDLL:
    """Return the C library, whose errors can be asked for."""
    return ctypes.CDLL(None, use_errno=True)


def machine() -> str | None:
    """Return the kernel's name for the processor's architecture; None where this is a program of 32 bits."""
    return os.uname().machine if _IS_64_BIT else None


def checked(result: int) -> int:
    """Return what a function of C has. Raises OSError where that is -1."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def call(number: int, *arguments: Any) -> int:
    """Make a system call; numbers are passed as long as a register is. Raises OSError."""
    wide = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    return checked(libc().syscall(ctypes.c_long(number), *wide))


def prctl(option: int, *arguments: int) -> int:
    """Change or ask for a property of this process. Raises OSError."""
    four = (*arguments, 0, 0, 0, 0)[:4]
    return checked(libc().prctl(ctypes.c_int(option), *map(ctypes.c_ulong, four)))


def hide_this_process() -> None:
    """Let no process of the same user read this one's memory, environment or files; nor is a dump of it written."""
    prctl(PR_SET_DUMPABLE, 0)


def close_all_but(kept: Collection[int]) -> None:
    """Close all files, sockets and pipes but these."""
    first = 0
    for number in (*sorted(kept), os.sysconf("SC_OPEN_MAX")):
        if first < number:  # of an empty range, closerange() closes more
            os.closerange(first, number)
        first = number + 1


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def capabilities() -> int:
    """Return the rights of the system's administrator that this process has, as bits. Raises OSError."""
    header, data = _CapabilityHeader(_CAPABILITIES_3, 0), (_CapabilityData * 2)()
    checked(libc().capget(ctypes.byref(header), data))
    return int(data[0].permitted) | int(data[1].permitted) << 32


def keep_capabilities(kept: int) -> None:
    """Give up for good all of these rights but some of the first 32. Raises OSError."""
    header, data = _CapabilityHeader(_CAPABILITIES_3, 0), (_CapabilityData * 2)()
    left = capabilities() & kept
    data[0].effective = data[0].permitted = left
    checked(libc().capset(ctypes.byref(header), data))
