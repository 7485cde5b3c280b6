"""What services do at each other is decided on."""

import json
import urllib.request

from enforcing import denied, policy, refused, strict  # noqa: F401

from conftest import ACCOUNT, REGION


def service(name, action, **condition):
    statement = {"Effect": "Allow", "Principal": {"Service": name}, "Action": action, "Resource": "*"}
    return {**statement, "Condition": condition} if condition else statement


def bodies(sqs, url):
    found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [message["Body"] for message in found]


def queue(server, unique):
    sqs = server.client("sqs")
    url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{url.rsplit('/')[-1]}"

    def put(*statements):
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy(*statements)})

    return sqs, url, arn, put


def test_topics_deliver_where_the_queue_lets_them(strict, unique):
    sqs, url, queue_arn, put = queue(strict, unique)
    sns = strict.client("sns")
    topics = [sns.create_topic(Name=unique("topic"))["TopicArn"] for _ in range(2)]
    for topic in topics:
        attributes = {"RawMessageDelivery": "true"}
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn, Attributes=attributes)

    def publish():
        for number, topic in enumerate(topics):
            sns.publish(TopicArn=topic, Message=str(number))
        return bodies(sqs, url)

    assert publish() == []
    source = {"aws:SourceArn": topics[1]}
    put(service("sns.amazonaws.com", "sqs:SendMessage", ArnEquals=source))
    assert publish() == ["1"]
    account = {"aws:SourceAccount": ACCOUNT}
    put(service("sns.amazonaws.com", "sqs:SendMessage", StringEquals=account))
    assert publish() == ["0", "1"]
    put(service("s3.amazonaws.com", "sqs:SendMessage"))
    assert publish() == []


def test_buckets_notify_whom_they_may(strict, unique):
    sqs, url, queue_arn, put = queue(strict, unique)
    s3, sns = strict.client("s3"), strict.client("sns")
    bucket = unique("bucket")
    s3.create_bucket(Bucket=bucket)
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    events = ["s3:ObjectCreated:*"]
    for kind, member, arn in (("Queue", "queue", queue_arn), ("Topic", "topic", topic)):
        configuration = {f"{kind}Configurations": [{f"{kind}Arn": arn, "Events": events}]}
        request = {"Bucket": bucket, "NotificationConfiguration": configuration}
        error = refused(s3.put_bucket_notification_configuration, **request)["Error"]
        assert error["Code"] == "InvalidArgument", error
        assert error["Message"] == "Unable to validate the following destination configurations"
        assert member in error["ArgumentValue1"], error
    source = {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}
    put(service("s3.amazonaws.com", "sqs:SendMessage", ArnLike=source))
    document = policy({**service("s3.amazonaws.com", "sns:Publish", ArnLike=source), "Resource": topic})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": queue_arn, "Events": events}],
            "TopicConfigurations": [{"TopicArn": topic, "Events": ["s3:ObjectRemoved:*"]}],
        },
    )
    assert json.loads(bodies(sqs, url)[0])["Event"] == "s3:TestEvent"
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    assert json.loads(bodies(sqs, url)[0])["Records"][0]["s3"]["object"]["key"] == "k"


def test_keys_behind_services(strict, unique):
    """Who uses a key through a service needs it in person, and may be confined to the service."""
    kms = strict.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    bucket, name, queue_name, topic_name = unique("b"), f"/{unique('p')}/x", unique("q"), unique("t")
    strict.client("s3").create_bucket(Bucket=bucket)
    url = strict.client("sqs").create_queue(QueueName=queue_name, Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    topic = strict.client("sns").create_topic(Name=topic_name, Attributes={"KmsMasterKeyId": key})["TopicArn"]
    services = ["s3", "ssm", "secretsmanager", "sqs", "sns"]
    via = [f"{service}.{REGION}.amazonaws.com" for service in services]

    def uses(user):
        secret = unique("secret")
        encrypted = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
        s3, ssm, sqs = user.client("s3"), user.client("ssm"), user.client("sqs")
        return [
            (s3.put_object, {"Bucket": bucket, "Key": "k", "Body": b"b", **encrypted}),
            (s3.get_object, {"Bucket": bucket, "Key": "k"}),
            (ssm.put_parameter, {"Name": name, "Value": "v", "Type": "SecureString", "KeyId": key, "Overwrite": True}),
            (ssm.get_parameter, {"Name": name, "WithDecryption": True}),
            (user.client("secretsmanager").create_secret, {"Name": secret, "SecretString": "s", "KmsKeyId": key}),
            (sqs.send_message, {"QueueUrl": url, "MessageBody": "m"}),
            (sqs.receive_message, {"QueueUrl": url}),
            (user.client("sns").publish, {"TopicArn": topic, "Message": "m"}),
        ]

    able = strict.user("*")
    for call, arguments in uses(able):
        call(**arguments)
    without_key = strict.user(*(f"{service}:*" for service in services))
    answer = refused(uses(without_key)[0][0], **uses(without_key)[0][1])
    why = urllib.request.urlopen(
        f"{strict.endpoint}/_fogbank/iam/why?request_id={answer['ResponseMetadata']['RequestId']}"
    )
    assert [it["action"] for it in json.load(why)["decisions"]] == ["kms:GenerateDataKey"]
    for call, arguments in uses(without_key):
        message = refused(call, **arguments)["Error"]["Message"]
        assert "kms:" in message or message == "Access to KMS is not allowed", message
    confined = strict.user(*(f"{service}:*" for service in services))
    condition = {"StringEquals": {"kms:ViaService": via}}
    document = policy({"Effect": "Allow", "Action": "kms:*", "Resource": key, "Condition": condition})
    iam = strict.client("iam")
    iam.put_user_policy(UserName=confined.arn.split("/")[1], PolicyName="key", PolicyDocument=document)
    for call, arguments in uses(confined):
        call(**arguments)
    denied(confined.client("kms").encrypt, KeyId=key, Plaintext=b"p")
    bound = strict.user("s3:*")
    condition = {"StringEquals": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}/k"}}
    document = policy({"Effect": "Allow", "Action": "kms:*", "Resource": key, "Condition": condition})
    iam.put_user_policy(UserName=bound.arn.split("/")[1], PolicyName="key", PolicyDocument=document)
    s3 = bound.client("s3")
    s3.get_object(Bucket=bucket, Key="k")
    denied(s3.put_object, Bucket=bucket, Key="other", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)


def test_the_keys_of_services_are_open_through_them(strict, unique):
    user = strict.user("ssm:*")
    ssm = user.client("ssm")
    name = f"/{unique('p')}/x"
    ssm.put_parameter(Name=name, Value="v", Type="SecureString")
    assert ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"] == "v"
    denied(user.client("kms").encrypt, KeyId="alias/aws/ssm", Plaintext=b"p")
