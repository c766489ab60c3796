"""Decide to whom a tenant may have e-mail sent, by a list of addresses and domains.

E-mail goes out in the name of the operator, so a tenant does not choose its receivers freely.
"""

from __future__ import annotations

import re
from collections.abc import Set

ANY_ADDRESS = "*"
_DOMAIN = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
_ENTRY = re.compile(rf"[^@,\s\"<>]*@{_DOMAIN}")


def recipients_of(text: str) -> tuple[str, ...]:
    """Read a list: addresses, domains such as ``@example.com``, with commas between; ``*`` for any address.

    Raises ValueError that names what is neither.
    """
    entries = tuple(dict.fromkeys(entry.strip().lower() for entry in text.split(",") if entry.strip()))
    for entry in entries:
        if entry != ANY_ADDRESS and not _ENTRY.fullmatch(entry):
            raise ValueError(f"{entry!r} is neither an address, nor a domain such as @example.com, nor {ANY_ADDRESS}")
    return entries


def may_be_written_to(address: str, allowed: Set[str]) -> bool:
    """Tell whether an address is on a list. Subdomains are not, unless they stand there themselves."""
    _, at, domain = address.lower().rpartition("@")
    return bool(at) and not allowed.isdisjoint({ANY_ADDRESS, address.lower(), f"@{domain}"})
