"""The stage of the API on AWS: what is logged, and how many requests it takes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from reports.access.identity import Identity, Scope
from tests.unit.stack.compiled import Template
from tests.unit.stack.test_guards import OPEN_PATHS, routes

# What API Gateway knows of a request that does not come out of its header, query or body.
LOGGED = {
    *("requestId", "extendedRequestId", "requestTime", "httpMethod", "path", "status"),
    *("responseLength", "responseLatency", "identity.sourceIp", "error.responseType"),
    *("authorizer.tenant", "authorizer.subject"),
}


def settings_of(template: Template) -> dict[tuple[str, str], Mapping[str, Any]]:
    (stage,) = template.of_type("AWS::ApiGateway::Stage").values()
    return {(each["HttpMethod"], each["ResourcePath"]): each for each in stage["MethodSettings"]}


def test_api_gateway_never_logs_what_is_in_a_request(aws_template: Template) -> None:
    (stage,) = aws_template.of_type("AWS::ApiGateway::Stage").values()

    settings = settings_of(aws_template)
    named = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSetting"]["Format"]))

    assert ("*", "/*") in settings
    assert {each["DataTraceEnabled"] for each in settings.values()} == {False}
    assert named == LOGGED


def test_an_access_log_says_who_asked_also_at_the_direct_door(aws_template: Template) -> None:
    (stage,) = aws_template.of_type("AWS::ApiGateway::Stage").values()

    access = json.loads(stage["AccessLogSetting"]["Format"])

    # Of the context that our authorizer gives, which names the key by its public id and never its secret.
    told = Identity("acme", frozenset({Scope.READ}), "key:abc").as_context()
    assert access["tenant"] == "$context.authorizer.tenant"
    assert access["principal"] == "$context.authorizer.subject"
    assert {"tenant", "subject"} <= set(told)


def test_what_is_open_to_all_is_limited_more_than_what_asks_for_a_key(aws_template: Template) -> None:
    settings = settings_of(aws_template)
    open_routes = {
        (verb, f"/{path}")
        for (verb, path), method in routes(aws_template).items()
        if method["AuthorizationType"] == "NONE"
    }

    assert set(settings) == {("*", "/*"), *open_routes}
    assert {path for verb, path in open_routes if verb != "OPTIONS"} == {f"/{path}" for path in OPEN_PATHS}
    for route in open_routes:
        for limit in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
            assert 0 < settings[route][limit] < settings["*", "/*"][limit], route


def test_a_limit_of_requests_is_of_a_verb_that_its_route_has(aws_template: Template) -> None:
    # API Gateway knows no settings for ANY.
    assert {verb for (verb, path) in routes(aws_template) if path in OPEN_PATHS} == {"GET"}


def test_no_tenants_limit_is_above_that_of_all(aws_template: Template) -> None:
    (plan,) = aws_template.of_type("AWS::ApiGateway::UsagePlan").values()
    all_of_them = settings_of(aws_template)["*", "/*"]

    assert plan["Throttle"]["RateLimit"] * 5 <= all_of_them["ThrottlingRateLimit"]
    assert plan["Throttle"]["BurstLimit"] * 5 <= all_of_them["ThrottlingBurstLimit"]


def test_the_stage_serves_the_latest_deployment_and_is_there_before_its_usage_plan(aws_template: Template) -> None:
    ((name, stage),) = aws_template.of_type("AWS::ApiGateway::Stage").items()
    ((deployment, snapshot),) = aws_template.of_type("AWS::ApiGateway::Deployment").items()
    (plan,) = aws_template.names_of("AWS::ApiGateway::UsagePlan")

    assert stage["DeploymentId"] == {"Ref": deployment}
    assert stage["StageName"] == aws_template.stage
    # Or else the deployment would make a stage of this name first.
    assert "StageName" not in snapshot
    assert name in aws_template.resource(plan)["DependsOn"]


def test_on_an_emulator_the_deployment_makes_the_stage(template_of: Any) -> None:
    local = template_of("local")

    (deployment,) = local.of_type("AWS::ApiGateway::Deployment").values()

    assert deployment["StageName"] == "local"
    assert local.names_of("AWS::ApiGateway::Stage") == []


@pytest.mark.parametrize("role", ["DirectDoorRole", "ApiGatewayLogsRole"])
def test_api_gateway_takes_our_roles_for_no_other_account(aws_template: Template, role: str) -> None:
    (statement,) = aws_template.of_type("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert statement["Condition"] == {"StringEqualsIfExists": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
