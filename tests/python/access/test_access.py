"""Policies and signatures against the real binary."""

import base64
import hmac
import json
import os
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request

import boto3
import botocore.config
import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT, BINARY, REGION, Server

ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("strict"), IAM_ENFORCEMENT="strict")
    yield server
    server.stop()


def signed(server, service, key, **config):
    """A client with a key as IAM or STS gave it out."""
    return boto3.client(
        service,
        endpoint_url=server.endpoint,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        aws_session_token=key.get("SessionToken"),
        config=botocore.config.Config(retries={"total_max_attempts": 1}, **config),
    )


def fogbank(server, *arguments):
    command = [BINARY.resolve(), *arguments, "--endpoint", server.endpoint]
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def refused(call, **arguments):
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response


@pytest.fixture(scope="module")
def alice(strict):
    iam = strict.client("iam")
    iam.create_user(UserName="alice")
    return iam.create_access_key(UserName="alice")["AccessKey"]


def test_a_policy_denies_why_says_so_and_the_suggestion_lets_pass(strict, alice):
    root = strict.client("s3")
    root.create_bucket(Bucket="reports")
    root.put_object(Bucket="reports", Key="2026.csv", Body=b"1,2")
    s3 = signed(strict, "s3", alice)

    answer = refused(s3.list_objects_v2, Bucket="reports")
    assert answer["Error"]["Code"] == "AccessDenied"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert answer["Error"]["Message"] == (
        f"User: {ALICE} is not authorized to perform: s3:ListBucket on resource: "
        '"arn:aws:s3:::reports" because no identity-based policy allows the s3:ListBucket action'
    )

    iam = strict.client("iam")
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "All", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            {"Sid": "NotReports", "Effect": "Deny", "Action": "s3:Get*", "Resource": "arn:aws:s3:::reports/*"},
        ],
    }
    iam.put_user_policy(UserName="alice", PolicyName="storage", PolicyDocument=json.dumps(policy))
    assert s3.list_objects_v2(Bucket="reports")["KeyCount"] == 1
    answer = refused(s3.get_object, Bucket="reports", Key="2026.csv")
    assert answer["Error"]["Message"].endswith("with an explicit deny in an identity-based policy")
    why = fogbank(strict, "iam", "why", answer["ResponseMetadata"]["RequestId"])
    assert 'denied by statement "NotReports" of storage, an identity-based policy' in why.stdout, why
    supposed = fogbank(
        strict, "iam", "why", "--principal", ALICE, "--action", "s3:GetObject", "--resource", "arn:aws:s3:::reports/x"
    )
    assert supposed.returncode == 1 and "NotReports" in supposed.stdout, supposed

    suggested = fogbank(strict, "iam", "suggest", ALICE)
    document = json.loads(suggested.stdout)
    assert {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::reports/2026.csv"]} in document[
        "Statement"
    ]
    iam.put_user_policy(UserName="alice", PolicyName="storage", PolicyDocument=suggested.stdout)
    assert s3.get_object(Bucket="reports", Key="2026.csv")["Body"].read() == b"1,2"
    assert s3.list_objects_v2(Bucket="reports")["KeyCount"] == 1
    assert refused(s3.put_object, Bucket="reports", Key="x", Body=b"")["Error"]["Code"] == "AccessDenied"
    iam.delete_user_policy(UserName="alice", PolicyName="storage")


def test_questions_that_are_none_are_refused(strict, alice):
    why = ["iam", "why", "--principal"]
    for arguments, said in [
        ([*why, ALICE, "--action", "GetObject"], "GetObject is no action; one looks like s3:GetObject"),
        ([*why, "alice", "--action", "s3:GetObject"], "alice"),
        ([*why, ALICE.replace("alice", "nobody"), "--action", "s3:GetObject"], "IAM knows no arn:aws:iam::"),
        (["iam", "why", "no-such-request"], "no request no-such-request was denied lately"),
        (["iam", "suggest", ALICE.replace("alice", "nobody")], "did nothing that was noted"),
        ([*why, ALICE], "--action"),
        ([*why, ALICE, "--action", "s3:*"], "s3:* is no action; one looks like s3:GetObject"),
        ([*why, ALICE, "--action", "s3:GetObject", "--resource", "b/k"], "b/k is no resource"),
    ]:
        answer = fogbank(strict, *arguments)
        assert answer.returncode not in (0, 101) and said in answer.stderr, answer


