"""Run commands as from a shell, with a service in memory."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pressrun_client import Client, Connection, RetryPolicy
from pressrun_client.cli.app import App
from pressrun_client.cli.main import run
from pressrun_client.cli.output import Output
from tests.unit.client.wire import KEY, URL, World

ENVIRONMENT = {"PRESSRUN_URL": URL, "PRESSRUN_API_KEY": KEY, "HOME": "/nowhere"}


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Result:
    """The exit status of a command, and its output."""

    status: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Any:
        return json.loads(self.err)["error"]


class CommandLine:
    """Run commands against a service in memory, whose worker works whenever a command waits."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.environment: Mapping[str, str] = {**ENVIRONMENT, "PRESSRUN_API_KEY": world.key}
        world.time.meanwhile = world.work

    def __call__(self, *arguments: str | Path, is_watched: bool = False) -> Result:
        out, err = io.StringIO(), Terminal() if is_watched else io.StringIO()
        status = run([str(argument) for argument in arguments], self.app(Output(out, err)))
        return Result(status, out.getvalue(), err.getvalue())

    def app(self, output: Output) -> App:
        """Return one run that writes there."""
        return App(output=output, environment=self.environment, connect=self._connect)

    def _connect(self, found: Connection) -> Client:
        return Client(
            found.url,
            found.api_key,
            allow_http=found.allow_http,
            session=self.world.new_session(),
            policy=RetryPolicy(tries=2),
            waiting=self.world.time.as_waiting(),
        )
