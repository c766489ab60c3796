"""Confine this process, one measure after another, and say of each whether it holds.

A kernel may lack a measure, and a render does not fail for that. Each measure is tried, not taken for granted.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from reports.engine.kernel import PR_SET_NO_NEW_PRIVS, close_all_but, keep_capabilities, prctl
from reports.engine.sandbox import landlock, probes, seccomp
from reports.engine.sandbox.readable_files import readable

# To read and write files in spite of their modes, which an administrator who runs this on their own machine may need.
_KEPT_CAPABILITIES = 1 << 1 | 1 << 2
_MOST_FILE_BYTES = 64 * 2**20
# Of a user with hardly any processes, as in Lambda, all are ours. Elsewhere a limit could hit those of others.
_FEW_TASKS, _MOST_TASKS = 64, 1000


def confine(*, parent: int, folder: Path, places: Sequence[Path], descriptors: Collection[int]) -> dict[str, str]:
    """Confine this process for ever; return why each measure does not hold, an empty text when it does.

    ``parent`` is the process that started this one, ``folder`` the one that may be written to, ``places`` are what may
    be read besides code and fonts, and ``descriptors`` what may stay open. Call it before there are other threads.
    """

    def hold_files() -> None:
        landlock.restrict(readable=readable(places), writable=(folder, Path(os.devnull)))

    # An administrator reads all processes, so those rights go first; Landlock would hide the parent by itself.
    return {
        "capabilities": _outcome(
            lambda: keep_capabilities(_KEPT_CAPABILITIES), lambda: probes.has_capabilities_but(_KEPT_CAPABILITIES)
        ),
        "dumpable": _outcome(lambda: None, lambda: probes.reads(parent)),
        "descriptors": _outcome(lambda: close_all_but(descriptors), lambda: probes.holds_more_than(descriptors)),
        "limits": _outcome(limit_files_and_tasks, probes.has_no_limits),
        "no_new_privs": _outcome(lambda: prctl(PR_SET_NO_NEW_PRIVS, 1), probes.may_get_privileges),
        "landlock": _outcome(hold_files, lambda: probes.uses_files_outside_of(folder)),
        "seccomp": _outcome(lambda: seccomp.install(os.getpid()), lambda: probes.makes_calls_to(parent)),
    }


def _outcome(take: Callable[[], object], probe: Callable[[], str]) -> str:
    try:
        take()
        return probe()
    except (OSError, ValueError, AttributeError, seccomp.UnknownMachineError) as error:
        return f"{type(error).__name__}: {error}"


def limit_files_and_tasks() -> None:
    """Bound the size of a file, and of a user who has nothing else the number of processes; write no dumps."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MOST_FILE_BYTES, _MOST_FILE_BYTES))
    _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    if _tasks_of_this_user() < _FEW_TASKS and (hard == resource.RLIM_INFINITY or hard > _MOST_TASKS):
        resource.setrlimit(resource.RLIMIT_NPROC, (_MOST_TASKS, _MOST_TASKS))


def _tasks_of_this_user() -> int:
    """Count processes and threads, up to few."""
    count = 0
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdecimal() and process.stat().st_uid == os.getuid():
                count += sum(1 for _ in (process / "task").iterdir())
        except OSError:
            continue  # it has ended meanwhile
        if count >= _FEW_TASKS:
            break
    return count
