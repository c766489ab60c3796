from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from handlers.http.preferences import LONGEST_WAIT as _LONGEST_WAIT
from handlers.http.routes.reports import _TO_ANSWER_SECONDS
from handlers.notify import _RESERVE_MS
from handlers.render import _SECONDS_TO_END
from reports.adapters.http_webhooks import SECONDS
from reports.bootstrap.call_timeouts import CallTimes
from reports.bootstrap.settings import Settings
from tests.unit.stack.compiled import Template

# These can't be bound to a resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
UNBOUND = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}


def _statements(role: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for policy in role.get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_function_has_a_role_of_its_own(template: Template) -> None:
    functions = template.of_type("AWS::Lambda::Function").values()

    roles = [function["Role"]["Fn::GetAtt"][0] for function in functions]

    assert len(set(roles)) == len(roles)
    assert set(roles) <= set(template.of_type("AWS::IAM::Role"))


def test_no_role_may_do_everything_to_anything(template: Template) -> None:
    for name, role in template.of_type("AWS::IAM::Role").items():
        for statement in _statements(role):
            actions = _list(statement["Action"])
            assert not [action for action in actions if "*" in action], (name, actions)
            if "*" in _list(statement["Resource"]):
                # An emulator knows no resource of SES.
                unbound = UNBOUND if template.is_for_aws else UNBOUND | {"ses:SendRawEmail"}
                assert set(actions) <= unbound, (name, actions)


def test_no_role_reaches_a_whole_bucket(template: Template) -> None:
    reached = {
        (name, prefix)
        for name, role in template.of_type("AWS::IAM::Role").items()
        for statement in _statements(role)
        if any(action.startswith("s3:") for action in _list(statement["Action"]))
        for resource in _list(statement["Resource"])
        # Those that list are bound to folders by a condition, since only a bucket can be listed.
        for prefix in (
            _list(statement["Condition"]["StringLike"]["s3:prefix"])
            if statement["Action"] in ("s3:ListBucket", "s3:ListBucketVersions")
            else [resource["Fn::Sub"].partition("/")[2]]
        )
    }

    assert {key for _, key in reached} == {"uploads/*", "assets/*", "inputs/*", "reports/*", "templates/*"}, reached


_KEEP_AUDIT = ("ApiLambdaFunction", "RenderLambdaFunction", "EraseLambdaFunction")


def test_a_function_logs_to_its_own_group_only(template: Template) -> None:
    roles = template.of_type("AWS::IAM::Role")

    for name, function in template.of_type("AWS::Lambda::Function").items():
        group = name.removesuffix("LambdaFunction") + "LogGroup"
        grants = [
            statement["Resource"]
            for statement in _statements(roles[function["Role"]["Fn::GetAtt"][0]])
            if any(action.startswith("logs:") for action in _list(statement["Action"]))
        ]
        assert grants[0] == {"Fn::GetAtt": [group, "Arn"]}
        assert [grant[0] for grant in grants[1:]] == (
            [{"Fn::GetAtt": ["AuditLogGroup", "Arn"]}] if name in _KEEP_AUDIT else []
        )


def test_no_function_may_change_or_remove_what_is_in_a_log(template: Template) -> None:
    for role in template.of_type("AWS::IAM::Role").values():
        actions = {a for s in _statements(role) for a in _list(s["Action"]) if a.startswith("logs:")}
        assert actions <= {"logs:CreateLogStream", "logs:PutLogEvents"}


def test_the_audit_log_is_kept_longer_than_the_others_and_stays_on_production(template: Template) -> None:
    audit = template.resource("AuditLogGroup")

    assert audit["Properties"]["RetentionInDays"] == 400
    assert audit["DeletionPolicy"] == ("RetainExceptOnCreate" if template.stage == "prod" else "Delete")


def test_every_log_group_forgets_after_30_days(template: Template) -> None:
    groups = {name: group for name, group in template.of_type("AWS::Logs::LogGroup").items() if name != "AuditLogGroup"}

    assert {group["RetentionInDays"] for group in groups.values()} == {30}
    # And on AWS the two of API Gateway.
    assert len(groups) == len(template.of_type("AWS::Lambda::Function")) + 2 * template.is_for_aws


def test_every_function_logs_json_and_is_traced(template: Template) -> None:
    for name, function in template.of_type("AWS::Lambda::Function").items():
        # At INFO: above it there would be neither reports of what runs have cost nor metrics, by which alarms go.
        assert function["LoggingConfig"] == {
            "LogFormat": "JSON",
            "ApplicationLogLevel": "INFO",
            "SystemLogLevel": "INFO",
        }, name
        assert function["TracingConfig"] == {"Mode": "Active"}, name
        assert function["Runtime"] == "python3.13", name


def test_every_function_is_told_all_that_the_settings_ask_for(template: Template) -> None:
    for function in template.of_type("AWS::Lambda::Function").values():
        variables = function["Environment"]["Variables"]

        settings = Settings.from_environment({name: as_deployed(value) for name, value in variables.items()})

        assert settings.stage == template.stage
        assert settings.lease_seconds > 0


def as_deployed(value: Any) -> str:
    """Return what a function may find as a value; CloudFormation alone knows what the page's domain, say, is called."""
    match value:
        case {"Fn::Sub": str(pattern)}:
            return re.sub(r"\$\{[\w.:]+\}", "d111.example", pattern)
        case _:
            return str(value)


def test_a_render_ends_before_its_function_does_and_leaves_it_time_and_memory(template: Template) -> None:
    function = template.of_type("AWS::Lambda::Function")["RenderLambdaFunction"]
    variables = function["Environment"]["Variables"]

    # Ten seconds to record the end, and some to claim the job and to start the engine.
    assert int(variables["RENDER_SECONDS"]) + 20 <= function["Timeout"]
    # The function has the input and the PDF in memory, too.
    assert int(variables["RENDER_MEMORY_MB"]) + 500 <= function["MemorySize"]
    assert int(variables["RENDER_PAGES"]) > 0
    # What takes no more than its input explains ends by its time, and not sooner.
    assert 0 < float(variables["RENDER_CPU_SECONDS"]) < int(variables["RENDER_SECONDS"])


def test_only_an_emulators_functions_are_told_its_address(template: Template) -> None:
    for name, function in template.of_type("AWS::Lambda::Function").items():
        variables = function["Environment"]["Variables"]

        assert "AWS_ENDPOINT_URL" not in variables
        assert ("PUBLIC_ENDPOINT_URL" in variables) is not template.is_for_aws
        # The notify function is called by no request, which would say by which domain it came.
        is_told = not template.is_for_aws or name == "NotifyLambdaFunction"
        assert ("API_BASE_URL" in variables) is is_told


def test_on_aws_email_goes_out_by_the_stages_own_sender_alone(aws_template: Template) -> None:
    role = aws_template.of_type("AWS::IAM::Role")["NotifyRole"]
    function = aws_template.of_type("AWS::Lambda::Function")["NotifyLambdaFunction"]

    [statement] = [s for s in _statements(role) if "ses:SendRawEmail" in _list(s["Action"])]

    sender = function["Environment"]["Variables"]["EMAIL_SENDER"]
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": sender}}
    # SES asks for the right to an identity's default configuration set, too.
    kinds = {resource["Fn::Sub"].rpartition(":")[2] for resource in statement["Resource"]}
    assert kinds == {"identity/*", "configuration-set/*"}


def test_webhooks_of_aws_go_to_no_host_inside(aws_template: Template) -> None:
    function = aws_template.of_type("AWS::Lambda::Function")["NotifyLambdaFunction"]

    variables = function["Environment"]["Variables"]

    assert (variables["WEBHOOK_ALLOWED_HOSTS"], variables["WEBHOOK_PORTS"]) == ("", "443")


def test_a_batch_of_receivers_that_do_not_answer_ends_before_the_notify_function_does(template: Template) -> None:
    function = template.of_type("AWS::Lambda::Function")["NotifyLambdaFunction"]
    mappings = template.of_type("AWS::Lambda::EventSourceMapping").values()
    [mapping] = [m for m in mappings if m["FunctionName"]["Fn::GetAtt"][0] == "NotifyLambdaFunction"]

    assert int(mapping["BatchSize"]) * SECONDS + 35 < function["Timeout"]
    assert Settings.delivery_lease_seconds > SECONDS * 4


# What each function may have done already, in seconds, when a call hangs, and in how many calls that may happen.
BEFORE = {
    "api": (_LONGEST_WAIT, 1),  # waited for a report
    "authorizer": (3, 1),  # asked an issuer for its keys
    "render": (0, 1),
    "sign": (30, 2),  # read the key and a large PDF
    "notify": (SECONDS, 1),
    "sweep": (45, 2),
    "redrive": (200, 1),
    "erase": (200, 1),
}


def test_a_call_that_hangs_ends_before_its_function_does(template: Template) -> None:
    functions = template.of_type("AWS::Lambda::Function")
    assert {name.removesuffix("LambdaFunction").lower() for name in functions} == BEFORE.keys()

    for name, function in functions.items():
        variables, seconds = function["Environment"]["Variables"], float(function["Timeout"])
        assert float(variables["FUNCTION_SECONDS"]) == seconds, name

        before, calls = BEFORE[name.removesuffix("LambdaFunction").lower()]
        for once in (False, True):
            longest = CallTimes.within(seconds, once=once).longest
            assert before + calls * longest <= seconds - 0.5, (name, longest)


def test_handlers_keep_the_time_that_a_hanging_call_takes(template: Template) -> None:
    functions = template.of_type("AWS::Lambda::Function")

    def longest(name: str) -> float:
        return CallTimes.within(functions[f"{name}LambdaFunction"]["Timeout"]).longest

    assert longest("Notify") + SECONDS <= _RESERVE_MS / 1000
    assert longest("Api") < _TO_ANSWER_SECONDS
    assert longest("Render") < _SECONDS_TO_END
