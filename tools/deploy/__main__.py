"""Deploy a stage from the command line."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tools.access import demo_key
from tools.connection import LOCAL, UnreachableError, local_endpoint
from tools.deploy.declared import declared_params
from tools.deploy.deployment import deploy, target
from tools.deploy.errors import DeployError
from tools.deploy.examples import examples, page_link
from tools.deploy.settings import given_settings
from tools.options import MakeParser
from tools.reasons import reason

_VARIABLES = {"--architecture": "ARCH"}


def main(arguments: list[str] | None = None) -> int:
    """Deploy, and print the outputs as JSON. Returns the exit status."""
    options = _parser().parse_args(arguments)
    endpoint = options.endpoint or (local_endpoint() if options.stage == LOCAL else None)
    # The stage local has a sender of its own, and no reader of alarms.
    environment = {} if options.stage == LOCAL else os.environ
    try:
        given = given_settings(options.params, environment, declared_params(options.stage))
        to = target(options.stage, endpoint, architecture=options.architecture, artifacts=options.artifacts)
        if options.check:
            print(f"Next: {to}, as {to.connection.caller}", file=sys.stderr)
            return 0
        outputs = deploy(to, given, force=options.force, say=lambda line: print(line, file=sys.stderr))
    except (DeployError, UnreachableError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError) as error:
        print(f"error: {reason(error)}", file=sys.stderr)
        return 1
    if options.examples and to.endpoint_url is not None:
        key = demo_key(to.endpoint_url)
        print(examples(to.endpoint_url, outputs, key))
        link = page_link(outputs, key)
        if link and not sys.stdout.isatty():
            # As in eval "$(make up | grep ^export)", where nothing else of it is seen.
            print(f"The page, with your key: {link}", file=sys.stderr)
    else:
        print(json.dumps(outputs, indent=2))
    return 0


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.deploy", description=__doc__, variables=_VARIABLES)
    parser.add_argument("--stage", default=LOCAL, help="local (default), dev or prod")
    parser.add_argument("--endpoint", help="the emulator's URL; for stage local AWS_ENDPOINT_URL or port 4566")
    parser.add_argument("--architecture", choices=("x86_64", "arm64"), help="of the functions on AWS")
    parser.add_argument("--artifacts", type=Path, help="the folder with light.zip, sign.zip and heavy.zip")
    parser.add_argument("--params", default="", help="settings: words name=value; name=- takes one back")
    parser.add_argument("--check", action="store_true", help="only find out whether account and params are right")
    parser.add_argument("--force", action="store_true", help="also when nothing changed")
    parser.add_argument("--examples", action="store_true", help="print commands to try instead of the outputs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
