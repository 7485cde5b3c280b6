"""A server that enforces policies, and users with keys of their own."""

import json
import uuid

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT, REGION, Server

OTHER = "111111111111"


class Strict(Server):
    """A server that enforces policies."""

    def signed(self, service, key, **config):
        """A client with a key as IAM or STS gave it out."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
            aws_session_token=key.get("SessionToken"),
            config=botocore.config.Config(retries={"total_max_attempts": 1}, **config),
        )

    def user(self, *allowed, account=ACCOUNT, resource="*"):
        """A new user who may do these actions, with the key to sign with."""
        iam = self.client("iam", account)
        name = f"user-{uuid.uuid4().hex[:8]}"
        arn = iam.create_user(UserName=name)["User"]["Arn"]
        if allowed:
            document = policy({"Effect": "Allow", "Action": list(allowed), "Resource": resource})
            iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
        return User(self, arn, iam.create_access_key(UserName=name)["AccessKey"])


class User:
    """A user with a key."""

    def __init__(self, server, arn, key):
        self.server, self.arn, self.key = server, arn, key

    def client(self, service, **config):
        return self.server.signed(service, self.key, **config)


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def refused(call, **arguments):
    """The response of a request that must be refused."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response


def denied(call, **arguments):
    """The message of a request that must be denied."""
    error = refused(call, **arguments)["Error"]
    assert "AccessDenied" in error["Code"] or "Authorization" in error["Code"], error
    return error["Message"]


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    server = Strict(tmp_path_factory.mktemp("strict"), IAM_ENFORCEMENT="strict")
    yield server
    server.stop()
