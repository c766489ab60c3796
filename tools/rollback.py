"""Take a stage back to the deployment before: its functions with their code, and all else that CloudFormation made.

The deployment bucket keeps the last five. Data stay as they are, and so does the page.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from tools.connection import Connection, UnreachableError, connect
from tools.deploy import cli, deployment
from tools.deploy.errors import DeployError
from tools.deploy.stack import Stack
from tools.options import MakeParser
from tools.reasons import why

_FOLDER = re.compile(r"/([0-9]{13})-[^/]+/compiled-cloudformation-template\.json$")


def main(arguments: list[str] | None = None) -> int:
    """Do it. Returns 1 with the reason if that failed."""
    options = _parser().parse_args(arguments)
    try:
        connection = connect(options.stage)
        kept = kept_deployments(connection, options.stage)
        if options.list:
            print("\n".join(_shown(each) for each in kept))
            return 0
        _roll_back(connection, options.stage, chosen(kept, options.to))
    except (UnreachableError, DeployError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    return 0


def kept_deployments(connection: Connection, stage: str) -> list[str]:
    """Return the times of the deployments that are kept, in milliseconds since 1970, the newest first."""
    found = connection.client("cloudformation").describe_stack_resource(
        StackName=f"pressrun-{stage}", LogicalResourceId="ServerlessDeploymentBucket"
    )
    bucket = found["StackResourceDetail"]["PhysicalResourceId"]
    pages = connection.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="serverless/")
    keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
    return sorted({match[1] for key in keys if (match := _FOLDER.search(key))}, reverse=True)


def chosen(kept: list[str], wanted: str | None) -> str:
    """Return the deployment to go back to. Raises DeployError."""
    if wanted is None:
        if len(kept) < 2:
            raise DeployError("There is no deployment before this one. Deploy the commit that you want instead.")
        return kept[1]
    if wanted not in kept:
        raise DeployError(f"TO={wanted!r} is no deployment that is kept: {', '.join(kept)}.")
    return wanted


def _roll_back(connection: Connection, stage: str, timestamp: str) -> None:
    print(f"Taking stage {stage} back to {_shown(timestamp)} …")
    where = ["--stage", stage, "--region", connection.region]
    log = cli.PROJECT / "build" / f"rollback-{stage}.log"
    log.parent.mkdir(exist_ok=True)
    with deployment.only_run_of_the_cli():
        told = cli.run(["rollback", "--timestamp", timestamp, *where], connection.environment(), log)
    if told is not None:
        stack = Stack(f"pressrun-{stage}", connection)
        reasons = stack.failures() or [cli.reason_in(told) or "The Serverless CLI gives no reason."]
        raise DeployError("That failed:\n  " + "\n  ".join(reasons) + f"\nAll the CLI said is in {log}.")
    print(
        "Done. The page is still that of the last `make deploy`; `make deploy` of a mended commit goes forward again."
    )


def _shown(timestamp: str) -> str:
    return f"{timestamp}, of {datetime.fromtimestamp(int(timestamp) / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.rollback", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--to", help="the time of a deployment, as --list shows it (default: the one before the last)")
    parser.add_argument("--list", action="store_true", help="show the deployments that are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
