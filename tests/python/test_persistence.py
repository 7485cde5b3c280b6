"""A server with PERSISTENCE=1 that is killed at any moment has everything that it acknowledged."""

import itertools
import os
import random
import threading
import time

import pytest

from conftest import Server

#: How often the server is killed, each time at a random moment.
KILLS = int(os.environ.get("KILLS", "100"))


@pytest.fixture
def persistent(tmp_path):
    server = Server(tmp_path, PERSISTENCE="1", DURABILITY="everysec")
    yield server
    server.kill()


class Writer:
    """Writes names to one service until the server is gone, and knows which were acknowledged."""

    def __init__(self, service, write, present):
        self.service, self.write, self.present = service, write, present
        self.names = (f"{service}-{number}" for number in itertools.count())
        self.acknowledged = []
        self.newest = []

    def run(self):
        self.acknowledged += self.newest
        self.newest = []
        for name in self.names:
            try:
                self.write(name)
            except Exception:
                return
            self.newest.append(name)

    def check(self):
        self.acknowledged, newest, self.newest = self.acknowledged + self.newest, self.newest, []
        missing = set(self.acknowledged) - self.present(self.acknowledged, newest)
        assert not missing, f"{self.service} lost {len(missing)} writes, such as {min(missing)}"


def writers(server):
    sqs, s3, dynamodb, sns = (server.client(name) for name in ("sqs", "s3", "dynamodb", "sns"))
    queue = sqs.create_queue(QueueName="kept")["QueueUrl"]
    s3.create_bucket(Bucket="kept")
    topic = sns.create_topic(Name="kept")["TopicArn"]
    dynamodb.create_table(
        TableName="kept",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )

    def sqs_present(acknowledged, newest):
        names = ["ApproximateNumberOfMessages"]
        counted = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return set(acknowledged) if int(counted[names[0]]) >= len(acknowledged) else set()

    def s3_present(acknowledged, newest):
        for name in newest[-3:]:  # an object is there as a whole or not at all
            assert s3.get_object(Bucket="kept", Key=name)["Body"].read() == name.encode() * 100
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="kept")
        return {item["Key"] for page in pages for item in page.get("Contents", [])}

    def dynamodb_present(acknowledged, newest):
        pages = dynamodb.get_paginator("scan").paginate(TableName="kept")
        items = [item for page in pages for item in page["Items"]]
        assert all(item["copy"] == item["id"] for item in items), "an item is torn"
        return {item["id"]["S"] for item in items}

    def sns_present(acknowledged, newest):
        pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
        return {
            item["Endpoint"].rpartition(":")[2] for page in pages for item in page["Subscriptions"]
        }

    def subscribe(name):
        endpoint = f"arn:aws:sqs:us-east-1:000000000000:{name}"
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=endpoint)

    return queue, [
        Writer("sqs", lambda name: sqs.send_message(QueueUrl=queue, MessageBody=name), sqs_present),
        Writer(
            "s3",
            lambda name: s3.put_object(Bucket="kept", Key=name, Body=name.encode() * 100),
            s3_present,
        ),
        Writer(
            "dynamodb",
            lambda name: dynamodb.put_item(
                TableName="kept", Item={"id": {"S": name}, "copy": {"S": name}}
            ),
            dynamodb_present,
        ),
        Writer("sns", subscribe, sns_present),
    ]


def test_nothing_acknowledged_is_lost(persistent):
    chance = random.Random(20260101)
    queue, all_writers = writers(persistent)
    for kill in range(1, KILLS + 1):
        threads = [threading.Thread(target=writer.run) for writer in all_writers]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.02, 0.3))
        persistent.kill()
        for thread in threads:
            thread.join()
        persistent.start()
        # What is lost stays lost, so looking at everything now and then finds it.
        if kill % 10 == 0 or kill == KILLS:
            for writer in all_writers:
                writer.check()
    assert all(len(writer.acknowledged) > KILLS for writer in all_writers)

    sqs, bodies = persistent.client("sqs"), set()
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        bodies |= {message["Body"] for message in messages}
    assert set(all_writers[0].acknowledged) <= bodies


def test_a_clean_stop_keeps_everything_too(persistent):
    sqs = persistent.client("sqs")
    queue = sqs.create_queue(QueueName="kept", Attributes={"VisibilityTimeout": "7"})["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody="still here")
    persistent.stop()
    persistent.start()
    assert sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"] == {
        "VisibilityTimeout": "7"
    }
    assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "still here"


def test_two_servers_do_not_share_a_directory(persistent):
    with pytest.raises(RuntimeError):
        Server(persistent.directory, PERSISTENCE="1")
