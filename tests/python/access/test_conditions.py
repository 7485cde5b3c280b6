"""Global condition keys, one by one: what requests have, and what they do not."""

import time
import uuid

import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT
from enforcing import Strict, policy, refused


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    server = Strict(tmp_path_factory.mktemp("conditions"), IAM_ENFORCEMENT="strict")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def iam(strict):
    return strict.client("iam")


@pytest.fixture(scope="module")
def alice(strict, iam):
    """A user with tags, whose policy each case sets."""
    alice = strict.user()
    alice.name = alice.arn.rsplit("/", 1)[1]
    alice.id = iam.get_user(UserName=alice.name)["User"]["UserId"]
    iam.tag_user(UserName=alice.name, Tags=[{"Key": "Team", "Value": "red"}])
    return alice


@pytest.fixture(scope="module")
def role(iam):
    """A role with tags, whose policy each case sets."""
    trust = policy({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": ["sts:AssumeRole", "sts:TagSession"]})
    tags = [{"Key": "Team", "Value": "blue"}, {"Key": "Stage", "Value": "test"}]
    return iam.create_role(RoleName="worker", Path="/ops/", AssumeRolePolicyDocument=trust, Tags=tags)["Role"]


def allowed(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] in ("AccessDenied", "AuthorizationError"), error
        return False
    return True


def now(offset=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))


# Conditions on a user's `ListTopics`, and whether they hold. Braces are filled in.
OF_USERS = [
    ({"StringEquals": {"aws:PrincipalArn": "{arn}"}}, True),
    ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}}, True),
    ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}, False),
    ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, True),
    ({"StringEquals": {"aws:PrincipalType": "User"}}, True),
    ({"StringEquals": {"aws:username": "{name}"}}, True),
    ({"StringEquals": {"AWS:UserName": "{name}"}}, True),
    ({"StringEquals": {"aws:userid": "{id}"}}, True),
    ({"StringEquals": {"aws:PrincipalTag/Team": "red"}}, True),
    ({"StringEquals": {"aws:PrincipalTag/team": "red"}}, True),
    ({"StringEquals": {"aws:PrincipalTag/Team": "Red"}}, False),
    ({"Null": {"aws:PrincipalTag/none": "true"}}, True),
    ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, True),
    ({"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, False),
    ({"Bool": {"aws:SecureTransport": "false"}}, True),
    ({"Bool": {"aws:SecureTransport": "true"}}, False),
    ({"StringLike": {"aws:UserAgent": "Boto3/*"}}, True),
    ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, True),
    ({"StringEquals": {"aws:RequestedRegion": ["eu-west-1"]}}, False),
    ({"DateGreaterThan": {"aws:CurrentTime": "{before}"}, "DateLessThan": {"aws:CurrentTime": "{after}"}}, True),
    ({"NumericGreaterThan": {"aws:EpochTime": "1700000000"}}, True),
    ({"DateGreaterThan": {"aws:EpochTime": "1700000000"}}, True),
    ({"Bool": {"aws:ViaAWSService": "false"}}, True),
    ({"Null": {"aws:CalledVia": "true"}}, True),
    ({"Bool": {"aws:PrincipalIsAWSService": "false"}}, True),
    ({"StringEquals": {"aws:ResourceAccount": ACCOUNT}}, True),
    # A user's own key has no session.
    ({"Null": {"aws:TokenIssueTime": "true"}}, True),
    ({"Null": {"aws:MultiFactorAuthPresent": "true"}}, True),
    ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, True),
    ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, False),
    ({"Null": {"aws:SourceIdentity": "true"}}, True),
    ({"Null": {"aws:FederatedProvider": "true"}}, True),
    # There is no organisation and no network here.
    ({"Null": {"aws:PrincipalOrgID": "true"}}, True),
    ({"Null": {"aws:ResourceOrgID": "true"}}, True),
    ({"Null": {"aws:SourceVpc": "true"}}, True),
    ({"Null": {"aws:SourceVpce": "true"}}, True),
    ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, True),
    ({"Null": {"aws:SourceArn": "true"}}, True),
    ({"Null": {"aws:RequestTag/x": "true"}}, True),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": "x"}}, True),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": "x"}}, False),
]


def fill(value, known):
    if isinstance(value, dict):
        return {fill(key, known): fill(inner, known) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, known) for inner in value]
    return value.format(**known)


@pytest.mark.parametrize("condition, expected", OF_USERS, ids=[str(row[0]) for row in OF_USERS])
def test_keys_of_users(iam, alice, condition, expected):
    known = {"arn": alice.arn, "name": alice.name, "id": alice.id, "before": now(-60), "after": now(60)}
    statement = {"Effect": "Allow", "Action": "sns:ListTopics", "Resource": "*", "Condition": fill(condition, known)}
    iam.put_user_policy(UserName=alice.name, PolicyName="own", PolicyDocument=policy(statement))
    assert allowed(alice.client("sns").list_topics) == expected


