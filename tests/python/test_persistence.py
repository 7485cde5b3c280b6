"""A server with PERSISTENCE=1 that is killed at any moment has everything that it acknowledged."""

import itertools
import threading
import time

import pytest

from conftest import Server

ROUNDS = 3
WRITERS = 2


@pytest.fixture
def persistent(tmp_path):
    server = Server(tmp_path, PERSISTENCE="1")
    yield server
    server.kill()


def write_until_it_breaks(write, acknowledged):
    for number in itertools.count():
        name = f"{threading.get_ident()}-{number}"
        try:
            write(name)
        except Exception:
            return
        acknowledged.append(name)


def test_nothing_acknowledged_is_lost(persistent):
    sqs, s3, dynamodb = (persistent.client(name) for name in ("sqs", "s3", "dynamodb"))
    queue = sqs.create_queue(QueueName="kept")["QueueUrl"]
    s3.create_bucket(Bucket="kept")
    dynamodb.create_table(
        TableName="kept",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    writes = {
        "sqs": lambda name: sqs.send_message(QueueUrl=queue, MessageBody=name),
        "s3": lambda name: s3.put_object(Bucket="kept", Key=name, Body=name.encode() * 100),
        "dynamodb": lambda name: dynamodb.put_item(TableName="kept", Item={"id": {"S": name}}),
    }
    acknowledged = {service: [] for service in writes}
    for number in range(ROUNDS):
        threads = [
            threading.Thread(target=write_until_it_breaks, args=(write, acknowledged[service]))
            for service, write in writes.items()
            for _ in range(WRITERS)
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.7 + 0.2 * number)
        persistent.kill()
        for thread in threads:
            thread.join()
        persistent.start()
    assert all(len(names) > 10 for names in acknowledged.values()), acknowledged

    scanned = dynamodb.get_paginator("scan").paginate(TableName="kept")
    assert set(acknowledged["dynamodb"]) <= {i["id"]["S"] for page in scanned for i in page["Items"]}
    listed = s3.get_paginator("list_objects_v2").paginate(Bucket="kept")
    assert set(acknowledged["s3"]) <= {o["Key"] for page in listed for o in page["Contents"]}
    name = acknowledged["s3"][-1]
    assert s3.get_object(Bucket="kept", Key=name)["Body"].read() == name.encode() * 100
    bodies = set()
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        bodies |= {message["Body"] for message in messages}
    assert set(acknowledged["sqs"]) <= bodies


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
