from __future__ import annotations

import pytest

from reports.settings import Settings, SettingsError

COMPLETE = {
    "STAGE": "dev",
    "JOBS_TABLE": "jobs",
    "UPLOADS_BUCKET": "uploads",
    "ARTIFACTS_BUCKET": "artifacts",
    "RENDER_QUEUE_URL": "https://queue",
    "RENDER_DLQ_URL": "https://dlq",
}


def test_a_complete_environment_gives_settings() -> None:
    settings = Settings.from_environment({**COMPLETE, "RETRY_BASE_SECONDS": "0.5", "API_BASE_URL": "http://x/"})

    assert (settings.jobs_table, settings.retry_base_seconds, settings.api_base_url) == ("jobs", 0.5, "http://x")
    assert settings.public_endpoint_url is None


def test_all_that_is_missing_or_wrong_is_named_at_once() -> None:
    environment = {**COMPLETE, "STAGE": "", "LEASE_SECONDS": "long", "RETRY_BASE_SECONDS": "-1"}
    del environment["JOBS_TABLE"]

    expected = "missing: STAGE, JOBS_TABLE; LEASE_SECONDS='long'.*RETRY_BASE_SECONDS='-1'"
    with pytest.raises(SettingsError, match=expected):
        Settings.from_environment(environment)
