from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]


def _make(*arguments: str, **environment: str) -> str:
    kept: Mapping[str, str] = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=PROJECT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_list_of_commands_has_no_codes_of_terminals_in_a_pipe() -> None:
    told = _make()

    assert "\x1b" not in told
    assert "  up               Start the embedded stack" in told


# What HOME is for the commands of a recipe, and where npm keeps its cache.
_ASKS = ["--eval", 'ask: ; @echo "$$HOME $$npm_config_cache $$npm_config_update_notifier"', "ask"]


@pytest.mark.parametrize("home", ["/nonexistent", "/dev/null", ""])
def test_a_home_that_cannot_be_written_is_replaced_by_a_folder_of_the_project(home: str) -> None:
    told = _make(*_ASKS, HOME=home)

    ours = PROJECT / ".cache" / "home"
    assert told.split() == [str(ours), str(ours / ".npm"), "false"]
    assert ours.is_dir()


def test_a_home_that_can_be_written_stays(tmp_path: Path) -> None:
    told = _make(*_ASKS, HOME=str(tmp_path), npm_config_cache="/of/the/person")

    assert told.split() == [str(tmp_path), "/of/the/person", "false"]
