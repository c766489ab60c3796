"""Lambda ends chains of messages that come back to their function after some 16 of them, unless that is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.unit.stack.compiled import Template


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _logical(reference: Any) -> str:
    """Return the logical id that a Ref, a GetAtt or the like of an ARN names."""
    match reference:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return name
        case {"Fn::Sub": str(text)} if text.startswith("${"):
            return text[2:].partition("}")[0].partition(".")[0]
    raise AssertionError(f"This reference is not known to the tests yet: {reference}")


def may(template: Template, function: str, *actions: str) -> Iterator[str]:
    """Yield the logical ids of what a function's role lets it do one of the actions to."""
    role = template.of_type("AWS::Lambda::Function")[function]["Role"]["Fn::GetAtt"][0]
    documents = [policy["PolicyDocument"] for policy in template.of_type("AWS::IAM::Role")[role]["Policies"]]
    policies = [template.resource(name)["Properties"] for name in template.names_of("AWS::IAM::Policy")]
    documents += [policy["PolicyDocument"] for policy in policies if {"Ref": role} in policy["Roles"]]
    for statement in (each for document in documents for each in document["Statement"]):
        if set(_list(statement["Action"])) & set(actions):
            yield from (_logical(resource) for resource in _list(statement["Resource"]))


def invoked_by(template: Template, function: str) -> set[str]:
    """Return the functions that what a function sends may invoke: by a queue, a topic, or a bucket's notifications."""
    queues = set(may(template, function, "sqs:SendMessage", "sqs:SendMessageBatch"))
    topics = set(may(template, function, "sns:Publish"))
    for subscription in template.of_type("AWS::SNS::Subscription").values():
        if subscription["Protocol"] == "sqs" and _logical(subscription["TopicArn"]) in topics:
            queues.add(_logical(subscription["Endpoint"]))
    buckets = template.of_type("AWS::S3::Bucket")
    for bucket in set(may(template, function, "s3:PutObject")):
        notifications = buckets[bucket].get("NotificationConfiguration", {}).get("QueueConfigurations", [])
        queues |= {_logical(each["Queue"]) for each in notifications}
    return {
        _logical(mapping["FunctionName"])
        for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values()
        if _logical(mapping["EventSourceArn"]) in queues
    }


def in_loops(template: Template) -> set[str]:
    """Return the functions that may, over any number of steps, invoke themselves."""
    invokes = {name: invoked_by(template, name) for name in template.of_type("AWS::Lambda::Function")}

    def reaches(name: str) -> set[str]:
        found: set[str] = set()
        while new := {after for each in found | {name} for after in invokes[each]} - found:
            found |= new
        return found

    return {name for name in invokes if name in reaches(name)}


def test_lambda_lets_functions_send_to_their_own_queue_and_no_others(template: Template) -> None:
    functions = template.of_type("AWS::Lambda::Function")

    allowed = {name for name, function in functions.items() if function.get("RecursiveLoop") == "Allow"}

    assert allowed == in_loops(template) == {"RenderLambdaFunction", "NotifyLambdaFunction"}


def test_a_dropped_message_of_such_a_function_notifies_the_operator_of_prod(
    template_of: Callable[..., Template],
) -> None:
    template = template_of("prod")
    alarms = template.of_type("AWS::CloudWatch::Alarm").values()

    watched = [
        _logical(dimension["Value"])
        for alarm in alarms
        if (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "RecursiveInvocationsDropped")
        for dimension in alarm["Dimensions"]
        if (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    ]

    assert sorted(watched) == sorted(in_loops(template))


def test_a_function_that_invokes_another_one_is_in_no_loop(template: Template) -> None:
    assert invoked_by(template, "ApiLambdaFunction") >= {"RenderLambdaFunction", "NotifyLambdaFunction"}
    assert "ApiLambdaFunction" not in in_loops(template)
