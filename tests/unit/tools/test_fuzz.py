"""The fuzzer knows a fault when it sees one, keeps it once, and forgets it when it is mended."""

from __future__ import annotations

import importlib.util
import random
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reports.bootstrap import TEMPLATES
from reports.errors import InternalError, TemplateBrokenError, TooLargeError, UnreadableFileError
from tools.fuzz import __main__ as fuzz
from tools.fuzz import atheris_run, judging
from tools.fuzz.findings import Findings
from tools.fuzz.judging import judged
from tools.fuzz.mutation import Mutate, mutated_json, mutated_xml, mutated_zip, spliced
from tools.fuzz.seeds import seeds_of
from tools.fuzz.targets import TARGETS, Target


def raising(error: BaseException) -> Callable[[], object]:
    def work() -> object:
        raise error

    return work


@pytest.mark.parametrize("error", [UnreadableFileError("Save it again."), TooLargeError("Split it.")])
def test_a_refusal_that_its_caller_can_mend_is_no_finding(error: Exception) -> None:
    assert judged(raising(error)) is None


@pytest.mark.parametrize(
    ("error", "signature"),
    [
        (ValueError("x"), "ValueError test_fuzz.py:work"),
        (TemplateBrokenError("x"), "template_broken test_fuzz.py:work"),
        (InternalError("x"), "internal_error test_fuzz.py:work"),
        (RecursionError(), "RecursionError test_fuzz.py:work"),
        (UnreadableFileError("x", all="y" * 100_000), "long detail test_fuzz.py:work"),
    ],
)
def test_any_other_end_is_a_finding_named_by_its_place(error: Exception, signature: str) -> None:
    finding = judged(raising(error))

    assert finding is not None
    assert finding.signature == signature
    assert "Traceback" in finding.report


def test_long_work_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "MOST_CPU_SECONDS", -1)

    finding = judged(lambda: None)

    assert finding is not None
    assert finding.signature == "slow"


def test_a_finding_is_kept_once_and_forgotten_when_it_is_mended(tmp_path: Path) -> None:
    is_mended = False

    def run(body: bytes) -> bytes:
        if not is_mended:
            raise ValueError(body)
        return b""

    target = Target("csv", "", run)
    finding = judged(lambda: run(b"a"))
    assert finding is not None

    first, second = (Findings(tmp_path / "findings", target).keep(finding, body) for body in (b"a", b"b"))
    (kept,) = Findings(tmp_path / "findings", target)
    before = Findings(tmp_path / "findings", target).try_again()
    input_kept, report = kept.input.read_bytes(), kept.report.read_text("utf-8")
    is_mended = True
    after = Findings(tmp_path / "findings", target).try_again()

    assert (first, second) == (True, False)
    assert input_kept == b"a"
    assert kept.input.name == "input.csv"
    assert "ValueError" in report
    assert (before, after) == ((0, 1), (1, 0))
    assert not list((tmp_path / "findings").iterdir())


def test_one_input_is_tried_with_its_stack_trace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.csv").write_text("a\n1\n")

    assert fuzz.main(["--target", "csv", "--input", str(tmp_path / "good.csv")]) == 0
    assert "It ends with a report" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        fuzz.main(["--input", str(tmp_path / "good.csv")])


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_begins_with_inputs_that_are_in_order(name: str) -> None:
    seeds = list(seeds_of(name))

    assert seeds
    for body in seeds:
        assert TARGETS[name].run(body)


@pytest.mark.parametrize("name", TARGETS)
def test_the_modules_that_are_looked_at_are_there(name: str) -> None:
    templates = {f"pressrun_template_{template.name}" for template in TEMPLATES.iterdir()}

    for watched in atheris_run.WATCHED[name]:
        if watched.startswith("pressrun_template"):
            assert any(module.startswith(watched) for module in templates)
        else:
            assert importlib.util.find_spec(watched) is not None, watched


def change(seed: int) -> Mutate:
    chance = random.Random(seed)
    return lambda data, most: spliced(data, most, chance)


def test_parts_of_a_zip_file_are_changed_and_most_stay_a_zip_file() -> None:
    (book, *_) = seeds_of("xlsx")

    made = [mutated_zip(book, 60_000, seed, change(seed)) for seed in range(100)]

    assert len(set(made)) > 80
    assert sum(zipfile.is_zipfile(BytesIO(body)) for body in made) > 80
    methods = {entry.compress_type for body in made for entry in listed(body)}
    assert {zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA} <= methods


def listed(body: bytes) -> list[zipfile.ZipInfo]:
    try:
        return zipfile.ZipFile(BytesIO(body)).infolist()
    except Exception:  # noqa: BLE001, some are broken on purpose
        return []


def test_an_xml_text_mostly_stays_one_when_its_values_are_changed() -> None:
    text = b'<a b="1"><c d="2"/><e>three</e></a>'

    made = {mutated_xml(text, 60_000, seed, change(seed)) for seed in range(100)}

    assert len(made) > 50
    assert sum(is_well_formed(body) for body in made) > len(made) / 3


def is_well_formed(body: bytes) -> bool:
    try:
        ElementTree.fromstring(body)
    except ElementTree.ParseError:
        return False
    return True


def test_values_of_a_json_text_are_changed() -> None:
    made = {mutated_json(b'{"a": [1, "x"], "b": {"c": null}}', 60_000, seed, change(seed)) for seed in range(100)}

    assert len(made) > 50
    assert any(b"9" * 60 in body for body in made)
