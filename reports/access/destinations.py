"""Decide where a webhook may go, by allow-lists of schemes, ports and addresses, so that none leads inside (SSRF)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from socket import inet_aton, inet_ntoa
from urllib.parse import urlsplit

HTTPS_PORT = 443
_LONGEST_HOST = 253
# Visible ASCII, without what some reader of URLs takes for something else.
_PLAIN = re.compile(r"[!-~]+")
_CONFUSING = re.compile(r'["<>\\^`{|}#]')

# IANA's special-purpose registries, as of 2025-10-09, and what they leave out. No block of theirs has a webhook's
# receiver, so each is refused as a whole, also the few that routers know and those that stand for an IPv4 address.
# A table of our own, since what `ipaddress` takes for global differs from one version of Python to the next.
# https://www.iana.org/assignments/iana-ipv4-special-registry
# https://www.iana.org/assignments/iana-ipv6-special-registry
_SPECIAL_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private use
            "100.64.0.0/10",  # shared address space, with the metadata of Alibaba's cloud
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # not IANA's: the host of each virtual machine in Azure
            "169.254.0.0/16",  # link local, with the metadata of most clouds
            "172.16.0.0/12",  # private use
            "192.0.0.0/24",  # IETF protocol assignments, with the metadata of Oracle's cloud
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # relays of 6to4 and 6a44
            "192.168.0.0/16",  # private use
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # not in the registry: multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
# Of IPv6, only this block has addresses of hosts in the Internet. The loopback, mapped addresses, NAT64, unique local
# ones and all others of the registry that are not listed below lie outside of it.
_UNICAST = IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # IETF protocol assignments: Teredo, benchmarking, AMT, ORCHID, DRIP
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4
            "2620:4f:8000::/48",  # AS112
            "3ffe::/16",  # not in the registry: the 6bone's, which came to its end in 2006 (RFC 3701)
            "3fff::/20",  # documentation
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Destination:
    """The receiver of a webhook. ``target`` is path and query; ``is_known``: the stage names this very host."""

    scheme: str
    host: str
    port: int
    target: str
    is_known: bool


def destination_of(
    url: str, *, known_hosts: Collection[str] = (), ports: Collection[int] = (HTTPS_PORT,)
) -> Destination:
    """Read a URL; ``known_hosts`` are ``host:port`` that may be reached wherever they are, also without TLS.

    Raises ValueError that says which rule the URL breaks.
    """
    if not _PLAIN.fullmatch(url) or _CONFUSING.search(url):
        raise ValueError("The URL has characters that have no place in it, or a fragment.")
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("The URL names a user.")
    host, port = (parts.hostname or "").lower(), parts.port
    if not host or len(host) > _LONGEST_HOST or "%" in host:
        raise ValueError("The URL names no host.")
    if parts.scheme not in ("http", "https"):
        raise ValueError("The URL is not one of HTTPS.")
    if port is None:
        port = HTTPS_PORT if parts.scheme == "https" else 80
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    is_known = f"{host}:{port}" in known_hosts
    if not is_known and parts.scheme != "https":
        raise ValueError("The URL is not one of HTTPS.")
    if not is_known and port not in ports:
        allowed = ", ".join(map(str, sorted(ports)))
        raise ValueError(f"The URL has the port {port}. These are allowed: {allowed}.")
    return Destination(parts.scheme, host, port, target, is_known)


def check_destination(url: str, *, known_hosts: Collection[str] = (), ports: Collection[int] = (HTTPS_PORT,)) -> None:
    """Tell from a URL alone whether a webhook can ever go there. The address of a name is checked when it is resolved.

    Raises ValueError that says which rule the URL breaks.
    """
    destination = destination_of(url, known_hosts=known_hosts, ports=ports)
    host = destination.host.rstrip(".")
    if destination.is_known:
        return
    literal = _literal(host)
    if host == "localhost" or host.endswith(".localhost") or (literal is not None and not is_public(literal)):
        raise ValueError("The URL leads to this machine or to an inner network, and not to a host in the Internet.")


def _literal(host: str) -> str | None:
    """Return the address that a host is written as, also as what resolvers take for one, such as ``0x7f.1``."""
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return inet_ntoa(inet_aton(host))
    except (OSError, UnicodeError):
        return None


def is_public(address: str) -> bool:
    """Tell whether an address, in the form of the resolver, is one of a host in the Internet."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _SPECIAL_V4)
    # A scope is for addresses that are not the Internet's.
    return found.scope_id is None and found in _UNICAST and not any(found in network for network in _SPECIAL_V6)
