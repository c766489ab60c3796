from __future__ import annotations

import pytest
from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from reports.errors import ServiceUnavailableError
from tests.unit.tools.fake_aws import refusal
from tools.reasons import reason, why

WAY = "http://127.0.0.1:1/"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (exceptions.NoCredentialsError(), "aws sso login"),
        (exceptions.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), "AWS_SECRET_ACCESS_KEY"),
        (exceptions.ProfileNotFound(profile="work"), "(work)"),
        (exceptions.UnauthorizedSSOTokenError(), "aws sso login"),
        (exceptions.TokenRetrievalError(provider="sso", error_msg="expired"), "aws sso login"),
        (exceptions.NoRegionError(), "AWS_REGION="),
        (exceptions.InvalidRegionError(region_name="eu central"), "eu central"),
        (exceptions.EndpointConnectionError(endpoint_url=WAY), WAY),
        (exceptions.ConnectTimeoutError(endpoint_url=WAY), "Check the network"),
        (exceptions.ProxyConnectionError(proxy_url=WAY), "HTTPS_PROXY"),
        (exceptions.SSLError(endpoint_url=WAY, error=ValueError("bad certificate")), "AWS_CA_BUNDLE"),
        (exceptions.ConfigParseError(path="/home/me/.aws/config"), "/home/me/.aws/config"),
        (refusal("InvalidClientTokenId", "The security token included in the request is invalid"), "does not know"),
        (refusal("UnrecognizedClientException"), "does not know"),
        (refusal("ExpiredToken", "The security token included in the request is expired"), "expired. Renew"),
        (refusal("SignatureDoesNotMatch", "Signature expired: 20261130T000000Z is now earlier"), "clock"),
        (refusal("SignatureDoesNotMatch", "The signature we calculated does not match"), "does not know"),
        (refusal("AccessDenied", "User: me is not authorized to perform: ssm:GetParameter"), "ssm:GetParameter"),
        (refusal("ThrottlingException", "Rate exceeded"), "Wait a moment"),
        (refusal("Odd", "It is\n  odd", "DescribeStacks"), "DescribeStacks failed (Odd): It is odd."),
    ],
)
def test_the_reason_is_one_line_that_says_what_to_do(error: BotoCoreError | ClientError, told: str) -> None:
    line = reason(error)

    assert told in line
    assert "\n" not in line
    assert line.endswith((".", "`.", "`"))


def test_the_reason_of_aws_is_found_behind_an_error_of_ours() -> None:
    try:
        try:
            raise refusal("AccessDeniedException", "not authorized to perform: dynamodb:GetItem")
        except ClientError as cause:
            raise ServiceUnavailableError("DynamoDB could not be reached.") from cause
    except ServiceUnavailableError as error:
        told = why(error)

    assert "dynamodb:GetItem" in told
    assert why(ValueError("as it is")) == "as it is"
