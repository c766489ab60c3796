"""Bring messages back from the dead-letter queue of a stage, and print the counts."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tools.emulator.clients import session
from tools.emulator.endpoint import REGION


def main(arguments: list[str] | None = None) -> int:
    """Invoke the redrive function. Returns 1 with the reason when it can't be, or refuses the order."""
    parser = argparse.ArgumentParser(prog="python -m tools.redrive", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--max", type=int, help="at most so many messages (default: 100)")
    parser.add_argument("--job", help="only this report's")
    parser.add_argument("--error-code", help="only reports that failed with this code")
    parser.add_argument("--template", help="only reports of this template")
    parser.add_argument("--tenant", help="only reports of this tenant")
    parser.add_argument("--batch", help="only reports of this batch")
    parser.add_argument("--dry-run", action="store_true", help="count only")
    options = parser.parse_args(arguments)
    order: dict[str, Any] = {
        "max": options.max,
        "job_id": options.job,
        "error_code": options.error_code,
        "template": options.template,
        "tenant": options.tenant,
        "batch": options.batch,
    }
    order = {name: value for name, value in order.items() if value is not None} | {"dry_run": options.dry_run}
    try:
        answer = _functions(options.stage).invoke(
            FunctionName=f"pressrun-{options.stage}-redrive", Payload=json.dumps(order).encode()
        )
    except (ClientError, BotoCoreError) as error:
        print(f"The redrive function of stage {options.stage} can't be invoked: {error}", file=sys.stderr)
        return 1
    result = json.loads(answer["Payload"].read())
    if "FunctionError" in answer or "error" in result:
        print(f"Refused: {result.get('error') or result.get('errorMessage')}", file=sys.stderr)
        return 1
    word = "would be redriven" if options.dry_run else "redriven"
    print(
        f"{result['inspected']} inspected, {result['redriven']} {word}, {result['skipped']} skipped, "
        f"{result['failed']} failed"
    )
    return 1 if result["failed"] else 0


def _functions(stage: str) -> Any:
    # The function works for up to 5 minutes; a second call would be a second run.
    config = Config(read_timeout=310, retries={"total_max_attempts": 1})
    if stage != "local":
        return boto3.client("lambda", region_name=os.environ.get("AWS_REGION", REGION), config=config)
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or f"http://127.0.0.1:{os.environ.get('PRESSRUN_PORT') or 4566}"
    return session().client("lambda", endpoint_url=endpoint, config=config)


if __name__ == "__main__":
    sys.exit(main())
