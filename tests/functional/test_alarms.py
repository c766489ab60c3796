"""Each alarm goes off by the values that it is for, and reaches the subscribers of the alerts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from tests.functional.service import Service, Session, until

# A copy of an alarm looks again after as many seconds as CloudWatch allows at the least. What it watches stays.
SHORT = {"Period": 10, "EvaluationPeriods": 1}
KEPT = (
    *("AlarmDescription", "AlarmActions", "OKActions", "MetricName", "Namespace", "Dimensions", "Threshold"),
    *("Statistic", "ExtendedStatistic", "ComparisonOperator", "TreatMissingData"),
)


@pytest.fixture
def cloudwatch() -> Any:
    return Session().client("cloudwatch")


@pytest.fixture
def subscriber(service: Service, unique: str) -> Iterator[str]:
    """Subscribe a queue to the alerts of the stage, and return its URL."""
    topics = service.sns.get_paginator("list_topics").paginate()
    name = f":pressrun-alerts-{service.stage}"
    [topic] = [each["TopicArn"] for page in topics for each in page["Topics"] if each["TopicArn"].endswith(name)]
    url = service.sqs.create_queue(QueueName=f"alerts-{unique}")["QueueUrl"]
    arn = service.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
    service.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    subscription = service.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
    yield url
    service.sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    service.sqs.delete_queue(QueueUrl=url)


def alarms_of(cloudwatch: Any, stage: str) -> list[dict[str, Any]]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix="pressrun-")
    return [alarm for page in pages for alarm in page["MetricAlarms"] if alarm["AlarmName"].endswith(f"-{stage}")]


def told(service: Service, url: str, wanted: set[str], *, seconds: float) -> dict[str, dict[str, Any]]:
    """Return what the subscriber is told of alarms that go off, by their names, once it was told of all."""
    found: dict[str, dict[str, Any]] = {}

    def all_of_them() -> bool | None:
        answer = service.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in answer.get("Messages", []):
            alert = json.loads(json.loads(message["Body"])["Message"])
            if alert["NewStateValue"] == "ALARM":
                found[alert["AlarmName"]] = alert
            service.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return wanted <= found.keys() or None

    until(all_of_them, seconds=seconds, what=lambda: f"alerts of {sorted(wanted - found.keys())}")
    return found


def copy_quickly(service: Service, cloudwatch: Any, name: str, alarm: dict[str, Any]) -> None:
    """Make a copy of an alarm that looks at once."""
    kept = {each: alarm[each] for each in KEPT if alarm.get(each) not in (None, "")}
    # LocalStack evaluates no percentiles. Of a single value they all are that value.
    if service.is_localstack and kept.pop("ExtendedStatistic", None):
        kept["Statistic"] = "Maximum"
    # With what is missing as no fault: the copy is to go off for values alone.
    cloudwatch.put_metric_alarm(AlarmName=name, **{**kept, **SHORT, "TreatMissingData": "notBreaching"})


def put(cloudwatch: Any, namespace: str, name: str, dimensions: list[dict[str, str]], value: float) -> None:
    datum = {"MetricName": name, "Dimensions": dimensions, "Value": value, "Timestamp": datetime.now(UTC)}
    cloudwatch.put_metric_data(Namespace=namespace, MetricData=[datum])


def test_every_alarm_goes_off_and_reaches_its_subscriber(
    service: Service, cloudwatch: Any, subscriber: str, unique: str
) -> None:
    if service.endpoint_url is None:
        pytest.skip("AWS's own metrics cannot be written on AWS.")
    alarms = alarms_of(cloudwatch, service.stage)
    assert len(alarms) > 20
    copies = {f"{unique}-{alarm['AlarmName']}": alarm for alarm in alarms}
    try:
        for name, alarm in copies.items():
            copy_quickly(service, cloudwatch, name, alarm)
            # Just above the threshold, and of this very thing.
            value = alarm["Threshold"] + (0.01 if alarm["Threshold"] < 1 else 1)
            put(cloudwatch, alarm["Namespace"], alarm["MetricName"], alarm.get("Dimensions", []), value)

        alerts = told(service, subscriber, set(copies), seconds=120)

        for name, alarm in copies.items():
            assert alerts[name]["AlarmDescription"] == alarm["AlarmDescription"]
    finally:
        cloudwatch.delete_alarms(AlarmNames=list(copies))


def end_of(service: Service, report_id: str) -> dict[str, Any] | None:
    lines = service.log_lines("render", report_id)
    return next((line for line in lines if line.get("message") == "ended"), None)


def measure(cloudwatch: Any, line: dict[str, Any]) -> None:
    """Make metrics of a line as CloudWatch does, by its embedded metric format; emulators don't."""
    for made in line["_aws"]["CloudWatchMetrics"]:
        for names in made["Dimensions"]:
            dimensions = [{"Name": name, "Value": line[name]} for name in names]
            for metric in made["Metrics"]:
                put(cloudwatch, made["Namespace"], metric["Name"], dimensions, line[metric["Name"]])


