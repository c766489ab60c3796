from __future__ import annotations

import pytest

from reports.bootstrap.aws_ports import render_limits
from reports.bootstrap.settings import Settings, SettingsError
from reports.render_contract import RenderLimits

COMPLETE = {
    "STAGE": "dev",
    "JOBS_TABLE": "jobs",
    "UPLOADS_BUCKET": "uploads",
    "ARTIFACTS_BUCKET": "artifacts",
    "RENDER_QUEUE_URL": "https://queue",
    "RENDER_DLQ_URL": "https://dlq",
    "NOTIFY_QUEUE_URL": "https://notify",
    "NOTIFY_DLQ_URL": "https://notify-dlq",
    "EVENTS_TOPIC": "arn:topic",
    "ACCESS_TABLE": "access",
}


def test_a_complete_environment_gives_settings() -> None:
    settings = Settings.from_environment({**COMPLETE, "RETRY_BASE_SECONDS": "0.5", "API_BASE_URL": "http://x/"})

    assert (settings.jobs_table, settings.retry_base_seconds, settings.api_base_url) == ("jobs", 0.5, "http://x")
    assert settings.public_endpoint_url is None


def test_the_limits_of_renders_are_read_in_lambdas_megabytes() -> None:
    given = {"RENDER_SECONDS": "90", "RENDER_MEMORY_MB": "512", "RENDER_PAGES": "7"}
    budget = {"RENDER_CPU_SECONDS": "30", "RENDER_CPU_SECONDS_PER_MB": "1.5"}

    settings = Settings.from_environment({**COMPLETE, **given, **budget})

    assert render_limits(settings) == RenderLimits(
        seconds=90, memory_bytes=512 * 2**20, pages=7, cpu_seconds=30, cpu_seconds_per_mb=1.5
    )


def test_the_limits_of_renders_are_the_same_with_and_without_an_environment() -> None:
    settings = Settings.from_environment(COMPLETE)

    assert render_limits(settings) == RenderLimits()


def test_measures_of_the_sandbox_are_words_that_are_known() -> None:
    settings = Settings.from_environment({**COMPLETE, "RENDER_SANDBOX": "seccomp dumpable"})

    assert settings.render_sandbox == {"seccomp", "dumpable"}
    with pytest.raises(SettingsError, match="RENDER_SANDBOX has seatbelt, walls; known are capabilities, descriptors"):
        Settings.from_environment({**COMPLETE, "RENDER_SANDBOX": "walls seccomp seatbelt"})


def test_long_tables_take_the_fast_path_unless_they_are_switched_off() -> None:
    assert Settings.from_environment(COMPLETE).long_tables
    assert Settings.from_environment({**COMPLETE, "LONG_TABLES": "on"}).long_tables
    assert not Settings.from_environment({**COMPLETE, "LONG_TABLES": "off"}).long_tables
    with pytest.raises(SettingsError, match="LONG_TABLES='no' is neither on nor off"):
        Settings.from_environment({**COMPLETE, "LONG_TABLES": "no"})


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match="RENDER_PAGES='0' would let nothing through"):
        Settings.from_environment({**COMPLETE, "RENDER_PAGES": "0"})


def test_all_that_is_missing_or_wrong_is_named_at_once() -> None:
    environment = {**COMPLETE, "STAGE": "", "LEASE_SECONDS": "long", "RETRY_BASE_SECONDS": "-1"}
    del environment["JOBS_TABLE"]

    expected = "missing: STAGE, JOBS_TABLE; LEASE_SECONDS='long'.*RETRY_BASE_SECONDS='-1'"
    with pytest.raises(SettingsError, match=expected):
        Settings.from_environment(environment)


def test_variables_have_the_names_of_fields_but_for_two() -> None:
    settings = Settings.from_environment({**COMPLETE, "MOST_WAITING": "7", "GUARD": "authorizer", "HAS_AUTHORIZER": ""})

    assert (settings.most_waiting, settings.has_authorizer) == (7, True)


def test_what_is_settled_in_the_code_has_no_variable() -> None:
    settings = Settings.from_environment({**COMPLETE, "MAX_TRIES": "9", "LINK_SECONDS": "9"})

    assert (settings.max_tries, settings.link_seconds) == (3, 3600)


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("EMAIL_TO", "@a.example, b@c.example", "email_to", ("@a.example", "b@c.example")),
        ("WEBHOOK_PORTS", " ", "webhook_ports", {443}),
        ("WEBHOOK_SECRETS", "/a/b/", "webhook_secrets", "/a/b"),
        (
            "TIMESTAMP_AUTHORITIES",
            "https://a.example/x http://b:1",
            "timestamp_authorities",
            ("https://a.example/x", "http://b:1"),
        ),
        ("API_BASE_URL", "/", "api_base_url", None),
        ("CORS_ORIGINS", "https://a.example,,http://b:1", "cors_origins", {"https://a.example", "http://b:1"}),
        ("JOB_RETENTION_DAYS", "7", "job_retention_days", 7),
        ("JWT_TENANT_CLAIM", "", "jwt_tenant_claim", "tenant"),
    ],
)
def test_each_kind_of_variable_is_read_in_its_way(variable: str, text: str, field: str, value: object) -> None:
    assert getattr(Settings.from_environment({**COMPLETE, variable: text}), field) == value


@pytest.mark.parametrize("text", ["ftp://a.example", "a.example/tsr", "https://user:word@a.example", "https://"])
def test_an_address_that_is_none_of_the_web_is_refused_without_its_words(text: str) -> None:
    with pytest.raises(SettingsError, match="TIMESTAMP_AUTHORITIES has an address") as raised:
        Settings.from_environment({**COMPLETE, "TIMESTAMP_AUTHORITIES": text})

    assert "word" not in str(raised.value)
