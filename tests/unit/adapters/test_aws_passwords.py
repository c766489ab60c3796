"""Passwords of a stage that has no key, or has it no more."""

from __future__ import annotations

from typing import Any

import pytest

from reports.adapters.aws_passwords import AwsPasswords
from reports.errors import PASSING, SecretUnusableError


def test_without_a_key_nothing_is_asked_of_kms_and_what_was_sealed_is_said_to_be_lost() -> None:
    no_client: Any = None
    passwords = AwsPasswords(no_client, no_client, key="", prefix="/secrets")

    with pytest.raises(SecretUnusableError, match="no key for passwords of requests") as raised:
        passwords.unseal("demo", "c2VhbGVk")

    assert not passwords.can_seal
    assert raised.value.code in PASSING
