"""Keep inputs that brought a fault to light, one for each fault, in a folder that git ignores."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.fuzz.judging import Finding, judged
from tools.fuzz.targets import Target

_INPUT, _REPORT = "input", "report.txt"


@dataclass(frozen=True, slots=True)
class Kept:
    """A finding on disk."""

    signature: str
    input: Path
    report: Path


class Findings:
    """The findings of one target."""

    def __init__(self, folder: Path, target: Target) -> None:
        self._folder = folder
        self._target = target
        self._known = {path.name for path in folder.glob("*")}

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[Kept]:
        for name in sorted(self._known):
            folder = self._folder / name
            inputs = sorted(folder.glob(f"{_INPUT}.*"))
            if inputs:
                yield Kept(name, inputs[0], folder / _REPORT)

    def keep(self, finding: Finding, body: bytes) -> bool:
        """Keep the input of a finding, unless there is one of its kind; say whether it was kept."""
        name = re.sub(r"[^\w.]+", "-", finding.signature)[:120]
        if name in self._known:
            return False
        folder = self._folder / name
        folder.mkdir(parents=True)
        (folder / f"{_INPUT}.{self._target.suffix}").write_bytes(body)
        (folder / _REPORT).write_text(finding.report, "utf-8", "replace")
        self._known.add(name)
        return True

    def try_again(self) -> tuple[int, int]:
        """Try each input again, and forget those that are no finding any more. Returns how many went, and stayed."""
        gone = 0
        for kept in list(self):
            body = kept.input.read_bytes()
            if judged(lambda body=body: self._target.run(body)) is None:  # type: ignore[misc]
                shutil.rmtree(kept.input.parent)
                self._known.discard(kept.input.parent.name)
                gone += 1
        return gone, len(self._known)
