"""What the documents say of a stage on AWS is what is deployed."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.unit.stack.compiled import Template
from tests.unit.stack.test_loops import may
from tests.unit.test_docs import read, rows, section

WORDS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)


def word(count: int) -> str:
    return WORDS[count]


def prose(name: str, heading: str) -> str:
    """Return a section with one space for each line end."""
    return " ".join(section(read(name), heading).split())


def test_the_manual_counts_what_a_deployment_creates(template_of: Callable[..., Template]) -> None:
    deploy, template = prose("docs/operations.md", "What a deployment creates"), template_of("dev")

    assert f"{word(len(template.of_type('AWS::CloudWatch::Alarm')))} alarms that go to an SNS topic" in deploy
    assert f"{word(len(template.of_type('AWS::Lambda::Function')))} functions each with a role" in deploy
    queues = [queue for queue in template.of_type("AWS::SQS::Queue").values() if "RedrivePolicy" in queue]
    buckets = set(template.of_type("AWS::S3::Bucket")) - {"ServerlessDeploymentBucket"}
    assert f"{word(len(queues))} queues with a dead-letter queue each" in deploy
    assert f"{word(len(buckets))} buckets, for uploads, artifacts and the page" in deploy
    assert "log groups with 30 days of retention" in deploy


def test_what_costs_is_what_is_deployed(template_of: Callable[..., Template]) -> None:
    idle, template = prose("docs/cost.md", "An idle stack"), template_of("dev")

    memory = template.of_type("AWS::Lambda::Function")["RenderLambdaFunction"]["MemorySize"]
    polled = len(template.of_type("AWS::Lambda::EventSourceMapping"))

    assert f"x86_64, {memory:,} MB, one by one" in read("docs/cost.md")
    assert f"{word(polled)} queues, five pollers each" in idle
    assert f"{word(len(template.of_type('AWS::CloudWatch::Alarm')))} alarms" in idle


def test_every_role_of_a_function_is_in_the_table_and_only_those_that_delete_are_said_to(
    aws_template: Template,
) -> None:
    text = section(read("docs/operations.md"), "Roles")
    documented = {row[0]: row[1] for row in rows(text)}
    functions = {
        name.removesuffix("LambdaFunction").lower(): name for name in aws_template.of_type("AWS::Lambda::Function")
    }

    deleting = {short for short, name in functions.items() if set(may(aws_template, name, "s3:DeleteObject"))}

    assert set(functions) <= set(documented)
    assert deleting == {"render", "erase", "api"}
    assert (
        "Only the render function, in `reports/*`, the api function, in `assets/*`, and the erase function may" in text
    )
    assert {short for short in functions if re.search(r"\bdelete (what|all|`assets)", documented[short])} == deleting
    for short, name in functions.items():
        assert not set(may(aws_template, name, "dynamodb:Scan")), short
        assert bool(set(may(aws_template, name, "s3:ListBucket"))) is (short == "api")
        assert bool(set(may(aws_template, name, "s3:ListBucketVersions"))) is (short == "erase")
        for action, said in {"sns:Publish": "publish events", "ses:SendRawEmail": "send e-mail"}.items():
            assert bool(list(allowed(aws_template, name, action))) is (said in documented[short]), (short, action)


def allowed(template: Template, function: str, action: str) -> list[object]:
    role = template.of_type("AWS::Lambda::Function")[function]["Role"]["Fn::GetAtt"][0]
    return [
        statement
        for policy in template.of_type("AWS::IAM::Role")[role]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if action in statement["Action"]
    ]


def test_a_message_has_as_many_receives_as_the_documents_say(template: Template) -> None:
    queue = template.of_type("AWS::SQS::Queue")["RenderQueue"]
    receives = queue["RedrivePolicy"]["maxReceiveCount"]

    assert f"A message has more receives than that: {receives}." in prose("docs/operations.md", "Retries")
    if template.is_for_aws:
        hours = receives * int(queue["VisibilityTimeout"]) // 3600
        assert f"{receives} receives are {word(hours)} hours" in prose("docs/operations.md", "Retries")


def test_the_limits_of_open_routes_are_those_that_the_documents_state(aws_template: Template) -> None:
    (stage,) = aws_template.of_type("AWS::ApiGateway::Stage").values()
    limits = {each["ResourcePath"]: each["ThrottlingRateLimit"] for each in stage["MethodSettings"]}
    security = " ".join(read("SECURITY.md").split())

    assert f"{limits['/health']} requests a second to each open route" in security
    assert f"and {limits['/*']} to each route in all" in security
