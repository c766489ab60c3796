"""Deploy a stage from the command line."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from tools.access import demo_key
from tools.deploy.deployment import DeployError, deploy, target
from tools.deploy.examples import examples, page_link


def main(arguments: list[str] | None = None) -> int:
    """Deploy, and print the outputs as JSON. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.deploy", description=__doc__)
    parser.add_argument("--stage", default="local", help="local (default), dev or prod")
    parser.add_argument("--endpoint", help="the emulator's URL; for stage local AWS_ENDPOINT_URL or port 4566")
    parser.add_argument("--architecture", choices=("x86_64", "arm64"), help="of the functions on AWS")
    parser.add_argument("--artifacts", type=Path, help="the folder with light.zip and heavy.zip")
    parser.add_argument("--force", action="store_true", help="also when nothing changed")
    parser.add_argument("--examples", action="store_true", help="print commands to try instead of the outputs")
    options = parser.parse_args(arguments)
    endpoint = options.endpoint
    if options.stage == "local" and endpoint is None:
        port = os.environ.get("PRESSRUN_PORT") or "4566"
        endpoint = os.environ.get("AWS_ENDPOINT_URL") or f"http://127.0.0.1:{port}"
    try:
        to = target(options.stage, endpoint, architecture=options.architecture, artifacts=options.artifacts)
        outputs = deploy(to, force=options.force, say=lambda line: print(line, file=sys.stderr))
    except DeployError as error:
        print(error, file=sys.stderr)
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


if __name__ == "__main__":
    sys.exit(main())
