"""The behaviour of Tokens."""

from __future__ import annotations

import pytest

from reports.access.ports import Tokens
from reports.errors import UnauthenticatedError


class TokensContract:
    """The behaviour of Tokens. Fixtures: ``tokens``, and a ``token`` of theirs for user-1 of acme."""

    def test_a_token_says_what_it_says(self, tokens: Tokens, token: str) -> None:
        claims = tokens.claims(token)

        assert (claims["sub"], claims["tenant"]) == ("user-1", "acme")

    @pytest.mark.parametrize("other", ["", "no token", "a.b.c", "\x00", "ä" * 5000])
    def test_what_is_no_token_is_refused(self, tokens: Tokens, other: str) -> None:
        with pytest.raises(UnauthenticatedError):
            tokens.claims(other)

    def test_a_token_that_was_changed_is_refused(self, tokens: Tokens, token: str) -> None:
        changed = token[:-8] + ("AAAAAAAA" if token[-8:] != "AAAAAAAA" else "BBBBBBBB")

        with pytest.raises(UnauthenticatedError):
            tokens.claims(changed)
