"""Find out which service to ask, and with which key."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressrun_client import Client, ConfigurationError
from pressrun_client.config import config_file, connection, profiles
from tests.examples import examples

FILE = """
default = "local"

[profiles.local]
url = "http://127.0.0.1:4566/_aws/execute-api/pressrun/local"
api_key = "pr_test_abc"

[profiles.prod]
url = "https://reports.example.org"
api_key = "pr_live_def"
"""


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """Return an environment whose folder of configurations has two profiles."""
    write(tmp_path, FILE)
    return {"XDG_CONFIG_HOME": str(tmp_path), "HOME": "/nowhere"}


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "pressrun" / "config.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(0o600)
    return path


def test_the_environment_is_enough() -> None:
    found = connection(environment={"PRESSRUN_URL": "https://a.test", "PRESSRUN_API_KEY": "k", "HOME": "/nowhere"})

    assert (found.url, found.api_key, found.origin) == ("https://a.test", "k", "PRESSRUN_URL")


@pytest.mark.parametrize(
    ("profile", "variables", "key"),
    [
        (None, {}, "pr_test_abc"),
        (None, {"PRESSRUN_PROFILE": "prod"}, "pr_live_def"),
        ("local", {"PRESSRUN_PROFILE": "prod"}, "pr_test_abc"),
        ("prod", {"PRESSRUN_URL": "https://a.test", "PRESSRUN_API_KEY": "k"}, "pr_live_def"),
        (None, {"PRESSRUN_URL": "https://a.test", "PRESSRUN_API_KEY": "k"}, "k"),
    ],
)
def test_the_named_profile_comes_before_the_environment_and_that_before_the_default(
    home: dict[str, str], profile: str | None, variables: dict[str, str], key: str
) -> None:
    assert connection(profile, home | variables).api_key == key


def test_a_key_is_never_sent_to_an_address_that_it_does_not_belong_to(home: dict[str, str]) -> None:
    assert connection(environment=home | {"PRESSRUN_URL": "https://elsewhere.test"}).api_key is None
    assert connection("prod", home | {"PRESSRUN_API_KEY": "other"}).api_key == "pr_live_def"
    assert connection(environment=home | {"PRESSRUN_API_KEY": "other"}).api_key == "pr_test_abc"


@pytest.mark.parametrize(
    ("variables", "path"),
    [
        ({"HOME": "/home/me"}, "/home/me/.config/pressrun/config.toml"),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": "/etc/me"}, "/etc/me/pressrun/config.toml"),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": "relative"}, "/home/me/.config/pressrun/config.toml"),
        ({"HOME": "/home/me", "XDG_CONFIG_HOME": ""}, "/home/me/.config/pressrun/config.toml"),
    ],
)
def test_the_file_is_where_the_xdg_specification_says(variables: dict[str, str], path: str) -> None:
    assert config_file(variables) == Path(path)


def test_with_no_configuration_it_says_what_to_set() -> None:
    with pytest.raises(ConfigurationError, match=r"Set PRESSRUN_URL and PRESSRUN_API_KEY, or write .*config\.toml"):
        connection(environment={"HOME": "/nowhere"})


def test_a_profile_that_is_not_there_is_said_with_those_that_are(home: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match=r"no profile 'dev' in .* It has: local, prod\."):
        connection("dev", home)

    assert profiles(home) == ["local", "prod"]


@pytest.mark.parametrize(("mode", "warnings"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1)])
def test_a_file_with_keys_that_others_can_read_is_warned_about(
    home: dict[str, str], tmp_path: Path, mode: int, warnings: int
) -> None:
    (tmp_path / "pressrun" / "config.toml").chmod(mode)

    found = connection(environment=home)

    assert len(found.warnings) == warnings
    assert all("chmod 600" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("default = 3", "'default' must be the name"),
        ("profiles = 3", "profiles must be tables"),
        ("[profiles]\nlocal = 3", "profiles must be tables"),
        ("[profiles.local]\napi_key = 'a'", "'local' has no 'url'"),
        ("[profiles.local]\nurl = 3", "'url' of profile 'local' has to be a text"),
        ("[profiles.local]\nurl = 'x'\nallow_http = 'yes'", "has to be true or false"),
        ("[profiles.local]\nurl = 'x'\nkey = 'a'", "unknown member 'key'; there are url, api_key, allow_http"),
        ("[profiles.local", "is not TOML"),
        ("a = " + "[" * 5000, "is not TOML"),
        (b"\xff", "is not text in UTF-8"),
    ],
)
def test_a_mistake_in_the_file_is_said_with_its_place(tmp_path: Path, text: str | bytes, says: str) -> None:
    path = write(tmp_path, text)

    with pytest.raises(ConfigurationError, match=says) as caught:
        connection("local" if text != "default = 3" else None, {"XDG_CONFIG_HOME": str(tmp_path)})

    assert str(path) in str(caught.value)


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "pressrun" / "config.toml").mkdir(parents=True)

    with pytest.raises(ConfigurationError, match="can't be read: "):
        connection("local", {"XDG_CONFIG_HOME": str(tmp_path)})


SECRET = "pr_live_very-secret"
_PIECES = (
    *(f'api_key = "{SECRET}"', f"api_key = {SECRET}", f'api_key = "{SECRET}', 'url = "https://a.test"', "url = ''"),
    *("[profiles.local]", "[profiles]", 'default = "local"', "[", "x = 1", "allow_http = true", "\x00", '"""'),
)
_LINES = st.lists(st.sampled_from(_PIECES) | st.text(max_size=20), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(150))
@given(_LINES)
def test_whatever_the_file_holds_it_is_a_connection_or_an_error_without_the_key(
    tmp_path: Path, lines: list[str]
) -> None:
    write(tmp_path, "\n".join(lines).encode("utf-8", "surrogatepass"))

    try:
        found = connection("local", {"XDG_CONFIG_HOME": str(tmp_path)})
    except ConfigurationError as error:
        assert SECRET not in str(error)
    else:
        assert SECRET not in repr(found)


def test_a_client_is_made_of_what_is_configured(home: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", home["XDG_CONFIG_HOME"])
    monkeypatch.delenv("PRESSRUN_URL", raising=False)

    with Client.from_environment("prod") as client:
        assert repr(client) == "Client('https://reports.example.org')"


def test_the_example_of_the_documentation_is_one(tmp_path: Path) -> None:
    import pressrun_client.config

    text = (pressrun_client.config.__doc__ or "").partition("::\n")[2].partition("\n\nA key")[0]
    write(tmp_path, "\n".join(line.removeprefix("    ") for line in text.splitlines()))

    assert json.dumps(connection(environment={"XDG_CONFIG_HOME": str(tmp_path)}).url).startswith('"http://127.0.0.1')


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    # As for a number of a user that no system knows, which containers run as.
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)

    with pytest.raises(ConfigurationError, match="no home folder .* Set PRESSRUN_URL"):
        connection(environment={})
    assert connection(environment={"PRESSRUN_URL": "https://api.test"}).url == "https://api.test"
