"""Requests that SNS refuses, as they come over the wire, and what it says of them."""

import html
import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

HEADERS = {
    "content-type": "application/x-www-form-urlencoded",
    "authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/sns/aws4_request,"
    " SignedHeaders=host, Signature=0",
}
PLACE = "arn:aws:sns:us-east-1:000000000000"
TOPIC, FIFO, NOWHERE = f"{PLACE}:refusals", f"{PLACE}:refusals.fifo", f"{PLACE}:nowhere"
SUBSCRIPTION = f"{NOWHERE}:11111111-1111-1111-1111-111111111111"
APPLICATION, ENDPOINT = f"{PLACE}:app/GCM/nowhere", f"{PLACE}:endpoint/GCM/nowhere/1"
QUEUE = "arn:aws:sqs:us-east-1:000000000000:refusals"


def flat(value, name=""):
    """Parameters as the query protocol has them."""
    found = {}
    for key, member in value.items():
        path = f"{name}.{key}" if name else key
        if isinstance(member, list):
            for at, item in enumerate(member, 1):
                inner = item if isinstance(item, dict) else {"": item}
                found.update({it.rstrip("."): given for it, given in flat(inner, f"{path}.member.{at}").items()})
        elif isinstance(member, dict):
            names = ("Name", "Value") if key == "MessageAttributes" else ("key", "value")
            for at, (entry, item) in enumerate(member.items(), 1):
                found[f"{path}.entry.{at}.{names[0]}"] = entry
                if isinstance(item, dict):
                    found.update(flat(item, f"{path}.entry.{at}.{names[1]}"))
                else:
                    found[f"{path}.entry.{at}.{names[1]}"] = item
        else:
            found[path] = member
    return found


@pytest.fixture(scope="module")
def call(server):
    """Sends a request that no SDK would let out, and gives the status, the code and the message of the answer."""

    def call(operation, parameters):
        body = urllib.parse.urlencode({"Action": operation, "Version": "2010-03-31", **flat(parameters)}).encode()
        try:
            return None, urllib.request.urlopen(urllib.request.Request(server.endpoint, body, HEADERS)).read().decode()
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            return error.code, *(html.unescape(re.search(f"<{name}>(.*?)</{name}>", text, re.S)[1])
                                 for name in ("Code", "Message"))

    call("CreateTopic", {"Name": "refusals"})
    call("CreateTopic", {"Name": "refusals.fifo", "Attributes": {"FifoTopic": "true"}})
    return call


def invalid(what, reason=""):
    return 400, "InvalidParameter", f"Invalid parameter: {what}{reason and ' Reason: '}{reason}"


def missing(parameter):
    return invalid(parameter, "no value for required parameter")


def count(parameter, elements):
    return invalid(parameter, f"An ARN must have at least 6 elements, not {elements}")


def attribute(message):
    return 400, "ParameterValueInvalid", message


def member(path, value, rule):
    return 400, "ValidationError", (
        f"1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: Member must {rule}"
    )


def not_found(what):
    return 404, "NotFound", f"{what} does not exist"


NO_RESOURCE = 404, "ResourceNotFound", "Resource does not exist"


def topic(name="new", **attributes):
    return "CreateTopic", {"Name": name, "Attributes": attributes}


def tagged(*tags):
    return "TagResource", {"ResourceArn": TOPIC, "Tags": list(tags)}


def setting(name, value, arn=TOPIC):
    return "SetTopicAttributes", {"TopicArn": arn, "AttributeName": name, "AttributeValue": value}


def subscribe(protocol, endpoint, arn=TOPIC, **attributes):
    return "Subscribe", {"TopicArn": arn, "Protocol": protocol, "Endpoint": endpoint, "Attributes": attributes}


def publish(message="x", arn=TOPIC, **more):
    return "Publish", {"TopicArn": arn, "Message": message, **more}


def carrying(name="a", **value):
    return publish(MessageAttributes={name: value})


def batch(*entries, arn=TOPIC):
    return "PublishBatch", {"TopicArn": arn, "PublishBatchRequestEntries": list(entries)}


def entry(id="1", message="x", **more):
    return {"Id": id, "Message": message, **more}


