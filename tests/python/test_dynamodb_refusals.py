"""Requests that DynamoDB refuses, as they come over the wire, and what it says of them."""

import json
import urllib.error
import urllib.request

import pytest

HEADERS = {
    "content-type": "application/x-amz-json-1.0",
    "authorization": "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/dynamodb/aws4_request,"
    " SignedHeaders=host, Signature=0",
}
EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
MANY = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
INVALID = "One or more parameter values were invalid: "


@pytest.fixture(scope="module")
def call(server):
    """Sends a request that no SDK would let out, and gives the code and the message of the answer."""

    def call(operation, body):
        target = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
        request = urllib.request.Request(server.endpoint, json.dumps(body).encode(), {**HEADERS, **target})
        try:
            return "", json.load(urllib.request.urlopen(request))
        except urllib.error.HTTPError as error:
            answer = json.load(error)
            return answer["__type"].split("#")[-1], answer.get("message", answer.get("Message"))

    key = {"AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
           "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}]}
    call("CreateTable", {"TableName": "refusals", "BillingMode": "PAY_PER_REQUEST", **key})
    return call


def put(**item):
    return "PutItem", {"TableName": "refusals", "Item": {"p": {"S": "a"}, **item}}


def write(*requests):
    return "BatchWriteItem", {"RequestItems": {"refusals": list(requests)}}


def create(**more):
    body = {"TableName": "new", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "p", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}], **more}
    return "CreateTable", {name: value for name, value in body.items() if value is not None}


def member(path, value, rule):
    return f"1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: Member must {rule}"


DELETE = {"DeleteRequest": {"Key": {"p": {"S": "1"}}}}
ENUM = "satisfy enum value set: "

REFUSED = [
    (("PutItem", {}), "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must "
     "not be null; Value null at 'item' failed to satisfy constraint: Member must not be null"),
    (put(a={}), EMPTY),
    (put(a={"X": "1"}), EMPTY),
    (put(a={"S": "a", "N": "1"}), MANY),
    (put(a={"N": "1" * 39}), "Attempting to store more than 38 significant digits in a Number"),
    (put(a={"N": ""}), "The parameter cannot be converted to a numeric value"),
    (put(a={"M": {"b": {"L": [{"N": "x"}]}}}), "The parameter cannot be converted to a numeric value: x"),
    (put(a={"SS": []}), INVALID + "An string set  may not be empty"),
    (put(a={"BS": ["YQ==", "YQ=="]}), INVALID + "Input collection [YQ==, YQ==]of type BS contains duplicates."),
    (("GetItem", {"TableName": "refusals", "Key": {}}), "The provided key element does not match the schema"),
    (("GetItem", {"TableName": "refusals", "Key": {"p": {"S": "a"}}, "AttributesToGet": []}),
     member("attributesToGet", "'[]'", "have length greater than or equal to 1")),
    (("Query", {"TableName": "refusals", "Limit": 0}), member("limit", "'0'", "have value greater than or equal to 1")),
    (("Scan", {"TableName": "refusals", "TotalSegments": 1000001, "Segment": 0}),
     member("totalSegments", "'1000001'", "have value less than or equal to 1000000")),
    (("BatchWriteItem", {"RequestItems": {}}), member("requestItems", "'{}'", "have length greater than or equal to 1")),
    (write(), "1 validation error detected: Value '{refusals=[]}' at 'requestItems' failed to satisfy constraint: Map value "
     "must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or "
     "equal to 1]"),
    (write({}), EMPTY),
    (write({**DELETE, "PutRequest": {"Item": {"p": {"S": "1"}}}}), MANY),
    (write(DELETE, DELETE), "Provided list of item keys contains duplicates"),
    (("BatchGetItem", {"RequestItems": {"refusals": {"Keys": []}}}),
     member("requestItems.refusals.member.keys", "'[]'", "have length greater than or equal to 1")),
    (("TransactWriteItems", {"TransactItems": [{}]}),
     "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"),
    (("TransactWriteItems", {"TransactItems": [{"Update": {"TableName": "refusals", "Key": {"p": {"S": "1"}}}}]}),
     member("transactItems.1.member.update.updateExpression", "null", "not be null")),
    (create(KeySchema=[]), member("keySchema", "'[]'", "have length greater than or equal to 1")),
    (create(AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "BOOL"}]),
     member("attributeDefinitions.1.member.attributeType", "'BOOL'", ENUM + "[B, N, S]")),
    (create(BillingMode="hi"), member("billingMode", "'hi'", ENUM + "[PROVISIONED, PAY_PER_REQUEST]")),
    (create(TableName="ab"), member("tableName", "'ab'", "have length greater than or equal to 3")),
    (create(StreamSpecification={"StreamEnabled": True}),
     INVALID + "Table is being created with a stream enabled, UpdateViewType is required"),
    (create(SSESpecification={"Enabled": False, "SSEType": "KMS"}),
     INVALID + "SSEType can not be specified if Enabled is false"),
    (("ListTables", {"Limit": 101}), member("limit", "'101'", "have value less than or equal to 100")),
    (("TagResource", {"ResourceArn": "abcd", "Tags": []}), INVALID + "ARNs must start with 'arn:': abcd"),
    (("ExecuteStatement", {"Statement": "SELEC * FROM refusals"}),
     "Statement wasn't well formed, can't be processed: Expected data manipulation"),
]


@pytest.mark.parametrize("request_, message", REFUSED, ids=range(len(REFUSED)))
def test_refused(call, request_, message):
    assert call(*request_) == ("ValidationException", message)


@pytest.mark.parametrize("value, kind", [({"S": 1}, "NUMBER"), ({"N": 1}, "NUMBER"), ({"BOOL": "x"}, "STRING")])
def test_values_of_another_json_type_are_no_values(call, value, kind):
    code, message = call(*put(a=value))
    assert code == "SerializationException"
    assert message.startswith(f"{kind}_VALUE cannot be converted to ")


def test_an_unknown_key_is_refused_in_the_words_of_kms(call):
    key = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "arn:aws:kms:us-east-1:000000000000:key/nowhere"}
    code, message = call(*create(SSESpecification=key))
    assert code == "ValidationException"
    assert message.startswith("KMS validation error: com.amazonaws.services.kms.model.NotFoundException: ")


def test_vectors_are_found_by_nearness(server):
    client = server.client("dynamodb")
    client.create_table(
        TableName="vectors",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        VectorIndexes=[{
            "IndexName": "embeddings", "VectorAttribute": {"AttributeName": "v"}, "Dimensions": 2,
            "Projection": {"ProjectionType": "ALL"}, "DistanceFunction": "COSINE",
        }],
    )
    for name, vector in {"east": "10", "north": "01", "north-east": "11"}.items():
        client.put_item(TableName="vectors", Item={"p": {"S": name}, "v": {"L": [{"N": number} for number in vector]}})
    found = client.search_vectors(
        TableName="vectors", IndexName="embeddings", SearchVector=[{"N": "1"}, {"N": "0.1"}], TopK=2
    )
    assert [result["Item"] for result in found["SearchResults"]] == [{"p": {"S": "east"}}, {"p": {"S": "north-east"}}]
