"""EventBridge through boto3, over the wire."""

import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def events(server):
    return server.client("events")


@pytest.fixture
def sqs(server):
    return server.client("sqs")


@pytest.fixture
def queue(sqs, unique):
    url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


def received(sqs, url):
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in messages]


def rule_to(events, name, pattern, arn, **bus):
    events.put_rule(Name=name, EventPattern=json.dumps(pattern), **bus)
    failed = events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": arn}], **bus)
    assert failed["FailedEntryCount"] == 0


def test_an_event_reaches_a_queue(events, sqs, queue, unique):
    url, arn = queue
    bus = unique("bus")
    events.create_event_bus(Name=bus)
    rule_to(events, "orders", {"detail": {"total": [{"numeric": [">", 10]}]}}, arn, EventBusName=bus)
    entry = {"Source": "shop", "DetailType": "order", "EventBusName": bus}
    output = events.put_events(Entries=[entry | {"Detail": json.dumps({"total": total})} for total in (5, 15)])
    assert output["FailedEntryCount"] == 0
    (event,) = received(sqs, url)
    assert event["detail"] == {"total": 15}
    assert event["id"] == output["Entries"][1]["EventId"]


def test_objects_of_s3_are_told_of(server, events, sqs, queue, unique):
    url, arn = queue
    s3 = server.client("s3")
    bucket = unique("bucket")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    rule_to(events, unique("rule"), {"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}}, arn)
    s3.put_object(Bucket=bucket, Key="a b", Body=b"data")
    s3.delete_object(Bucket=bucket, Key="a b")
    created, deleted = received(sqs, url)
    assert (created["detail-type"], created["detail"]["reason"]) == ("Object Created", "PutObject")
    assert created["detail"]["object"]["key"] == "a b"
    assert created["detail"]["object"]["size"] == 4
    assert deleted["detail"]["deletion-type"] == "Permanently Deleted"
    assert deleted["resources"] == [f"arn:aws:s3:::{bucket}"]


def test_changes_of_parameters_are_told_of(server, events, sqs, queue, unique):
    url, arn = queue
    ssm = server.client("ssm")
    name = unique("parameter")
    rule_to(events, unique("rule"), {"source": ["aws.ssm"], "detail": {"name": [name]}}, arn)
    ssm.put_parameter(Name=name, Value="1", Type="String")
    ssm.put_parameter(Name=name, Value="2", Type="String", Overwrite=True)
    ssm.delete_parameter(Name=name)
    operations = [event["detail"]["operation"] for event in received(sqs, url)]
    assert operations == ["Create", "Update", "Delete"]


@pytest.mark.parametrize(
    "call, code, message",
    [
        (
            lambda events: events.put_rule(Name="r", EventPattern="{"),
            "InvalidEventPatternException",
            "Unexpected end-of-input: expected close marker for Object",
        ),
        (
            lambda events: events.put_rule(Name="r", ScheduleExpression="rate(1 minutes)"),
            "ValidationException",
            "Parameter ScheduleExpression is not valid.",
        ),
        (
            lambda events: events.put_events(Entries=[{}] * 11),
            "ValidationException",
            "Member must have length less than or equal to 10",
        ),
        (
            lambda events: events.create_connection(Name="c d", AuthorizationType="NONE", AuthParameters={}),
            "ValidationException",
            "2 validation errors detected: Value 'c d' at 'name' failed to satisfy constraint",
        ),
    ],
)
def test_what_is_wrong_is_refused(events, call, code, message):
    with pytest.raises(ClientError) as refused:
        call(events)
    assert refused.value.response["Error"]["Code"] == code
    assert message in refused.value.response["Error"]["Message"]
