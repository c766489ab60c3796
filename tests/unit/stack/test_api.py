from __future__ import annotations

import json
import re
from urllib.parse import parse_qs

import jsonschema
import pytest

from reports.jobs.request import ReportRequest
from tests.unit.stack.compiled import Template

AWS_ONLY = {
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::Authorizer",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup",
    "AWS::SNS::TopicPolicy",
}


def test_the_deployment_waits_for_all_that_it_is_a_snapshot_of(template: Template) -> None:
    (name,) = template.of_type("AWS::ApiGateway::Deployment")

    awaited = set(template.resource(name)["DependsOn"])

    assert awaited >= set(template.of_type("AWS::ApiGateway::Method"))
    assert awaited >= set(template.of_type("AWS::ApiGateway::GatewayResponse"))
    assert awaited >= set(template.of_type("AWS::Logs::LogGroup"))
    assert awaited >= set(template.names_of("AWS::ApiGateway::Account"))
    assert len(template.names_of("AWS::ApiGateway::Account")) == template.is_for_aws


def test_the_direct_door_sends_the_body_as_it_is_and_names_itself(template: Template) -> None:
    integration = template.of_type("AWS::ApiGateway::Method")["QueueReportsPost"]["Integration"]

    sent = parse_qs(integration["RequestTemplates"]["application/json"], strict_parsing=True)

    attributes = {
        sent[f"MessageAttribute.{i}.Name"][0]: sent[f"MessageAttribute.{i}.Value.StringValue"][0] for i in (1, 2, 3, 4)
    }
    assert sent["Action"] == ["SendMessage"]
    assert sent["MessageBody"] == ["$util.urlEncode($input.body)"]
    assert sent["MessageGroupId"] == [attributes["tenant"]]
    assert attributes == {
        "door": "queue",
        "request_id": "$util.urlEncode($context.extendedRequestId)",
        "correlation_id": "$util.urlEncode($context.extendedRequestId)",
        "tenant": "$util.urlEncode($context.authorizer.tenant)" if template.is_for_aws else "demo",
    }


def test_nothing_at_the_direct_door_is_a_callers_to_choose_but_the_body(template: Template) -> None:
    integration = template.of_type("AWS::ApiGateway::Method")["QueueReportsPost"]["Integration"]
    texts = [
        *integration["RequestTemplates"].values(),
        *(text for each in integration["IntegrationResponses"] for text in each["ResponseTemplates"].values()),
    ]

    used = {name for text in texts for name in re.findall(r"\$(?:input|context)\.[\w.]+", str(text))}

    # $context.requestId is not among them: clients may override it by the header x-amzn-RequestId.
    assert used <= {
        "$input.body",
        "$input.path",  # of the queue's answer
        "$context.extendedRequestId",
        "$context.authorizer.tenant",
        "$context.domainName",
        "$context.stage",
    }
    assert {"$input.body", "$context.extendedRequestId"} <= used
    for form in integration["RequestTemplates"].values():
        assert re.findall(r"(?<!urlEncode\()\$(?:input|context)[\w.]*", form) == []


def test_the_direct_door_lets_no_unmapped_body_through(template: Template) -> None:
    method = template.of_type("AWS::ApiGateway::Method")["QueueReportsPost"]

    assert method["Integration"]["PassthroughBehavior"] == "NEVER"
    assert method["RequestValidatorId"] == {"Ref": "BodyValidator"}
    assert template.of_type("AWS::ApiGateway::RequestValidator")["BodyValidator"]["ValidateRequestBody"] is True