OF_SESSIONS = [
    ({"StringEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/ops/worker"}}, True),
    ({"StringEquals": {"aws:PrincipalArn": "{session}"}}, False),
    ({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, True),
    ({"StringEquals": {"aws:userid": "{id}:worker-1"}}, True),
    ({"StringLike": {"aws:userid": "{id}:*"}}, True),
    ({"Null": {"aws:username": "true"}}, True),
    # The session's tag takes the place of the role's, whatever its case.
    ({"StringEquals": {"aws:PrincipalTag/Team": "green"}}, True),
    ({"StringEquals": {"aws:PrincipalTag/Stage": "test"}}, True),
    ({"DateGreaterThan": {"aws:TokenIssueTime": "{before}"}}, True),
    ({"DateLessThan": {"aws:TokenIssueTime": "{before}"}}, False),
    ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, True),
    ({"Null": {"aws:MultiFactorAuthAge": "true"}}, True),
]


@pytest.mark.parametrize("condition, expected", OF_SESSIONS, ids=[str(row[0]) for row in OF_SESSIONS])
def test_keys_of_sessions(strict, iam, role, condition, expected):
    tags = [{"Key": "team", "Value": "green"}]
    made = strict.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="worker-1", Tags=tags)
    known = {"session": made["AssumedRoleUser"]["Arn"], "id": role["RoleId"], "before": now(-60)}
    statement = {"Effect": "Allow", "Action": "sns:ListTopics", "Resource": "*", "Condition": fill(condition, known)}
    iam.put_role_policy(RoleName="worker", PolicyName="own", PolicyDocument=policy(statement))
    assert allowed(strict.signed("sns", made["Credentials"]).list_topics) == expected


def queue(server, tags):
    sqs = server.client("sqs")
    return "sqs", "get_queue_attributes", {
        "QueueUrl": sqs.create_queue(QueueName=uuid.uuid4().hex, tags=tags)["QueueUrl"], "AttributeNames": ["All"]
    }


def pairs(tags, key="Key", value="Value"):
    return [{key: name, value: text} for name, text in tags.items()]


def topic(server, tags):
    made = server.client("sns").create_topic(Name=uuid.uuid4().hex, Tags=pairs(tags))
    return "sns", "get_topic_attributes", {"TopicArn": made["TopicArn"]}


def key(server, tags):
    made = server.client("kms").create_key(Tags=pairs(tags, "TagKey", "TagValue"))
    return "kms", "describe_key", {"KeyId": made["KeyMetadata"]["KeyId"]}


def parameter(server, tags):
    name = uuid.uuid4().hex
    server.client("ssm").put_parameter(Name=name, Value="x", Type="String", Tags=pairs(tags))
    return "ssm", "get_parameter", {"Name": name}


def secret(server, tags):
    name = uuid.uuid4().hex
    server.client("secretsmanager").create_secret(Name=name, SecretString="x", Tags=pairs(tags))
    return "secretsmanager", "get_secret_value", {"SecretId": name}


def table(server, tags):
    name = uuid.uuid4().hex
    server.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=pairs(tags),
    )
    return "dynamodb", "describe_table", {"TableName": name}


def user(server, tags):
    name = uuid.uuid4().hex
    server.client("iam").create_user(UserName=name, Path="/team/", Tags=pairs(tags))
    return "iam", "get_user", {"UserName": name}


def profile(server, tags):
    name = uuid.uuid4().hex
    server.client("iam").create_instance_profile(InstanceProfileName=name, Tags=pairs(tags))
    return "iam", "get_instance_profile", {"InstanceProfileName": name}


def provider(server, tags):
    url = f"https://{uuid.uuid4().hex}.example"
    made = server.client("iam").create_open_id_connect_provider(Url=url, ThumbprintList=["0" * 40], Tags=pairs(tags))
    arn = made["OpenIDConnectProviderArn"]
    return "iam", "get_open_id_connect_provider", {"OpenIDConnectProviderArn": arn}


