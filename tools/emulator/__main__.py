"""Start, stop and watch the embedded emulator from the command line."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from types import FrameType

from tools.emulator import consistency, function_logs, processes
from tools.emulator.endpoint import client_environment
from tools.emulator.errors import EmulatorError
from tools.emulator.ministack import DEFAULT_PORT, Emulator

_FOLLOW_SECONDS = 0.2
STACK = "pressrun-local"


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns the exit status."""
    options = _parser().parse_args(arguments)
    enforce_iam = os.environ.get("AUTH", "").lower() == "true"
    try:
        if options.command == "run":
            return _run(Emulator(options.port, enforce_iam=enforce_iam), options.program)
        emulator = Emulator(options.port or default_port(), persist=True, enforce_iam=enforce_iam)
        match options.command:
            case "up":
                return _up(emulator)
            case "down":
                return _down(emulator)
            case "status":
                return _status(emulator)
            case "logs":
                return _logs(emulator, follow=options.follow, whole=options.emulator)
            case _:
                return _clean(emulator)
    except EmulatorError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough, as in `make logs | head`. Nothing may be flushed into the pipe any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.emulator", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, purpose in (
        ("up", "start it in the background, with the state of last time"),
        ("down", "stop it, and keep its state"),
        ("status", "say whether it runs; exit status 3 when it does not"),
        ("logs", "print what the functions logged"),
        ("clean", "stop it, and forget its state"),
        ("run", "start a fresh one on a free port for the length of a command: run -- pytest tests/functional"),
    ):
        command = commands.add_parser(name, help=purpose)
        command.add_argument("--port", type=int, default=0, help="default: PRESSRUN_PORT or 4566; for run a free one")
        if name == "logs":
            command.add_argument("-f", "--follow", action="store_true", help="go on until interrupted")
            command.add_argument("--emulator", action="store_true", help="the emulator's own log instead")
        if name == "run":
            command.add_argument("program", nargs="+", help="the command and its arguments, after --")
    return parser


def default_port() -> int:
    """Return the port that PRESSRUN_PORT names, or the usual one. Raises EmulatorError."""
    value = os.environ.get("PRESSRUN_PORT", "")
    if not value:
        return DEFAULT_PORT
    if not value.isdecimal() or not 0 < int(value) < 65536:
        raise EmulatorError(f"PRESSRUN_PORT={value!r} is not a port. Give a number from 1 to 65535.")
    return int(value)


def _up(emulator: Emulator) -> int:
    if emulator.is_ending:
        emulator.stop()
    if emulator.pid is None:
        print(f"Starting MiniStack on port {emulator.port} …", flush=True)
        emulator.start()
    if missing := consistency.lost(emulator.endpoint_url, STACK):
        _rebuild(emulator, missing)
    print(f"MiniStack is up at {emulator.endpoint_url} (process {emulator.pid}, log {_short(emulator)})")
    return 0


def _rebuild(emulator: Emulator, missing: list[str]) -> None:
    """Go on with an empty emulator, because nothing repairs a stack of which parts are gone."""
    emulator.stop()
    aside = emulator.set_state_aside()
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    print(
        f"The kept state is damaged: {missing[0]}{more} {'are' if more else 'is'} not there any more.\n"
        "The stack is built anew. Its reports, API keys and secrets of before are gone; "
        f"what is left of the state is in {os.path.relpath(aside)}.",
        flush=True,
    )
    emulator.start()


def _down(emulator: Emulator) -> int:
    try:
        print("MiniStack stopped; its state is kept." if emulator.stop() else _not_here(emulator))
    except KeyboardInterrupt:
        # It was asked to end, and does so without us.
        print("Interrupted. MiniStack saves its state, then ends. To wait for that: make down. To go on: make up")
        return 130
    return 0


def _status(emulator: Emulator) -> int:
    if emulator.pid is None:
        print(_not_here(emulator))
        return 3
    health = "answers" if emulator.is_healthy() else "does not answer"
    print(f"MiniStack {health} at {emulator.endpoint_url} (process {emulator.pid}, log {_short(emulator)})")
    return 0


def _not_here(emulator: Emulator) -> str:
    """Explain that this project runs none on the port, and what runs where instead."""
    lines = [f"MiniStack of this folder is not running on port {emulator.port}."]
    if by := processes.listener_on(emulator.port):
        lines.append(f"The port is taken by {by}.")
    lines += [f"It runs on port {port}: set PRESSRUN_PORT={port}." for port in emulator.elsewhere()]
    return "\n".join(lines)


def _logs(emulator: Emulator, *, follow: bool, whole: bool) -> int:
    if not whole:
        if emulator.pid is None:
            raise EmulatorError(_not_here(emulator))
        if not emulator.is_healthy():
            raise EmulatorError(f"No emulator answers on port {emulator.port}. `logs --emulator` shows its own log.")
        for line in function_logs.lines(emulator.endpoint_url, follow=follow):
            print(line, flush=True)
        return 0
    if not emulator.log_file.exists():
        raise EmulatorError(f"There is no log of an emulator on port {emulator.port}: it was never started.")
    with emulator.log_file.open(errors="replace") as log:
        while True:
            sys.stdout.write(log.read())
            sys.stdout.flush()
            if not follow:
                return 0
            time.sleep(_FOLLOW_SECONDS)


def _clean(emulator: Emulator) -> int:
    emulator.stop()
    emulator.forget()
    print("MiniStack is stopped, and its state forgotten.")
    return 0


def _run(emulator: Emulator, program: list[str]) -> int:
    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # Otherwise a TERM would end this process and leave the emulator.
    signal.signal(signal.SIGTERM, interrupted)
    with emulator:
        return subprocess.run(program, env=client_environment(emulator.endpoint_url), check=False).returncode


def _short(emulator: Emulator) -> str:
    return os.path.relpath(emulator.log_file)


if __name__ == "__main__":
    sys.exit(main())
