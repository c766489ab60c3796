"""Write the template of the role by which GitHub Actions deploys a stage."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import tempfile
from pathlib import Path

from tools.connection import checked_stage
from tools.deploy.cli import reason_in, run
from tools.deploy.deployment import only_run_of_the_cli
from tools.deployer.template import template_for

BUILD = Path(__file__).resolve().parents[2] / "build"


def main() -> int:
    """Compile the stage, derive the rights, and write the template. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.deployer", description=__doc__)
    parser.add_argument("--stage", required=True, type=checked_stage)
    parser.add_argument("--params", default="", help="settings of which the rights depend: words name=value")
    options = parser.parse_args()
    stage = options.stage
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("light.zip", "sign.zip", "heavy.zip"):
            (folder / name).write_bytes(b"PK\x05\x06" + bytes(18))  # Nothing of them stands in the template.
        command = ["package", "--stage", stage, "--package", str(folder / "package"), f"--param=artifacts={folder}"]
        command += [f"--param={word}" for word in shlex.split(options.params)]
        # Any region will do, as no resource depends on it.
        environment = {"AWS_REGION": "us-east-1"} | os.environ
        with only_run_of_the_cli():
            told = run(command, environment, folder / "log")
        if told is not None:
            print(f"error: {reason_in(told)}", file=sys.stderr)
            return 1
        body = json.loads((folder / "package" / "cloudformation-template-update-stack.json").read_text())
    types = {resource["Type"] for resource in body["Resources"].values()}
    out = BUILD / f"deployer-{stage}.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(template_for(stage, types), indent=2) + "\n")
    print(
        f"Written: {out.relative_to(BUILD.parent)}. As an administrator of the account, once:\n"
        f"aws cloudformation deploy --stack-name pressrun-deployer-{stage} --capabilities CAPABILITY_NAMED_IAM \\\n"
        f"  --template-file {out.relative_to(BUILD.parent)} --parameter-overrides Repository=OWNER/NAME"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
