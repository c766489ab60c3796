"""Addresses of this machine, as functions of an emulator see them, and as the tests' servers listen at them.

Where functions are processes, both are 127.0.0.1. Where they run in Docker's containers, 127.0.0.1 is the container:
there, docker-compose.yml has them know this machine by a name.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable

LOOPBACK = "127.0.0.1"
NAME_IN_CONTAINERS = "host.docker.internal"
_GATEWAY = ("docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")


def _ask_docker() -> str:
    return subprocess.run(_GATEWAY, capture_output=True, text=True, check=True, timeout=30).stdout.strip()


def address_of(host: str, gateway: Callable[[], str] = _ask_docker) -> str:
    """Return where a server has to listen for functions to find it at ``host``, which is one of the two names above.

    On Linux, the name stands for the gateway of Docker's bridge, which is an address of this machine. Docker Desktop
    has the bridge in a virtual machine of its own, and forwards the name to 127.0.0.1.
    """
    if host == LOOPBACK:
        return LOOPBACK
    if host != NAME_IN_CONTAINERS:
        raise ValueError(f"{host} is no name of this machine that the tests know.")
    address = gateway()
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return LOOPBACK
    return address
