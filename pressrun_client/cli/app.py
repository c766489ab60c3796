"""Hold what all commands share: the service that is asked, where they write to, and the options that all have."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar

import click

from pressrun_client.cli.output import Output
from pressrun_client.client import Client
from pressrun_client.config import Connection, connection, profiles
from pressrun_client.errors import PressrunError

Command = TypeVar("Command", bound=Callable[..., Any])
Connect = Callable[[Connection], Client]


def connect(found: Connection) -> Client:
    """Make a client of a connection."""
    return Client(found.url, found.api_key, allow_http=found.allow_http)


class App:
    """One run of the command line."""

    def __init__(
        self,
        *,
        output: Output | None = None,
        environment: Mapping[str, str] = os.environ,
        connect: Connect = connect,
    ) -> None:
        self.output = output or Output()
        self.environment = environment
        self.profile: str | None = None
        self.to_go_on: list[str] = []
        """What to do when the command is broken off, so that nothing that was asked for is lost."""
        self._connect = connect

    @cached_property
    def connection(self) -> Connection:
        """Return which service is asked. Raises ConfigurationError."""
        found = connection(self.profile, self.environment)
        for warning in found.warnings:
            self.output.warn(warning)
        return found

    @cached_property
    def client(self) -> Client:
        """Return the client of the service. Raises ConfigurationError."""
        return self._connect(self.connection)

    def close(self) -> None:
        """Close the connections, if there are any."""
        if "client" in vars(self):
            self.client.close()


def asks_service(command: Command) -> Command:
    """Give a command the options of those that ask a service."""
    return click.option(
        "--profile",
        expose_value=False,
        callback=_set_profile,
        shell_complete=_known_profiles,
        metavar="NAME",
        help="Which profile of the configuration to use.",
    )(gives_json(command))


def gives_json(command: Command) -> Command:
    """Give a command the option to write for programs."""
    return click.option(
        "--json",
        is_flag=True,
        # What is wrong with other options is told as JSON, too.
        is_eager=True,
        expose_value=False,
        callback=_set_json,
        help="Write JSON, a document in each line; errors too, to the standard error.",
    )(command)


def _set_profile(context: click.Context, _: click.Parameter, value: str | None) -> None:
    context.ensure_object(App).profile = value


def _set_json(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.ensure_object(App).output.as_json = value


def _known_profiles(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    try:
        return [name for name in profiles() if name.startswith(incomplete)]
    except PressrunError:
        return []
