"""Run MiniStack's own server, with the state saved while it runs, and an end in good time."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import hypercorn.asyncio
from ministack import app
from ministack.core import persistence
from ministack.services import lambda_svc

from tools.emulator.server.packages import Packages
from tools.emulator.server.replacing import check_release, replace
from tools.emulator.server.state import State, packages_of_functions
from tools.emulator.server.state_saver import StateSaver
from tools.emulator.server.workers import Workers, arrived

log = logging.getLogger("server")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Functions that run get this long to end, when the emulator is asked to. What they had taken from a queue is taken up
# at the next start; a batch of reports may take minutes.
_DRAIN_SECONDS = 5.0
_POLL_SECONDS = 0.05
_READ_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})


class Server:
    """MiniStack's server, and what it needs besides."""

    def __init__(self, state: Path, packages: Path) -> None:
        self._state = State(state)
        self._packages = Packages(packages, packages_of_functions)
        self._answer = replace(app, "app", self._handle)
        self._serve = replace(hypercorn.asyncio, "serve", self._serve_until_drained)
        self._saver: StateSaver | None = None

    def run(self) -> None:
        """Serve until TERM or INT."""
        check_release()
        Workers(self._packages).install()
        if persistence.PERSIST_STATE:
            self._state.install()
        app.main()

    async def _handle(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, and note that it may have changed something, also when it fails."""
        arrived.set(time.monotonic())
        try:
            await self._answer(scope, receive, send)
        finally:
            # The API is asked by GET for what it then notes in its tables, by requests of its own.
            if self._saver is not None and scope.get("method", "GET") not in _READ_ONLY:
                self._saver.touch()

    async def _serve_until_drained(self, application: Any, config: Any) -> None:
        asked_to_end = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, asked_to_end.set)
        if persistence.PERSIST_STATE:
            self._saver = StateSaver(self._state.save, self._state.prepare, self._state.tidy)
            saving = asyncio.create_task(self._saver.run())
            saving.add_done_callback(_end_if_it_failed)

        async def end() -> None:
            await asked_to_end.wait()
            await self._end()

        await self._serve(application, config, shutdown_trigger=end)

    async def _end(self) -> None:
        """End the process. MiniStack itself would wait for every function that runs, and for those they start."""
        replace(lambda_svc, "_poll_sqs", lambda: False)
        deadline = asyncio.get_running_loop().time() + _DRAIN_SECONDS
        while lambda_svc.executions_in_flight()[0] and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(_POLL_SECONDS)
        status = 0
        if self._saver is not None and not await self._saver.save():
            status = 1
        log.info("Ended.")
        sys.stdout.flush()
        sys.stderr.flush()
        # Functions that still run are in this process's group: no process would be left that ends them.
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(status)


def _end_if_it_failed(task: asyncio.Task[None]) -> None:
    """Let no emulator go on that looks as if it kept its state."""
    if not task.cancelled() and task.exception() is not None:
        log.critical("The state is not being saved any more.", exc_info=task.exception())
        os._exit(1)
