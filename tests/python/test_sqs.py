import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def sqs(server):
    return server.client("sqs")


@pytest.fixture
def queue(sqs, unique):
    return sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]


def test_a_message_travels(sqs, queue):
    attributes = {"trace": {"DataType": "String", "StringValue": "abc"}}
    sent = sqs.send_message(QueueUrl=queue, MessageBody="hällo", MessageAttributes=attributes)
    received = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"])["Messages"]
    assert [m["Body"] for m in received] == ["hällo"]
    assert received[0]["MessageId"] == sent["MessageId"]
    assert received[0]["MessageAttributes"] == attributes
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=received[0]["ReceiptHandle"])


def test_a_batch_reports_each_entry(sqs, queue):
    entries = [{"Id": str(i), "MessageBody": f"m{i}"} for i in range(10)]
    assert len(sqs.send_message_batch(QueueUrl=queue, Entries=entries)["Successful"]) == 10
    got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert sorted(m["Body"] for m in got) == sorted(f"m{i}" for i in range(10))


def test_fifo_keeps_order_and_drops_duplicates(sqs, unique):
    url = sqs.create_queue(QueueName=unique("q") + ".fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for body, token in [("a", "1"), ("b", "2"), ("a again", "1")]:
        sqs.send_message(
            QueueUrl=url, MessageBody=body, MessageGroupId="g", MessageDeduplicationId=token
        )
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [m["Body"] for m in got] == ["a", "b"]


def test_a_missing_queue_has_both_error_codes(sqs):
    with pytest.raises(sqs.exceptions.QueueDoesNotExist) as error:
        sqs.get_queue_url(QueueName="nowhere")
    assert error.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    assert error.value.response["Error"]["QueryErrorCode"] == "QueueDoesNotExist"
    assert error.value.response["Error"]["Message"] == "The specified queue does not exist."


def test_the_key_of_a_queue_has_to_be_usable(server, sqs, unique):
    kms = server.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    url = sqs.create_queue(QueueName=unique("queue"), Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    kms.disable_key(KeyId=key)
    with pytest.raises(sqs.exceptions.KmsDisabled) as error:
        sqs.send_message(QueueUrl=url, MessageBody="m")
    assert error.value.response["Error"]["QueryErrorCode"] == "KmsDisabled"
    assert error.value.response["Error"]["Code"] == "KMS.DisabledException"
    kms.enable_key(KeyId=key)
    sqs.send_message(QueueUrl=url, MessageBody="m")


def test_accounts_and_regions_are_isolated(server, sqs, unique):
    name = unique("isolated")
    sqs.create_queue(QueueName=name)
    for other in (server.client("sqs", account="111122223333"), server.client("sqs", region="eu-west-1")):
        with pytest.raises(ClientError):
            other.get_queue_url(QueueName=name)


def test_cli(aws, unique):
    name = unique("cli")
    url = aws("sqs", "create-queue", "--queue-name", name, "--query", "QueueUrl", "--output", "text")
    aws("sqs", "send-message", "--queue-url", url.stdout.strip(), "--message-body", "from the shell")
    assert "from the shell" in aws("sqs", "receive-message", "--queue-url", url.stdout.strip()).stdout
