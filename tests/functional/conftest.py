"""Find the stack that is tested: `make functional` deploys it, `make test-functional` finds it deployed."""

from __future__ import annotations

import json
import os
from uuid import uuid4

import pytest

from reports.bootstrap import TEMPLATES
from tests.functional.service import Service


@pytest.fixture(scope="session")
def service() -> Service:
    return Service(os.environ.get("STAGE") or "local")


@pytest.fixture
def unique() -> str:
    """Return a word that no other test uses, so that the suite can run again on the same stack."""
    return uuid4().hex[:12]


@pytest.fixture(scope="session")
def invoice() -> dict[str, object]:
    return dict(json.loads((TEMPLATES / "invoice" / "sample.json").read_text("utf-8")))
