"""Call the Serverless CLI, and find in what it says why it failed."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.progress import progress

PROJECT = Path(__file__).resolve().parents[2]
CLI = PROJECT / "node_modules" / ".bin" / "sls"
_TIMEOUT_SECONDS = 3600
_MOST = 4000  # characters
_HEADING = re.compile(r"^Error:", re.MULTILINE)
_OF_A_TRACE = re.compile(r" +at .*:\d+:\d+\)?$")
# Where the CLI leads to, where this project's cure is not found.
_LINK = re.compile(r"oss-serverless/osls|serverless\.com|console\.aws\.amazon\.com")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z<h])")
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def run(command: Sequence[str], environment: Mapping[str, str], log: Path) -> str | None:
    """Run the CLI. Returns None when it succeeds, else what it said, all of which is in the log."""
    with progress(None), log.open("w+") as output:
        done = subprocess.run(
            [str(CLI), *command],
            cwd=PROJECT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        output.seek(0)
        return output.read() if done.returncode else None


def reason_in(told: str) -> str:
    """Return the CLI's reason, without the stack trace and without what points to the CLI's own documents."""
    *_, reason = _HEADING.split(_COLOURS.sub("", told))
    lines = [_without_links(line) for line in reason[:_MOST].splitlines() if not _OF_A_TRACE.match(line)]
    return "\n  ".join(line for line in lines if line)


def _without_links(line: str) -> str:
    sentences = _SENTENCE.split(line.strip())
    kept: list[str] = []
    for sentence in sentences:
        if not _LINK.search(sentence):
            kept.append(sentence)
        elif kept and kept[-1].endswith(":"):
            # What only leads to the link.
            kept.pop()
    return " ".join(kept)