def test_a_wave_of_failures_is_noticed_by_what_the_functions_log(
    service: Service, cloudwatch: Any, subscriber: str, unique: str
) -> None:
    if service.endpoint_url is None:
        pytest.skip("CloudWatch makes the metrics itself, and the alarm takes a quarter of an hour.")
    copies = {f"{unique}-failing-photos": "failing-photos", f"{unique}-failing": "failing"}
    alarms = {alarm["AlarmName"]: alarm for alarm in alarms_of(cloudwatch, service.stage)}
    try:
        for copy, name in copies.items():
            copy_quickly(service, cloudwatch, copy, alarms[f"pressrun-{name}-{service.stage}"])
        keys = [service.upload(f"uploads/demo/photos/{unique}-{number}.jpg", b"no picture") for number in range(3)]
        reports = [service.report_of(key, seconds=120) for key in keys]
        assert {report["status"] for report in reports} == {"FAILED"}

        for report in reports:
            measure(cloudwatch, until(partial(end_of, service, report["id"]), seconds=60, what="the line of an end"))

        alerts = told(service, subscriber, set(copies), seconds=120)
        assert "photos" in alerts[f"{unique}-failing-photos"]["AlarmDescription"]
    finally:
        cloudwatch.delete_alarms(AlarmNames=list(copies))


def test_a_dead_letter_is_noticed(service: Service, cloudwatch: Any, subscriber: str, unique: str) -> None:
    if service.endpoint_url is None:
        pytest.skip("SQS measures its queues itself, and dead letters of a stage are its operator's.")
    copy = f"{unique}-dead-letters"
    alarms = {alarm["AlarmName"]: alarm for alarm in alarms_of(cloudwatch, service.stage)}
    alarm = alarms[f"pressrun-dead-letters-{service.stage}"]
    try:
        copy_quickly(service, cloudwatch, copy, alarm)
        service.sqs.send_message(QueueUrl=service.queue_url, MessageBody=f"no message of ours {unique}")

        waiting = until(lambda: service.dead_letters() or None, seconds=120, what="a dead letter")
        put(cloudwatch, alarm["Namespace"], alarm["MetricName"], alarm["Dimensions"], waiting)

        assert "make redrive" in told(service, subscriber, {copy}, seconds=120)[copy]["AlarmDescription"]
    finally:
        cloudwatch.delete_alarms(AlarmNames=[copy])


def test_an_alarm_reaches_its_subscriber_on_every_stage(service: Service, cloudwatch: Any, subscriber: str) -> None:
    alarm = f"pressrun-failing-{service.stage}"
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="a test")

    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="a test")

    assert told(service, subscriber, {alarm}, seconds=60)[alarm]["NewStateReason"] == "a test"
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="the test is over")
