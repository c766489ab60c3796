"""The contract of the port of passwords."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reports.errors import ServiceUnavailableError
from reports.jobs.passwords import Passwords

TEXTS = ["correct horse", 'größe 日本 " \\', "x" * 500]


class PasswordsContract:
    """The behaviour of Passwords. Fixtures: ``passwords``, and ``keep``, which gives a tenant a secret."""

    def test_there_is_what_to_seal_by(self, passwords: Passwords) -> None:
        assert passwords.can_seal

    def test_what_is_sealed_is_read_again_and_not_seen(self, passwords: Passwords) -> None:
        sealed = passwords.seal("demo", TEXTS)

        assert [passwords.unseal("demo", each) for each in sealed] == TEXTS
        assert len(set(sealed)) == len(TEXTS)
        assert not any(text in each for text in TEXTS for each in sealed)

    def test_nothing_is_sealed_without_texts(self, passwords: Passwords) -> None:
        assert list(passwords.seal("demo", [])) == []

    def test_another_tenant_cannot_read_it(self, passwords: Passwords) -> None:
        [sealed] = passwords.seal("demo", ["correct horse"])

        with pytest.raises(ServiceUnavailableError):
            passwords.unseal("other", sealed)

    def test_a_secret_is_its_tenants_alone(
        self, passwords: Passwords, keep: Callable[[str, str, str], object], unique: str
    ) -> None:
        keep("demo", f"board-{unique}", "correct horse")

        assert passwords.secret("demo", f"board-{unique}") == "correct horse"
        assert passwords.secret("other", f"board-{unique}") is None
        assert passwords.secret("demo", f"none-{unique}") is None
