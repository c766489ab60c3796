"""Read environment variables: how each kind is written, and what is wrong with one.

Each function takes a variable's name and its text, which is not empty. It raises ValueError with all that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

from reports.access.recipients import recipients_of
from reports.access.retention import CLASSES
from reports.render_contract import SANDBOX_MEASURES

MEBIBYTE = 2**20  # what Lambda counts memory in

Read = Callable[[str, str], Any]

_ORIGIN = re.compile(r"https?://[a-z0-9.\-]+(:[0-9]{1,5})?")
_HTTPS_ALONE = frozenset({443})


def text(_: str, value: str) -> str:
    """Return a text as it is."""
    return value


def number(name: str, value: str) -> float:
    """Return a number from zero on."""
    try:
        result = float(value)
    except ValueError:
        raise ValueError(f"{name}={value!r} is not a number") from None
    if result < 0:
        raise ValueError(f"{name}={value!r} is negative")
    return result


def limit(name: str, value: str) -> float:
    """Return a number above zero."""
    result = number(name, value)
    if result == 0:
        raise ValueError(f"{name}={value!r} would let nothing through")
    return result


def whole_number(name: str, value: str) -> int:
    """Return a number from zero on, without its fraction."""
    return int(number(name, value))


def whole_limit(name: str, value: str) -> int:
    """Return a number above zero, without its fraction."""
    return int(limit(name, value))


def kept_days(name: str, value: str) -> int:
    """Return days that things can be kept."""
    if not value.isdecimal() or int(value) not in CLASSES:
        raise ValueError(f"{name}={value!r} is none of {', '.join(map(str, CLASSES))} days")
    return int(value)


def mebibytes(name: str, value: str) -> int:
    """Return a size in bytes that is written in MiB, as Lambda's memory is."""
    return int(limit(name, value) * MEBIBYTE)


def flag(name: str, value: str) -> bool:
    """Return what is ``true`` or ``false``."""
    if value not in ("true", "false"):
        raise ValueError(f"{name}={value!r} is neither true nor false")
    return value == "true"


def switch(name: str, value: str) -> bool:
    """Return what is ``on`` or ``off``."""
    if value not in ("on", "off"):
        raise ValueError(f"{name}={value!r} is neither on nor off")
    return value == "on"


def is_tenant(name: str, value: str) -> bool:
    """Return whether what is ``tenant`` or ``shared`` is for one tenant alone."""
    if value not in ("tenant", "shared"):
        raise ValueError(f"{name}={value!r} is neither tenant nor shared")
    return value == "tenant"


def ports(name: str, value: str) -> frozenset[int]:
    """Return ports, with spaces between them."""
    words = value.split()
    if not all(word.isdecimal() and 0 < int(word) < 65536 for word in words):
        raise ValueError(f"{name}={value!r} is no list of ports with spaces between them")
    return frozenset(map(int, words)) or _HTTPS_ALONE


def measures(name: str, value: str) -> frozenset[str]:
    """Return measures of the sandbox, with spaces between them."""
    given = frozenset(value.split())
    if strange := sorted(given.difference(SANDBOX_MEASURES)):
        raise ValueError(f"{name} has {', '.join(strange)}; known are {', '.join(sorted(SANDBOX_MEASURES))}")
    return given


def hosts(_: str, value: str) -> frozenset[str]:
    """Return hosts, with spaces between them."""
    return frozenset(value.lower().split())


def recipients(name: str, value: str) -> tuple[str, ...]:
    """Return addresses and domains, with commas between them."""
    try:
        return recipients_of(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def origins(name: str, value: str) -> frozenset[str]:
    """Return origins of pages, with commas between them."""
    given = [origin.strip() for origin in value.split(",") if origin.strip()]
    if strange := [origin for origin in given if not _ORIGIN.fullmatch(origin)]:
        raise ValueError(
            "; ".join(f"{name} has {origin!r}, which is no origin like https://reports.example" for origin in strange)
        )
    return frozenset(given)


def addresses(name: str, value: str) -> tuple[str, ...]:
    """Return addresses of the web, with spaces between them."""
    given = tuple(value.split())
    for each in given:
        parts = urlsplit(each)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError(f"{name} has an address that is not like https://tsa.example/tsr")
    return given


def prefix(_: str, value: str) -> str:
    """Return what names are added to after a slash, without the slash."""
    return value.rstrip("/")


def base_url(name: str, value: str) -> str | None:
    """Return what paths are added to."""
    return prefix(name, value) or None


def is_authorizer(_: str, value: str) -> bool:
    """Tell whether our authorizer guards the API."""
    return value == "authorizer"


Text = Annotated[str, text]
Given = Annotated[str | None, text]
Number = Annotated[float, number]
Limit = Annotated[float, limit]
WholeNumber = Annotated[int, whole_number]
WholeLimit = Annotated[int, whole_limit]
Hosts = Annotated[frozenset[str], hosts]
