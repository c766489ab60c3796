"""Gather what is to be done to a PDF after its layout: assets, and passwords, wherever they are kept until then."""

from __future__ import annotations

import secrets

from reports.errors import (
    AssetMissingError,
    InputUnavailableError,
    InvalidOptionsError,
    SecretMissingError,
    SecretUnusableError,
    Violation,
)
from reports.jobs import object_keys
from reports.jobs.job import Job
from reports.jobs.passwords import Passwords
from reports.jobs.pdf_request import MOST_BYTES_OF_CONTENTS
from reports.jobs.ports import ObjectStore
from reports.jobs.protect_request import ProtectRequest, check_different, unsealed, usable_password
from reports.jobs.request import ReportOptions
from reports.render_contract import Asset, Composition, Finish, OutputFile, Protection


def finish_of(job: Job, passwords: Passwords, artifacts: ObjectStore) -> Finish:
    """Return what is to be done to a job's PDF.

    Raises InvalidOptionsError, SecretMissingError, SecretUnusableError, AssetMissingError or ServiceUnavailableError.
    """
    options = job.options
    protection = protection_of(options.protect, job.tenant, passwords, job.sealed) if options.protect else None
    return Finish(_composition(job, artifacts), protection, outputs_of(options))


def outputs_of(options: ReportOptions) -> tuple[OutputFile, ...]:
    """Return which files are made beside the PDF."""
    return tuple(each.wanted() for each in options.outputs or ())


def _composition(job: Job, artifacts: ObjectStore) -> Composition | None:
    options, found = job.options, {}
    for pointer, name in options.assets:
        if name in found:
            continue
        try:
            key = object_keys.asset_key(job.tenant, name)
            found[name] = Asset(name, artifacts.get(key, max_bytes=MOST_BYTES_OF_CONTENTS))
        except InputUnavailableError:
            raise AssetMissingError(pointer, name) from None
    if not found:
        return None
    letterhead = options.letterhead
    return Composition(
        None if letterhead is None else found[letterhead.asset],
        first_page_only=letterhead is not None and letterhead.pages == "first",
        prepend=tuple(found[name] for name in options.prepend or ()),
        append=tuple(found[name] for name in options.append or ()),
    )


def protection_of(
    protect: ProtectRequest, tenant: str, passwords: Passwords | None, sealed: str | None = None
) -> Protection:
    """Return how a PDF is encrypted; without ``passwords``, it may name no secrets.

    Raises InvalidOptionsError, SecretMissingError, SecretUnusableError or ServiceUnavailableError.
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
        if protect.user_secret is not None or protect.owner_secret is not None:
            # The input is right: a secret may be replaced by another one.
            raise SecretUnusableError("/options/protect", str(error)) from None
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
        raise SecretUnusableError(pointer, f"the secret {name!r} is no password: {error}") from None
