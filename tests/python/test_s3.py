import io
import urllib.request

import boto3.s3.transfer
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def s3(server):
    return server.client("s3", s3={"addressing_style": "path"})


@pytest.fixture
def bucket(s3, unique):
    name = unique("bucket")
    s3.create_bucket(Bucket=name)
    return name


@pytest.mark.parametrize("key", ["plain", "a/b//c", "ü n+i%2Fcode", "../up", "dot/./dot", "-"])
def test_an_object_comes_back_as_it_went(s3, bucket, key):
    put = s3.put_object(Bucket=bucket, Key=key, Body=b"content", Metadata={"colour": "blue"})
    got = s3.get_object(Bucket=bucket, Key=key)
    assert got["Body"].read() == b"content"
    assert got["ETag"] == put["ETag"] == '"9a0364b9e99bb480dd25e1f0284c8555"'
    assert got["Metadata"] == {"colour": "blue"}
    assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [key]


def test_ranges_and_conditions(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"0123456789")["ETag"]
    part = s3.get_object(Bucket=bucket, Key="k", Range="bytes=2-4")
    assert (part["Body"].read(), part["ContentRange"]) == (b"234", "bytes 2-4/10")
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket=bucket, Key="k", IfNoneMatch=etag)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 304
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", IfNoneMatch="*")
    assert error.value.response["Error"]["Code"] == "PreconditionFailed"


def test_a_large_file_goes_up_in_parts(s3, bucket):
    content = bytes(range(256)) * 4 * 1024 * 20
    config = boto3.s3.transfer.TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20)
    s3.upload_fileobj(io.BytesIO(content), bucket, "large", Config=config)
    assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-4"')
    back = io.BytesIO()
    s3.download_fileobj(bucket, "large", back, Config=config)
    assert back.getvalue() == content


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"])
def test_checksums_are_kept_and_checked(s3, bucket, algorithm):
    try:
        s3.put_object(Bucket=bucket, Key="k", Body=b"content", ChecksumAlgorithm=algorithm)
    except Exception as error:  # botocore without its C runtime cannot compute every checksum
        if type(error).__name__ == "MissingDependencyException":
            pytest.skip(f"the client cannot compute {algorithm}")
        raise
    head = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    assert f"Checksum{algorithm}" in head
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=bucket, Key="k", Body=b"content", ChecksumSHA256="A" * 43 + "=")
    assert error.value.response["Error"]["Code"] == "BadDigest"


def test_a_presigned_url_works_without_a_client(s3, bucket):
    url = s3.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "signed"})
    urllib.request.urlopen(urllib.request.Request(url, data=b"from outside", method="PUT"))
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "signed"})
    assert urllib.request.urlopen(url).read() == b"from outside"


def test_listing_pages_and_folds(s3, bucket):
    for key in ("a/1", "a/2", "b/1", "c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    folded = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [p["Prefix"] for p in folded["CommonPrefixes"]] == ["a/", "b/"]
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, PaginationConfig={"PageSize": 2})
    assert [[o["Key"] for o in page["Contents"]] for page in pages] == [["a/1", "a/2"], ["b/1", "c"]]


def test_errors_say_what_s3_says(s3, bucket):
    with pytest.raises(s3.exceptions.NoSuchKey) as error:
        s3.get_object(Bucket=bucket, Key="missing")
    assert error.value.response["Error"] == {
        "Code": "NoSuchKey",
        "Message": "The specified key does not exist.",
        "Key": "missing",
    }
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.list_objects_v2(Bucket="no-such-bucket-anywhere")


def test_cli_copies_and_syncs(aws, unique, tmp_path):
    bucket = unique("cli")
    aws("s3", "mb", f"s3://{bucket}")
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "one.txt").write_text("one")
    (tree / "deep" / "two.txt").write_text("two")
    aws("s3", "sync", tree, f"s3://{bucket}/copy")
    assert "deep/two.txt" in aws("s3", "ls", "--recursive", f"s3://{bucket}").stdout
    assert aws("s3", "cp", f"s3://{bucket}/copy/one.txt", "-").stdout == "one"
    aws("s3", "rb", "--force", f"s3://{bucket}")
