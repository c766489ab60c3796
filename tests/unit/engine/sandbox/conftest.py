"""Provide confined renderers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from tests.unit.engine.sandbox.confinement import LIMITS


@pytest.fixture
def renderer() -> Iterator[ConfinedRenderer]:
    with ConfinedRenderer(LIMITS) as renderer:
        yield renderer


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConfinedRenderer]:
    """Provide one child for tests that do not end it."""
    with ConfinedRenderer(LIMITS, templates=[tmp_path_factory.getbasetemp()]) as renderer:
        yield renderer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "templates"
