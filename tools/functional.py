"""Run the functional tests against a stack that is deployed first, and on the embedded one the browser's, too.

Without AWS_ENDPOINT_URL on a fresh embedded emulator, which ends with the run; with it on the emulator there.
For a stage on AWS (STAGE=dev) nothing is deployed: the tests go to the stack that is there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tools.connection import LOCAL, UnreachableError, connect
from tools.deploy import DeployError, deploy, target
from tools.emulator import Emulator, EmulatorError, client_environment
from tools.emulator.endpoint import EndpointKind, kind_of
from tools.emulator.processes import free_port
from tools.package.build import build
from tools.package.errors import PackageError
from tools.package.targets import target_named
from tools.progress import progress

PROJECT = Path(__file__).resolve().parents[1]
QUICKLY = {"erasureQuietSeconds": "5"}
"""What tests can't wait for as long as a stack does: none of their reports is under way when its tenant is closed."""
FUNCTIONAL, BROWSER = "tests/functional", "tests/browser"


def main() -> int:
    """Deploy and test; the arguments go to pytest. Returns pytest's exit status, or 1 when there is nothing to test."""
    stage = os.environ.get("STAGE") or LOCAL
    if stage != LOCAL:
        try:
            region = connect(stage).region
        except UnreachableError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        environment = os.environ | {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        return subprocess.run(_pytest(FUNCTIONAL), cwd=PROJECT, env=environment, check=False).returncode
    with ExitStack() as stack:
        try:
            endpoint = os.environ.get("AWS_ENDPOINT_URL")
            params = params_of_listeners() | QUICKLY
            if not endpoint:
                emulator = Emulator(0, enforce_iam=os.environ.get("AUTH", "").lower() == "true")
                endpoint = stack.enter_context(emulator).endpoint_url
            deploy_to(endpoint, **params)
        except (DeployError, UnreachableError, EmulatorError, PackageError) as error:
            print(error, file=sys.stderr)
            return 1
        environment = client_environment(endpoint) | {"PYTHONPATH": str(PROJECT)}
        is_embedded = kind_of(endpoint) is EndpointKind.MINISTACK
        # In one run, because to deploy costs more than what a browser has to try.
        pytest = _pytest(FUNCTIONAL, BROWSER) if is_embedded else _pytest(FUNCTIONAL)
        status = subprocess.run(pytest, cwd=PROJECT, env=environment, check=False).returncode
        if status or sys.argv[1:] or not is_embedded:
            return status
        # Once more who may ask, as on AWS: with our authorizer before the API, which LocalStack does not know.
        deploy_to(endpoint, **params, guard="authorizer")
        return subprocess.run(
            [*_pytest(FUNCTIONAL), "-m", "guard"], cwd=PROJECT, env=environment, check=False
        ).returncode


def _pytest(*suites: str) -> list[str]:
    """Return the command that runs these suites, or what the arguments name instead."""
    is_named = any(argument.startswith("tests/") for argument in sys.argv[1:])
    return [sys.executable, "-m", "pytest", *(() if is_named else suites), *sys.argv[1:]]


def params_of_listeners() -> dict[str, str]:
    """Return where the tests' receiver of webhooks, issuer of tokens and authority for time stamps will listen.

    Several may run on one machine.
    Functions in containers know this machine by another name than its own processes do: see tests/this_machine.py.
    """
    machine = os.environ.get("THIS_MACHINE") or "127.0.0.1"
    receiver, issuer, clock = (f"{machine}:{free_port()}" for _ in range(3))
    return {
        "webhookAllowedHosts": receiver,
        "jwtIssuer": f"http://{issuer}",
        "jwtAudience": "tests",
        "jwtAllowedHosts": issuer,
        "timestampAuthorities": f"http://{clock}/tsr",
    }


def deploy_to(endpoint: str, **params: str) -> dict[str, str]:
    """Package for an emulator and deploy to it, with some params of serverless.yml changed. Returns the outputs."""
    to = replace(target("local", endpoint), params=params)
    to.artifacts.mkdir(parents=True, exist_ok=True)
    with progress("Building the functions' packages"):
        build(PROJECT, target_named(to.artifacts.name), to.artifacts, with_faults=True)
    return dict(deploy(to, say=lambda line: print(line, file=sys.stderr)))


if __name__ == "__main__":
    sys.exit(main())
