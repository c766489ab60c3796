"""Share the memory that a render may have among its processes, since the kernel limits each one by itself.

Without shares, as many processes as there are could each take what is meant for all of them; then AWS Lambda ends the
whole function, and the job, whose fault it was, is tried again.
"""

from __future__ import annotations

import resource
from pathlib import Path

_KIBIBYTE = 1024


class MemoryShares:
    """Leave to forks, until ``restore()``, half of what this process might still allocate.

    ``for_each`` is the limit of one fork in bytes, with what it inherits; None when this process has no limit.
    """

    def __init__(self, forks: int) -> None:
        self._limits = resource.getrlimit(resource.RLIMIT_DATA)
        self.for_each: int | None = None
        most, hard = self._limits
        if most == resource.RLIM_INFINITY:
            return
        held = allocated_bytes()
        share = max(most - held, 0) // 2 // forks
        self.for_each = held + share
        resource.setrlimit(resource.RLIMIT_DATA, (most - share * forks, hard))

    def restore(self) -> None:
        """Let this process have all of it again; to be called when the forks have ended."""
        resource.setrlimit(resource.RLIMIT_DATA, self._limits)


def allocated_bytes() -> int:
    """Return what the kernel holds against RLIMIT_DATA."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * _KIBIBYTE
    return 0
