import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def dynamodb(server):
    return server.client("dynamodb")


@pytest.fixture
def table(dynamodb, unique):
    name = unique("table")
    dynamodb.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName=name)
    return name


def item(pk, sk, **rest):
    return {"pk": {"S": pk}, "sk": {"N": str(sk)}, **rest}


def test_items_come_back(dynamodb, table):
    everything = item("a", 1, b={"B": b"\0\1"}, l={"L": [{"NULL": True}]}, m={"M": {"x": {"BOOL": False}}})
    dynamodb.put_item(TableName=table, Item=everything)
    got = dynamodb.get_item(TableName=table, Key=item("a", 1), ConsistentRead=True)
    assert got["Item"] == everything


def test_query_orders_numbers_as_numbers(dynamodb, table):
    for sk in (10, 9, -1, 2.5):
        dynamodb.put_item(TableName=table, Item=item("a", sk))
    got = dynamodb.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND sk > :least",
        ExpressionAttributeValues={":pk": {"S": "a"}, ":least": {"N": "-1"}},
    )
    assert [i["sk"]["N"] for i in got["Items"]] == ["2.5", "9", "10"]


def test_update_and_condition(dynamodb, table):
    key = item("a", 1)
    for _ in range(2):
        updated = dynamodb.update_item(
            TableName=table,
            Key=key,
            UpdateExpression="SET n = if_not_exists(n, :zero) + :one",
            ExpressionAttributeValues={":zero": {"N": "0"}, ":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
    assert updated["Attributes"] == {"n": {"N": "2"}}
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(TableName=table, Item=key, ConditionExpression="attribute_not_exists(pk)")


def test_batches(dynamodb, table):
    puts = [{"PutRequest": {"Item": item("a", i)}} for i in range(25)]
    assert dynamodb.batch_write_item(RequestItems={table: puts})["UnprocessedItems"] == {}
    assert dynamodb.scan(TableName=table, Select="COUNT")["Count"] == 25


def test_a_missing_table(dynamodb):
    with pytest.raises(ClientError) as error:
        dynamodb.describe_table(TableName="nowhere")
    assert error.value.response["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "Requested resource not found: Table: nowhere not found",
    }


def test_a_missing_parameter_gets_the_words_of_aws(server):
    client = server.client("dynamodb", parameter_validation=False)
    with pytest.raises(ClientError) as error:
        client.describe_table()
    assert error.value.response["Error"]["Code"] == "ValidationException"


def test_cli(aws, unique):
    name = unique("cli")
    aws(
        "dynamodb", "create-table", "--table-name", name, "--billing-mode", "PAY_PER_REQUEST",
        "--attribute-definitions", "AttributeName=id,AttributeType=S",
        "--key-schema", "AttributeName=id,KeyType=HASH",
    )  # fmt: skip
    aws("dynamodb", "put-item", "--table-name", name, "--item", '{"id": {"S": "1"}}')
    assert '"Count": 1' in aws("dynamodb", "scan", "--table-name", name).stdout