@pytest.mark.parametrize("make", [queue, topic, key, parameter, secret, table, user, profile, provider])
def test_tags_of_resources(strict, iam, alice, make):
    condition = {"StringEquals": {"aws:ResourceTag/Team": "red"}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    iam.put_user_policy(UserName=alice.name, PolicyName="own", PolicyDocument=policy(statement))
    for tags, expected in [({"Team": "red"}, True), ({"Team": "blue"}, False), ({"Other": "red"}, False)]:
        service, call, arguments = make(strict, tags)
        client = alice.client(service)
        try:
            getattr(client, call)(**arguments)
            found = True
        except ClientError as error:
            found = False
            assert "no identity-based policy allows" in error.response["Error"]["Message"]
        assert found == expected, tags


def test_tags_of_requests(strict, iam, alice):
    statement = {
        "Effect": "Allow",
        "Action": ["sqs:CreateQueue", "sqs:TagQueue", "sqs:UntagQueue"],
        "Resource": "*",
        "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["Team", "Stage"]}},
    }
    iam.put_user_policy(UserName=alice.name, PolicyName="own", PolicyDocument=policy(statement))
    sqs = alice.client("sqs")
    url = sqs.create_queue(QueueName=uuid.uuid4().hex, tags={"Team": "red", "Stage": "x"})["QueueUrl"]
    refused(sqs.create_queue, QueueName=uuid.uuid4().hex, tags={"Team": "red", "Other": "x"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["Team"])
    refused(sqs.untag_queue, QueueUrl=url, TagKeys=["Stage", "Other"])
    statement["Condition"] = {"StringEquals": {"aws:RequestTag/Team": "red"}}
    iam.put_user_policy(UserName=alice.name, PolicyName="own", PolicyDocument=policy(statement))
    sqs.tag_queue(QueueUrl=url, Tags={"Team": "red"})
    refused(sqs.tag_queue, QueueUrl=url, Tags={"Team": "blue"})
    refused(sqs.tag_queue, QueueUrl=url, Tags={"Stage": "red"})


def test_paths_of_iam_count(strict, iam, alice):
    """Requests name entities without their paths; policies name them with."""
    name = uuid.uuid4().hex
    iam.create_user(UserName=name, Path="/team/red/")
    for path, expected in [("/team/red/", True), ("/team/*", True), ("/", False), ("/other/", False)]:
        resource = f"arn:aws:iam::{ACCOUNT}:user{path}{name}" if path != "/team/*" else f"arn:aws:iam::{ACCOUNT}:user/team/*"
        statement = {"Effect": "Allow", "Action": "iam:GetUser", "Resource": resource}
        iam.put_user_policy(UserName=alice.name, PolicyName="own", PolicyDocument=policy(statement))
        assert allowed(alice.client("iam").get_user, UserName=name) == expected, path
    message = refused(alice.client("iam").get_user, UserName=name)["Error"]["Message"]
    assert message == (
        f"User: {alice.arn} is not authorized to perform: iam:GetUser on resource: "
        f"arn:aws:iam::{ACCOUNT}:user/team/red/{name} because no identity-based policy allows the iam:GetUser action"
    )


def test_roles_are_passed_to_services(iam, alice, role):
    passing = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": role["Arn"]}
    own = {"Effect": "Allow", "Action": ["ssm:CreateActivation", "iam:AddRoleToInstanceProfile"], "Resource": "*"}
    profile = uuid.uuid4().hex
    iam.create_instance_profile(InstanceProfileName=profile)
    adds = {"InstanceProfileName": profile, "RoleName": "worker"}
    ssm, own_iam = alice.client("ssm"), alice.client("iam")
    for service, to_ssm, to_ec2 in [(None, False, False), ("ssm.amazonaws.com", True, False), ("ec2.amazonaws.com", False, True)]:
        condition = {"Condition": {"StringEquals": {"iam:PassedToService": service}}}
        statements = [own] + ([{**passing, **condition}] if service else [])
        iam.put_user_policy(UserName=alice.name, PolicyName="own", PolicyDocument=policy(*statements))
        assert passes(ssm.create_activation, IamRole="ops/worker") == to_ssm, service
        assert passes(own_iam.add_role_to_instance_profile, **adds) == to_ec2, service


def passes(call, **arguments):
    """Whether the role may be passed; what the service says of it is another matter."""
    try:
        call(**arguments)
    except ClientError as error:
        return "iam:PassRole" not in error.response["Error"]["Message"]
    return True


def test_sessions_of_users_cannot_call_everything(strict, iam, alice):
    everything = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})
    iam.put_user_policy(UserName=alice.name, PolicyName="own", PolicyDocument=everything)
    sts = alice.client("sts")
    session = sts.get_session_token()["Credentials"]
    federated = sts.get_federation_token(Name="guest", Policy=everything)["Credentials"]
    invalid = ("InvalidClientTokenId", "The security token included in the request is invalid.")
    for key, may_assume in [(session, True), (federated, False)]:
        error = refused(strict.signed("iam", key).list_users)["Error"]
        assert (error["Code"], error["Message"]) == invalid
        own = strict.signed("sts", key)
        assert own.get_caller_identity()["Account"] == ACCOUNT
        for call, arguments in [("get_session_token", {}), ("get_federation_token", {"Name": "guest"})]:
            error = refused(getattr(own, call), **arguments)["Error"]
            name = "".join(word.capitalize() for word in call.split("_"))
            assert (error["Code"], error["Message"]) == ("AccessDenied", f"Cannot call {name} with session credentials")
        arguments = {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/ops/worker", "RoleSessionName": "worker"}
        assert allowed(own.assume_role, **arguments) == may_assume
        strict.signed("sns", key).list_topics()
