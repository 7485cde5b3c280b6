import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT


def test_caller_identity_is_the_root_of_the_default_account(server):
    identity = server.client("sts").get_caller_identity()
    assert identity["Account"] == ACCOUNT
    assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert identity["ResponseMetadata"]["HTTPHeaders"]["x-fogbank-operation"] == "sts.GetCallerIdentity"


def test_a_twelve_digit_access_key_is_an_account(server):
    identity = server.client("sts", account="123456789012").get_caller_identity()
    assert identity["Account"] == "123456789012"


def test_an_assumed_role_is_its_own_principal(server):
    sts = server.client("sts")
    role = "arn:aws:iam::210987654321:role/deploy"
    assumed = sts.assume_role(RoleArn=role, RoleSessionName="build")
    assert assumed["AssumedRoleUser"]["Arn"] == "arn:aws:sts::210987654321:assumed-role/deploy/build"
    session = server.client("sts", account=assumed["Credentials"]["AccessKeyId"])
    identity = session.get_caller_identity()
    assert identity["Account"] == "210987654321"
    assert identity["Arn"] == "arn:aws:sts::210987654321:assumed-role/deploy/build"
    assert identity["UserId"] == assumed["AssumedRoleUser"]["AssumedRoleId"]


def test_a_broken_parameter_gets_the_words_of_aws(server):
    sts = server.client("sts", parameter_validation=False)
    with pytest.raises(ClientError) as error:
        sts.assume_role(RoleArn="arn:aws:iam::000000000000:role/x", RoleSessionName="a:b")
    assert error.value.response["Error"] == {
        "Type": "Sender",
        "Code": "ValidationError",
        "Message": "1 validation error detected: Value 'a:b' at 'roleSessionName' failed to satisfy "
        r"constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*",
    }


def test_cli(aws):
    assert ACCOUNT in aws("sts", "get-caller-identity").stdout
