from __future__ import annotations

from dataclasses import replace

import pytest

from reports import bootstrap
from reports.bootstrap.settings import Settings
from tests.builders import SETTINGS, App
from tests.unit.client.terminal import CommandLine
from tests.unit.client.wire import World


@pytest.fixture
def app() -> App:
    """Return a service with limits as they are in use, for the client has to do with large files."""
    settings = replace(
        SETTINGS,
        reports_per_day=Settings.reports_per_day,
        compute_seconds_per_day=Settings.compute_seconds_per_day,
        emails_per_day=Settings.emails_per_day,
        rows_per_report=Settings.rows_per_report,
        bytes_per_report=Settings.max_upload_bytes,
    )
    return App(settings)


@pytest.fixture
def world(app: App, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a service in memory, and a client of it."""
    monkeypatch.setattr(bootstrap, "service", lambda: app)
    return World(app)


@pytest.fixture
def pressrun(world: World) -> CommandLine:
    """Return how to run a command."""
    return CommandLine(world)