def permit(label="l", accounts=("000000000000",), actions=("Publish",), arn=TOPIC):
    return "AddPermission", {"TopicArn": arn, "Label": label, "AWSAccountId": list(accounts), "ActionName": list(actions)}


def app(name="a", platform="GCM", **attributes):
    return "CreatePlatformApplication", {"Name": name, "Platform": platform, "Attributes": attributes}


FEEDBACK = "value provided is not an integer between 0-100"
REQUIRED = [
    ("AddPermission", "TopicArn"), ("CheckIfPhoneNumberIsOptedOut", "phoneNumber"), ("ConfirmSubscription", "TopicArn"),
    ("CreatePlatformApplication", "Name"), ("CreatePlatformEndpoint", "PlatformApplicationArn"), ("CreateTopic", "Name"),
    ("DeleteEndpoint", "EndpointArn"), ("DeletePlatformApplication", "PlatformApplicationArn"),
    ("DeleteTopic", "TopicArn"), ("GetDataProtectionPolicy", "ResourceArn"), ("GetEndpointAttributes", "EndpointArn"),
    ("GetPlatformApplicationAttributes", "PlatformApplicationArn"), ("GetSubscriptionAttributes", "SubscriptionArn"),
    ("GetTopicAttributes", "TopicArn"), ("ListEndpointsByPlatformApplication", "PlatformApplicationArn"),
    ("ListSubscriptionsByTopic", "TopicArn"), ("ListTagsForResource", "ResourceArn"), ("OptInPhoneNumber", "phoneNumber"),
    ("Publish", "Message"), ("PublishBatch", "TopicArn"), ("PutDataProtectionPolicy", "ResourceArn"),
    ("RemovePermission", "TopicArn"), ("SetEndpointAttributes", "EndpointArn"),
    ("SetPlatformApplicationAttributes", "PlatformApplicationArn"), ("SetSubscriptionAttributes", "SubscriptionArn"),
    ("SetTopicAttributes", "TopicArn"), ("Subscribe", "TopicArn"), ("TagResource", "ResourceArn"),
    ("Unsubscribe", "SubscriptionArn"), ("UntagResource", "ResourceArn"),
]
ENTRY_ID = "The Id of a batch entry in the batch request"

