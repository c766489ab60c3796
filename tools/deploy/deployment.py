"""Deploy a stage with the Serverless CLI: quietly, only when something changed, and with the real reason on failure."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tools.deploy import messaging, page
from tools.deploy.fingerprint import fingerprint
from tools.deploy.stack import Stack
from tools.emulator import after_deploy
from tools.emulator.endpoint import EndpointKind, client_environment, kind_of
from tools.package.locking import only_one_at_a_time

PROJECT = Path(__file__).resolve().parents[2]
SERVICE = "pressrun"
_CLI = PROJECT / "node_modules" / ".bin" / "sls"
_BUILD = PROJECT / "build"
_TIMEOUT_SECONDS = 3600
_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


class DeployError(RuntimeError):
    """Say in one message why a deployment failed, and what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """Hold where a stage goes to, and which packages run there."""

    stage: str
    endpoint_url: str | None
    kind: EndpointKind | None
    architecture: str
    artifacts: Path
    params: Mapping[str, str] = field(default_factory=dict)
    """Values of serverless.yml's params that are to differ from the stage's own."""

    @property
    def stack(self) -> str:
        """Return the name of the CloudFormation stack."""
        return f"{SERVICE}-{self.stage}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the CLI: an emulator's, or the caller's with its own credentials."""
        if self.endpoint_url is None:
            return dict(os.environ)
        # By default the CLI looks every 5 s whether a stack is done; an emulator is done in less than one.
        return client_environment(self.endpoint_url) | {"SLS_AWS_MONITORING_FREQUENCY": "300"}

    @property
    def command(self) -> list[str]:
        """Return the CLI's command line."""
        return [
            *(str(_CLI), "deploy", "--stage", self.stage),
            *(f"--param=artifacts={self.artifacts}", f"--param=architecture={self.architecture}"),
            *(f"--param={name}={value}" for name, value in self.params.items()),
        ]

    def __str__(self) -> str:
        if self.endpoint_url is None:
            return f"stage {self.stage} on AWS ({self.architecture})"
        return f"stage {self.stage} on {self.kind} at {self.endpoint_url}"


def target(
    stage: str, endpoint_url: str | None = None, *, architecture: str | None = None, artifacts: Path | None = None
) -> Target:
    """Work out the packages for a stage. Raises DeployError when stage and endpoint don't go together."""
    if (stage == "local") != (endpoint_url is not None):
        raise DeployError("The stage `local` goes to an emulator, named by its endpoint, and no other stage does.")
    if endpoint_url is None:
        if "AWS_ENDPOINT_URL" in os.environ:
            raise DeployError(f"AWS_ENDPOINT_URL is set, so that stage {stage} would not go to AWS. Unset it.")
        chosen = architecture or "x86_64"
        return Target(stage, None, None, chosen, artifacts or PROJECT / "dist" / chosen)
    kind = kind_of(endpoint_url)
    if kind is EndpointKind.UNKNOWN:
        raise DeployError(f"Nothing that is known as an emulator answers at {endpoint_url}. Start one with `make up`.")
    # Both run functions on this machine.
    host = _ARCHITECTURES.get(platform.machine().lower(), "x86_64")
    folder = "embedded" if kind is EndpointKind.MINISTACK else host
    return Target(stage, endpoint_url.rstrip("/"), kind, host, artifacts or PROJECT / "dist" / folder)


def deploy(to: Target, *, force: bool = False, say: Callable[[str], None] = print) -> Mapping[str, str]:
    """Deploy, and return the stack's outputs. An emulator that has all this already is left alone.

    The outputs are also written to ``build/<stage>.outputs.json``. Raises DeployError.
    """
    _check(to)
    stack = Stack(to.stack, to.endpoint_url)
    with only_run_of_the_cli():
        mark = fingerprint(PROJECT, to.artifacts, [*to.command, to.endpoint_url or ""])
        if to.endpoint_url is not None and not force and stack.outputs().get("Fingerprint") == mark:
            say(f"Nothing to deploy: {to} is up to date.")
        else:
            say(f"Deploying {to} …")
            if to.endpoint_url is not None:
                stack.remove_ruins()
            for step in steps(to, stack):
                _run_cli(step, mark, stack)
        if to.kind is EndpointKind.MINISTACK and to.endpoint_url is not None:
            for line in after_deploy.complete(to.endpoint_url, to.stack, stage=to.stage):
                say(f"  after the deploy: {line}")
        outputs = stack.outputs()
        messaging.complete(to.endpoint_url, outputs)
        if "WebBucket" not in outputs:
            say("  without a page, as the stage has it (web: none)")
        elif page.publish(to.stage, to.endpoint_url, outputs) is None:
            say("  without the page, which is not built: `make page` builds it")
    (_BUILD / f"{to.stage}.outputs.json").write_text(json.dumps(outputs, indent=2) + "\n")
    return outputs


@contextmanager
def only_run_of_the_cli() -> Iterator[None]:
    """Wait until no other command runs the CLI, which keeps what it compiles in one folder, whatever the stage."""
    with only_one_at_a_time(_BUILD / "deploy.lock"):
        yield


def steps(to: Target, stack: Stack) -> list[Target]:
    """Return the deployments that lead to a stage: one, or at first on AWS one without protection and then the other.

    Should the first one fail, CloudFormation deletes what it has made, which protection from deletion would not let it:
    the stack would be stuck.
    """
    if to.endpoint_url is not None or stack.has("JobsTable"):
        return [to]
    return [replace(to, params={**to.params, "deletionProtection": "INACTIVE"}), to]


def _check(to: Target) -> None:
    if not _CLI.exists():
        raise DeployError("The Serverless CLI is not installed. Install it with `npm ci --ignore-scripts`.")
    missing = [name for name in ("light.zip", "heavy.zip") if not (to.artifacts / name).is_file()]
    if missing:
        where = os.path.relpath(to.artifacts)
        raise DeployError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing in {where}. "
            f"Build them with `python -m tools.package --target {to.artifacts.name} --out {where}`."
        )


def _run_cli(to: Target, mark: str, stack: Stack) -> None:
    log = _BUILD / f"deploy-{to.stage}.log"
    with log.open("w+") as output:
        done = subprocess.run(
            [*to.command, f"--param=fingerprint={mark}"],
            cwd=PROJECT,
            env=to.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
        output.seek(0)
        told = output.read()
    if done.returncode:
        # The CLI's message often names only the resource that failed last, not the first one, which is why.
        reasons = stack.failures() or [told.rpartition("Error:")[2].strip() or told.strip()[-2000:]]
        raise DeployError(
            f"The deployment of {to} failed:\n  " + "\n  ".join(reasons) + f"\nAll the CLI said is in {log}."
        )
