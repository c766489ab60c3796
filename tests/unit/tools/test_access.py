from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reports.access.identity import EVERYTHING
from tests.fakes.access import InMemoryApiKeys
from tools import access

HERE = "http://127.0.0.1:4566"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> InMemoryApiKeys:
    keys = InMemoryApiKeys()
    monkeypatch.setattr(access, "api_keys_of", lambda stage, endpoint: keys)
    return keys


def test_the_key_of_an_emulator_stays_the_same_and_is_its_owners_alone(keys: InMemoryApiKeys, tmp_path: Path) -> None:
    first, again = (access.demo_key(HERE, home=tmp_path) for _ in range(2))

    (record,) = keys.keys.values()
    (file,) = tmp_path.iterdir()
    assert first == again
    assert (record.tenant, record.scopes) == ("demo", EVERYTHING)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_each_emulator_has_its_own(keys: InMemoryApiKeys, tmp_path: Path) -> None:
    assert access.demo_key(HERE, home=tmp_path) != access.demo_key("http://127.0.0.1:4567", home=tmp_path)


def test_a_key_that_the_emulator_has_forgotten_is_replaced(keys: InMemoryApiKeys, tmp_path: Path) -> None:
    old = access.demo_key(HERE, home=tmp_path)
    keys.keys.clear()

    new = access.demo_key(HERE, home=tmp_path)

    assert new != old
    assert access.demo_key(HERE, home=tmp_path) == new


def test_a_key_that_was_revoked_is_replaced(keys: InMemoryApiKeys, tmp_path: Path) -> None:
    old = access.demo_key(HERE, home=tmp_path)
    (record,) = keys.keys.values()
    keys.end(record.ending(datetime.now(UTC)))

    assert access.demo_key(HERE, home=tmp_path) != old


def test_a_file_that_holds_something_else_is_replaced(keys: InMemoryApiKeys, tmp_path: Path) -> None:
    access.demo_key(HERE, home=tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_text("nonsense")

    assert access.demo_key(HERE, home=tmp_path) == file.read_text().strip()
