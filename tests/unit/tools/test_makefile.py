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


@pytest.fixture
def fresh_clone(tmp_path: Path) -> Path:
    """Return a folder in which nothing has been installed yet."""
    for name in ["Makefile", "requirements", "package.json", "package-lock.json"]:
        (tmp_path / name).symlink_to(PROJECT / name)
    return tmp_path


def _planned(folder: Path, target: str, *variables: str, **environment: str) -> str:
    given = ["TEMPLATE=table", "SAMPLE=1", "OUT=table.pdf", *variables]
    return _make("--dry-run", "-C", str(folder), target, *given, **environment)


def test_options_of_a_render_come_from_the_command_line_and_not_from_the_shell(fresh_clone: Path) -> None:
    planned = _planned(fresh_clone, "render", "DELIMITER=;", "HEADER_ROW=2", "OPTIONS=a b.json", COLUMNS="80")

    flags = " ".join(planned.split())
    assert flags.endswith("--options 'a b.json' --option 'DELIMITER=;' --option 'HEADER_ROW=2'")
    assert "--option 'COLUMNS=Net, gross'" in _planned(fresh_clone, "render", "COLUMNS=Net, gross")


def test_a_first_render_installs_neither_node_packages_nor_what_checks_the_code(fresh_clone: Path) -> None:
    planned = _planned(fresh_clone, "render")

    assert "build/render/bin/python -m tools.render --template 'table'" in planned
    assert "--require-hashes -r requirements/heavy.txt" in planned
    assert "npm" not in planned
    assert "requirements/dev.txt" not in planned
    assert "npm" in _planned(fresh_clone, "node_modules/installed")


def test_a_render_uses_the_environment_of_development_where_there_is_one(fresh_clone: Path) -> None:
    (fresh_clone / ".venv").mkdir()
    (fresh_clone / ".venv" / "installed").touch()

    planned = _planned(fresh_clone, "render")

    assert ".venv/bin/python -m tools.render --template 'table'" in planned
    assert "pip" not in planned
