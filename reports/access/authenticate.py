"""Find out who asks: by an API key or a token, which come in the same header."""

from __future__ import annotations

import logging
import re
from datetime import date

from reports.access.api_keys import PREFIX, ApiKey, PresentedKey
from reports.access.identity import Identity
from reports.access.ports import ApiKeys, Tokens
from reports.access.tokens import TokenRules, identity_of
from reports.clock import Clock
from reports.errors import PressrunError, UnauthenticatedError

log = logging.getLogger(__name__)

_LONGEST = 8192
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]+) *", re.IGNORECASE | re.ASCII)


class Authenticate:
    """Turn a header Authorization into who asks. Without ``tokens``, API keys alone are taken."""

    def __init__(
        self, *, keys: ApiKeys, clock: Clock, tokens: Tokens | None = None, rules: TokenRules | None = None
    ) -> None:
        self._keys = keys
        self._clock = clock
        self._tokens = tokens
        self._rules = rules

    def __call__(self, authorization: str | None) -> Identity:
        """Return the caller. Raises UnauthenticatedError, NoTenantError or ServiceUnavailableError."""
        if not authorization:
            raise UnauthenticatedError("Send an API key or a token, as `Authorization: Bearer …`.", is_missing=True)
        match = _BEARER.fullmatch(authorization) if len(authorization) <= _LONGEST else None
        if match is None:
            raise UnauthenticatedError("The header Authorization has to be `Bearer`, a space, and a key or a token.")
        credential = match[1]
        return self._of_key(credential) if credential.startswith(PREFIX) else self._of_token(credential)

    def _of_key(self, text: str) -> Identity:
        presented = PresentedKey.parse(text)
        key = None if presented is None else self._keys.get(presented.id)
        now = self._clock.now()
        # Who has only guessed is not told what of it was right.
        if presented is None or key is None or not key.is_opened_by(presented, now):
            log.info("a key was refused", extra={"key_id": None if key is None else key.id})
            raise UnauthenticatedError("The API key is not right, or not any more.")
        self._note_use(key, now.date())
        return key.identity

    def _note_use(self, key: ApiKey, today: date) -> None:
        """Note the day, once a day. A request is not refused because that can't be done."""
        if key.last_used_on == today:
            return
        try:
            self._keys.note_use(key.id, today)
        except PressrunError:
            log.warning("the use of a key could not be noted", extra={"key_id": key.id}, exc_info=True)

    def _of_token(self, token: str) -> Identity:
        if self._tokens is None or self._rules is None:
            raise UnauthenticatedError("This is no API key, and tokens are not taken here.")
        return identity_of(self._tokens.claims(token), self._rules)
