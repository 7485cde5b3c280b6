"""What a project's own tests look like."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def prepared(fogbank):
    """What every test starts from."""
    fogbank.client("sqs").create_queue(QueueName="orders")


def orders(client):
    return client.get_queue_url(QueueName="orders")["QueueUrl"]


@pytest.mark.parametrize("attempt", range(3))
def test_each_test_has_the_prepared_queue_to_itself(fogbank_client, attempt):
    sqs = fogbank_client("sqs")
    assert "Messages" not in sqs.receive_message(QueueUrl=orders(sqs))
    sqs.send_message(QueueUrl=orders(sqs), MessageBody=f"attempt {attempt}")
    assert len(sqs.receive_message(QueueUrl=orders(sqs))["Messages"]) == 1


def test_time_passes_without_waiting(fogbank_world):
    sqs = fogbank_world.client("sqs")
    fogbank_world.clock.freeze()
    sqs.send_message(QueueUrl=orders(sqs), MessageBody="later", DelaySeconds=900)
    assert "Messages" not in sqs.receive_message(QueueUrl=orders(sqs))
    fogbank_world.clock.advance(minutes=15)
    assert sqs.receive_message(QueueUrl=orders(sqs))["Messages"][0]["Body"] == "later"


def test_resources_work_too(fogbank_resource):
    bucket = fogbank_resource("s3").create_bucket(Bucket="receipts")
    bucket.put_object(Key="1", Body=b"paid")
    assert [o.key for o in bucket.objects.all()] == ["1"]
