"""Requests that SQS refuses, as they come over the wire in both protocols, and what it says of them."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0"
)
PLACE = "arn:aws:sqs:us-east-1:000000000000"
QUEUE, FIFO = "refusals", "refusals.fifo"


class Wire:
    def __init__(self, server):
        self.endpoint = server.endpoint
        self.url = f"{server.endpoint}/000000000000/{QUEUE}"
        self.fifo = f"{server.endpoint}/000000000000/{FIFO}"

    def json(self, operation, body):
        """Status, name, code and message of the answer in the JSON protocol; None and the answer when it is none."""
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "authorization": AUTHORIZATION,
            "x-amz-target": f"AmazonSQS.{operation}",
        }
        request = urllib.request.Request(self.endpoint, json.dumps(body).encode(), headers)
        try:
            return None, json.loads(urllib.request.urlopen(request).read() or "{}")
        except urllib.error.HTTPError as error:
            answer = json.load(error)
            code, fault = error.headers["x-amzn-query-error"].split(";")
            assert fault == "Sender"
            return error.code, answer["__type"].split("#")[-1], code, answer["message"]

    def query(self, operation, parameters, path="/"):
        """Status, code and message of the answer in the query protocol; None and the answer when it is none."""
        body = urllib.parse.urlencode({"Action": operation, "Version": "2012-11-05", **parameters}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded", "authorization": AUTHORIZATION}
        try:
            return None, urllib.request.urlopen(urllib.request.Request(self.endpoint + path, body, headers)).read()
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            code, message = (re.search(f"<{name}>(.*?)</{name}>", text, re.S)[1] for name in ("Code", "Message"))
            for entity, character in (("&quot;", '"'), ("&gt;", ">"), ("&lt;", "<"), ("&apos;", "'"), ("&amp;", "&")):
                message = message.replace(entity, character)
            return error.code, code, message


@pytest.fixture(scope="module")
def wire(server):
    wire = Wire(server)
    wire.json("CreateQueue", {"QueueName": QUEUE})
    wire.json("CreateQueue", {"QueueName": FIFO, "Attributes": {"FifoQueue": "true"}})
    return wire


def flat(value, name=""):
    """A body as the query protocol has it."""
    singular = {
        "Attributes": "Attribute", "Tags": "Tag", "tags": "Tag", "TagKeys": "TagKey",
        "AttributeNames": "AttributeName", "Actions": "ActionName", "AWSAccountIds": "AWSAccountId",
        "MessageAttributes": "MessageAttribute", "MessageSystemAttributes": "MessageSystemAttribute",
    }
    found = {}
    for key, member in value.items():
        path = f"{name}.{singular.get(key, key)}" if name else singular.get(key, key)
        if isinstance(member, list):
            for at, item in enumerate(member, 1):
                if isinstance(item, dict):
                    found.update(flat(item, f"{path}.{at}"))
                else:
                    found[f"{path}.{at}"] = item
        elif isinstance(member, dict):
            names = ("Key", "Value") if path.endswith("Tag") else ("Name", "Value")
            for at, (entry, item) in enumerate(member.items(), 1):
                found[f"{path}.{at}.{names[0]}"] = entry
                if isinstance(item, dict):
                    found.update(flat(item, f"{path}.{at}.{names[1]}"))
                else:
                    found[f"{path}.{at}.{names[1]}"] = item
        else:
            found[path] = member
    return found


def value(parameter, given, reason):
    return 400, "InvalidParameterValue", f"Value {given} for parameter {parameter} is invalid. Reason: {reason}"


def invalid(message):
    return 400, "InvalidParameterValue", message


def missing(parameter):
    return 400, "MissingParameter", f"The request must contain the parameter {parameter}."


def attribute(message, code="InvalidAttributeValue"):
    return 400, code, message


def bad(name):
    return attribute(f"Invalid value for the parameter {name}.")


def unknown(name):
    return attribute(f"Unknown Attribute {name}.", "InvalidAttributeName")


def policy(given, reason, name="RedrivePolicy"):
    return value(name, given, reason)


def sized(name):
    return f"{name} can only include alphanumeric and punctuation characters. 1 to 128 in length."


NO_QUEUE = 400, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist."
NO_HANDLE = 404, "ReceiptHandleIsInvalid", 'The input receipt handle "x" is not a valid receipt handle.'
NAME = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
FIFO_NAME = (
    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo "
    "suffix and be 1 to 80 in length."
)
WRONG_TYPE = "The request include parameter that is not valid for this queue type."
DEDUPLICATION = (
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly"
)
TAG_KEY = "Tag keys must be between 1 and 128 characters in length."
TAG_VALUE = "Tag values must be between 0 and 256 characters in length."
RESERVED = (
    "You can't use message attribute names beginning with 'AWS.' or 'Amazon.' because these strings are reserved for "
    "internal use."
)
ONE_ENCRYPTION = (
    "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."
)
COUNT = "valid values are from 1 to 1000 both inclusive."
ARN_FORM = "arn:<partition>:<service>:<region>:<account-id>:<resource-id>"
TASK_SOURCE = invalid(f"You must use this format to specify the SourceArn: {ARN_FORM}")
TASK_TARGET = invalid(f"You must use this format to specify the DestinationArn: {ARN_FORM}")
NO_SOURCE = 404, "ResourceNotFoundException", (
    "The resource that you specified for the SourceArn parameter doesn't exist."
)


def create(name="new", tags=None, **attributes):
    return "CreateQueue", {"QueueName": name, "Attributes": attributes, **({"tags": tags} if tags else {})}


def change(**attributes):
    return "SetQueueAttributes", {"QueueUrl": "URL", "Attributes": attributes}


def send(queue="URL", body="x", **more):
    return "SendMessage", {"QueueUrl": queue, "MessageBody": body, **more}


def attached(**attributes):
    return send(MessageAttributes={name.replace("__", "."): it for name, it in attributes.items()})


def text(data_type="String", string="x"):
    return {"DataType": data_type, "StringValue": string}


def receive(**more):
    return "ReceiveMessage", {"QueueUrl": "URL", **more}


def permit(label="l", accounts=("000000000000",), actions=("SendMessage",)):
    return "AddPermission", {"QueueUrl": "URL", "Label": label, "AWSAccountIds": list(accounts), "Actions": list(actions)}


def of_queue(operation, **more):
    return operation, {"QueueUrl": "URL", **more}


def move(source=f"{PLACE}:{QUEUE}", **more):
    return "StartMessageMoveTask", {"SourceArn": source, **more}


LONG = "x" * 81
OTHER_QUEUE = [
    ("AddPermission", {"Label": "l", "AWSAccountIds": ["000000000000"], "Actions": ["SendMessage"]}),
    ("ChangeMessageVisibility", {"ReceiptHandle": "x", "VisibilityTimeout": 1}),
    ("ChangeMessageVisibilityBatch", {"Entries": [{"Id": "a", "ReceiptHandle": "x", "VisibilityTimeout": 1}]}),
    ("DeleteMessage", {"ReceiptHandle": "x"}),
    ("DeleteMessageBatch", {"Entries": [{"Id": "a", "ReceiptHandle": "x"}]}),
    ("DeleteQueue", {}),
    ("GetQueueAttributes", {"AttributeNames": ["All"]}),
    ("ListDeadLetterSourceQueues", {}),
    ("ListQueueTags", {}),
    ("PurgeQueue", {}),
    ("ReceiveMessage", {}),
    ("RemovePermission", {"Label": "l"}),
    ("SendMessage", {"MessageBody": "x"}),
    ("SendMessageBatch", {"Entries": [{"Id": "a", "MessageBody": "x"}]}),
    ("SetQueueAttributes", {"Attributes": {"DelaySeconds": "1"}}),
    ("TagQueue", {"Tags": {"a": "b"}}),
    ("UntagQueue", {"TagKeys": ["a"]}),
]

REFUSED = [
    (create(""), invalid(NAME)),
    (create("a b"), invalid(NAME)),
    (create(LONG), invalid(NAME)),
    (create("x.fifo"), invalid(NAME)),
    (create("x", FifoQueue="true"), invalid(FIFO_NAME)),
    (create(".fifo", FifoQueue="true"), invalid(FIFO_NAME)),
    (create(FifoQueue="false"), unknown("FifoQueue")),
    (create(ContentBasedDeduplication="true"), unknown("ContentBasedDeduplication")),
    (create(DeduplicationScope="queue"), attribute(
        "You can specify the DeduplicationScope only when FifoQueue is set to true.", "InvalidAttributeName")),
    (create("n.fifo", FifoQueue="true", FifoThroughputLimit="perMessageGroupId"), attribute(
        "The perMessageGroupId value for FifoThroughputLimit is allowed only when the value for DeduplicationScope is "
        "messageGroup.")),
    (create("n.fifo", FifoQueue="true", DeduplicationScope="x"), bad("DeduplicationScope")),
    (create("n.fifo", FifoQueue="true", FifoThroughputLimit="x"), bad("FifoThroughputLimit")),
    (create(Nothing="1"), unknown("Nothing")),
    (create(QueueArn="x"), unknown("QueueArn")),
    (create(All="x"), unknown("All")),
    *[(create(**{name: given}), bad(name)) for name, low, high in [
        ("DelaySeconds", 0, 900), ("MaximumMessageSize", 1024, 1048576), ("MessageRetentionPeriod", 60, 1209600),
        ("ReceiveMessageWaitTimeSeconds", 0, 20), ("VisibilityTimeout", 0, 43200),
        ("KmsDataKeyReusePeriodSeconds", 60, 86400),
    ] for given in (str(low - 1), str(high + 1), "x", "1.5")],
    (create(SqsManagedSseEnabled="x"), bad("SqsManagedSseEnabled")),
    (create(KmsMasterKeyId="k", SqsManagedSseEnabled="true"), attribute(ONE_ENCRYPTION, "InvalidAttributeName")),
    (create(Policy="x"), bad("Policy")),
    (create(tags={"aws:x": "1"}), invalid("Tag keys can't start with the reserved prefix aws:.")),
    (create(tags={"x" * 129: "1"}), invalid(TAG_KEY)),
    (create(tags={"x": "1" * 257}), invalid(TAG_VALUE)),
    (create(QUEUE, DelaySeconds="5"), (400, "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds")),
    (of_queue("SetQueueAttributes"), missing("Attribute.Name")),
    (change(DelaySeconds="901"), bad("DelaySeconds")),
    (change(FifoQueue="true"), unknown("FifoQueue")),
    (change(CreatedTimestamp="1"), unknown("CreatedTimestamp")),
    (change(RedrivePolicy="x"), policy("x", "Redrive policy is not a valid JSON map.")),
    (change(RedrivePolicy="{}"), policy("{}", "Redrive policy does not contain mandatory attribute: maxReceiveCount.")),
    (change(RedrivePolicy='{"maxReceiveCount":1}'), policy(
        '{"maxReceiveCount":1}', "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.")),
    (change(RedrivePolicy='{"maxReceiveCount":0,"deadLetterTargetArn":"x"}'), policy(
        '{"maxReceiveCount":0,"deadLetterTargetArn":"x"}', f"Invalid value for maxReceiveCount: 0, {COUNT}")),
    (change(RedrivePolicy='{"maxReceiveCount":1,"deadLetterTargetArn":"%s:nowhere"}' % PLACE), policy(
        '{"maxReceiveCount":1,"deadLetterTargetArn":"%s:nowhere"}' % PLACE, "Dead letter target does not exist.")),
    (change(RedrivePolicy='{"maxReceiveCount":1,"deadLetterTargetArn":"%s:%s"}' % (PLACE, FIFO)), policy(
        '{"maxReceiveCount":1,"deadLetterTargetArn":"%s:%s"}' % (PLACE, FIFO),
        "Dead-letter queue must be same type of queue as the source.")),
    (of_queue("GetQueueAttributes", AttributeNames=["Nothing"]), unknown("Nothing")),
    (("ListQueues", {"MaxResults": 0}), value("MaxResults", 0, "MaxResults must be an integer between 1 and 1000.")),
    (("ListQueues", {"MaxResults": 1001}), value("MaxResults", 1001, "MaxResults must be an integer between 1 and 1000.")),
    (("ListQueues", {"NextToken": "x"}), invalid(
        "MaxResults is a mandatory parameter when you provide a value for NextToken.")),
    (("ListQueues", {"NextToken": "x", "MaxResults": 1}), invalid("Invalid or expired next token.")),
    (of_queue("TagQueue"), missing("Tags")),
    (of_queue("TagQueue", Tags={"AWS:x": "1"}), invalid("Tag keys can't start with the reserved prefix aws:.")),
    (of_queue("TagQueue", Tags={str(n): "1" for n in range(51)}), invalid(f"Too many tags added for queue {QUEUE}.")),
    (of_queue("UntagQueue"), invalid(TAG_KEY)),
    (of_queue("UntagQueue", TagKeys=["x" * 129]), invalid(TAG_KEY)),
    (send(body=""), missing("MessageBody")),
    (send(body="a\u0008"), (400, "InvalidMessageContents", "Invalid characters found. Valid unicode characters are #x9 | "
        "#xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF")),
    (send(DelaySeconds=-1), value("DelaySeconds", -1, "DelaySeconds must be >= 0 and <= 900.")),
    (send(DelaySeconds=901), value("DelaySeconds", 901, "DelaySeconds must be >= 0 and <= 900.")),
    (send(MessageDeduplicationId="d"), value("MessageDeduplicationId", "d", WRONG_TYPE)),
    (send(MessageGroupId="a b"), value("MessageGroupId", "a b", sized("MessageGroupId"))),
    (send("FIFO"), missing("MessageGroupId")),
    (send("FIFO", MessageGroupId="g"), invalid(DEDUPLICATION)),
    (send("FIFO", MessageGroupId="g", MessageDeduplicationId="d" * 129), value(
        "MessageDeduplicationId", "d" * 129, sized("MessageDeduplicationId"))),
    (send("FIFO", MessageGroupId="g", MessageDeduplicationId="d", DelaySeconds=1), value("DelaySeconds", 1, WRONG_TYPE)),
    (attached(a={"StringValue": "x"}), invalid(
        "The message (user) attribute 'a' must contain a non-empty message attribute type.")),
    (attached(a=text("Text")), invalid("The type of message (user) attribute 'a' is invalid. You must use only the "
        "following supported type prefixes: Binary, Number, String.")),
    (attached(a={"DataType": "String"}), invalid(
        "Message (user) attribute 'a' must contain a non-empty value of type 'String'.")),
    (attached(a={"DataType": "Binary.png", "StringValue": "x"}), invalid(
        "Message (user) attribute 'a' must contain a non-empty value of type 'Binary.png'.")),
    (attached(a=text("Number", "x")), invalid("Can't cast the value of message (user) attribute 'a' to a number.")),
    (attached(a=text("S" * 257)), invalid("Length of message attribute type must be less than 256 bytes.")),
    (attached(**{"AWS.a": text()}), invalid(RESERVED)),
    (attached(**{"amazon.a": text()}), invalid(RESERVED)),
    (attached(**{".a": text()}), invalid("You can't start message attribute name with '.'.")),
    (attached(**{"a.": text()}), invalid("You can't end message attribute name with '.'.")),
    (attached(**{"a..b": text()}), invalid("Message attribute name can not have successive '.' characters.")),
    (attached(**{"a" * 257: text()}), invalid("Length of message attribute name must be less than 256 bytes.")),
    (attached(**{f"a{n}": text() for n in range(11)}), invalid(
        "Number of message attributes [11] exceeds the allowed maximum [10].")),
    (send(MessageSystemAttributes={"Other": text()}), invalid("Message (system) attribute name 'Other' is not supported. "
        "You must use only the following supported message system attributes: AWSTraceHeader.")),
    (send(MessageSystemAttributes={"AWSTraceHeader": text("Number", "1")}), invalid("The type of message (system) attribute "
        "'AWSTraceHeader' is invalid. You must use only the following supported type prefixes: String.")),
    (receive(MaxNumberOfMessages=0), value("MaxNumberOfMessages", 0, "Must be between 1 and 10, if provided.")),
    (receive(MaxNumberOfMessages=11), value("MaxNumberOfMessages", 11, "Must be between 1 and 10, if provided.")),
    (receive(VisibilityTimeout=-1), value("VisibilityTimeout", -1, "Must be >= 0 and <= 43200, if provided.")),
    (receive(VisibilityTimeout=43201), value("VisibilityTimeout", 43201, "Must be >= 0 and <= 43200, if provided.")),
    (receive(WaitTimeSeconds=21), value("WaitTimeSeconds", 21, "Must be >= 0 and <= 20, if provided.")),
    (receive(AttributeNames=["Nothing"]), unknown("Nothing")),
    (receive(ReceiveRequestAttemptId="a b"), value("ReceiveRequestAttemptId", "a b", sized("ReceiveRequestAttemptId"))),
    (of_queue("DeleteMessage", ReceiptHandle="x"), NO_HANDLE),
    (of_queue("ChangeMessageVisibility", ReceiptHandle="x"), missing("VisibilityTimeout")),
    (of_queue("ChangeMessageVisibility", ReceiptHandle="x", VisibilityTimeout=1), NO_HANDLE),
    (of_queue("ChangeMessageVisibility", ReceiptHandle="x", VisibilityTimeout=43201), value(
        "VisibilityTimeout", 43201, "VisibilityTimeout must be an integer between 0 and 43200.")),
    (permit("a b"), value("Label", "a b", NAME)),
    (permit(LONG), value("Label", LONG, NAME)),
    (permit(actions=["Nothing"]), value(
        "ActionName", "SQS:Nothing", "Please refer to the appropriate WSDL for a list of valid actions.")),
    (permit(actions=["CreateQueue"]), value(
        "ActionName", "SQS:CreateQueue", "Only the queue owner is allowed to invoke this action.")),
    (permit(actions=["SendMessage"] * 8), (403, "OverLimit", "8 Actions were found, maximum allowed is 7.")),
    (permit(accounts=["me"]), value("PrincipalId", "[me]", "Unable to verify.")),
    (of_queue("RemovePermission", Label="nothing"), value("Label", "nothing", "can't find label.")),
    (("GetQueueUrl", {"QueueName": "nowhere"}), NO_QUEUE),
    (move("x"), TASK_SOURCE),
    (move("arn:aws:sns:us-east-1:000000000000:q"), TASK_SOURCE),
    (move(f"{PLACE}:nowhere"), NO_SOURCE),
    (move(), invalid("Source queue must be configured as a Dead Letter Queue.")),
    (move(MaxNumberOfMessagesPerSecond=501), value(
        "MaxNumberOfMessagesPerSecond", 501, "You must enter a value between 1 and 500.")),
    (("ListMessageMoveTasks", {"SourceArn": f"{PLACE}:nowhere"}), NO_SOURCE),
    (("ListMessageMoveTasks", {"SourceArn": f"{PLACE}:{QUEUE}", "MaxResults": 11}), value(
        "MaxResults", 11, "MaxResults must be an integer between 1 and 10.")),
    (("CancelMessageMoveTask", {"TaskHandle": "x"}), invalid("Value for parameter TaskHandle is invalid.")),
    *[((name, {"QueueUrl": "http://x/000000000000/nowhere", **more}), NO_QUEUE) for name, more in OTHER_QUEUE],
    *[((name, more), missing("QueueUrl")) for name, more in OTHER_QUEUE],
    (send("http://x/nowhere"), (404, "InvalidAddress", "The address http://x/nowhere is not valid for this endpoint.")),
]
IDS = [f"{operation}-{at}" for at, ((operation, _), _) in enumerate(REFUSED)]


def placed(wire, body):
    urls = {"URL": wire.url, "FIFO": wire.fifo}
    return {name: urls.get(it, it) if isinstance(it, str) else it for name, it in body.items()}


@pytest.mark.parametrize("request_, refusal", REFUSED, ids=IDS)
def test_is_refused(wire, request_, refusal):
    operation, body = request_
    status, _, code, message = wire.json(operation, placed(wire, body))
    assert (status, code, message) == refusal
    if not any(given == "" for given in body.values()):
        refused = list(refusal)
        if refusal == NO_QUEUE:
            refused[2] = "The specified queue does not exist for this wsdl version."
        entries = {"Entries": f"{operation}RequestEntry"}
        named = {entries.get(name, name): given for name, given in placed(wire, body).items()}
        assert wire.query(operation, flat(named)) == tuple(refused)


BATCHES = [
    ("SendMessageBatch", {"MessageBody": "x"}),
    ("DeleteMessageBatch", {"ReceiptHandle": "x"}),
    ("ChangeMessageVisibilityBatch", {"ReceiptHandle": "x", "VisibilityTimeout": 1}),
]


@pytest.mark.parametrize("operation, entry", BATCHES, ids=[name for name, _ in BATCHES])
def test_a_batch_is_refused_as_a_whole(wire, operation, entry):
    def check(ids, code, message):
        entries = [{"Id": id, **entry} for id in ids]
        answer = wire.json(operation, {"QueueUrl": wire.url, "Entries": entries})
        assert answer == (400, code, f"AWS.SimpleQueueService.{code}", message)

    check([], "EmptyBatchRequest", f"There should be at least one {operation}RequestEntry in the request.")
    check([str(n) for n in range(11)], "TooManyEntriesInBatchRequest",
          "Maximum number of entries per request are 10. You have sent 11.")
    check(["a", "a"], "BatchEntryIdsNotDistinct", "Id a repeated.")
    for id in ("", "a b", LONG):
        check([id], "InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and "
              "underscores. It can be at most 80 letters long.")


def test_entries_fail_by_themselves(wire):
    entries = [
        {"Id": "good", "MessageBody": "x"},
        {"Id": "empty", "MessageBody": ""},
        {"Id": "late", "MessageBody": "x", "DelaySeconds": 901},
        {"Id": "control", "MessageBody": "\u0000"},
        {"Id": "typed", "MessageBody": "x", "MessageAttributes": {"a": text("Text")}},
    ]
    _, answer = wire.json("SendMessageBatch", {"QueueUrl": wire.url, "Entries": entries})
    assert [it["Id"] for it in answer["Successful"]] == ["good"]
    assert [(it["Id"], it["Code"], it["SenderFault"]) for it in answer["Failed"]] == [
        ("empty", "MissingParameter", True),
        ("late", "InvalidParameterValue", True),
        ("control", "InvalidMessageContents", True),
        ("typed", "InvalidParameterValue", True),
    ]
    entries = [{"Id": "a", "ReceiptHandle": "x"}]
    _, answer = wire.json("DeleteMessageBatch", {"QueueUrl": wire.url, "Entries": entries})
    assert answer == {"Failed": [{"Id": "a", "Code": "ReceiptHandleIsInvalid", "SenderFault": True, "Message": NO_HANDLE[2]}]}


def test_requests_to_a_queue_are_about_it(wire):
    path = f"/000000000000/{QUEUE}"
    assert wire.query("ListQueues", {}, path) == (400, "InvalidAction", "The action ListQueues is not valid for this endpoint.")
    assert wire.query("GetQueueAttributes", {"AttributeName.1": "QueueArn"}, path)[0] is None
    assert wire.query("Nothing", {}) == (400, "InvalidAction", "The action Nothing is not valid for this endpoint.")
    assert wire.json("Nothing", {})[1:] == ("UnknownOperationException", "UnknownOperationException", "Unknown operation.")
