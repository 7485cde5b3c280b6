"""Policies of resources decide beside those of principals."""

import json

import pytest
from enforcing import OTHER, denied, policy, strict  # noqa: F401

from conftest import ACCOUNT


def allow(principal, *actions, effect="Allow", **more):
    statement = {"Effect": effect, "Principal": principal, "Action": list(actions), "Resource": "*"}
    return {**statement, **more}


def queue(server, unique):
    sqs = server.client("sqs")
    url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]

    def put(document):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})

    def use(user):
        return user.client("sqs").send_message, {"QueueUrl": url, "MessageBody": "m"}

    return "sqs:SendMessage", put, use


def topic(server, unique):
    sns = server.client("sns")
    arn = sns.create_topic(Name=unique("topic"))["TopicArn"]

    def put(document):
        document = document.replace('"*"', json.dumps(arn))
        sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=document)

    def use(user):
        return user.client("sns").publish, {"TopicArn": arn, "Message": "m"}

    return "sns:Publish", put, use


def secret(server, unique):
    secrets = server.client("secretsmanager")
    kms = server.client("kms")
    key = kms.create_key(Policy=policy(allow({"AWS": "*"}, "kms:*")))["KeyMetadata"]["Arn"]
    arn = secrets.create_secret(Name=unique("secret"), SecretString="s", KmsKeyId=key)["ARN"]

    def put(document):
        secrets.put_resource_policy(SecretId=arn, ResourcePolicy=document)

    def use(user):
        return user.client("secretsmanager").get_secret_value, {"SecretId": arn}

    return "secretsmanager:GetSecretValue", put, use


def table(server, unique):
    dynamodb = server.client("dynamodb")
    arn = dynamodb.create_table(
        TableName=unique("table"),
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )["TableDescription"]["TableArn"]

    def put(document):
        dynamodb.put_resource_policy(ResourceArn=arn, Policy=document)

    def use(user):
        return user.client("dynamodb").get_item, {"TableName": arn, "Key": {"id": {"S": "1"}}}

    return "dynamodb:GetItem", put, use


def key(server, unique):
    kms = server.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    root = allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:*")

    def put(document):
        statements = [root, *json.loads(document)["Statement"]]
        kms.put_key_policy(KeyId=arn, Policy=policy(*statements))

    def use(user):
        return user.client("kms").encrypt, {"KeyId": arn, "Plaintext": b"p"}

    return "kms:Encrypt", put, use


def bucket(server, unique):
    s3 = server.client("s3")
    name = unique("bucket")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="k", Body=b"b")

    def put(document):
        document = document.replace('"*"', f'"arn:aws:s3:::{name}/*"')
        s3.put_bucket_policy(Bucket=name, Policy=document)

    def use(user):
        return user.client("s3").get_object, {"Bucket": name, "Key": "k"}

    return "s3:GetObject", put, use


@pytest.mark.parametrize("kind", [queue, topic, secret, table, key, bucket])
def test_both_accounts_must_allow(strict, unique, kind):
    action, put, use = kind(strict, unique)
    service = action.split(":")[0]
    stranger = strict.user(f"{service}:*", "kms:*", account=OTHER)
    powerless = strict.user(account=OTHER)

    def attempt(user):
        call, arguments = use(user)
        return denied(call, **arguments)

    assert "no resource-based policy allows" in attempt(stranger) or service == "s3"
    put(policy(allow({"AWS": OTHER}, action)))
    call, arguments = use(stranger)
    call(**arguments)
    assert "no identity-based policy allows" in attempt(powerless)
    put(policy(allow({"AWS": OTHER}, action), allow({"AWS": stranger.arn}, action, effect="Deny")))
    assert "explicit deny in a resource-based policy" in attempt(stranger)


@pytest.mark.parametrize("kind", [queue, topic, secret, table, key, bucket])
def test_within_the_account_one_is_enough(strict, unique, kind):
    action, put, use = kind(strict, unique)
    service = action.split(":")[0]
    able = strict.user(f"{service}:*", "kms:*")
    named = strict.user()
    call, arguments = use(able)
    call(**arguments)
    call, arguments = use(named)
    assert "no identity-based policy allows" in denied(call, **arguments)
    put(policy(allow({"AWS": named.arn}, action), allow({"AWS": able.arn}, action, effect="Deny")))
    call(**arguments)
    call, arguments = use(able)
    assert "explicit deny in a resource-based policy" in denied(call, **arguments)


