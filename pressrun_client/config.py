"""Find out which service to ask, and with which key: from the environment, or from a profile in a file.

::

    # ~/.config/pressrun/config.toml, readable by you alone
    default = "local"

    [profiles.local]
    url = "http://127.0.0.1:4566/_aws/execute-api/pressrun/local"
    api_key = "pr_test_…"

A key belongs to its address: one of a profile is never sent to an address of the environment, nor the other way round.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pressrun_client.errors import ConfigurationError

URL = "PRESSRUN_URL"
API_KEY = "PRESSRUN_API_KEY"
PROFILE = "PRESSRUN_PROFILE"
ALLOW_HTTP = "PRESSRUN_ALLOW_HTTP"
_MEMBERS: Mapping[str, type] = {"url": str, "api_key": str, "allow_http": bool}


@dataclass(frozen=True, slots=True)
class Connection:
    """The service to use. ``origin`` says where it is configured, ``warnings`` what is unwise about it."""

    url: str
    api_key: str | None = field(default=None, repr=False)
    allow_http: bool = False
    origin: str = ""
    warnings: tuple[str, ...] = ()


def config_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the profiles are: ``pressrun/config.toml`` in XDG_CONFIG_HOME, by default ``~/.config``.

    Raises ConfigurationError for a user without a home folder.
    """
    given = environment.get("XDG_CONFIG_HOME", "")
    # The specification: a path that is not absolute is to be ignored.
    folder = Path(given) if given and Path(given).is_absolute() else Path(environment.get("HOME") or "~") / ".config"
    try:
        return folder.expanduser() / "pressrun" / "config.toml"
    except RuntimeError:
        raise ConfigurationError(
            f"There is no home folder to hold profiles. Set {URL} and {API_KEY}, or HOME."
        ) from None


def connection(profile: str | None = None, environment: Mapping[str, str] = os.environ) -> Connection:
    """Return which service to ask: the profile that is named, else the environment's, else the default profile.

    Raises ConfigurationError, which says what is missing and where to put it.
    """
    if profile is None and environment.get(URL):
        allowed = environment.get(ALLOW_HTTP, "").lower() in ("1", "true", "yes")
        return Connection(environment[URL], environment.get(API_KEY) or None, allowed, origin=URL)
    path = config_file(environment)
    content = _read(path)
    default = content.get("default")
    if default is not None and not isinstance(default, str):
        raise ConfigurationError(f"{path}: 'default' must be the name of a profile.")
    name = profile or environment.get(PROFILE) or default
    if name is None:
        raise ConfigurationError(f"No service is configured. Set {URL} and {API_KEY}, or write a profile into {path}.")
    return _profile(path, content, name)


def profiles(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the names of the profiles that there are. Raises ConfigurationError."""
    path = config_file(environment)
    return sorted(_profiles(path, _read(path)))


def _profile(path: Path, content: Mapping[str, Any], name: str) -> Connection:
    known = _profiles(path, content)
    if name not in known:
        there = f"It has: {', '.join(sorted(known))}." if known else "There is none yet."
        raise ConfigurationError(f"There is no profile {name!r} in {path}. {there}")
    members = known[name]
    for member, value in members.items():
        if member not in _MEMBERS:
            raise ConfigurationError(
                f"{path}: profile {name!r} has an unknown member {member!r}; there are {_names()}."
            )
        if not isinstance(value, _MEMBERS[member]):
            kind = "true or false" if _MEMBERS[member] is bool else "a text in quotes"
            raise ConfigurationError(f"{path}: {member!r} of profile {name!r} has to be {kind}.")
    if not members.get("url"):
        raise ConfigurationError(f"{path}: profile {name!r} has no 'url'.")
    key = members.get("api_key") or None
    return Connection(
        url=members["url"],
        api_key=key,
        allow_http=members.get("allow_http", False),
        origin=f"profile {name!r} of {path}",
        warnings=_unwise(path) if key else (),
    )


def _profiles(path: Path, content: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    found = content.get("profiles", {})
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise ConfigurationError(f"{path}: profiles must be tables, such as [profiles.local].")
    return found


def _read(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigurationError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not text in UTF-8.") from None
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        # The message has the place, and never quotes a line, which may be that of a key.
        raise ConfigurationError(f"{path} is not TOML: {error}.") from None


def _unwise(path: Path) -> tuple[str, ...]:
    others = stat.S_IRWXG | stat.S_IRWXO
    if os.name == "posix" and path.stat().st_mode & others:
        return (f"{path} holds keys, and others can read it. Protect it: chmod 600 {path}",)
    return ()


def _names() -> str:
    return ", ".join(_MEMBERS)
