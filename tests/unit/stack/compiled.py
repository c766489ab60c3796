"""Compile serverless.yml and read the CloudFormation that comes out, with its conditions decided."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tools.deploy.deployment import only_run_of_the_cli

PROJECT = Path(__file__).resolve().parents[3]
CLI = PROJECT / "node_modules" / ".bin" / "sls"

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Template:
    """A compiled template of one stage."""

    stage: str
    path: Path
    body: Mapping[str, Any]

    def __str__(self) -> str:
        return self.stage

    @property
    def is_for_aws(self) -> bool:
        return self.stage != "local"

    def of_type(self, kind: str) -> dict[str, Properties]:
        """Return the properties of every resource of a type, by logical id. Raises LookupError when there is none."""
        # A test that loops over nothing could not fail.
        if not (names := self.names_of(kind)):
            raise LookupError(f"The template of stage {self.stage} has no {kind}.")
        return {name: self.body["Resources"][name]["Properties"] for name in names}

    def names_of(self, kind: str) -> list[str]:
        """Return the logical ids of every resource of a type, of which there may be none."""
        return [name for name, resource in self.body["Resources"].items() if resource["Type"] == kind]

    def resource(self, name: str) -> Mapping[str, Any]:
        return cast("Mapping[str, Any]", self.body["Resources"][name])

    def policies_on(self, kind: str, property_name: str) -> dict[str, list[Mapping[str, Any]]]:
        """Return, per resource that a resource policy stands on, its statements."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for properties in self.of_type(kind).values():
            targets = properties[property_name]
            for target in targets if isinstance(targets, list) else [targets]:
                found.setdefault(target["Ref"], []).extend(properties["PolicyDocument"]["Statement"])
        return found


def compile_stage(stage: str, folder: Path, home: Path, params: Mapping[str, str]) -> Template:
    """Run ``sls package`` as on a machine without any credentials, with empty packages.

    In its home the CLI keeps what takes it longest: its schema, compiled.
    """
    artifacts = folder / "artifacts"
    artifacts.mkdir(parents=True)
    for name in ("light.zip", "sign.zip", "heavy.zip"):
        (artifacts / name).write_bytes(b"PK\x05\x06" + bytes(18))
    package = folder / "package"
    options = [f"--param={name}={value}" for name, value in {"artifacts": str(artifacts), **params}.items()]
    with only_run_of_the_cli():
        done = subprocess.run(
            [str(CLI), "package", "--stage", stage, "--package", str(package), *options],
            cwd=PROJECT,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "AWS_REGION": "eu-central-1"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    path = package / "cloudformation-template-update-stack.json"
    body = json.loads(path.read_text())
    return Template(stage, path, _decided(body, _conditions(body)))


_NO_VALUE = {"Ref": "AWS::NoValue"}


def _conditions(body: Mapping[str, Any]) -> dict[str, bool]:
    parameters = {name: parameter["Default"] for name, parameter in body.get("Parameters", {}).items()}

    def decide(expression: Any) -> Any:
        match expression:
            case {"Fn::Equals": [left, right]}:
                return decide(left) == decide(right)
            case {"Fn::Not": [inner]}:
                return not decide(inner)
            case {"Ref": str(name)}:
                return parameters[name]
            case str():
                return expression
        raise AssertionError(f"This condition is not known to the tests yet: {expression}")

    return {name: decide(expression) for name, expression in body.get("Conditions", {}).items()}


def _decided(value: Any, conditions: Mapping[str, bool]) -> Any:
    """Replace each ``Fn::If`` by its outcome, and leave out what has no value, and resources whose condition fails."""
    match value:
        case {"Fn::If": [condition, then, otherwise]}:
            return _decided(then if conditions[condition] else otherwise, conditions)
        case dict():
            return {
                key: _decided(inner, conditions)
                for key, inner in value.items()
                if not (
                    isinstance(inner, dict) and "Type" in inner and conditions.get(inner.get("Condition", "")) is False
                )
            }
        case list():
            decided = (_decided(inner, conditions) for inner in value)
            return [each for each in decided if each != _NO_VALUE]
    return value
