"""Try what a confined process must not be able to do; each says what it could, and nothing where it could not."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
from collections.abc import Collection
from pathlib import Path

from reports.engine.kernel import PR_GET_NO_NEW_PRIVS, call, capabilities, machine, prctl
from reports.engine.sandbox.system_calls import ARCHITECTURES

_NOTHING = ctypes.c_void_p()
_PTRACE_DETACH, _AF_INET, _SOCK_STREAM = 17, 2, 1


def reads(process: int) -> str:
    """Try another process's environment and memory."""
    for name in ("environ", "mem"):
        try:
            os.close(os.open(f"/proc/{process}/{name}", os.O_RDONLY))
        except OSError:
            continue
        return f"/proc/{process}/{name} can be opened"
    return ""


def holds_more_than(descriptors: Collection[int]) -> str:
    """Look for what is open."""
    surplus = []
    for number in sorted(int(entry.name) for entry in Path("/proc/self/fd").iterdir()):
        try:
            os.fstat(number)
        except OSError:
            continue  # the list itself
        if number not in descriptors:
            surplus.append(number)
    return f"open: {surplus}" if surplus else ""


def has_no_limits() -> str:
    """Look for limits."""
    unbounded = resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    return "files may have any size" if unbounded or resource.getrlimit(resource.RLIMIT_CORE)[1] else ""


def may_get_privileges() -> str:
    """Ask whether a program could give this process other rights."""
    return "" if prctl(PR_GET_NO_NEW_PRIVS) == 1 else "a program may give privileges"


def has_capabilities_but(kept: int) -> str:
    """Look for rights of the system's administrator."""
    surplus = capabilities() & ~kept
    return f"has {surplus:#x}" if surplus else ""


def uses_files_outside_of(folder: Path) -> str:
    """Try to list the system's root, and to make a file beside a folder."""
    try:
        next(Path("/").iterdir())
    except OSError:
        pass
    else:
        return "/ can be read"
    beside = folder.with_name(f"{folder.name}-probe")
    try:
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return ""
    beside.unlink()
    return f"{beside} can be written"


def makes_calls_to(process: int) -> str:
    """Try calls whose arguments are wrong or do nothing, so that nothing comes of them."""
    name = machine()
    if name not in ARCHITECTURES:
        return "the machine is not known"
    column = ARCHITECTURES.index(name)
    attempts: dict[str, tuple[tuple[int, int], tuple[object, ...]]] = {
        "socket": ((41, 198), (_AF_INET, _SOCK_STREAM, 0)),
        "execve": ((59, 221), (_NOTHING, _NOTHING, _NOTHING)),
        "ptrace": ((101, 117), (_PTRACE_DETACH, 0, _NOTHING, _NOTHING)),
        "process_vm_readv": ((310, 270), (process, _NOTHING, 0, _NOTHING, 0, 0)),
        "kill": ((62, 129), (process, 0)),
    }
    possible = [text for text, (numbers, given) in attempts.items() if not _is_refused(numbers[column], given)]
    return f"not refused: {', '.join(possible)}" if possible else ""


def _is_refused(number: int, arguments: tuple[object, ...]) -> bool:
    try:
        result = call(number, *arguments)
    except OSError as error:
        return error.errno == errno.EPERM
    if result > 0:
        os.close(result)
    return False
