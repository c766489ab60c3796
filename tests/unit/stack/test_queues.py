from __future__ import annotations

from collections.abc import Callable

import pytest

from reports import bootstrap
from reports.bootstrap.call_timeouts import CallTimes
from reports.bootstrap.settings import Settings
from reports.worker.heartbeat import BEATS_PER_LEASE, MESSAGE_AFTER_LEASE_SECONDS
from tests.unit.stack.compiled import Template
from tools.deploy import messaging


def test_every_queue_has_a_dead_letter_queue_or_is_one(template: Template) -> None:
    queues = template.of_type("AWS::SQS::Queue")
    targets = {
        q["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] for q in queues.values() if "RedrivePolicy" in q
    }

    for name, queue in queues.items():
        if name in targets:
            assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600, name
            assert queue["RedriveAllowPolicy"]["redrivePermission"] == "byQueue", name
        else:
            # A job counts its own tries, and a delivery its own attempts. What a message comes back for beside that are
            # faults of ours, and batches that Lambda throttles.
            expected = {"RenderQueue": Settings.max_receives, "NotifyQueue": bootstrap.MOST_NOTIFY_RECEIVES}[name]
            assert queue["RedrivePolicy"]["maxReceiveCount"] == expected, name


def test_every_queue_has_an_alarm_that_notifies_the_operator(template: Template) -> None:
    alarms = template.of_type("AWS::CloudWatch::Alarm").values()

    # One over a formula has the dimensions of its metrics.
    dimensions = [d for alarm in alarms for d in alarm.get("Dimensions", ())]
    watched = {d["Value"]["Fn::GetAtt"][0] for d in dimensions if d["Name"] == "QueueName"}

    assert watched == set(template.of_type("AWS::SQS::Queue"))
    assert all(alarm["AlarmActions"] == [{"Ref": "AlertsTopic"}] for alarm in alarms)


def test_one_dead_letter_is_enough_for_an_alarm(template: Template) -> None:
    alarm = template.of_type("AWS::CloudWatch::Alarm")["DeadLettersAlarm"]

    assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


def test_a_sweep_that_fails_or_does_not_run_notifies_the_operator(template: Template) -> None:
    alarm = template.of_type("AWS::CloudWatch::Alarm")["SweepAlarm"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Errors", "Maximum")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "SweepLambdaFunction"}}]
    # Of a function that is not invoked there are no data.
    assert alarm["TreatMissingData"] == "breaching"


def test_a_job_that_the_sweep_cannot_repair_notifies_the_operator(template: Template) -> None:
    alarm = template.of_type("AWS::CloudWatch::Alarm")["UnrepairedAlarm"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("Pressrun", "faults")
    assert alarm["Dimensions"] == [
        {"Name": "service", "Value": "sweep"},
        {"Name": "function_name", "Value": {"Ref": "SweepLambdaFunction"}},
    ]


def test_requests_that_cannot_be_given_a_job_notify_the_operator(template: Template) -> None:
    alarm = template.of_type("AWS::CloudWatch::Alarm")["UnadmittedAlarm"]

    assert (alarm["Namespace"], alarm["MetricName"]) == ("Pressrun", "unadmitted")
    assert alarm["Dimensions"] == [
        {"Name": "service", "Value": "render"},
        {"Name": "function_name", "Value": {"Ref": "RenderLambdaFunction"}},
    ]


def test_every_queue_is_encrypted(template: Template) -> None:
    for name, queue in template.of_type("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True, name


def test_on_aws_every_queue_refuses_plain_http(aws_template: Template) -> None:
    policies = aws_template.policies_on("AWS::SQS::QueuePolicy", "Queues")

    for name in aws_template.of_type("AWS::SQS::Queue"):
        denied = [s for s in policies[name] if s["Effect"] == "Deny"]
        assert [s["Condition"] for s in denied] == [{"Bool": {"aws:SecureTransport": "false"}}], name


def test_on_an_emulator_plain_http_is_let_through(template_of: Callable[[str], Template]) -> None:
    local = template_of("local")

    denied = [
        statement
        for statements in local.policies_on("AWS::SQS::QueuePolicy", "Queues").values()
        for statement in statements
        if statement["Effect"] == "Deny"
    ]

    assert denied == []


def test_only_our_own_bucket_may_send_to_the_render_queue(template: Template) -> None:
    bucket = template.of_type("AWS::S3::Bucket")["UploadsBucket"]["BucketName"]["Fn::Sub"]

    (allowed,) = [
        statement
        for statement in template.policies_on("AWS::SQS::QueuePolicy", "Queues")["RenderQueue"]
        if statement["Effect"] == "Allow"
    ]

    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Action"] == "sqs:SendMessage"
    assert allowed["Condition"] == {
        "ArnEquals": {"aws:SourceArn": {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{bucket}"}},
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
    }


def test_a_message_stays_hidden_for_longer_than_its_function_runs(template: Template) -> None:
    functions = template.of_type("AWS::Lambda::Function")
    queues = template.of_type("AWS::SQS::Queue")

    for mapping in template.of_type("AWS::Lambda::EventSourceMapping").values():
        function = functions[mapping["FunctionName"]["Fn::GetAtt"][0]]
        queue = mapping["EventSourceArn"]["Fn::GetAtt"][0]
        visibility = int(queues[queue]["VisibilityTimeout"])

        assert function["Timeout"] < visibility


def test_a_dead_worker_is_noticed_within_thirty_seconds(template: Template) -> None:
    render = template.of_type("AWS::Lambda::Function")["RenderLambdaFunction"]
    lease = int(render["Environment"]["Variables"]["LEASE_SECONDS"])

    # When its message comes back, a little after the lease. A process that has to start has ten seconds for that.
    assert lease + MESSAGE_AFTER_LEASE_SECONDS <= 20
    # A call that hangs must not cost a worker that lives its job.
    calls = CallTimes.within(int(render["Timeout"]))
    assert lease - lease / BEATS_PER_LEASE >= calls.connect + calls.read + 1 + calls.read


def test_no_message_is_a_dead_letter_for_hours_in_which_lambda_throttles_its_function(template: Template) -> None:
    """A throttled batch comes back after its visibility timeout, a receive poorer, and nothing of it has run."""
    queues = [queue for queue in template.of_type("AWS::SQS::Queue").values() if "RedrivePolicy" in queue]

    assert len(queues) == 2
    for queue in queues:
        seconds = int(queue["VisibilityTimeout"]) * queue["RedrivePolicy"]["maxReceiveCount"]
        assert seconds >= 4 * 3600
        # After which SQS would not even park it.
        assert seconds < queue["MessageRetentionPeriod"] / 2


def test_on_aws_no_report_waits_for_anothers_render(aws_template: Template) -> None:
    mappings = aws_template.of_type("AWS::Lambda::EventSourceMapping").values()

    [batch] = [m["BatchSize"] for m in mappings if m["FunctionName"]["Fn::GetAtt"][0] == "RenderLambdaFunction"]

    assert batch == 1


def test_a_batch_reports_each_failure_and_the_concurrency_is_bounded(template: Template) -> None:
    mappings = template.of_type("AWS::Lambda::EventSourceMapping").values()

    assert len(mappings) == 2
    for mapping in mappings:
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert 1 <= int(mapping["BatchSize"]) <= 10
        assert int(mapping["ScalingConfig"]["MaximumConcurrency"]) >= 2


@pytest.mark.parametrize("queue", ["NotifyQueue", "NotifyDeadLetterQueue"])
def test_only_our_own_topic_may_send_to_the_notify_queue_and_what_it_cannot_deliver_to_the_dead_letters(
    template: Template, queue: str
) -> None:
    (allowed,) = [
        statement
        for statement in template.policies_on("AWS::SQS::QueuePolicy", "Queues")[queue]
        if statement["Effect"] == "Allow"
    ]

    assert allowed["Principal"] == {"Service": "sns.amazonaws.com"}
    assert allowed["Action"] == "sqs:SendMessage"
    assert allowed["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": "EventsTopic"}}}


def test_an_event_that_cannot_be_delivered_to_the_notify_queue_is_a_dead_letter(template: Template) -> None:
    subscription = template.resource("NotifyQueueSubscription")

    assert subscription["Properties"]["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["NotifyDeadLetterQueue", "Arn"]}
    }
    assert {"NotifyQueuePolicy", "NotifyDeadLetterQueuePolicy"} <= set(subscription["DependsOn"])


def test_no_queue_has_two_policies_of_which_one_would_undo_the_other(template: Template) -> None:
    queues = [q["Ref"] for policy in template.of_type("AWS::SQS::QueuePolicy").values() for q in policy["Queues"]]

    assert len(set(queues)) == len(queues)


def test_the_notify_queue_gets_events_as_they_are_and_only_those_that_a_caller_asked_for(template: Template) -> None:
    subscription = template.of_type("AWS::SNS::Subscription")["NotifyQueueSubscription"]

    assert subscription["RawMessageDelivery"] is True
    assert subscription["FilterPolicy"] == {"notify": ["yes"]}


def test_on_aws_every_topic_refuses_plain_http(aws_template: Template) -> None:
    policies = aws_template.policies_on("AWS::SNS::TopicPolicy", "Topics")

    for name in aws_template.of_type("AWS::SNS::Topic"):
        denied = [s for s in policies[name] if s["Effect"] == "Deny"]
        assert [s["Condition"] for s in denied] == [{"Bool": {"aws:SecureTransport": "false"}}], name


def test_the_topics_retries_fit_into_the_hour_that_sns_grants() -> None:
    policy = messaging.DELIVERY_POLICY["http"]["defaultHealthyRetryPolicy"]
    lowest, highest = policy["minDelayTarget"], policy["maxDelayTarget"]
    between = policy["numRetries"] - policy["numMinDelayRetries"] - policy["numMaxDelayRetries"]
    growth = (highest / lowest) ** (1 / (between + 1))

    waits = [lowest] * policy["numMinDelayRetries"] + [lowest * growth**n for n in range(1, between + 1)]
    waits += [highest] * policy["numMaxDelayRetries"]

    assert policy["backoffFunction"] == "exponential"
    assert 600 < sum(waits) < 3600


def test_a_dead_letter_stays_hidden_for_longer_than_a_redrive_takes(template: Template) -> None:
    redrive = template.of_type("AWS::Lambda::Function")["RedriveLambdaFunction"]

    visibility = template.of_type("AWS::SQS::Queue")["RenderDeadLetterQueue"]["VisibilityTimeout"]

    assert visibility > redrive["Timeout"]
