"""Functions that callers and reports wait for start from a snapshot, where that is asked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.stack.compiled import Template
from tests.unit.stack.test_canary import CALLERS, mentioned

WAITED_FOR = {"Api", "Authorizer", "Render"}


@pytest.fixture
def snapped(template_of: Callable[..., Template]) -> Template:
    return template_of("dev", snapStart="on")


def test_no_function_starts_from_a_snapshot_unless_that_is_asked_for(template: Template) -> None:
    functions = template.of_type("AWS::Lambda::Function")

    assert not [name for name, each in functions.items() if "SnapStart" in each]


def test_functions_that_are_waited_for_are_called_by_versions_with_snapshots(snapped: Template) -> None:
    functions = snapped.of_type("AWS::Lambda::Function")
    aliases = snapped.of_type("AWS::Lambda::Alias")

    with_snapshots = {name for name, each in functions.items() if each.get("SnapStart", {}) == APPLIED}
    assert with_snapshots == {f"{name}LambdaFunction" for name in WAITED_FOR}
    assert {each["FunctionName"]["Ref"] for each in aliases.values()} == with_snapshots
    for each in aliases.values():
        version, attribute = each["FunctionVersion"]["Fn::GetAtt"]
        assert attribute == "Version"
        assert snapped.resource(version)["Properties"]["FunctionName"] == each["FunctionName"]


def test_nothing_calls_such_a_function_past_its_alias(snapped: Template) -> None:
    past = []
    for kind in CALLERS:
        for name, each in snapped.of_type(kind).items():
            functions = {found for found in mentioned(each) if found.removesuffix("LambdaFunction") in WAITED_FOR}
            if functions and "snapstart" not in str(each).lower():
                past.append((name, functions))

    assert past == []


APPLIED = {"ApplyOn": "PublishedVersions"}


def test_a_canary_and_snapshots_are_refused_together(template_of: Callable[..., Template]) -> None:
    with pytest.raises(AssertionError, match="an alias of their own"):
        template_of("prod", canary="on", snapStart="on")