def test_a_key_without_its_account_is_closed_to_identity_policies(strict):
    able, named = strict.user("kms:*"), strict.user()
    kms = strict.client("kms")
    document = policy(allow({"AWS": named.arn}, "kms:*"))
    arn = kms.create_key(Policy=document, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["Arn"]
    for outsider in (able.client("kms"), kms):
        message = denied(outsider.encrypt, KeyId=arn, Plaintext=b"p")
        assert "because no resource-based policy allows the kms:Encrypt action" in message
    sealed = named.client("kms").encrypt(KeyId=arn, Plaintext=b"p")["CiphertextBlob"]
    # The ciphertext tells its key.
    message = denied(able.client("kms").decrypt, CiphertextBlob=sealed)
    assert f"kms:Decrypt on resource: {arn} because no resource-based policy" in message
    assert named.client("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"p"


def test_an_alias_stands_for_its_key(strict, unique):
    kms = strict.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    alias = f"alias/{unique('key')}"
    kms.create_alias(AliasName=alias, TargetKeyId=arn)
    by_key = strict.user("kms:Encrypt", resource=arn)
    by_key.client("kms").encrypt(KeyId=alias, Plaintext=b"p")
    by_alias = strict.user("kms:Encrypt", resource=arn.split(":key/")[0] + f":{alias}")
    assert arn in denied(by_alias.client("kms").encrypt, KeyId=alias, Plaintext=b"p")
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    for name, given in (("kms:ResourceAliases", alias), ("kms:RequestAlias", alias), ("kms:KeySpec", "SYMMETRIC_DEFAULT")):
        operator = "ForAnyValue:StringEquals" if name == "kms:ResourceAliases" else "StringEquals"
        for value, allowed in ((given, True), ("alias/other", False)):
            user = strict.user()
            document = policy({**statement, "Condition": {operator: {name: value}}})
            strict.client("iam").put_user_policy(
                UserName=user.arn.split("/")[1], PolicyName="own", PolicyDocument=document
            )
            call = user.client("kms").encrypt
            if allowed:
                call(KeyId=alias, Plaintext=b"p")
            else:
                denied(call, KeyId=alias, Plaintext=b"p")


def test_grants_let_their_grantees_in(strict):
    kms = strict.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    user, friend = strict.user(), strict.user()
    grant = kms.create_grant(
        KeyId=arn,
        GranteePrincipal=user.arn,
        RetiringPrincipal=friend.arn,
        Operations=["Encrypt", "Decrypt"],
        Constraints={"EncryptionContextSubset": {"team": "red"}},
    )
    context = {"EncryptionContext": {"team": "red", "more": "1"}}
    sealed = user.client("kms").encrypt(KeyId=arn, Plaintext=b"p", **context)["CiphertextBlob"]
    assert user.client("kms").decrypt(CiphertextBlob=sealed, **context)["Plaintext"] == b"p"
    denied(user.client("kms").encrypt, KeyId=arn, Plaintext=b"p")
    denied(user.client("kms").encrypt, KeyId=arn, Plaintext=b"p", EncryptionContext={"team": "blue"})
    denied(user.client("kms").generate_data_key, KeyId=arn, KeySpec="AES_256", **context)
    denied(friend.client("kms").encrypt, KeyId=arn, Plaintext=b"p", **context)
    denied(user.client("kms").retire_grant, GrantToken=grant["GrantToken"])
    friend.client("kms").retire_grant(GrantToken=grant["GrantToken"])
    denied(user.client("kms").encrypt, KeyId=arn, Plaintext=b"p", **context)


def test_exact_contexts_of_grants(strict):
    kms = strict.client("kms")
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    user = strict.user()
    kms.create_grant(
        KeyId=arn,
        GranteePrincipal=user.arn,
        Operations=["Encrypt"],
        Constraints={"EncryptionContextEquals": {"team": "red"}},
    )
    encrypt = user.client("kms").encrypt
    encrypt(KeyId=arn, Plaintext=b"p", EncryptionContext={"team": "red"})
    denied(encrypt, KeyId=arn, Plaintext=b"p", EncryptionContext={"team": "red", "more": "1"})
    denied(encrypt, KeyId=arn, Plaintext=b"p")


def test_items_by_leading_keys_and_attributes(strict, unique):
    dynamodb = strict.client("dynamodb")
    name = unique("table")
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    user = strict.user()
    condition = {
        "ForAllValues:StringEquals": {
            "dynamodb:LeadingKeys": ["${aws:username}"],
            "dynamodb:Attributes": ["id", "open"],
        },
        "Null": {"dynamodb:LeadingKeys": "false", "dynamodb:Attributes": "false"},
    }
    document = policy({"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*", "Condition": condition})
    own = user.arn.split("/")[1]
    strict.client("iam").put_user_policy(UserName=own, PolicyName="own", PolicyDocument=document)
    client = user.client("dynamodb")
    client.put_item(TableName=name, Item={"id": {"S": own}, "open": {"S": "1"}})
    denied(client.put_item, TableName=name, Item={"id": {"S": "x"}, "open": {"S": "1"}})
    denied(client.put_item, TableName=name, Item={"id": {"S": own}, "secret": {"S": "1"}})
    read = {"TableName": name, "ExpressionAttributeNames": {"#o": "open"}, "ProjectionExpression": "#o"}
    client.get_item(Key={"id": {"S": own}}, **read)
    denied(client.get_item, Key={"id": {"S": "x"}}, **read)
    denied(client.get_item, TableName=name, Key={"id": {"S": own}}, ProjectionExpression="secret")
    query = {**read, "KeyConditionExpression": "id = :own"}
    client.query(ExpressionAttributeValues={":own": {"S": own}}, **query)
    denied(client.query, ExpressionAttributeValues={":own": {"S": "x"}}, **query)
    denied(client.scan, **read)
    batch = {"Keys": [{"id": {"S": own}}, {"id": {"S": "x"}}], "ProjectionExpression": "id"}
    denied(client.batch_get_item, RequestItems={name: batch})
    client.batch_get_item(RequestItems={name: {**batch, "Keys": [{"id": {"S": own}}]}})
