"""Find the passwords of a PDF, wherever they are kept until a worker needs them."""

from __future__ import annotations

import secrets

from reports.errors import InvalidOptionsError, SecretMissingError, Violation
from reports.jobs.passwords import Passwords
from reports.jobs.protect_request import ProtectRequest, check_different, unsealed, usable_password
from reports.render_contract import Protection


def protection_of(
    protect: ProtectRequest, tenant: str, passwords: Passwords | None, sealed: str | None = None
) -> Protection:
    """Return how a PDF is encrypted; without ``passwords``, it may name no secrets.

    Raises InvalidOptionsError, SecretMissingError or ServiceUnavailableError.
    """
    user, owner = protect.user_password, protect.owner_password
    if sealed is not None and passwords is not None:
        user, owner = unsealed(passwords.unseal(tenant, sealed))
    if protect.user_secret is not None:
        user = _secret(tenant, "user_secret", protect.user_secret, passwords)
    if protect.owner_secret is not None:
        owner = _secret(tenant, "owner_secret", protect.owner_secret, passwords)
    try:
        check_different(user, owner)
    except ValueError as error:
        raise InvalidOptionsError([Violation("/options/protect", str(error))]) from None
    return Protection(user, owner or secrets.token_urlsafe(32), frozenset(protect.allowed))


def _secret(tenant: str, member: str, name: str, passwords: Passwords | None) -> str:
    pointer = f"/options/protect/{member}"
    if passwords is None:
        raise InvalidOptionsError([Violation(pointer, "there are no secrets here: give the password itself")])
    if (value := passwords.secret(tenant, name)) is None:
        raise SecretMissingError(pointer, name)
    try:
        return usable_password(value.removesuffix("\n"))
    except ValueError as error:
        raise InvalidOptionsError([Violation(pointer, f"the secret {name!r} is no password: {error}")]) from None
