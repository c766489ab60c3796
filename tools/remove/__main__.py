"""Remove a stage from the command line: what is in its buckets, its stack, and what belongs to it elsewhere."""

from __future__ import annotations

import sys

from botocore.exceptions import BotoCoreError, ClientError

from tools.connection import LOCAL, Connection, UnreachableError, checked_stage, local_endpoint, to_aws, to_emulator
from tools.deploy.deployment import only_run_of_the_cli
from tools.options import MakeParser
from tools.reasons import reason
from tools.remove.buckets import NotEmptiedError, empty
from tools.remove.removal import RemovalError, remove


def main(arguments: list[str] | None = None) -> int:
    """Remove a stage, or a bucket that a stage has left. Returns 1 with the reason when that can't be."""
    parser = MakeParser(prog="python -m tools.remove", description=__doc__)
    parser.add_argument("--stage", default="")
    parser.add_argument("--confirm", default="", help="the stack's name, for stages other than local and dev")
    parser.add_argument("--bucket", help="instead of the stage: a bucket that it has left")
    options = parser.parse_args(arguments)
    try:
        if not options.stage:
            raise RemovalError("Say which stage: make remove STAGE=dev")
        is_local = checked_stage(options.stage) == LOCAL
        connection = to_emulator(local_endpoint()) if is_local else to_aws()
        if options.bucket:
            _remove_bucket(connection, options.bucket)
            return 0
        with only_run_of_the_cli():
            remove(connection, options.stage, options.confirm, say=_say)
    except (RemovalError, UnreachableError, NotEmptiedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError) as error:
        print(f"error: {reason(error)}", file=sys.stderr)
        return 1
    return 0


def _remove_bucket(connection: Connection, name: str) -> None:
    client = connection.client("s3")
    _say(f"{empty(client, name):,} objects, versions and marks deleted from {name}")
    client.delete_bucket(Bucket=name)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