def test_the_direct_door_asks_for_the_same_form_as_the_api(template: Template) -> None:
    schema = template.of_type("AWS::ApiGateway::Model")["ReportRequestModel"]["Schema"]

    fields = ReportRequest.model_fields

    assert set(schema["properties"]) == set(fields)
    assert set(schema["required"]) == {name for name, field in fields.items() if field.is_required()}
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ({"template": "invoice", "data": {}}, True),
        ({"template": "invoice", "data": {}, "options": {"title": "T"}}, True),
        ({"template": "invoice"}, False),
        ({"template": 3, "data": {}}, False),
        ({"template": "invoice", "data": []}, False),
        ({"template": "invoice", "data": {}, "tenant": "other"}, False),
        ([], False),
    ],
)
def test_the_schema_tells_requests_from_others(template: Template, body: object, fits: bool) -> None:
    schema = template.of_type("AWS::ApiGateway::Model")["ReportRequestModel"]["Schema"]

    assert jsonschema.Draft4Validator(schema).is_valid(body) is fits


@pytest.mark.parametrize("status", ["400", "502", "503"])
def test_a_refusal_of_the_queue_is_a_problem_document(template: Template, status: str) -> None:
    responses = template.of_type("AWS::ApiGateway::Method")["QueueReportsPost"]["Integration"]["IntegrationResponses"]

    (response,) = [r for r in responses if r["StatusCode"] == status]

    problem = json.loads(response["ResponseTemplates"]["application/json"])
    assert response["ResponseParameters"]["method.response.header.Content-Type"] == "'application/problem+json'"
    assert problem["type"] == f"urn:pressrun:problem:{problem['code']}"
    assert problem["status"] == int(status)


def test_what_api_gateway_refuses_itself_is_a_problem_document(template: Template) -> None:
    for response in template.of_type("AWS::ApiGateway::GatewayResponse").values():
        text = response["ResponseTemplates"]["application/json"]
        # Nothing that a caller chooses may stand here, for nothing escapes it: $context.requestId is such.
        assert set(re.findall(r"\$context\.[\w.]+", text)) <= {
            "$context.error.messageString",
            "$context.extendedRequestId",
        }
        problem = json.loads(text.replace("$context.error.messageString", '"said by API Gateway"'))

        assert problem["type"] == f"urn:pressrun:problem:{problem['code']}"
        headers = response["ResponseParameters"]
        assert headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'"
        assert headers["gatewayresponse.header.X-Correlation-Id"] == "context.extendedRequestId"
        assert problem["correlation_id"] == "$context.extendedRequestId"
        # Or else a page could not tell a key that is wrong from a network that is down.
        assert "gatewayresponse.header.Access-Control-Allow-Origin" in headers


def test_json_stays_text_to_the_gateway_and_is_compressed(template: Template) -> None:
    (api,) = template.of_type("AWS::ApiGateway::RestApi").values()

    assert api["BinaryMediaTypes"] == ["application/pdf"]
    assert api["MinimumCompressionSize"] == 1024


def test_the_emulators_get_no_type_that_is_for_aws_only(template: Template) -> None:
    types = {resource["Type"] for resource in template.body["Resources"].values()}

    assert (types & AWS_ONLY) == (AWS_ONLY if template.is_for_aws else set())


def test_a_page_may_use_the_direct_door(template: Template) -> None:
    """The function says which pages may, when their browsers ask before; the door's own answers say so to all."""
    methods = template.of_type("AWS::ApiGateway::Method")
    door = methods["QueueReportsPost"]
    [asked] = [
        method
        for method in methods.values()
        if method["ResourceId"] == door["ResourceId"] and method["HttpMethod"] == "OPTIONS"
    ]

    assert asked["AuthorizationType"] == "NONE"
    assert asked["ApiKeyRequired"] is False
    assert asked["Integration"]["Type"] == "AWS_PROXY"
    assert "ApiLambdaFunction" in json.dumps(asked["Integration"]["Uri"])
    allowed = {response["StatusCode"]: set(response["ResponseParameters"]) for response in door["MethodResponses"]}
    for response in door["Integration"]["IntegrationResponses"]:
        assert response["ResponseParameters"]["method.response.header.Access-Control-Allow-Origin"] == "'*'"
        assert set(response["ResponseParameters"]) <= allowed[response["StatusCode"]]
