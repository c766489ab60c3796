"""Fuzz one target in this process: ``python -m tools.fuzz.atheris_run TARGET FOLDER SECONDS SEED``.

Started by ``tools.fuzz``, with Atheris on the path. It goes on after a finding, and says each second in
``FOLDER/state.json`` how far it is, because libFuzzer ends the process without a word to Python.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# What is looked at while it runs, so that inputs are kept that reach something new: little, for all that is looked at
# takes its time to load and to run.
_TABLE = ("pressrun_template_table", "reports.engine.templating.formats", "reports.catalog.row_schema")
_PICTURES = (
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.WebPImagePlugin",
    "PIL.MpoImagePlugin",
    "PIL.TiffImagePlugin",
    "PIL.GifImagePlugin",
    "PIL.BmpImagePlugin",
    "PIL.AvifImagePlugin",
    "pi_heif",
    "reports.engine.document.heic_boxes",
    "reports.engine.document.plain_pictures",
)
WATCHED = {
    "csv": ("reports.datasets", *_TABLE),
    "json": ("reports.datasets", "reports.strict_json", *_TABLE),
    "jsonl": ("reports.datasets", "reports.strict_json", *_TABLE),
    "xlsx": ("reports.datasets", "zipfile", *_TABLE),
    "request": (
        "reports.strict_json",
        "reports.catalog.violations",
        "pressrun_template",
        "reports.engine.templating.formats",
    ),
    "photo": (
        "reports.engine.document.images",
        "pressrun_template_photos",
        "PIL.ExifTags",
        *_PICTURES,
    ),
    "picture": ("reports.engine.document.images", "reports.engine.document.resources", "weasyprint.images", *_PICTURES),
    "svg": ("reports.engine.weasy.svg_work", "weasyprint.svg"),
    "table": _TABLE,
    "page": ("reports.engine.longtable", "reports.engine.weasy.patches.text"),
}
_LONGEST_INPUT = 60_000
_MOST_MEGABYTES = 3_000
_MOST_SECONDS_OF_AN_INPUT = 120


def main() -> int:
    """Fuzz until the time is over; the process ends in Atheris."""
    name, folder, seconds, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    atheris: Any = importlib.import_module("atheris")
    # Atheris itself has imported it already, and then it is not looked at.
    sys.modules.pop("zipfile", None)
    with _watching(atheris, WATCHED[name]):
        targets = importlib.import_module("tools.fuzz.targets")
        importlib.import_module("tools.fuzz.judging")
        findings = importlib.import_module("tools.fuzz.findings")
    _silence()
    target = targets.TARGETS[name]
    state = _State(folder, findings.Findings(folder / "findings", target))
    with _watching(atheris, WATCHED[name]):
        # Much is imported by the first render only.
        for body in sorted((folder / "seeds").iterdir()):
            state.run(target.run, body.read_bytes())
    arguments = [
        *(f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={_LONGEST_INPUT}", "-len_control=20"),
        *(f"-rss_limit_mb={_MOST_MEGABYTES}", f"-timeout={_MOST_SECONDS_OF_AN_INPUT}"),
        *(f"-artifact_prefix={folder}/fatal-", str(folder / "corpus"), str(folder / "seeds")),
    ]
    if target.words:
        arguments.insert(0, f"-dict={Path(__file__).with_name('words') / target.words}.dict")
    options, one_input = _making(target, atheris, state)
    atheris.Setup([sys.argv[0], *arguments], one_input, **options)
    atheris.Fuzz()
    return 0


@contextmanager
def _watching(atheris: Any, names: tuple[str, ...]) -> Iterator[None]:
    """Have Atheris look at modules whose names begin so, when they are imported; by itself it takes whole packages."""
    finder = importlib.import_module("atheris.import_hook").AtherisMetaPathFinder
    find = finder.find_spec

    def find_spec(self: Any, fullname: str, *where: Any) -> Any:
        return find(self, fullname, *where) if fullname.startswith(names) else None

    finder.find_spec = find_spec
    try:
        with atheris.instrument_imports():
            yield
    finally:
        finder.find_spec = find


def _making(target: Any, atheris: Any, state: _State) -> tuple[dict[str, Any], Callable[[bytes], None]]:
    """Return how inputs are made, and what takes them."""
    if target.making.name == "TABLE":
        return {}, _of_tables(target, state)
    mutation = importlib.import_module("tools.fuzz.mutation")
    changes = {"ZIP": mutation.mutated_zip, "JSON": mutation.mutated_json, "XML": mutation.mutated_xml}
    change = changes.get(target.making.name)
    if change is None:
        return {}, lambda body: state.run(target.run, body)
    mutator = {"custom_mutator": lambda data, most, seed: change(data, most, seed, atheris.Mutate)}
    return mutator, lambda body: state.run(target.run, body)


def _of_tables(target: Any, state: _State) -> Callable[[bytes], None]:
    from hypothesis import HealthCheck, given, settings

    from tools.fuzz.tables import requests

    @given(requests(has_long=target is importlib.import_module("tools.fuzz.targets").TARGETS["page"]))
    @settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
    def one_table(body: bytes) -> None:
        state.run(target.run, body)

    return one_table.hypothesis.fuzz_one_input  # type: ignore[attr-defined, no-any-return]


class _State:
    """What has been done so far, also on disk."""

    def __init__(self, folder: Path, findings: Any) -> None:
        self._file = folder / "state.json"
        self._findings = findings
        self._judged = importlib.import_module("tools.fuzz.judging").judged
        self._runs = self._news = 0
        self._written_at = 0.0
        self._ends: dict[str, int] = {}

    def run(self, run: Callable[[bytes], object], body: bytes) -> None:
        """Run a target with an input, and keep both when that was no way to end."""
        finding = self._judged(lambda: self._ended(run, body))
        self._runs += 1
        if finding is not None and self._findings.keep(finding, body):
            self._news += 1
        if (now := time.monotonic()) - self._written_at > 1:
            self._written_at = now
            state = {"runs": self._runs, "new": self._news, "ends": self._ends}
            unfinished = self._file.with_suffix(".part")
            unfinished.write_text(json.dumps(state))
            unfinished.replace(self._file)

    def _ended(self, run: Callable[[bytes], object], body: bytes) -> None:
        try:
            run(body)
        except Exception as error:
            end = getattr(error, "code", type(error).__name__)
            self._ends[end] = self._ends.get(end, 0) + 1
            raise
        self._ends["report"] = self._ends.get("report", 0) + 1


def _silence() -> None:
    """Leave the log to the fuzzer: what the engine logs of each fault is in the finding."""
    import logging

    logging.getLogger("reports").addHandler(logging.NullHandler())
    logging.getLogger("reports").propagate = False


if __name__ == "__main__":
    sys.exit(main())
