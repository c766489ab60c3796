"""Make, list, rotate and revoke API keys. A key is shown this once: what is kept cannot bring it back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from reports.access.api_keys import ApiKey, new_key
from reports.access.identity import Scope, is_tenant, scopes_in
from reports.access.ports import ApiKeys
from reports.errors import PressrunError
from tools.access import api_keys_of
from tools.connection import UnreachableError
from tools.options import MakeParser, days
from tools.reasons import why
from tools.tenant import count_apart
from tools.usage_keys import UsagePlanMissingError

_SCOPES = "submit,read"
_GRACE_DAYS = 7.0


class OrderError(ValueError):
    """A part of an order that can't be done."""


def main(
    arguments: list[str] | None = None,
    *,
    keys: ApiKeys | None = None,
    now: datetime | None = None,
    count: Callable[[str, str], None] = count_apart,
) -> int:
    """Do one thing with the keys of a tenant. Returns 1 with the reason when that can't be."""
    options = _parser().parse_args(arguments)
    try:
        commands = _KeyCommands(
            keys or api_keys_of(options.stage), options.tenant, options.stage, now or datetime.now(UTC)
        )
        if options.list:
            commands.show()
        elif options.rotate:
            commands.rotate(options.rotate, timedelta(days=options.grace_days))
        elif options.revoke:
            commands.revoke(options.revoke)
        else:
            if options.stage != "local":
                count(options.stage, options.tenant)
            commands.make(options.scopes, options.name)
    except (OrderError, UsagePlanMissingError, UnreachableError, PressrunError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    return 0


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.api_key", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--scopes", default=_SCOPES, help=f"of {', '.join(Scope)}, with commas (default: {_SCOPES})")
    parser.add_argument("--name", default="", help="what it is for, as the list shows it")
    parser.add_argument("--grace-days", type=days, default=_GRACE_DAYS, help="for which a rotated key still works")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="show the tenant's keys, without their secrets")
    what.add_argument("--rotate", metavar="ID", help="make a new key in place of this one, which works on for a while")
    what.add_argument("--revoke", metavar="ID", help="end this key now")
    return parser


class _KeyCommands:
    """The commands that gives out a tenant's keys."""

    def __init__(self, keys: ApiKeys, tenant: str, stage: str, now: datetime) -> None:
        if not is_tenant(tenant):
            raise OrderError(f"{tenant!r} is no tenant: small letters, digits and dashes, as in TENANT=demo.")
        self._keys = keys
        self._tenant = tenant
        self._is_live = stage != "local"
        self._now = now

    def make(self, scopes: str, name: str) -> None:
        words = scopes.replace(",", " ").split()
        chosen = scopes_in(words)
        if not chosen or len(chosen) != len(set(words)):
            raise OrderError(f"SCOPES={scopes!r} has to be some of: {', '.join(Scope)}.")
        self._give_out(chosen, name)

    def rotate(self, key_id: str, grace: timedelta) -> None:
        if grace < timedelta(0):
            raise OrderError("The days for which the old key works on can't be less than none.")
        old = self._key(key_id)
        if old.is_over(self._now):
            raise OrderError(f"The key {key_id} is over. Make a new one.")
        new = self._give_out(old.scopes, old.name)
        ended = old.ending(self._now + grace, new.id)
        self._keys.end(ended)
        print(f"The key {key_id} works until {_time(ended.ends_at)}.", file=sys.stderr)

    def revoke(self, key_id: str) -> None:
        self._keys.end(self._key(key_id).ending(self._now))
        print(f"The key {key_id} is revoked.", file=sys.stderr)
        if self._is_live:
            print("API Gateway may remember for a minute that it was right.", file=sys.stderr)

    def show(self) -> None:
        table = Table("Id", "Name", "Scopes", "Made", "Last used", "Works", box=None, pad_edge=False)
        for key in self._keys.of_tenant(self._tenant):
            used = key.last_used_on.isoformat() if key.last_used_on else "never"
            table.add_row(key.id, key.name, " ".join(sorted(key.scopes)), _time(key.created_at), used, self._works(key))
        # Who pipes it somewhere wants all of it.
        Console(width=None if sys.stdout.isatty() else 160).print(table)

    def _works(self, key: ApiKey) -> str:
        if key.ends_at is None:
            return "yes"
        successor = f"; replaced by {key.replaced_by}" if key.replaced_by else ""
        return f"{'ended' if key.is_over(self._now) else 'until'} {_time(key.ends_at)}{successor}"

    def _key(self, key_id: str) -> ApiKey:
        key = self._keys.get(key_id)
        if key is None or key.tenant != self._tenant:
            raise OrderError(f"The tenant {self._tenant} has no key {key_id}. LIST=1 shows those it has.")
        return key

    def _give_out(self, scopes: frozenset[Scope], name: str) -> ApiKey:
        record, key = new_key(self._tenant, scopes, name=name, live=self._is_live, now=self._now)
        self._keys.add(record)
        print(key)
        may = ", ".join(sorted(scopes))
        print(f"The key {record.id} of tenant {self._tenant} may: {may}. It is not shown again.", file=sys.stderr)
        return record


def _time(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


if __name__ == "__main__":
    sys.exit(main())
