"""Decide where a webhook may go, by allow-lists of schemes, ports and addresses, so that none leads inside (SSRF)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

HTTPS_PORT = 443
_LONGEST_HOST = 253
# Visible ASCII, without what some reader of URLs takes for something else.
_PLAIN = re.compile(r"[!-~]+")
_CONFUSING = re.compile(r'["<>\\^`{|}#]')

# Of IPv6, only this block has addresses of hosts in the Internet; what lies elsewhere is none's, or leads inside.
_UNICAST = IPv6Network("2000::/3")
# Networks whose addresses stand for an IPv4 address, with the number of bits behind it.
_EMBEDDING = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped: the system connects to the IPv4 address itself
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64, RFC 6052
    (IPv6Network("2002::/16"), 80),  # 6to4
)


@dataclass(frozen=True, slots=True)
class Destination:
    """Be where a webhook goes. ``target`` is path and query; ``is_known`` says that the stage names this very host."""

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


def is_public(address: str) -> bool:
    """Tell whether an address, in the form of the resolver, is one that anybody in the Internet can reach."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return _is_public_v6(found) if isinstance(found, IPv6Address) else _is_public_v4(found)


def _is_public_v4(address: IPv4Address) -> bool:
    # ipaddress takes groups of receivers for global, and the last block, which nobody has, in some versions, too.
    return address.is_global and not address.is_multicast and not address.is_reserved


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    for network, behind in _EMBEDDING:
        if address in network:
            return _is_public_v4(IPv4Address(int(address) >> behind & 0xFFFF_FFFF))
    return address in _UNICAST and address.is_global
