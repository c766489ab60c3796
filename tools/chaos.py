"""Break a deployed stack on purpose, and count what gets lost: see tests/chaos.

Without AWS_ENDPOINT_URL on a fresh embedded emulator, which ends with the run. The lease is as shipped. Other times are
short, so that a sweep is due within seconds; what is tested does not depend on them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack

from tools.connection import UnreachableError
from tools.deploy import DeployError
from tools.emulator import Emulator, EmulatorError, client_environment
from tools.functional import PROJECT, deploy_to, params_of_listeners
from tools.package.errors import PackageError

HOME = PROJECT / "build" / "emulator" / "chaos"
PARAMS = {
    "faults": '{"kill": true}',
    "renderTimeout": "20",
    "renderSeconds": "12",
    "renderVisibilityTimeout": "27",
    "renderBatchSize": "5",
    "queuedPatienceSeconds": "30",
    "leasePatienceSeconds": "6",
    "announcedPatienceSeconds": "3",
    "deliveryLeaseSeconds": "30",
    "deliveryPatienceSeconds": "20",
}


def main() -> int:
    """Deploy and break; the arguments go to pytest. Returns pytest's exit status, or 1 when nothing was deployed."""
    with ExitStack() as stack:
        try:
            endpoint = os.environ.get("AWS_ENDPOINT_URL")
            params = PARAMS | {"webhookAllowedHosts": params_of_listeners()["webhookAllowedHosts"]}
            homes: dict[str, str] = {}
            if not endpoint:
                # Kept, because a test kills the emulator, and starts it again.
                emulator = Emulator(0, persist=True, enforce_iam=True, home=HOME)
                stack.callback(emulator.forget)
                endpoint = stack.enter_context(emulator).endpoint_url
                homes["CHAOS_EMULATOR_HOME"] = str(HOME)
            deploy_to(endpoint, **params)
        except (DeployError, UnreachableError, EmulatorError, PackageError) as error:
            print(error, file=sys.stderr)
            return 1
        environment = client_environment(endpoint) | {"PYTHONPATH": str(PROJECT)} | homes
        pytest = [sys.executable, "-m", "pytest", "tests/chaos", *sys.argv[1:]]
        return subprocess.run(pytest, cwd=PROJECT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
