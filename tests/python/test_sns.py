"""SNS through boto3 and the AWS CLI, over the wire."""

import base64
import http.server
import json
import queue
import threading
import urllib.request

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def sns(server):
    return server.client("sns")


@pytest.fixture
def sqs(server):
    return server.client("sqs")


@pytest.fixture
def topic(sns, unique):
    return sns.create_topic(Name=unique("topic"))["TopicArn"]


@pytest.fixture
def subscriber():
    """A web server and the requests that it gets."""
    requests = queue.Queue()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            requests.put((self.headers, body.decode()))

        def log_message(self, *_):
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{web.server_port}/hook", requests
    web.shutdown()


def local(server, url):
    """The URL of a notification, at the address of the server whatever names resolve to."""
    return server.endpoint + "/" + url.split("/", 3)[3]


def test_a_notification_reaches_a_queue(sns, sqs, topic, unique):
    url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"kind": [{"prefix": "order-"}]})
    subscription = sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"FilterPolicy": policy}
    )["SubscriptionArn"]
    for kind in ("order-placed", "invoice-sent"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Subject="s", Message=kind, MessageAttributes=attributes)
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    envelopes = [json.loads(message["Body"]) for message in received]
    assert [envelope["Message"] for envelope in envelopes] == ["order-placed"]
    assert envelopes[0]["TopicArn"] == topic
    assert envelopes[0]["UnsubscribeURL"].endswith(f"/?Action=Unsubscribe&SubscriptionArn={subscription}")


def test_a_url_confirms_and_leaves_by_links(server, sns, topic, subscriber):
    endpoint, requests = subscriber
    answer = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint)
    assert answer["SubscriptionArn"] == "pending confirmation"
    headers, body = requests.get(timeout=10)
    assert headers["x-amz-sns-message-type"] == "SubscriptionConfirmation"
    with urllib.request.urlopen(local(server, json.loads(body)["SubscribeURL"])) as answer:
        assert b"<SubscriptionArn>" + topic.encode() in answer.read()
    sns.publish(TopicArn=topic, Message="hello")
    headers, body = requests.get(timeout=10)
    message = json.loads(body)
    assert (headers["x-amz-sns-message-type"], message["Message"]) == ("Notification", "hello")
    with urllib.request.urlopen(local(server, message["SigningCertURL"])) as answer:
        assert answer.read().startswith(b"-----BEGIN CERTIFICATE-----")
    assert len(base64.b64decode(message["Signature"])) == 256
    with urllib.request.urlopen(local(server, message["UnsubscribeURL"])) as answer:
        assert b"UnsubscribeResponse" in answer.read()
    headers, _ = requests.get(timeout=10)
    assert headers["x-amz-sns-message-type"] == "UnsubscribeConfirmation"
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []


def test_what_was_sent_can_be_looked_at(server, sns, topic, unique):
    app = sns.create_platform_application(
        Name=unique("app"), Platform="GCM", Attributes={"PlatformCredential": "key"}
    )["PlatformApplicationArn"]
    endpoint = sns.create_platform_endpoint(PlatformApplicationArn=app, Token="t")["EndpointArn"]
    sns.subscribe(TopicArn=topic, Protocol="application", Endpoint=endpoint)
    sns.subscribe(TopicArn=topic, Protocol="sms", Endpoint="+15551234567")
    mail = sns.subscribe(
        TopicArn=topic, Protocol="email", Endpoint="a@example.com", ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    message = json.dumps({"default": "d", "GCM": "{}"})
    sns.publish(TopicArn=topic, Message=message, MessageStructure="json")

    def get(path):
        with urllib.request.urlopen(f"{server.endpoint}/_aws/sns/{path}") as answer:
            return json.load(answer)

    pushed = get(f"platform-endpoint-messages?endpointArn={endpoint}")["platform_endpoint_messages"]
    assert [it["Message"] for it in pushed[endpoint]] == ["{}"]
    texts = get("sms-messages?phoneNumber=%2B15551234567")["sms_messages"]["+15551234567"]
    assert [it["Message"] for it in texts] == ["d"]
    token = get(f"subscription-tokens/{mail}")["subscription_token"]
    assert sns.confirm_subscription(TopicArn=topic, Token=token)["SubscriptionArn"] == mail


def test_the_status_of_deliveries_is_logged(server, sns, sqs, topic, unique):
    role = "arn:aws:iam::000000000000:role/feedback"
    for name, value in (("SuccessFeedbackRoleArn", role), ("SuccessFeedbackSampleRate", "100")):
        sns.set_topic_attributes(TopicArn=topic, AttributeName=f"SQS{name}", AttributeValue=value)
    url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    message = sns.publish(TopicArn=topic, Message="hello")["MessageId"]
    group = f"sns/us-east-1/000000000000/{topic.split(':')[-1]}"
    with urllib.request.urlopen(f"{server.endpoint}/_aws/sns/delivery-status?logGroup={group}") as answer:
        entries = json.load(answer)["log_groups"][group]
    logged = [entry["message"] for entry in entries]
    assert [it["notification"]["messageId"] for it in logged] == [message]
    assert (logged[0]["status"], logged[0]["delivery"]["destination"]) == ("SUCCESS", arn)


def test_errors_have_the_codes_of_aws(sns, topic):
    for call, code in [
        (lambda: sns.publish(TopicArn=topic + "x", Message="m"), "NotFound"),
        (lambda: sns.publish(TopicArn=topic, Message=""), "InvalidParameter"),
        (lambda: sns.create_platform_application(Name="n", Platform="ADM", Attributes={}), "ValidationError"),
        (lambda: sns.list_tags_for_resource(ResourceArn=topic + "x"), "ResourceNotFound"),
    ]:
        with pytest.raises(ClientError) as error:
            call()
        assert error.value.response["Error"]["Code"] == code


def test_cli(aws, unique):
    topic = aws("sns", "create-topic", "--name", unique("cli"), "--query", "TopicArn", "--output", "text")
    published = aws("sns", "publish", "--topic-arn", topic.stdout.strip(), "--message", "from the shell")
    assert "MessageId" in published.stdout