REFUSED = [
    *[((operation, {}), missing(parameter)) for operation, parameter in REQUIRED],
    *[((operation, {parameter: "x"}), count(parameter, 1)) for operation, parameter in REQUIRED
      if parameter.endswith("Arn") and operation != "ConfirmSubscription"],
    (("GetTopicAttributes", {"TopicArn": "arn:aws:sns:us-east-1:refusals"}), count("TopicArn", 5)),
    (("GetTopicAttributes", {"TopicArn": TOPIC.replace("us-east-1", "eu-west-1")}), invalid("TopicArn")),
    (("GetTopicAttributes", {"TopicArn": TOPIC.replace(":sns:", ":sqs:")}), invalid("TopicArn")),
    (("GetTopicAttributes", {"TopicArn": TOPIC.replace(":0", ":1")}), not_found("Topic")),
    (permit(arn=NOWHERE), not_found("Topic")),
    (("RemovePermission", {"TopicArn": NOWHERE, "Label": "l"}), not_found("Topic")),
    (setting("DisplayName", "x", NOWHERE), not_found("Topic")),
    (subscribe("sqs", QUEUE, NOWHERE), not_found("Topic")),
    (("ListSubscriptionsByTopic", {"TopicArn": NOWHERE}), not_found("Topic")),
    (publish(arn=NOWHERE), not_found("Topic")),
    (batch(entry(), arn=NOWHERE), not_found("Topic")),
    (("GetSubscriptionAttributes", {"SubscriptionArn": SUBSCRIPTION}), not_found("Subscription")),
    (("SetSubscriptionAttributes", {"SubscriptionArn": SUBSCRIPTION, "AttributeName": "RawMessageDelivery",
                                    "AttributeValue": "true"}), not_found("Subscription")),
    (("GetSubscriptionAttributes", {"SubscriptionArn": TOPIC}), invalid("SubscriptionId")),
    (("Unsubscribe", {"SubscriptionArn": TOPIC}), invalid("SubscriptionId")),
    (("ListTagsForResource", {"ResourceArn": NOWHERE}), NO_RESOURCE),
    (("TagResource", {"ResourceArn": NOWHERE, "Tags": [{"Key": "a", "Value": "b"}]}), NO_RESOURCE),
    (("UntagResource", {"ResourceArn": NOWHERE, "TagKeys": ["a"]}), NO_RESOURCE),
    (("GetPlatformApplicationAttributes", {"PlatformApplicationArn": APPLICATION}), not_found("PlatformApplication")),
    (("SetPlatformApplicationAttributes", {"PlatformApplicationArn": APPLICATION, "Attributes": {"Enabled": "true"}}),
     not_found("PlatformApplication")),
    (("ListEndpointsByPlatformApplication", {"PlatformApplicationArn": APPLICATION}), not_found("PlatformApplication")),
    (("CreatePlatformEndpoint", {"PlatformApplicationArn": APPLICATION, "Token": "t"}), not_found("PlatformApplication")),
    (("GetEndpointAttributes", {"EndpointArn": ENDPOINT}), not_found("Endpoint")),
    (("SetEndpointAttributes", {"EndpointArn": ENDPOINT, "Attributes": {"Enabled": "true"}}), not_found("Endpoint")),
    (("GetEndpointAttributes", {"EndpointArn": f"{PLACE}:endpoint/GCM"}), invalid(
        "EndpointArn", "Wrong number of slashes in relative portion of the ARN.")),
    *[(topic(name), invalid("Topic Name")) for name in ("", "a b", "x.fifo", "x" * 257)],
    (topic("x", FifoTopic="true"), invalid("Topic Name")),
    (topic(Nothing="1"), invalid("Attributes", "Unknown attribute Nothing")),
    (topic(FifoTopic="maybe"), invalid("Attributes", "FifoTopic: Invalid value [maybe]. Must be true or false.")),
    (topic(DisplayName="x" * 101), invalid("Attributes", "DisplayName")),
    (topic(SignatureVersion="3"), invalid("Attributes", "SignatureVersion: Invalid value [3]. Must be 1 or 2.")),
    (topic(TracingConfig="x"), invalid(
        "Attributes", "TracingConfig: Invalid value [x]. Please use either PassThrough or Active")),
    (topic("refusals", DisplayName="x"), invalid("Attributes", "Topic already exists with different attributes")),
    (("CreateTopic", {"Name": "refusals", "Tags": [{"Key": "a", "Value": "b"}]}), invalid(
        "Tags", "Topic already exists with different tags")),
    (tagged({"Key": "a"}), member("tags.1.member.value", "null", "not be null")),
    (tagged({"Key": "", "Value": "x"}), member("tags.1.member.key", "''", "have length greater than or equal to 1")),
    (tagged({"Key": "a", "Value": "x"}, {"Key": "a", "Value": "y"}), invalid("Duplicated keys are not allowed.")),
    (tagged({"Key": "aws:a", "Value": "x"}), invalid(
        "Tags", "aws: prefixed tag key names are not allowed for external use")),
    (tagged(*[{"Key": str(n), "Value": "x"} for n in range(51)]), (
        400, "TagLimitExceeded", "Could not complete request: tag quota of per resource exceeded")),
    (setting("Nothing", "x"), invalid("AttributeName")),
    (setting("FifoTopic", "true"), invalid("AttributeName")),
    (setting("Policy", "x"), invalid("Policy Error: null")),
    (setting("DeliveryPolicy", "x"), invalid("DeliveryPolicy: failed to parse JSON.")),
    (setting("SQSSuccessFeedbackSampleRate", "101"), invalid(f"SQSSuccessFeedbackSampleRate: 101 {FEEDBACK}")),
    (setting("LambdaFailureFeedbackRoleArn", "x"), invalid("LambdaFailureFeedbackRoleArn: x is not a valid ARN")),
    (setting("ArchivePolicy", '{"MessageRetentionPeriod":"1"}'), invalid(
        "ArchivePolicy: Not supported for this topic type")),
    (subscribe("", "x"), invalid("Amazon SNS does not support this protocol string: ")),
    (subscribe("pigeon", "x"), invalid("Amazon SNS does not support this protocol string: pigeon")),
    (subscribe("sqs", "http://localhost/000000000000/q"), invalid("SQS endpoint ARN")),
    (subscribe("lambda", "x"), invalid("Lambda endpoint ARN")),
    (subscribe("firehose", "x"), invalid("Firehose endpoint ARN")),
    (subscribe("firehose", "arn:aws:firehose:us-east-1:000000000000:deliverystream/x"), invalid(
        "Attributes", "SubscriptionRoleArn: Required for protocol firehose")),
    (subscribe("http", "https://localhost"), invalid("Endpoint must match the specified protocol")),
    (subscribe("email", "x"), invalid("Email address")),
    (subscribe("sms", "+15--551234567"), (400, "InvalidParameter", "Invalid SMS endpoint: +15--551234567")),
    (subscribe("application", "x"), invalid("Application endpoint arn invalid:x")),
    (subscribe("sqs", f"{QUEUE}.fifo"), invalid("Invalid parameter: Endpoint", "FIFO SQS Queues can not be subscribed to "
                                                "standard SNS topics")),
    (subscribe("email", "a@b.c", FIFO), invalid("Invalid protocol type: email")),
    (subscribe("sqs", QUEUE, Nothing="x"), invalid("Attributes", "Unknown attribute Nothing")),
    (subscribe("sqs", QUEUE, RawMessageDelivery="x"), invalid(
        "Attributes", "RawMessageDelivery: Invalid value [x]. Must be true or false.")),
    (subscribe("email", "a@b.c", RawMessageDelivery="true"), invalid(
        "Attributes", "Delivery protocol [email] does not support raw message delivery.")),
    (subscribe("sqs", QUEUE, FilterPolicyScope="x"), invalid(
        "Attributes", "FilterPolicyScope: Invalid value [x]. Please use either MessageBody or MessageAttributes")),
    (subscribe("sqs", QUEUE, RedrivePolicy='{"deadLetterTargetArn":"x"}'), invalid(
        "Attributes", "RedrivePolicy: deadLetterTargetArn is an invalid arn")),
    (subscribe("sqs", QUEUE, ReplayPolicy='{"PointType":"Timestamp"}'), invalid(
        "Attributes", "ReplayPolicy: Not supported for this topic type")),
    (("ConfirmSubscription", {"TopicArn": TOPIC, "Token": "x"}), invalid("Invalid token")),
    (("Publish", {"Message": "x"}), missing("TopicArn or TargetArn")),
    (publish(""), invalid("Empty message")),
    (publish("x" * 262145), invalid("Message too long")),
    (publish(Subject=""), invalid("Subject")),
    (publish(Subject="x" * 101), invalid("Subject")),
    (publish(Subject="a\nb"), invalid("Subject")),
    (publish(MessageStructure="xml"), invalid("MessageStructure")),
    (publish(MessageStructure="json"), invalid("Message Structure - JSON message body failed to parse")),
    (publish('{"sqs":"x"}', MessageStructure="json"), invalid(
        "Message Structure - No default entry in JSON message body")),
    (publish(MessageGroupId="a b"), invalid("MessageGroupId")),
    (publish(MessageDeduplicationId="d"), invalid(
        "MessageDeduplicationId",
        "The request includes MessageDeduplicationId parameter that is not valid for this topic type")),
    (publish(arn=FIFO), invalid("The MessageGroupId parameter is required for FIFO topics")),
    (publish(arn=FIFO, MessageGroupId="g"), invalid(
        "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")),
    (("Publish", {"TargetArn": ENDPOINT, "Message": "x"}), invalid(
        "TargetArn", "No endpoint found for the target arn specified")),
    (("Publish", {"PhoneNumber": "x", "Message": "x"}), invalid("PhoneNumber", "x is not valid to publish to")),
    (carrying(DataType="Text", StringValue="x"), attribute(
        "The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, "
        "Number, and String.")),
    (carrying(DataType="String"), attribute(
        "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'.")),
    (carrying(DataType="String", BinaryValue="eA=="), attribute(
        "The message attribute 'a' with type 'String' must use field 'String'.")),
    (carrying(DataType="Number", StringValue="x"), attribute("Could not cast message attribute 'a' value to number.")),
    (carrying("a^", DataType="String", StringValue="x"), attribute(
        "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include alphanumeric "
        "characters, hyphens, underscores, or dots.")),
    (carrying(".a", DataType="String", StringValue="x"), attribute(
        "Invalid message attribute name starting with character '.' was found.")),
    (carrying("a..b", DataType="String", StringValue="x"), attribute(
        "Message attribute name can not have successive '.' character.")),
    (batch(), member("publishBatchRequestEntries", "null", "not be null")),
    (batch(*[entry(str(n)) for n in range(11)]), (
        400, "TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")),
    (batch(entry("a"), entry("a")), (
        400, "BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")),
    (batch(entry("")), (400, "InvalidBatchEntryId", f"{ENTRY_ID} is empty: ")),
    (batch(entry("a.b")), (400, "InvalidBatchEntryId", f"{ENTRY_ID} contains an impermissible character: a.b")),
    (batch(entry("x" * 81)), (400, "InvalidBatchEntryId", f"{ENTRY_ID} is too long: {'x' * 81}")),
    (batch(entry("a", "x" * 200000), entry("b", "x" * 200000)), (
        400, "BatchRequestTooLong", "The length of all the messages put together is more than the limit.")),
    (batch(entry(), arn=FIFO), invalid("The MessageGroupId parameter is required for FIFO topics")),
    (permit(accounts=["me"]), invalid("Policy Error: PrincipalNotFound")),
    (permit(actions=["Nothing"]), invalid("Policy statement action out of service scope!")),
    (app("", PlatformCredential="c"), invalid("", "cannot be empty")),
    (app("@a", PlatformCredential="c"), invalid("@a", "must contain only characters 'a'-'z', 'A'-'Z', '0'-'9', '_', '-', and '.'")),
    (app(platform="AAA", PlatformCredential="c"), invalid("Platform", "AAA is not supported")),
    (app(PlatformCredential="c", Nothing="x"), invalid("Attributes", "Invalid attribute name: Nothing")),
    (app(platform="APNS", PlatformCredential="c"), invalid(
        "Attributes", "PlatformCredential attribute provided without PlatformPrincipal")),
    (app(platform="APNS", PlatformPrincipal="p"), invalid(
        "Attributes", "PlatformPrincipal attribute provided without PlatformCredential")),
    (("CheckIfPhoneNumberIsOptedOut", {"phoneNumber": "x"}), invalid("PhoneNumber", "input incorrectly formatted")),
    (("OptInPhoneNumber", {"phoneNumber": "x"}), invalid("PhoneNumber", "input incorrectly formatted")),
    (("SetSMSAttributes", {}), member("attributes", "null", "not be null")),
    (("SetSMSAttributes", {"attributes": {"Nothing": "x"}}), (400, "InvalidParameter", "Nothing is not a valid attribute")),
    (("SetSMSAttributes", {"attributes": {"DefaultSMSType": "x"}}), (400, "InvalidParameter", "DefaultSMSType is invalid")),
    (("SetSMSAttributes", {"attributes": {"MonthlySpendLimit": "x"}}), (
        400, "InvalidParameter", "MonthlySpendLimit is invalid")),
    (("DeleteSMSSandboxPhoneNumber", {"PhoneNumber": "+15550001111"}), (404, "ResourceNotFound", "Phone number not found")),
    (("ListTopics", {"NextToken": "x"}), invalid("NextToken")),
    (("ListSubscriptions", {"NextToken": "x"}), invalid("NextToken")),
    (("Nothing", {}), (400, "InvalidAction", "Could not find operation Nothing for version 2010-03-31")),
]
IDS = [f"{operation}-{at}" for at, ((operation, _), _) in enumerate(REFUSED)]


@pytest.mark.parametrize("request_, refusal", REFUSED, ids=IDS)
def test_is_refused(call, request_, refusal):
    assert call(*request_) == refusal


# What is not there is as good as deleted.
@pytest.mark.parametrize("operation, parameters", [
    ("DeleteTopic", {"TopicArn": NOWHERE}),
    ("Unsubscribe", {"SubscriptionArn": SUBSCRIPTION}),
    ("DeletePlatformApplication", {"PlatformApplicationArn": APPLICATION}),
    ("DeleteEndpoint", {"EndpointArn": ENDPOINT}),
    ("RemovePermission", {"TopicArn": TOPIC, "Label": "nothing"}),
    ("UntagResource", {"ResourceArn": TOPIC, "TagKeys": ["nothing"]}),
])
def test_is_gone_already(call, operation, parameters):
    assert call(operation, parameters)[0] is None