def test_a_question_knows_what_principals_and_resources_are(strict, alice):
    """What a request would have anyway need not be said."""
    iam, sqs = strict.client("iam"), strict.client("sqs")
    iam.tag_user(UserName="alice", Tags=[{"Key": "team", "Value": "red"}])
    url = sqs.create_queue(QueueName="asked", tags={"team": "red"})["QueueUrl"]
    let_in = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
        "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:*:news"}},
    }
    attributes = {"Policy": json.dumps({"Version": "2012-10-17", "Statement": let_in})}
    sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    condition = {
        "StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}", "aws:username": "alice"},
        "Bool": {"aws:SecureTransport": "true"},
    }
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*", "Condition": condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    iam.put_user_policy(UserName="alice", PolicyName="asked", PolicyDocument=document)
    queue = ["--action", "sqs:SendMessage", "--resource", f"arn:aws:sqs:{REGION}:{ACCOUNT}:asked"]
    for principal, context, code in [
        (ALICE, "aws:SecureTransport=true", 0),
        (ALICE, "aws:SecureTransport=false", 1),
        ("sns.amazonaws.com", f"aws:SourceArn=arn:aws:sns:{REGION}:{ACCOUNT}:news", 0),
        ("sns.amazonaws.com", f"aws:SourceArn=arn:aws:sns:{REGION}:{ACCOUNT}:other", 1),
    ]:
        answer = fogbank(strict, "iam", "why", "--principal", principal, *queue, "--context", context)
        assert answer.returncode == code, answer
    iam.delete_user_policy(UserName="alice", PolicyName="asked")


def test_the_code_of_a_device_opens_what_asks_for_it(strict, alice):
    iam = strict.client("iam")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    seed = base64.b32decode(device["Base32StringSeed"])

    def code(step):
        digest = hmac.new(seed, struct.pack(">q", step), "sha1").digest()
        at = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"

    step = int(time.time()) // 30
    serial = device["SerialNumber"]
    pair = {"AuthenticationCode1": code(step - 3), "AuthenticationCode2": code(step - 2)}
    iam.enable_mfa_device(UserName="alice", SerialNumber=serial, **pair)
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    trust = {"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole", "Condition": condition}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="guarded", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    sts = signed(strict, "sts", alice)
    wanted = {"RoleArn": role, "RoleSessionName": "guard"}
    assert refused(sts.assume_role, **wanted)["Error"]["Code"] == "AccessDenied"
    wrong = refused(sts.assume_role, **wanted, SerialNumber=serial, TokenCode=code(step - 50))
    assert wrong["Error"]["Message"] == "MultiFactorAuthentication failed with invalid MFA one time pass code."
    # A step may have passed meanwhile; a code is good for those beside its own.
    answer = sts.assume_role(**wanted, SerialNumber=serial, TokenCode=code(int(time.time()) // 30))
    assert answer["AssumedRoleUser"]["Arn"].endswith(":assumed-role/guarded/guard")
    iam.deactivate_mfa_device(UserName="alice", SerialNumber=serial)
    unknown = refused(sts.assume_role, **wanted, SerialNumber=serial, TokenCode="123456")
    assert unknown["Error"]["Message"].startswith("MultiFactorAuthentication failed, unable to validate MFA code.")


def test_each_service_says_no_in_its_own_way(strict, alice):
    cases = [
        ("dynamodb", "list_tables", {}, "AccessDeniedException", 400),
        ("sqs", "list_queues", {}, "AccessDenied", 403),
        ("iam", "list_users", {}, "AccessDenied", 403),
    ]
    for service, call, arguments, code, status in cases:
        answer = refused(getattr(signed(strict, service, alice), call), **arguments)
        assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status), service
        assert answer["Error"]["Message"].startswith(f"User: {ALICE} is not authorized to perform: {service}:")


def test_a_role_is_assumed_by_whom_it_trusts(strict, alice):
    iam = strict.client("iam")

    def trust(principal, **condition):
        statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **condition}]})

    external = {"Condition": {"StringEquals": {"sts:ExternalId": "42"}}}
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust({"AWS": ALICE}, **external))["Role"]
    reading = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [reading]})
    iam.put_role_policy(RoleName="reader", PolicyName="queues", PolicyDocument=document)
    sts = signed(strict, "sts", alice)
    arguments = {"RoleArn": role["Arn"], "RoleSessionName": "me"}
    answer = refused(sts.assume_role, **arguments)
    assert answer["Error"]["Message"] == (
        f"User: {ALICE} is not authorized to perform: sts:AssumeRole on resource: {role['Arn']}"
    )
    key = sts.assume_role(**arguments, ExternalId="42")["Credentials"]
    signed(strict, "sqs", key).create_queue(QueueName="allowed")
    answer = refused(signed(strict, "dynamodb", key).list_tables)
    assert ":assumed-role/reader/me is not authorized" in answer["Error"]["Message"]
    # A session policy takes away.
    limit = json.dumps({"Version": "2012-10-17", "Statement": [{**reading, "Action": "sqs:List*"}]})
    key = sts.assume_role(**arguments, ExternalId="42", Policy=limit)["Credentials"]
    signed(strict, "sqs", key).list_queues()
    answer = refused(signed(strict, "sqs", key).create_queue, QueueName="denied")
    assert "because no session policy allows the sqs:createqueue action" in answer["Error"]["Message"]
    # Another account's principal is not trusted, and a role that there is not trusts nobody.
    arguments["RoleArn"] = f"arn:aws:iam::{ACCOUNT}:role/nobody"
    assert refused(sts.assume_role, **arguments)["Error"]["Code"] == "AccessDenied"


