"""What S3 clients probe at its edge: digests, regions, anonymous requests, access logs."""

import base64
import hashlib
import http.client
import json
import socket
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
    # In one piece: the answer comes before the body has been read.
    head = f"PUT /{bucket}/k HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(head.encode() + b"3\r\nin \r\n6\r\nchunks\r\n0\r\n\r\n")
        answer = http.client.HTTPResponse(connection)
        answer.begin()
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
    s3.put_bucket_ownership_controls(
        Bucket=logs, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    signed_in = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"}
    s3.put_bucket_logging(
        Bucket=bucket,
        BucketLoggingStatus={
            "LoggingEnabled": {
                "TargetBucket": logs,
                "TargetPrefix": "from/",
                "TargetGrants": [{"Grantee": signed_in, "Permission": "READ"}],
            }
        },
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
    grants = s3.get_object_acl(Bucket=logs, Key=log["Key"])["Grants"]
    assert [grant["Permission"] for grant in grants] == ["FULL_CONTROL", "READ"]
    assert grants[1]["Grantee"] == signed_in


def test_numbers_and_authorizations_are_read(server, s3, bucket):
    open_to_everyone(s3, bucket, {"Action": ["s3:ListBucket", "s3:GetObject"],
                                  "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]})
    s3.put_object(Bucket=bucket, Key="k", Body=b"content")
    for path, headers, words in [
        (f"{bucket}?max-keys=few", {}, b"<Message>Provided max-keys not an integer or within integer range</Message>"
         b"<ArgumentName>max-keys</ArgumentName><ArgumentValue>few</ArgumentValue>"),
        (f"{bucket}?max-keys=-1", {}, b"Argument maxKeys must be an integer between 0 and 2147483647"),
        (f"{bucket}/k?partNumber=0", {}, b"Part number must be an integer between 1 and 10000, inclusive"),
        (f"{bucket}/k?response-content-type=a", {}, b"cannot be used for anonymous GET requests."),
        (f"{bucket}/k", {"Authorization": "Bearer token"}, b"Unsupported Authorization Type"),
        (f"{bucket}/k", {"Authorization": "AWS nonsense"}, b"AWS authorization header is invalid."),
        ("a_/k", {}, b"<Code>InvalidBucketName</Code>"),
    ]:
        status, body = unsigned(server, "GET", path, headers=headers)
        assert (status, words in body) == (400, True), (path, headers, body)
    for headers in [{"If-Modified-Since": "yesterday"}, {"Range": "bytes=5-2"}, {"Range": "lines=1-2"}]:
        assert unsigned(server, "GET", f"{bucket}/k", headers=headers) == (200, b"content"), headers


def form(server, bucket, fields, key_in_path=""):
    """Status, body and headers of a form with a file."""
    boundary = "a-boundary"
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
             for name, value in fields.items()]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a b.txt"\r\n\r\n'
                 f"content\r\n--{boundary}--\r\n")
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    connection.request("POST", f"/{bucket}{key_in_path}", body="".join(parts).encode(), headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers


def test_forms_are_checked_field_by_field(server, s3, bucket):
    def signed(conditions, expiration="2999-01-01T00:00:00Z", **fields):
        policy = json.dumps({"expiration": expiration, "conditions": conditions})
        return {"key": "k", "AWSAccessKeyId": "test", "Signature": "any",
                "policy": base64.b64encode(policy.encode()).decode(), **fields}

    all_of = [{"bucket": bucket}, ["starts-with", "$key", "k"]]
    for fields, status, words in [
        (signed(all_of), 204, b""),
        (signed(all_of[1:]), 403, b"Extra input fields: bucket"),
        (signed(all_of, acl="private"), 403, b"Extra input fields: acl"),
        (signed([*all_of, ["starts-with", "$x-amz-meta-a", ""]]), 403, b"Policy Condition failed"),
        (signed([*all_of, ["content-length-range", 0, 3]]), 400, b"<Code>EntityTooLarge</Code>"),
        (signed([*all_of, ["content-length-range", 30, 40]]), 400, b"<Code>EntityTooSmall</Code>"),
        (signed([*all_of, ["content-length-range", 30]]), 400, b"<Code>InvalidPolicyDocument</Code>"),
        (signed([*all_of, {}]), 400, b"<Code>InvalidPolicyDocument</Code>"),
        (signed(all_of, expiration="2020-01-01T00:00:00Z"), 403, b"Policy expired."),
        (signed(all_of, expiration="soon"), 400, b"<Code>InvalidPolicyDocument</Code>"),
        (signed(all_of, **{"x-ignore-this": "field"}), 204, b""),
        (signed(all_of, key=""), 403, b"Policy Condition failed"),
        (signed([*all_of, {"x-amz-meta-a": "x" * 3000}], **{"x-amz-meta-a": "x" * 3000}), 400, b"MetadataTooLarge"),
        (signed([*all_of, {"x-amz-meta-a": "x" * 30000}], **{"x-amz-meta-a": "x" * 30000}), 400,
         b"MaxPostPreDataLengthExceeded"),
        (signed([*all_of, {"x-amz-storage-class": "NONE"}], **{"x-amz-storage-class": "NONE"}), 400,
         b"InvalidStorageClass"),
        (signed([*all_of, {"x-amz-object-lock-mode": "GOVERNANCE"}], **{"x-amz-object-lock-mode": "GOVERNANCE"}), 400,
         b"Bucket is missing ObjectLockConfiguration"),
        (signed([*all_of, {"Content-MD5": "AAAA"}], **{"Content-MD5": "AAAA"}), 400, b"InvalidDigest"),
        (signed([*all_of, {"x-amz-checksum-crc32": "AAAAAA=="}], **{"x-amz-checksum-crc32": "AAAAAA=="}), 400,
         b"BadDigest"),
    ]:
        got, body, _ = form(server, bucket, fields)
        assert (got, words in body) == (status, True), (fields, got, body)
    assert form(server, bucket, signed(all_of), key_in_path="/k")[0] == 405

    target = "http://localhost.test/page?x=1"
    named = signed([*all_of, {"success_action_redirect": target}], key="k/${filename}", success_action_redirect=target)
    status, _, headers = form(server, bucket, named)
    assert (status, headers["Location"].split("&etag=")[0]) == (303, f"{target}&bucket={bucket}&key=k%2Fa+b.txt")
    created = signed([*all_of, {"success_action_status": "201"}], success_action_status="201")
    status, body, headers = form(server, bucket, created)
    assert status == 201 and body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>http')
    assert headers["ETag"] == s3.head_object(Bucket=bucket, Key="k")["ETag"]


def test_requests_that_lead_nowhere_are_refused(server, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"kept")
    allow = {"Action": "s3:*", "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
    open_to_everyone(s3, bucket, allow)
    delete = b'<Foo><Object><Key>k</Key></Object></Foo>'
    digest = {"Content-MD5": base64.b64encode(hashlib.md5(delete).digest()).decode()}
    encryption = {"x-amz-server-side-encryption": "AES256"}
    both = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=c"}
    for method, path, body, headers, status, code in [
        ("DELETE", "k?acl", None, {}, 405, "MethodNotAllowed"),
        ("GET", "k?uploads", None, {}, 400, "InvalidRequest"),
        ("PUT", "k?partNumber=1", b"", {}, 400, "InvalidArgument"),
        ("PUT", "k?versionId=null", b"", {}, 400, "InvalidArgument"),
        ("PUT", "k%ff", b"", {}, 400, "InvalidURI"),
        ("GET", "k", None, encryption, 400, "InvalidArgument"),
        ("GET", "k", None, {"x-any": "x" * 9000}, 400, "RequestHeaderSectionTooLarge"),
        ("GET", "k?X-Amz-Algorithm=AWS4-HMAC-SHA256", None, both, 400, "InvalidArgument"),
        ("GET", "?list-type=3", None, {}, 400, "InvalidArgument"),
        ("POST", "?delete", delete, digest, 400, "MalformedXML"),
    ]:
        answer = unsigned(server, method, f"{bucket}/{path}", body, headers)
        assert (answer[0], f"<Code>{code}</Code>" in answer[1].decode()) == (status, True), (path, answer)
    assert unsigned(server, "GET", f"{bucket}/k") == (200, b"kept")


def test_expires_comes_back_as_it_went(server, s3, bucket):
    open_to_everyone(s3, bucket, {"Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"})
    for text in ["0", "never", "Wed, 21 Oct 2015 07:28:00 GMT"]:
        assert unsigned(server, "PUT", f"{bucket}/k", b"", {"Expires": text})[0] == 200
        assert s3.head_object(Bucket=bucket, Key="k")["ExpiresString"] == text
