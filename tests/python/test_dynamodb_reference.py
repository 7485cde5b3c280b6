"""Expressions against a reference in Python, and concurrent writes against their own history."""

import decimal
import random
import threading

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError


@pytest.fixture
def resource(server):
    return boto3.resource(
        "dynamodb",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture
def table(resource, unique):
    return resource.create_table(
        TableName=unique("table"),
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )


EXACT = decimal.Context(prec=38, Emin=-128, Emax=126, traps=[decimal.Inexact, decimal.Overflow, decimal.Underflow])


def number(random):
    digits = random.randrange(10 ** random.randint(1, 20))
    return EXACT.create_decimal((random.randint(0, 1), tuple(map(int, str(digits))), random.randint(-18, 6)))


def test_numbers_add_and_compare_as_decimals(table):
    chance = random.Random(1)
    for round in range(150):
        a, b = number(chance), number(chance)
        table.put_item(Item={"pk": "n", "sk": round, "v": a})
        sign = chance.choice("+-")
        update = lambda: table.update_item(
            Key={"pk": "n", "sk": round},
            UpdateExpression=f"SET v = v {sign} :b, w = :b",
            ExpressionAttributeValues={":b": b},
            ReturnValues="ALL_NEW",
        )["Attributes"]
        try:
            expected = EXACT.add(a, b) if sign == "+" else EXACT.subtract(a, b)
        except decimal.Inexact:
            with pytest.raises(ClientError, match="more than 38 significant digits"):
                update()
            continue
        updated = update()
        assert updated["v"] == expected, (a, sign, b)
        found = table.query(KeyConditionExpression=Key("pk").eq("n") & Key("sk").eq(round), FilterExpression=Attr("v").lt(Attr("w")))
        assert found["Count"] == int(updated["v"] < updated["w"])


def test_sort_keys_are_in_the_order_of_decimals(table):
    chance = random.Random(2)
    keys = {number(chance) for _ in range(150)}
    with table.batch_writer() as batch:
        for key in keys:
            batch.put_item(Item={"pk": "order", "sk": key})
    found = [item["sk"] for item in table.query(KeyConditionExpression=Key("pk").eq("order"))["Items"]]
    assert found == sorted(keys)
    low, high = sorted(chance.sample(sorted(keys), 2))
    found = table.query(KeyConditionExpression=Key("pk").eq("order") & Key("sk").between(low, high))
    assert found["Count"] == sum(low <= key <= high for key in keys)


KINDS = {str: "S", decimal.Decimal: "N", bool: "BOOL", list: "L", dict: "M", type(None): "NULL", set: "SS"}


def value(chance, depth=0):
    choices = [
        lambda: chance.choice(["", "a", "ab", "b"]),
        lambda: decimal.Decimal(chance.randint(-2, 2)),
        lambda: chance.choice([True, False]),
        lambda: None,
        lambda: set(chance.sample(["a", "ab", "b"], chance.randint(1, 3))),
    ]
    if depth < 2:
        choices.append(lambda: [value(chance, depth + 1) for _ in range(chance.randint(0, 2))])
    return chance.choice(choices)()


def same(a, b):
    return type(a) is type(b) and a == b if not isinstance(a, list) else (
        isinstance(b, list) and len(a) == len(b) and all(map(same, a, b)))


def condition(chance, depth=0):
    """A condition of boto3 and what it says of an item in plain Python."""
    if depth < 3 and chance.random() < 0.5:
        left, says_left = condition(chance, depth + 1)
        right, says_right = condition(chance, depth + 1)
        return chance.choice([
            (left & right, lambda item: says_left(item) and says_right(item)),
            (left | right, lambda item: says_left(item) or says_right(item)),
            (~left, lambda item: not says_left(item)),
        ])
    name = chance.choice("abc")
    attribute, operand = Attr(name), value(chance, 1)
    ordered = chance.choice([chance.choice(["a", "ab", "b"]), decimal.Decimal(chance.randint(-1, 1))])
    has = lambda item: name in item
    typed = lambda item: has(item) and type(item[name]) is type(ordered)
    prefix = chance.choice(["a", "b", "ab"])
    size = chance.randint(0, 2)
    return chance.choice([
        (attribute.eq(operand), lambda item: has(item) and same(item[name], operand)),
        (attribute.ne(operand), lambda item: not has(item) or not same(item[name], operand)),
        (attribute.lt(ordered), lambda item: typed(item) and item[name] < ordered),
        (attribute.gte(ordered), lambda item: typed(item) and item[name] >= ordered),
        (attribute.exists(), has),
        (attribute.not_exists(), lambda item: not has(item)),
        (attribute.begins_with(prefix), lambda item: isinstance(item.get(name), str) and item[name].startswith(prefix)),
        (attribute.contains(prefix), lambda item: isinstance(item.get(name), (str, set)) and prefix in item[name]
            or isinstance(item.get(name), list) and any(same(prefix, own) for own in item[name])),
        (attribute.is_in([operand, ordered]), lambda item: has(item) and (same(item[name], operand) or same(item[name], ordered))),
        (attribute.attribute_type(KINDS[type(operand)]), lambda item: has(item) and type(item[name]) is type(operand)),
        (attribute.size().gt(size), lambda item: isinstance(item.get(name), (str, list, set)) and len(item[name]) > size),
    ])


def test_filters_agree_with_the_reference(table):
    chance = random.Random(3)
    items = []
    with table.batch_writer() as batch:
        for sk in range(60):
            item = {"pk": "f", "sk": decimal.Decimal(sk), **{name: value(chance) for name in "abc" if chance.random() < 0.8}}
            items.append(item)
            batch.put_item(Item=item)
    for _ in range(150):
        built, says = condition(chance)
        found = table.query(KeyConditionExpression=Key("pk").eq("f"), FilterExpression=built)["Items"]
        expected = [item["sk"] for item in items if says(item)]
        assert [item["sk"] for item in found] == expected, built.get_expression()


def test_conditional_updates_are_linearizable(server, table):
    """Threads compare and set one counter; each value may be taken from once only, and none is lost."""
    table.put_item(Item={"pk": "cas", "sk": 0, "v": 0})
    client = server.client("dynamodb")
    key = {"pk": {"S": "cas"}, "sk": {"N": "0"}}
    taken, failures = [], []

    def work():
        for _ in range(40):
            now = client.get_item(TableName=table.name, Key=key, ConsistentRead=True)["Item"]["v"]["N"]
            try:
                client.update_item(
                    TableName=table.name,
                    Key=key,
                    UpdateExpression="SET v = v + :one",
                    ConditionExpression="v = :now",
                    ExpressionAttributeValues={":one": {"N": "1"}, ":now": {"N": now}},
                )
                taken.append(int(now))
            except ClientError as error:
                assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"
                failures.append(now)

    threads = [threading.Thread(target=work) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(taken) == list(range(len(taken)))
    assert table.get_item(Key={"pk": "cas", "sk": 0})["Item"]["v"] == len(taken)
    assert len(taken) + len(failures) == 8 * 40


def test_transactions_keep_what_they_move(server, table):
    """Transfers between accounts, watched by reads of all accounts at one moment: the sum never changes."""
    client = server.client("dynamodb")
    accounts = [{"pk": {"S": f"account-{n}"}, "sk": {"N": "0"}} for n in range(4)]
    for account in accounts:
        client.put_item(TableName=table.name, Item={**account, "v": {"N": "25"}})
    sums, stop = set(), threading.Event()

    def transfer(seed):
        chance = random.Random(seed)
        for _ in range(40):
            source, target = chance.sample(accounts, 2)
            amount = {":n": {"N": str(chance.randint(1, 30))}}
            change = lambda key, sign, **more: {
                "Update": {"TableName": table.name, "Key": key, "UpdateExpression": f"SET v = v {sign} :n",
                           "ExpressionAttributeValues": amount, **more}}
            try:
                client.transact_write_items(TransactItems=[
                    change(source, "-", ConditionExpression="v >= :n"), change(target, "+")])
            except ClientError as error:
                assert error.response["Error"]["Code"] == "TransactionCanceledException"

    def watch():
        while not stop.is_set():
            gets = [{"Get": {"TableName": table.name, "Key": key}} for key in accounts]
            found = client.transact_get_items(TransactItems=gets)["Responses"]
            sums.add(sum(int(one["Item"]["v"]["N"]) for one in found))

    watcher = threading.Thread(target=watch)
    watcher.start()
    threads = [threading.Thread(target=transfer, args=(seed,)) for seed in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    stop.set()
    watcher.join()
    assert sums == {100}
