"""Have the kernel refuse all files but some (Landlock): https://docs.kernel.org/userspace-api/landlock.html."""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from reports.engine.kernel import call

# The same on all machines.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_FOR_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
# Removing and making of all kinds; REFER and TRUNCATE and IOCTL_DEV came later.
_FIRST_RIGHTS, _REFER, _TRUNCATE, _IOCTL = (1 << 13) - 1, 1 << 13, 1 << 14, 1 << 15
_MAKE_DEVICES_AND_LINKS = 1 << 6 | 1 << 11 | 1 << 12
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL
_BIND_AND_CONNECT = 3  # TCP
_SOCKETS_AND_SIGNALS = 3  # of processes outside of this restriction


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Return the version of the kernel's Landlock. Raises OSError where there is none."""
    return call(_CREATE_RULESET, None, 0, _ASK_FOR_VERSION)


def restrict(*, readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Let this thread, and what it will start, use these files and folders and no others, for ever.

    Missing paths are passed over. Needs PR_SET_NO_NEW_PRIVS. Raises OSError.
    """
    known = version()
    handled = _FIRST_RIGHTS | (_REFER if known >= 2 else 0) | (_TRUNCATE if known >= 3 else 0)
    handled |= _IOCTL if known >= 5 else 0
    ruleset = _Ruleset(handled, _BIND_AND_CONNECT if known >= 4 else 0, _SOCKETS_AND_SIGNALS if known >= 6 else 0)
    # Older kernels know fewer fields, and take what they do not know if it is zero.
    rules = call(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(ctypes.sizeof(ruleset)), 0)
    try:
        for path in readable:
            _allow(rules, path, _READ_FILE | _READ_DIR)
        for path in writable:
            _allow(rules, path, handled & ~(_EXECUTE | _IOCTL | _MAKE_DEVICES_AND_LINKS))
        call(_RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _allow(rules: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_FILES
        call(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(_PathBeneath(rights, place)), 0)
    finally:
        os.close(place)
