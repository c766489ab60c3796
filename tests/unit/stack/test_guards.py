"""Who asks callers who they are: on AWS an authorizer before every route, elsewhere the API function itself."""

from __future__ import annotations

import re
from typing import Any

import pytest

from handlers import api
from handlers.http.route_table import Entry
from tests.unit.stack.compiled import Template
from tools.deploy.page import configuration

AUTHORIZER = {"Ref": "AuthorizerApiGatewayAuthorizer"}

# Open at the gateway: what the function itself asks no key for.
OPEN_PATHS = {"health", "openapi.json", "docs", "docs/{proxy+}", "receipt-keys"}


def routes(template: Template) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the methods of the API by their verb and path."""
    resources = template.of_type("AWS::ApiGateway::Resource")

    def path(reference: Any) -> str:
        if "Ref" not in reference:
            return ""
        resource = resources[reference["Ref"]]
        return f"{path(resource['ParentId'])}/{resource['PathPart']}".lstrip("/")

    methods = template.of_type("AWS::ApiGateway::Method").values()
    return {(method["HttpMethod"], path(method["ResourceId"])): dict(method) for method in methods}


def test_on_aws_an_authorizer_stands_before_all_that_is_not_open(aws_template: Template) -> None:
    for (verb, path), method in routes(aws_template).items():
        is_open = path in OPEN_PATHS or verb == "OPTIONS"

        assert method["AuthorizationType"] == ("NONE" if is_open else "CUSTOM"), (verb, path)
        assert method.get("AuthorizerId") == (None if is_open else AUTHORIZER), (verb, path)
        # Without it, usage plans would not count the request.
        assert method["ApiKeyRequired"] is not is_open, (verb, path)


def test_the_paths_that_are_open_to_all_are_those_that_are_meant_to_be(aws_template: Template) -> None:
    methods = routes(aws_template).items()

    opened = {path for (verb, path), method in methods if method["AuthorizationType"] == "NONE" and verb != "OPTIONS"}

    assert opened == OPEN_PATHS


def test_the_open_paths_are_open_at_the_function_too_or_nothing_there() -> None:
    access = {re.sub(r"<\w+>", "{proxy+}", each.rule.lstrip("/")): each.access for each in api.ROUTES.routes}

    assert [path for path in OPEN_PATHS if access.get(path, Entry.OPEN) is not Entry.OPEN] == []
    assert {path for path, asked in access.items() if asked is Entry.OPEN} <= OPEN_PATHS


def test_where_no_authorizer_stands_the_function_asks_itself(template: Template) -> None:
    variables = template.of_type("AWS::Lambda::Function")["ApiLambdaFunction"]["Environment"]["Variables"]
    methods = template.of_type("AWS::ApiGateway::Method").values()

    has_authorizer = any(method.get("AuthorizerId") for method in methods)

    assert variables["GUARD"] == ("authorizer" if has_authorizer else "function")
    assert has_authorizer is template.is_for_aws


def test_the_authorizer_is_asked_by_the_header_and_remembered_for_a_minute(aws_template: Template) -> None:
    (authorizer,) = aws_template.of_type("AWS::ApiGateway::Authorizer").values()

    assert authorizer["Type"] == "REQUEST"
    assert authorizer["IdentitySource"] == "method.request.header.Authorization"
    # For so long does a revoked key still work: docs/auth.md says so.
    assert authorizer["AuthorizerResultTtlInSeconds"] == 60


def test_usage_plans_count_by_what_the_authorizer_says_and_never_by_a_header(aws_template: Template) -> None:
    (rest_api,) = aws_template.of_type("AWS::ApiGateway::RestApi").values()
    (key,) = aws_template.of_type("AWS::ApiGateway::ApiKey").values()
    variables = aws_template.of_type("AWS::Lambda::Function")["AuthorizerLambdaFunction"]["Environment"]["Variables"]

    assert rest_api["ApiKeySourceType"] == "AUTHORIZER"
    assert variables["USAGE_KEY"] == key["Value"]
    assert len(key["Value"]) >= 20


def test_the_authorizer_and_the_api_trust_the_same_issuer(template: Template) -> None:
    functions = template.of_type("AWS::Lambda::Function")

    def trusted(name: str) -> dict[str, Any]:
        variables = functions[name]["Environment"]["Variables"]
        return {key: value for key, value in variables.items() if key.startswith("JWT_")}

    assert trusted("ApiLambdaFunction") == trusted("AuthorizerLambdaFunction")
    assert len(trusted("ApiLambdaFunction")) == 6


READ_TENANTS = ("RenderRole", "SignRole", "NotifyRole", "SweepRole", "RedriveRole", "EraseRole")


def test_only_who_guards_reads_the_table_of_keys_and_no_function_writes_it(template: Template) -> None:
    may: dict[str, set[str]] = {}
    for name, role in template.of_type("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                if {"Fn::GetAtt": ["AccessTable", "Arn"]} in _list(statement["Resource"]):
                    may.setdefault(name, set()).update(_list(statement["Action"]))

    guards = {"dynamodb:GetItem", "dynamodb:UpdateItem"}
    of_tenants = {"dynamodb:GetItem"}
    others = dict.fromkeys(READ_TENANTS, of_tenants)
    assert may == {"ApiRole": guards, "AuthorizerRole": guards, **others}


@pytest.mark.parametrize("role", READ_TENANTS)
def test_on_aws_the_other_functions_read_of_tenants_but_not_of_keys(aws_template: Template, role: str) -> None:
    (policy,) = aws_template.of_type("AWS::IAM::Role")[role]["Policies"]
    (statement,) = [s for s in policy["PolicyDocument"]["Statement"] if s["Sid"] == "LookTenantsUp"]

    assert statement["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["tenant#*"]}}


def test_on_aws_guards_may_change_nothing_of_a_key_but_its_last_use(aws_template: Template) -> None:
    for name in ("ApiRole", "AuthorizerRole"):
        (policy,) = aws_template.of_type("AWS::IAM::Role")[name]["Policies"]
        (statement,) = [s for s in policy["PolicyDocument"]["Statement"] if s["Sid"] == "NoteUsesOfKeys"]

        changed = statement["Condition"]["ForAllValues:StringEquals"]
        assert changed == {"dynamodb:Attributes": ["id", "last_used_on"]}


def test_users_of_the_pool_cannot_move_to_another_tenant(aws_template: Template) -> None:
    (client,) = aws_template.of_type("AWS::Cognito::UserPoolClient").values()
    (pool,) = aws_template.of_type("AWS::Cognito::UserPool").values()

    assert "custom:tenant" in client["ReadAttributes"]
    assert "custom:tenant" not in client["WriteAttributes"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


def test_the_page_asks_for_a_token_that_names_the_tenant(aws_template: Template) -> None:
    (client,) = aws_template.of_type("AWS::Cognito::UserPoolClient").values()
    outputs = dict.fromkeys(("SignInClientId", "SignInIssuer", "SignInDomain", "WebUrl", "ApiUrl"), "https://x.example")

    asked = configuration("dev", outputs)["cognito"]["scope"]

    # Any other scope beside `openid` would leave custom attributes out of the ID token.
    assert client["AllowedOAuthScopes"] == [asked] == ["openid"]


def test_the_page_signs_in_by_code_without_a_secret(aws_template: Template) -> None:
    (client,) = aws_template.of_type("AWS::Cognito::UserPoolClient").values()

    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["GenerateSecret"] is False
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_the_groups_of_the_pool_are_our_scopes(aws_template: Template) -> None:
    groups = {group["GroupName"] for group in aws_template.of_type("AWS::Cognito::UserPoolGroup").values()}

    assert groups == {"pressrun/submit", "pressrun/read", "pressrun/admin", "pressrun/erase", "pressrun/templates"}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
