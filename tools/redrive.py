"""Bring messages back from the dead-letter queue of a stage, and print the counts."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from reports.access.identity import is_tenant
from tools.connection import UnreachableError, connect
from tools.options import MakeParser, whole_number
from tools.reasons import reason

_MOST = 10_000  # of reports/lifecycle/redrive.py
_VARIABLES = {"--job": "JOB", "--error-code": "CODE"}
_FILTERS = {"job": "JOB", "error_code": "CODE", "template": "TEMPLATE", "tenant": "TENANT", "batch": "BATCH"}


def main(arguments: list[str] | None = None, *, client: Any = None) -> int:
    """Invoke the redrive function. Returns 1 with the reason when it can't be, or finds nothing of a report's."""
    options = _parser().parse_args(arguments)
    filters = {name: getattr(options, name) for name in _FILTERS if getattr(options, name) is not None}
    order: dict[str, Any] = {{"job": "job_id"}.get(name, name): value for name, value in filters.items()}
    order |= {} if options.max is None else {"max": options.max}
    try:
        result = _invoke(client or _functions(options.stage), options.stage, order | {"dry_run": options.dry_run})
    except UnreachableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError) as error:
        print(
            f"error: The redrive function of stage {options.stage} can't be invoked. {reason(error)}", file=sys.stderr
        )
        return 1
    if "error" in result:
        print(f"error: Refused: {result['error']}", file=sys.stderr)
        return 1
    word = "would be redriven" if options.dry_run else "redriven"
    print(
        f"{result['inspected']} inspected, {result['redriven']} {word}, {result['skipped']} skipped, "
        f"{result['failed']} failed"
    )
    if filters and not result["redriven"] and not result["failed"]:
        given = " ".join(f"{_FILTERS[name]}={value}" for name, value in filters.items())
        print(
            f"No dead letter for {given} can be redriven. `pressrun list` shows the reports there are.", file=sys.stderr
        )
        # A report that you name is there, or its name is wrong. Of the others there may be none left.
        return 1 if "job" in filters else 0
    return 1 if result["failed"] else 0


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.redrive", description=__doc__, variables=_VARIABLES)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--max", type=whole_number(1, _MOST), help="at most so many messages (default: 100)")
    parser.add_argument("--job", help="only this report's")
    parser.add_argument("--error-code", help="only reports that failed with this code")
    parser.add_argument("--template", help="only reports of this template")
    parser.add_argument("--tenant", type=_tenant, help="only reports of this tenant")
    parser.add_argument("--batch", help="only reports of this batch")
    parser.add_argument("--dry-run", action="store_true", help="count only")
    return parser


def _tenant(name: str) -> str:
    if not is_tenant(name):
        raise argparse.ArgumentTypeError(f"{name!r} is no tenant: small letters, digits and dashes.")
    return name


def _invoke(client: Any, stage: str, order: dict[str, Any]) -> dict[str, Any]:
    answer = client.invoke(FunctionName=f"pressrun-{stage}-redrive", Payload=json.dumps(order).encode())
    result = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        return {"error": f"the function failed ({result.get('errorMessage')}). Its log says more."}
    return dict(result)


def _functions(stage: str) -> Any:
    # The function works for up to 5 minutes; a second call would be a second run.
    return connect(stage).client("lambda", Config(read_timeout=310, retries={"total_max_attempts": 1}))


if __name__ == "__main__":
    sys.exit(main())
