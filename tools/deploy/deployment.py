"""Deploy a stage with the Serverless CLI: quietly, only when something changed, and with the real reason on failure."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from tools.connection import LOCAL, Connection, checked_stage, to_aws, to_emulator
from tools.deploy import cli, concurrency, messaging, page, renewal, settings
from tools.deploy.declared import declared_params
from tools.deploy.errors import DeployError
from tools.deploy.fingerprint import fingerprint
from tools.deploy.stack import Stack
from tools.emulator import after_deploy
from tools.emulator.endpoint import EndpointKind, answers, kind_of
from tools.package.locking import only_one_at_a_time
from tools.progress import progress
from tools.reasons import reason

PROJECT = cli.PROJECT
SERVICE = "pressrun"
_BUILD = PROJECT / "build"
_ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
_API_SECONDS = 120
_POLL_SECONDS = 0.5
_Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a stage goes to, and the packages that run there."""

    stage: str
    connection: Connection
    kind: EndpointKind | None
    architecture: str
    artifacts: Path
    params: Mapping[str, str] = field(default_factory=dict)
    """Values of serverless.yml's params that are to differ from the stage's own."""

    @property
    def endpoint_url(self) -> str | None:
        """Return the emulator's address; None on AWS."""
        return self.connection.endpoint_url

    @property
    def stack(self) -> str:
        """Return the name of the CloudFormation stack."""
        return f"{SERVICE}-{self.stage}"

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment of the CLI: an emulator's, or the account's that answered."""
        environment = self.connection.environment()
        if self.endpoint_url is None:
            return environment
        # By default the CLI looks every 5 s whether a stack is done; an emulator is done in less than one.
        return environment | {"SLS_AWS_MONITORING_FREQUENCY": "300"}

    @property
    def command(self) -> list[str]:
        """Return the arguments of the CLI."""
        return [
            *("deploy", "--stage", self.stage, "--region", self.connection.region),
            *(f"--param=artifacts={self.artifacts}", f"--param=architecture={self.architecture}"),
            *(f"--param={name}={value}" for name, value in self.params.items()),
        ]

    def __str__(self) -> str:
        if self.endpoint_url is None:
            return f"stage {self.stage} on AWS ({self.architecture}): {self.connection}"
        return f"stage {self.stage} on {self.kind} at {self.endpoint_url}"


def target(
    stage: str,
    endpoint_url: str | None = None,
    *,
    architecture: str | None = None,
    artifacts: Path | None = None,
    on_aws: Callable[[], Connection] = to_aws,
) -> Target:
    """Work out the packages for a stage, and connect to its account.

    Raises DeployError when stage and endpoint don't go together, and UnreachableError.
    """
    if (checked_stage(stage) == LOCAL) != (endpoint_url is not None):
        raise DeployError("The stage `local` goes to an emulator, named by its endpoint, and no other stage does.")
    if endpoint_url is None:
        chosen = architecture or "x86_64"
        return Target(stage, on_aws(), None, chosen, artifacts or PROJECT / "dist" / chosen)
    kind = kind_of(endpoint_url)
    if kind is EndpointKind.UNKNOWN:
        raise DeployError(f"Nothing that is known as an emulator answers at {endpoint_url}. Start one with `make up`.")
    # Both run functions on this machine.
    host = _ARCHITECTURES.get(platform.machine().lower(), "x86_64")
    folder = "embedded" if kind is EndpointKind.MINISTACK else host
    return Target(stage, to_emulator(endpoint_url), kind, host, artifacts or PROJECT / "dist" / folder)


_LOSES_THE_KEY = (
    "The stage has a key of KMS for passwords of PDFs, and this deployment would delete it: reports that wait with "
    "such a password would fail. Say PARAMS=passwordKey=own to keep the key, or PARAMS=passwordKey=none to have it "
    "deleted."
)


def configured(to: Target, given: Mapping[str, str], say: _Say = print) -> Target:
    """Return the target with the settings that are given now, those that are kept, and maxima that fit the account.

    Nothing of it is silent. Raises DeployError when the stage would lose its key for passwords unasked, and
    UnreachableError when it is not known what the stage has.
    """
    stack = Stack(to.stack, to.connection)
    declared = declared_params(to.stage)
    kept = settings.kept_settings(to.connection, to.stage, stack.parameters(), declared)
    current = settings.merged(kept, given)
    for name in sorted(kept.keys() | given.keys()):
        if name not in current:
            say(f"  {name} is taken back" if name in kept else f"  {name} had no setting that could be taken back")
        else:
            say(f"  {name} = {current[name]}" + ("" if name in given else " (kept from the last deployment)"))
    if to.stage == "prod" and "alertEmail" not in current:
        say("  Warning: alarms are sent to no one. Name an address: ALERT_EMAIL=ops@example.com")
    fitting: dict[str, str] = {}
    if to.endpoint_url is None:
        wanted = {**declared.values, **current}
        if wanted["passwordKey"] == "none" and "passwordKey" not in given and stack.has("PasswordKey"):
            raise DeployError(_LOSES_THE_KEY)
        fitting, lines = concurrency.fit(wanted, to.connection.client("lambda"))
        for line in lines:
            say(f"  {line}")
    params = {**current, **fitting, **to.params}
    return replace(to, params={**params, "settings": settings.as_param(current)} if current else params)


def deploy(
    to: Target, given: Mapping[str, str] | None = None, *, force: bool = False, say: _Say = print
) -> Mapping[str, str]:
    """Deploy, and return the stack's outputs. An emulator that has all this already is left alone.

    ``given`` are settings that change now. The outputs are also written to ``build/<stage>.outputs.json``.
    Raises DeployError and UnreachableError.
    """
    _check(to)
    stack = Stack(to.stack, to.connection)
    with only_run_of_the_cli():
        to = configured(to, given or {}, say)
        mark = fingerprint(PROJECT, to.artifacts, [*to.command, to.endpoint_url or ""])
        if to.endpoint_url is not None and not force and _is_up_to_date(stack, mark):
            say(f"Nothing to deploy: {to} is up to date.")
        else:
            say(f"Deploying {to} …")
            if to.endpoint_url is not None:
                renewal.deploy_whole(stack, partial(_run_cli, to, mark, stack), say)
            else:
                for step in steps(to, stack):
                    _run_cli(step, mark, stack)
        outputs = stack.outputs()
        try:
            _complete(to, outputs, say)
        except (BotoCoreError, ClientError) as error:
            raise DeployError(
                f"The stack of {to} is deployed, but not all that belongs to it: {reason(error)}"
            ) from error
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


def _complete(to: Target, outputs: Mapping[str, str], say: _Say) -> None:
    """Add what CloudFormation does not set up. Doing it again changes nothing."""
    if to.kind is EndpointKind.MINISTACK and to.endpoint_url is not None:
        for line in after_deploy.complete(to.endpoint_url, to.stack, stage=to.stage):
            say(f"  after the deploy: {line}")
    messaging.complete(to.connection, outputs)
    if "WebBucket" not in outputs:
        say("  without a page, as the stage has it (web: none)")
    elif page.publish(to.stage, to.connection, outputs) is None:
        say("  without the page, which is not built: `make page` builds it")
    if to.kind is EndpointKind.MINISTACK:
        _wait_for_the_api(outputs["ApiUrl"])


def _wait_for_the_api(url: str) -> None:
    """Have the API answer once, so that its first caller need not wait until its function has started."""
    deadline = time.monotonic() + _API_SECONDS
    with progress("Waiting for the API to answer"):
        while not answers(f"{url}/health", seconds=_API_SECONDS):
            if time.monotonic() > deadline:
                raise DeployError(
                    f"The stack is deployed, but its API does not answer at {url}/health. See `make logs`."
                )
            time.sleep(_POLL_SECONDS)


def _is_up_to_date(stack: Stack, mark: str) -> bool:
    return stack.outputs().get("Fingerprint") == mark and not stack.lacking()


def _check(to: Target) -> None:
    if not cli.CLI.exists():
        raise DeployError("The Serverless CLI is not installed. Install it with `npm ci --ignore-scripts`.")
    missing = [name for name in ("light.zip", "sign.zip", "heavy.zip") if not (to.artifacts / name).is_file()]
    if missing:
        where = os.path.relpath(to.artifacts)
        raise DeployError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing in {where}. "
            f"Build them with `python -m tools.package --target {to.artifacts.name} --out {where}`."
        )


def _run_cli(to: Target, mark: str, stack: Stack) -> None:
    log = _BUILD / f"deploy-{to.stage}.log"
    told = cli.run([*to.command, f"--param=fingerprint={mark}"], to.environment, log)
    if told is None:
        return
    # The CLI's message often names only the resource that failed last, not the first one, which is why.
    reasons = stack.failures() or [cli.reason_in(told) or "The Serverless CLI gives no reason."]
    if any("already exists" in reason for reason in reasons):
        reasons.append("An earlier stack has left these. Import or delete them: docs/operations.md, Remove a stage.")
    told = f"The deployment of {to} failed:\n  " + "\n  ".join(reasons) + f"\nAll the CLI said is in {log}."
    raise renewal.failure(told, reasons)
