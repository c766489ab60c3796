"""Fuzz the readers of files and the shipped templates with Atheris, guided by what code an input reaches.

Inputs that reach something new are kept in ``build/fuzz/<target>/corpus`` for the next time, and those that end in
another way than with a report or a refusal in ``build/fuzz/<target>/findings``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.fuzz.findings import Findings
from tools.fuzz.judging import judged
from tools.fuzz.seeds import seeds_of
from tools.fuzz.targets import TARGETS
from tools.package.digests import digest_of
from tools.progress import progress

PROJECT = Path(__file__).resolve().parents[2]
_FOLDER = PROJECT / "build" / "fuzz"
_REQUIREMENTS = PROJECT / "requirements" / "fuzz.txt"
_PROGRESS_SECONDS = 15.0
_POLL_SECONDS = 0.5
_SECONDS_TO_END = 120
_SECONDS = 60
_INTERRUPTED = 72
"""What libFuzzer ends with when it is told to end."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What fuzzing a target came to; ``fatal`` says how its process died, if it did."""

    target: str
    runs: int
    ends: dict[str, int]
    fatal: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz, or try one input again. Returns 1 when there are findings, 2 when the command line is not right."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("--target", choices=sorted(TARGETS), help="one of them; all, one after another, when left out")
    parser.add_argument("--seconds", type=int, default=_SECONDS, help="for each target (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="of chance; by default another one each time")
    parser.add_argument("--input", type=Path, help="try this input of the target once, and say how it ends")
    options = parser.parse_args(arguments)
    if options.input is not None and (options.target is None or not options.input.is_file()):
        parser.error("give the target and a file: make fuzz TARGET=csv INPUT=build/fuzz/…/input.csv")
    if options.seconds < 1:
        parser.error("--seconds has to be 1 or more")
    if options.input is not None:
        return _try_once(options.target, options.input)
    seed = random.randrange(1, 2**31) if options.seed is None else options.seed  # noqa: S311, no secret
    library = _atheris()
    if library is None:
        return 1
    names = [options.target] if options.target else list(TARGETS)
    outcomes = [_fuzz(name, options.seconds, seed, library) for name in names]
    return _tell(outcomes, seed)


def _try_once(name: str, path: Path) -> int:
    body = path.read_bytes()
    finding = judged(lambda: print(f"It ends with a report of {len(TARGETS[name].run(body)):,} bytes."))
    if finding is None:
        print("That is no finding.")
        return 0
    print(f"{finding.report}\nThat is a finding: {finding.signature}.")
    return 1


def _atheris() -> Path | None:
    """Return the folder with Atheris, installed when it is not there yet; None, told why, where it cannot be."""
    folder = _FOLDER / f"atheris-{digest_of([_REQUIREMENTS.read_bytes(), sys.version])[:12]}"
    if (folder / "installed").exists():
        return folder
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--require-hashes"]
    with progress("Installing Atheris into build/fuzz"):
        done = subprocess.run([*pip, "--target", str(folder), "-r", str(_REQUIREMENTS)], check=False)
    if done.returncode:
        print(
            "error: Atheris could not be installed. It has packages for CPython 3.11 to 3.13 on Linux, x86_64 and "
            "arm64. The hypothesis tests in tests/unit/fuzzing run everywhere.",
            file=sys.stderr,
        )
        return None
    (folder / "installed").touch()
    return folder


def _fuzz(name: str, seconds: int, seed: int, library: Path) -> Outcome:
    folder = _FOLDER / name
    for each in ("corpus", "seeds", "findings"):
        (folder / each).mkdir(parents=True, exist_ok=True)
    (folder / "state.json").unlink(missing_ok=True)
    for number, body in enumerate(seeds_of(name)):
        (folder / "seeds" / f"{number:03}").write_bytes(body)
    with progress(f"{name}: trying earlier findings again"):
        gone, left = Findings(folder / "findings", TARGETS[name]).try_again()
    if gone or left:
        print(f"{name}: of earlier findings, {gone} are mended, and {left} are not", flush=True)
    print(f"{name}: {TARGETS[name].about}, for {seconds} s", flush=True)
    command = [sys.executable, "-m", "tools.fuzz.atheris_run", name, str(folder), str(seconds), str(seed)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT), str(library)])}
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)
        try:
            _watch(process, folder, seconds)
        finally:
            _end(process)
    state = _state(folder)
    fatal = (
        ""
        if process.returncode in (0, -signal.SIGTERM, _INTERRUPTED)
        else f"the process ended with {process.returncode}"
    )
    return Outcome(name, state.get("runs", 0), state.get("ends", {}), fatal)


def _watch(process: subprocess.Popen[bytes], folder: Path, seconds: int) -> None:
    """Wait for the end, and say now and then how far it is."""
    started = told = time.monotonic()
    while process.poll() is None:
        time.sleep(_POLL_SECONDS)
        now = time.monotonic()
        if now - told >= _PROGRESS_SECONDS:
            told, state = now, _state(folder)
            corpus = sum(1 for _ in (folder / "corpus").iterdir())
            print(
                f"  {now - started:.0f} s: {state.get('runs', 0):,} runs, {corpus:,} inputs kept, "
                f"{state.get('new', 0)} new findings",
                flush=True,
            )
        if not (folder / "state.json").exists():
            started = now  # it is still loading
        if now - started > seconds + _SECONDS_TO_END:
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _state(folder: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads((folder / "state.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return state


def _tell(outcomes: Sequence[Outcome], seed: int) -> int:
    failed = False
    for outcome in outcomes:
        folder = _FOLDER / outcome.target
        ends = ", ".join(f"{end} {count:,}" for end, count in sorted(outcome.ends.items(), key=lambda pair: -pair[1]))
        print(f"{outcome.target}: {outcome.runs:,} runs, seed {seed}: {ends}")
        if outcome.fatal:
            failed = True
            print(f"  {outcome.fatal}; see {_shown(folder / 'log.txt')}, and the inputs {_shown(folder)}/fatal-*")
        for kept in Findings(folder / "findings", TARGETS[outcome.target]):
            failed = True
            print(f"  finding: {kept.signature}")
            print(f"    {_shown(kept.report)}")
            print(f"    make fuzz TARGET={outcome.target} INPUT={_shown(kept.input)}")
    print("There are findings." if failed else "No findings.")
    return int(failed)


def _shown(path: Path) -> str:
    return str(path.relative_to(PROJECT))


if __name__ == "__main__":
    sys.exit(main())
