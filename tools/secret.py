"""Keep a secret of a tenant's, such as a password of its PDFs, under a name that requests can give.

The secret is read from the standard input, so that no history of commands has it.
"""

from __future__ import annotations

import getpass
import re
import sys
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reports.access.identity import is_tenant
from reports.jobs.filenames import PLAIN_NAME
from reports.jobs.protect_request import usable_password
from tools.connection import UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import reason


def main(arguments: list[str] | None = None, *, client: Any = None) -> int:
    """Keep, replace or remove a secret. Returns 1 with the reason when that can't be."""
    parser = MakeParser(prog="python -m tools.secret", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--remove", action="store_true")
    options = parser.parse_args(arguments)
    if not is_tenant(options.tenant):
        return _told(f"{options.tenant!r} is no tenant: small letters, digits and dashes.")
    if not re.fullmatch(PLAIN_NAME, options.name):
        return _told(f"{options.name!r} is no name: up to 63 letters, digits, dashes and underscores.")
    name = f"/pressrun/{options.stage}/secrets/{options.tenant}/{options.name}"
    try:
        ssm = client or connect(options.stage).client("ssm")
        return _remove(ssm, name) if options.remove else _keep(ssm, name)
    except UnreachableError as error:
        return _told(f"error: {error}")
    except (ClientError, BotoCoreError) as error:
        return _told(f"error: The secret can't be kept in {name}. {reason(error)}")


def _keep(client: Any, name: str) -> int:
    typed = getpass.getpass("The password: ") if sys.stdin.isatty() else sys.stdin.read()
    try:
        secret = usable_password(typed.removesuffix("\n"))
    except ValueError as error:
        return _told(f"This can be no password of a PDF: {error}.")
    client.put_parameter(Name=name, Value=secret, Type="SecureString", Overwrite=True)
    print(f"Kept in {name}. Reports that are made from now on use it.")
    return 0


def _remove(client: Any, name: str) -> int:
    gone = client.delete_parameters(Names=[name])["DeletedParameters"]
    print(f"{name} is removed." if gone else f"{name} was not there.")
    return 0


def _told(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
