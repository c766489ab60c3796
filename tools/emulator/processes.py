"""Look at processes and end them, by their id and never by their name."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_LISTENING = "0A"
_POLL_SECONDS = 0.05


def is_running(pid: int) -> bool:
    """Tell whether a process is there and not just waiting to be buried by its parent."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # The state is the first word after the name, which stands in brackets and may hold anything.
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not _PROC.joinpath("self").exists()


def command_of(pid: int) -> str:
    """Return a process's command line, or an empty text when it cannot be seen."""
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        if (_PROC / "self").exists():
            return ""
    done = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def free_port() -> int:
    """Return a port of 127.0.0.1 that no process listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_port_free(port: int) -> bool:
    """Tell whether a server could listen on the port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def listener_on(port: int) -> str:
    """Describe who listens on a TCP port, as far as Linux tells; empty when it does not."""
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port)}
    for pid in _pids() if sockets else ():
        with suppress(OSError):
            if any(str(fd.readlink()) in sockets for fd in (_PROC / str(pid) / "fd").iterdir()):
                return f"process {pid} ({command_of(pid)[:120]})"
    return ""


def end_group(leader: int, *, patience_seconds: float) -> None:
    """End a process that leads its own group, and whatever it left behind in that group.

    Only the leader is asked with TERM, so that it can save its state while its children still answer. After
    ``patience_seconds`` all that is left is killed.
    """
    with suppress(ProcessLookupError):
        os.kill(leader, signal.SIGTERM)
    _wait_until_gone(leader, patience_seconds)
    # The number of a group is not given away while a process is in it: this cannot hit a stranger.
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
    _wait_until_gone(leader, patience_seconds)


def end_orphans(group: int, folder: Path) -> None:
    """Kill what is left of a group whose leader was killed, as far as Linux tells.

    The group's number may be a stranger's by now, so that only processes count that work inside the folder.
    """
    for pid in _pids():
        with suppress(OSError):
            if os.getpgid(pid) == group and (_PROC / str(pid) / "cwd").readlink().is_relative_to(folder):
                os.kill(pid, signal.SIGKILL)


def family_of(ancestor: int) -> list[int]:
    """Return a process and all that it has started, and what these have started, as far as Linux tells."""
    children: dict[int, list[int]] = {}
    for pid in _pids():
        with suppress(OSError, ValueError):
            parent = int((_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(pid)
    found, waiting = [], [ancestor]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def memory_of(pid: int) -> int:
    """Return the bytes of memory that a process takes, its share of what several have in common; 0 when unknown."""
    with suppress(OSError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _wait_until_gone(pid: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()) if _PROC.exists() else iter(())


def _listening_inodes(port: int) -> Iterator[str]:
    for table in (_PROC / "net" / "tcp", _PROC / "net" / "tcp6"):
        if table.exists():
            for row in table.read_text().splitlines()[1:]:
                fields = row.split()
                if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                    yield fields[9]
