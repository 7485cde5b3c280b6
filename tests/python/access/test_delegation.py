"""A product provider gets temporary access to a customer's account."""

import json
import time
import urllib.request

import pytest

from conftest import REGION
from enforcing import Strict, policy, refused

CUSTOMER, PROVIDER = "222222222222", "111111111111"
TEMPLATE = "arn:aws:iam::partner:policy-template/acme.example/onboarding"
BOUNDARY = "arn:aws:iam::partner:policy/permissions-boundary/acme.example/Reader_2026_01_01"


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    server = Strict(tmp_path_factory.mktemp("delegation"), IAM_ENFORCEMENT="strict")
    yield server
    server.stop()


def register(server, arn, document):
    request = urllib.request.Request(
        f"{server.endpoint}/_aws/iam/registered-policies/{arn}", document.encode(), method="PUT"
    )
    with urllib.request.urlopen(request) as answer:
        return answer.status


def test_a_request_is_approved_and_exchanged(strict):
    template = policy(
        {"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::@{bucket}", "arn:aws:s3:::@{bucket}/*"]},
        {
            "Effect": "Allow",
            "Action": ["iam:CreateRole", "iam:PutRolePolicy"],
            "Resource": "arn:aws:iam::*:role/acme-*",
            "Condition": {"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}},
        },
    )
    assert register(strict, TEMPLATE, template) == 201
    assert register(strict, TEMPLATE, template) == 200
    assert register(strict, BOUNDARY, policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})) == 201

    # The provider's topic, with a queue to listen at.
    sns, sqs = strict.client("sns", PROVIDER), strict.client("sqs", PROVIDER)
    topic = sns.create_topic(Name="delegations")["TopicArn"]
    queue = sqs.create_queue(QueueName="delegations")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    let_in = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy({**let_in, "Resource": arn})})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    let_in = {"Effect": "Allow", "Principal": {"Service": "iam.amazonaws.com"}, "Action": "SNS:Publish"}
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=policy({**let_in, "Resource": topic})
    )

    request = strict.client("iam", PROVIDER).create_delegation_request(
        Description="Reads a bucket",
        Permissions={
            "PolicyTemplateArn": TEMPLATE,
            "Parameters": [{"Name": "bucket", "Values": ["delegated"], "Type": "string"}],
        },
        RequestorWorkflowId="workflow-1",
        NotificationChannel=topic,
        SessionDuration=900,
    )["DelegationRequestId"]

    # The customer's administrator may do more than is asked for, and less.
    admin = strict.user("s3:*", "iam:*", account=CUSTOMER)
    iam = admin.client("iam")
    iam.associate_delegation_request(DelegationRequestId=request)
    found = iam.get_delegation_request(DelegationRequestId=request, DelegationPermissionCheck=True)
    assert found["PermissionCheckResult"] == "ALLOWED"
    assert found["DelegationRequest"]["RolePermissionRestrictionArns"] == [BOUNDARY]
    assert "arn:aws:s3:::delegated/*" in found["DelegationRequest"]["PermissionPolicy"]
    iam.accept_delegation_request(DelegationRequestId=request)
    iam.send_delegation_token(DelegationRequestId=request)

    messages = []
    for _ in range(20):
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        messages += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        if len(messages) == 4:
            break
    seen = {(message["Type"], message["State"]) for message in messages}
    states = {("StateChange", state) for state in ("ASSIGNED", "ACCEPTED", "FINALIZED")}
    assert seen == states | {("ExchangeToken", "FINALIZED")}
    [token] = [message["ExchangeToken"] for message in messages if message["Type"] == "ExchangeToken"]
    assert all(message["OwnerAccountId"] == CUSTOMER for message in messages)

    # Only the provider's account can exchange it.
    error = refused(strict.client("sts", CUSTOMER).get_delegated_access_token, TradeInToken=token)["Error"]
    assert error["Code"] == "AccessDenied"
    made = strict.client("sts", PROVIDER).get_delegated_access_token(TradeInToken=token)
    assert made["AssumedPrincipal"] == admin.arn
    left = made["Credentials"]["Expiration"].timestamp() - time.time()
    assert 800 < left < 901
    key = made["Credentials"]
    assert strict.signed("sts", key).get_caller_identity()["Account"] == CUSTOMER

    # What both the template and the administrator allow.
    s3 = strict.signed("s3", key)
    s3.create_bucket(Bucket="delegated")
    s3.put_object(Bucket="delegated", Key="k", Body=b"x")
    message = refused(s3.create_bucket, Bucket="another")["Error"]["Message"]
    assert message.endswith("because no session policy allows the s3:CreateBucket action"), message
    iam = strict.signed("iam", key)
    trust = policy({"Effect": "Allow", "Principal": {"AWS": PROVIDER}, "Action": "sts:AssumeRole"})
    arguments = {"RoleName": "acme-reader", "AssumeRolePolicyDocument": trust}
    assert refused(iam.create_role, **arguments)["Error"]["Code"] == "AccessDenied"
    iam.create_role(**arguments, PermissionsBoundary=BOUNDARY)
    # The boundary of the role counts where the request names none.
    everything = policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    iam.put_role_policy(RoleName="acme-reader", PolicyName="all", PolicyDocument=everything)
    strict.client("iam", CUSTOMER).create_role(RoleName="acme-free", AssumeRolePolicyDocument=trust)
    arguments = {"RoleName": "acme-free", "PolicyName": "all", "PolicyDocument": everything}
    assert refused(iam.put_role_policy, **arguments)["Error"]["Code"] == "AccessDenied"

    role = f"arn:aws:iam::{CUSTOMER}:role/acme-reader"
    session = strict.client("sts", PROVIDER).assume_role(RoleArn=role, RoleSessionName="provider")["Credentials"]
    assert strict.signed("s3", session).get_object(Bucket="delegated", Key="k")["Body"].read() == b"x"
    error = refused(strict.signed("s3", session).put_object, Bucket="delegated", Key="k", Body=b"y")["Error"]
    assert "because no permissions boundary allows" in error["Message"]


def test_an_owner_looks_whatever_policies_say(strict):
    owner = strict.user("iam:AssociateDelegationRequest", account=CUSTOMER)
    stranger = strict.user(account=CUSTOMER)
    request = strict.client("iam", PROVIDER).create_delegation_request(
        Description="Looks",
        Permissions={"PolicyTemplateArn": "arn:aws:iam::partner:policy-template/acme.example/unknown"},
        RequestorWorkflowId="workflow-2",
        NotificationChannel=f"arn:aws:sns:{REGION}:{PROVIDER}:nothing",
        SessionDuration=900,
    )["DelegationRequestId"]
    owner.client("iam").associate_delegation_request(DelegationRequestId=request)
    found = owner.client("iam").get_delegation_request(DelegationRequestId=request)["DelegationRequest"]
    assert (found["OwnerId"], found["State"]) == (owner.arn, "ASSIGNED")
    owner.client("iam").update_delegation_request(DelegationRequestId=request, Notes="please")
    for call, who in [("get_delegation_request", stranger), ("accept_delegation_request", owner)]:
        error = refused(getattr(who.client("iam"), call), DelegationRequestId=request)["Error"]
        assert error["Code"] == "AccessDenied"
        assert error["Message"].startswith(f"User: {who.arn} is not authorized to perform: iam:")
        assert f"on resource: arn:aws:iam::{CUSTOMER}:delegation-request/{request} because" in error["Message"]
