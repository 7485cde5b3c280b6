"""What S3 clients probe at its edge: digests, regions, anonymous requests, access logs."""

import http.client
import json
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT


@pytest.fixture
def s3(server):
    return server.client("s3", s3={"addressing_style": "path"})


@pytest.fixture
def bucket(s3, unique):
    name = unique("edge")
    s3.create_bucket(Bucket=name)
    return name


def unsigned(server, method, path, body=None, headers=None):
    """Status and body of a request that nobody signed."""
    request = urllib.request.Request(
        f"{server.endpoint}/{path}", data=body, headers=headers or {}, method=method
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def open_to_everyone(s3, bucket, statement):
    s3.delete_public_access_block(Bucket=bucket)
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", **statement}]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def test_nobody_reads_and_writes_what_everyone_was_not_given(server, s3, bucket):
    s3.put_object(Bucket=bucket, Key="public/k", Body=b"open")
    s3.put_object(Bucket=bucket, Key="k", Body=b"closed")
    assert unsigned(server, "GET", f"{bucket}/public/k")[0] == 403
    open_to_everyone(s3, bucket, {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/public/*"})
    assert unsigned(server, "GET", f"{bucket}/public/k") == (200, b"open")
    status, body = unsigned(server, "GET", f"{bucket}/k")
    assert (status, b"<Code>AccessDenied</Code>" in body) == (403, True)
    for method, path in [("PUT", f"{bucket}/new"), ("GET", bucket), ("DELETE", f"{bucket}/k")]:
        assert unsigned(server, method, path, b"" if method == "PUT" else None)[0] == 403, path
    assert unsigned(server, "GET", "no-such-bucket-at-all/k")[0] == 404


def test_public_policies_and_lists_are_blocked_with_the_reason(s3, bucket):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    with pytest.raises(ClientError) as error:
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": statement}))
    message = error.value.response["Error"]["Message"]
    assert message.endswith("because public policies are blocked by the BlockPublicPolicy block public access setting.")


def test_documents_have_digests(server, s3, bucket):
    open_to_everyone(s3, bucket, {"Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{bucket}/*"})
    body = b"<Delete><Object><Key>k</Key></Object></Delete>"
    for headers, code in [
        ({}, b"InvalidRequest"),
        ({"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="}, b"BadDigest"),
        ({"Content-MD5": "nonsense"}, b"InvalidDigest"),
        ({"x-amz-checksum-crc32": "AAAAAA=="}, b"BadDigest"),
    ]:
        # Signed by nobody; the digest is looked at first.
        status, answer = unsigned(server, "POST", f"{bucket}/?delete", body, headers)
        assert (status, code in answer) == (400, True), (headers, answer)
    assert b"Missing required header for this request" in unsigned(server, "POST", f"{bucket}/?delete", body)[1]
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}]})


def test_bodies_announce_their_length(server, bucket, s3):
    open_to_everyone(s3, bucket, {"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"})
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("PUT", f"/{bucket}/k", body=iter([b"in ", b"chunks"]), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})
    answer = connection.getresponse()
    assert (answer.status, b"<Header>Transfer-Encoding</Header>" in answer.read()) == (501, True)
    assert unsigned(server, "PUT", f"{bucket}/k", b"whole")[0] == 200


def test_requests_follow_a_bucket_to_its_region(server, unique):
    bucket = unique("west")
    east = server.client("s3", s3={"addressing_style": "path"})
    east.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    # boto3 reads the answer and asks again.
    east.put_object(Bucket=bucket, Key="k", Body=b"content")
    assert east.head_bucket(Bucket=bucket)["BucketRegion"] == "us-west-2"
    assert server.client("s3", region="us-west-2").get_object(Bucket=bucket, Key="k")["Body"].read() == b"content"
    signer = server.client("s3", signature_version="s3v4", s3={"addressing_style": "path"})
    url = signer.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(url)
    assert (error.value.code, error.value.headers["x-amz-bucket-region"]) == (301, "us-west-2")
    assert b"<Code>PermanentRedirect</Code>" in error.value.read()


def test_access_logs_are_delivered(server, s3, bucket, unique):
    logs = unique("logs")
    s3.create_bucket(Bucket=logs)
    delivery = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{logs}/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    s3.put_bucket_policy(Bucket=logs, Policy=json.dumps({"Version": "2012-10-17", "Statement": delivery}))
    s3.put_bucket_logging(
        Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": logs, "TargetPrefix": "from/"}}
    )
    s3.put_object(Bucket=bucket, Key="a key", Body=b"content")
    with pytest.raises(ClientError):
        s3.get_object(Bucket=bucket, Key="missing")
    clock = urllib.request.Request(
        f"{server.endpoint}/_fogbank/clock",
        data=json.dumps({"action": "advance", "by": 360}).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    urllib.request.urlopen(clock)
    [log] = s3.list_objects_v2(Bucket=logs)["Contents"]
    assert log["Key"].startswith("from/20")
    lines = s3.get_object(Bucket=logs, Key=log["Key"])["Body"].read().decode().splitlines()
    put, get = [line for line in lines if "OBJECT" in line]
    assert f" {bucket} [" in put and " REST.PUT.OBJECT a+key " in put and '" 200 - ' in put
    assert " REST.GET.OBJECT missing " in get and '" 404 NoSuchKey ' in get
