"""Task queues on top of SQS: Celery and Kombu, whose consumers poll by themselves."""

import queue

import celery
import kombu
import pytest
from celery.contrib.testing.worker import start_worker

from conftest import Server


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """A server whose queue URLs name an address, for machines without name resolution."""
    server = Server(tmp_path_factory.mktemp("broker"), LOCALSTACK_HOST="127.0.0.1")
    yield server
    server.stop()


def transport(broker):
    return {
        "broker_url": f"sqs://000000000000:test@127.0.0.1:{broker.port}",
        "options": {"region": "us-east-1", "is_secure": False, "polling_interval": 0.1, "wait_time_seconds": 1},
    }


def test_celery_runs_tasks(broker, unique):
    settings = transport(broker)
    app = celery.Celery("tests", broker=settings["broker_url"], set_as_current=False)
    app.conf.update(
        broker_transport_options=settings["options"],
        task_default_queue=unique("celery"),
        worker_enable_remote_control=False,
    )
    results = queue.Queue()

    @app.task(name="add")
    def add(x, y):
        results.put(x + y)

    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        for number in range(3):
            add.delay(number, 10)
        assert sorted(results.get(timeout=20) for _ in range(3)) == [10, 11, 12]


def test_kombu_consumes_and_acknowledges(broker, unique):
    settings = transport(broker)
    name = unique("kombu")
    received = []

    def handle(body, message):
        received.append(body)
        message.ack()

    with kombu.Connection(settings["broker_url"], transport_options=settings["options"]) as connection:
        box = connection.SimpleQueue(name)
        for number in range(3):
            box.put({"number": number})
        box.close()
        with kombu.Consumer(connection, queues=[kombu.Queue(name)], callbacks=[handle]):
            while len(received) < 3:
                connection.drain_events(timeout=10)
    assert sorted(it["number"] for it in received) == [0, 1, 2]
    sqs = broker.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert left["ApproximateNumberOfMessages"] == left["ApproximateNumberOfMessagesNotVisible"] == "0"
