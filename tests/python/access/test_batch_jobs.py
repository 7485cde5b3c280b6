"""What batch jobs of S3 may do: what their role may."""

import json
import time

import pytest

from enforcing import policy, strict  # noqa: F401

from conftest import ACCOUNT

TRUST = {"Effect": "Allow", "Principal": {"Service": "batchoperations.s3.amazonaws.com"}, "Action": "sts:AssumeRole"}


def without_account(request, **_):
    """Numbers have no host names below them."""
    request.url = request.url.replace(f"//{ACCOUNT}.", "//")


@pytest.mark.parametrize("allowed", [True, False])
def test_jobs_do_what_their_role_may(strict, unique, allowed):
    s3, iam = strict.client("s3"), strict.client("iam")
    control = strict.client("s3control")
    control.meta.events.register("before-sign.s3-control", without_account)
    bucket, name = unique("bucket"), unique("role")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="key", Body=b"content")
    tag = s3.put_object(Bucket=bucket, Key="manifest.csv", Body=f"{bucket},key\n".encode())["ETag"]
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(TRUST))["Role"]["Arn"]
    actions = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"] + ["s3:PutObjectTagging"] * allowed
    document = policy({"Effect": "Allow", "Action": actions, "Resource": f"arn:aws:s3:::{bucket}/*"})
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
    job = control.create_job(
        AccountId=ACCOUNT,
        ConfirmationRequired=False,
        Operation={"S3PutObjectTagging": {"TagSet": [{"Key": "k", "Value": "v"}]}},
        Report={"Enabled": False},
        ClientRequestToken=name,
        Manifest={
            "Spec": {"Format": "S3BatchOperations_CSV_20180820", "Fields": ["Bucket", "Key"]},
            "Location": {"ObjectArn": f"arn:aws:s3:::{bucket}/manifest.csv", "ETag": tag.strip('"')},
        },
        Priority=1,
        RoleArn=role,
    )["JobId"]
    for _ in range(200):
        found = control.describe_job(AccountId=ACCOUNT, JobId=job)["Job"]
        if found["Status"] in ("Complete", "Failed"):
            break
        time.sleep(0.02)
    progress = found["ProgressSummary"]
    assert (progress["NumberOfTasksSucceeded"], progress["NumberOfTasksFailed"]) == ((1, 0) if allowed else (0, 1)), json.dumps(found, default=str)
    tags = s3.get_object_tagging(Bucket=bucket, Key="key")["TagSet"]
    assert tags == ([{"Key": "k", "Value": "v"}] if allowed else [])