def test_signatures_are_compared(strict, alice):
    wrong = {**alice, "SecretAccessKey": "wrong"}
    unknown = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x"}
    cases = [
        ("s3", "list_buckets", wrong, "SignatureDoesNotMatch"),
        ("s3", "list_buckets", unknown, "InvalidAccessKeyId"),
        ("sqs", "list_queues", wrong, "SignatureDoesNotMatch"),
        ("sqs", "list_queues", unknown, "InvalidClientTokenId"),
        ("dynamodb", "list_tables", wrong, "InvalidSignatureException"),
        ("dynamodb", "list_tables", unknown, "UnrecognizedClientException"),
    ]
    for service, call, key, code in cases:
        assert refused(getattr(signed(strict, service, key), call))["Error"]["Code"] == code
    anonymous = boto3.client(
        "sqs",
        endpoint_url=strict.endpoint,
        region_name=REGION,
        config=botocore.config.Config(signature_version=botocore.UNSIGNED),
    )
    assert refused(anonymous.list_queues)["Error"]["Code"] == "MissingAuthenticationToken"


def test_bodies_in_chunks_and_signatures_of_every_kind_are_understood(strict):
    root = {"AccessKeyId": "test", "SecretAccessKey": "test"}
    s3 = signed(strict, "s3", root, s3={"addressing_style": "path"})
    s3.create_bucket(Bucket="kinds")
    for key, body in [("a b/ü+x%2F", b"hello" * 1000), ("large", b"x" * 300_000)]:
        s3.put_object(Bucket="kinds", Key=key, Body=body, ChecksumAlgorithm="CRC32", Metadata={"a": " b  c "})
        assert s3.get_object(Bucket="kinds", Key=key)["Body"].read() == body
    assert s3.list_objects_v2(Bucket="kinds", Prefix="a b/ü+", Delimiter="/")["KeyCount"] == 1
    old = signed(strict, "s3", root, signature_version="s3", s3={"addressing_style": "path"})
    old.put_object(Bucket="kinds", Key="old", Body=b"2")
    assert old.list_objects(Bucket="kinds", Prefix="old")["Contents"][0]["Key"] == "old"


def test_forms_are_let_in_by_their_signature(strict, alice):
    root = strict.client("s3")
    root.create_bucket(Bucket="forms")

    def post(key, wrong=None, **config):
        s3 = signed(strict, "s3", key, s3={"addressing_style": "path"}, **config)
        form = s3.generate_presigned_post("forms", "k", ExpiresIn=60)
        form["fields"].update(wrong or {})
        boundary = "----form"
        parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in form["fields"].items()]
        parts.append('Content-Disposition: form-data; name="file"; filename="f"\r\n\r\nbody')
        body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        request = urllib.request.Request(form["url"], body.encode(), headers)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, ""
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    test = {"AccessKeyId": "test", "SecretAccessKey": "test"}
    for version, field in (("s3v4", "x-amz-signature"), ("s3", "signature")):
        config = {"signature_version": version}
        assert post(test, **config) == (204, "")
        status, body = post(test, {field: "00"}, **config)
        assert status == 403 and "<Code>SignatureDoesNotMatch</Code>" in body, body
        status, body = post({**test, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}, **config)
        assert status == 403 and "<Code>InvalidAccessKeyId</Code>" in body, body
        # A user needs the permission.
        status, body = post(alice, **config)
        assert status == 403 and "s3:PutObject" in body and ALICE in body, body
    document = {"Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::forms/k"}]}
    document = json.dumps({"Version": "2012-10-17", **document})
    strict.client("iam").put_user_policy(UserName="alice", PolicyName="forms", PolicyDocument=document)
    assert post(alice) == (204, "")
    strict.client("iam").delete_user_policy(UserName="alice", PolicyName="forms")
    assert root.get_object(Bucket="forms", Key="k")["Body"].read() == b"body"


def test_the_cli_assumes_a_role_and_works_with_it(strict, alice, tmp_path):
    iam = strict.client("iam")
    statement = {"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = iam.create_role(RoleName="cli", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.attach_role_policy(RoleName="cli", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")

    def aws(key, *arguments):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            **({"AWS_SESSION_TOKEN": key["SessionToken"]} if "SessionToken" in key else {}),
            "AWS_DEFAULT_REGION": REGION,
            "AWS_PAGER": "",
            "AWS_MAX_ATTEMPTS": "1",
        }
        command = [sys.executable, "-m", "awscli", "--endpoint-url", strict.endpoint, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert "AccessDenied" in aws(alice, "iam", "list-users").stderr
    assumed = aws(alice, "sts", "assume-role", "--role-arn", role, "--role-session-name", "shell")
    key = json.loads(assumed.stdout)["Credentials"]
    assert '"UserName": "alice"' in aws(key, "iam", "list-users").stdout
    refusal = aws(key, "iam", "delete-user", "--user-name", "alice").stderr
    assert "assumed-role/cli/shell is not authorized to perform: iam:DeleteUser" in refusal
