"""Stages of accounts that lack something, or that are not in us-east-1 alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reports.bootstrap.settings import Settings
from tests.unit.stack.compiled import Template
from tests.unit.stack.test_functions import as_deployed

# An old one, one whose S3 has no global endpoint any more, and one that opened after that.
REGIONS = ("us-east-1", "eu-central-1", "eu-south-2")

# For accounts that may not make distributions, that have a role for logs already, or whose people sign in elsewhere.
VARIANTS = {
    "as it is": {},
    "without CloudFront": {"web": "none"},
    "without Cognito": {"signIn": "none"},
    "with the account's own role for logs": {"gatewayLogRole": "account"},
    "with a canary": {"canary": "on"},
    "with nothing of these": {
        **{"web": "none", "signIn": "none", "gatewayLogRole": "account", "passwordKey": "none"},
        **{"apiConcurrency": "20", "authorizerConcurrency": "20"},
    },
    "with a page of its own": {
        "web": "none",
        "pageUrl": "https://reports.example/",
        "corsOrigins": "https://reports.example",
    },
}


# Each in one stage, and those that have most in both: each takes seconds to compile and to look at.
STAGES = [
    ("prod", "as it is"),
    ("dev", "as it is"),
    ("prod", "without CloudFront"),
    ("dev", "without Cognito"),
    ("dev", "with the account's own role for logs"),
    ("prod", "with a canary"),
    ("prod", "with nothing of these"),
    ("dev", "with a page of its own"),
]


@pytest.fixture(params=STAGES, ids=" ".join)
def variant(request: pytest.FixtureRequest, template_of: Callable[..., Template]) -> Template:
    stage, name = request.param
    return template_of(stage, **VARIANTS[name])


def test_cloudformation_would_accept_every_variant_in_every_region(template_of: Callable[..., Template]) -> None:
    paths = {str(template_of(stage, **VARIANTS[name]).path): f"{stage} {name}" for stage, name in STAGES}
    # W3005: osls lets functions depend on their roles, which their properties say already.
    cfn_lint = Path(sys.executable).with_name("cfn-lint")
    command = [str(cfn_lint), "--ignore-checks", "W3005", "--regions", *REGIONS, "--", *paths]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{paths}"


def test_functions_understand_their_environment_in_every_variant(variant: Template) -> None:
    for name, function in variant.of_type("AWS::Lambda::Function").items():
        variables = function["Environment"]["Variables"]

        settings = Settings.from_environment({key: as_deployed(value) for key, value in variables.items()})

        assert settings.stage == variant.stage, name


def texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict() | list():
            for inner in value.values() if isinstance(value, dict) else value:
                yield from texts(inner)


def test_without_a_page_there_is_nothing_of_cloudfront_and_no_page_may_do_anything(
    template_of: Callable[..., Template],
) -> None:
    template = template_of("prod", **VARIANTS["without CloudFront"])

    (client,) = template.of_type("AWS::Cognito::UserPoolClient").values()
    (rule,) = template.of_type("AWS::S3::Bucket")["UploadsBucket"]["CorsConfiguration"]["CorsRules"]

    assert not [text for text in texts(template.body) if "CloudFront" in text or "WebDistribution" in text]
    assert not {"WebBucket", "WebUrl"} & set(template.body["Outputs"])
    assert client["CallbackURLs"] == ["https://none.invalid/"]
    assert rule["AllowedOrigins"] == {"Fn::Split": [",", "https://none.invalid"]}


def test_a_page_elsewhere_takes_the_place_of_the_stages_own(template_of: Callable[..., Template]) -> None:
    template = template_of("dev", **VARIANTS["with a page of its own"])

    (client,) = template.of_type("AWS::Cognito::UserPoolClient").values()
    variables = template.of_type("AWS::Lambda::Function")["ApiLambdaFunction"]["Environment"]["Variables"]

    assert client["CallbackURLs"] == client["LogoutURLs"] == ["https://reports.example/"]
    assert variables["CORS_ORIGINS"] == "https://reports.example"


def test_names_that_no_two_regions_may_share_have_the_region_in_them(aws_template: Template) -> None:
    """CloudFront and IAM are of the whole account, buckets and Cognito's domains of all accounts."""
    named = {
        "AWS::CloudFront::OriginAccessControl": ("OriginAccessControlConfig", "Name"),
        "AWS::CloudFront::ResponseHeadersPolicy": ("ResponseHeadersPolicyConfig", "Name"),
        "AWS::S3::Bucket": ("BucketName",),
        "AWS::Cognito::UserPoolDomain": ("Domain",),
        "AWS::IAM::Role": ("RoleName",),
    }
    found: dict[str, Any] = {}
    for name, resource in aws_template.body["Resources"].items():
        value: Any = resource.get("Properties", {})
        for key in named.get(resource["Type"], ("there is none",)):
            value = value.get(key, {}) if isinstance(value, dict) else {}
        # Without a name, CloudFormation makes one that is unique.
        if value:
            found[name] = value

    assert {"WebAccess", "WebHeaders", "UploadsBucket", "ArtifactsBucket", "WebBucket", "UserPoolDomain"} <= set(found)
    assert not [name for name, value in found.items() if "${AWS::Region}" not in json.dumps(value)]


def test_the_role_for_logs_that_an_account_has_is_left_alone(template_of: Callable[..., Template]) -> None:
    ours, theirs = template_of("dev"), template_of("dev", **VARIANTS["with the account's own role for logs"])

    assert ours.names_of("AWS::ApiGateway::Account") == ["ApiGatewayAccount"]
    assert theirs.names_of("AWS::ApiGateway::Account") == []
    assert "ApiGatewayLogsRole" not in theirs.body["Resources"]


def test_shares_of_concurrency_are_kept_for_who_is_waited_for_if_the_account_has_room(
    template_of: Callable[..., Template],
) -> None:
    def kept(template: Template) -> dict[str, Any]:
        functions = template.of_type("AWS::Lambda::Function")
        return {
            name: function["ReservedConcurrentExecutions"]
            for name, function in functions.items()
            if "ReservedConcurrentExecutions" in function
        }

    # An account that is new may keep none: it has ten in all.
    assert kept(template_of("prod")) == {}
    assert kept(template_of("prod", **VARIANTS["with nothing of these"])) == {
        "ApiLambdaFunction": 20,
        "AuthorizerLambdaFunction": 20,
    }
