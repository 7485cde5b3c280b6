"""HTTPS on the port of HTTP, with the server's own authority."""

import ssl
import urllib.request

import boto3
import botocore.config
import pytest


@pytest.fixture(scope="module")
def authority(server, tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    path.write_bytes(urllib.request.urlopen(f"{server.endpoint}/_fogbank/ca.pem").read())
    return path


def test_boto3_trusts_the_authority(server, authority, unique):
    s3 = boto3.client(
        "s3",
        endpoint_url=f"https://localhost:{server.port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        verify=str(authority),
        config=botocore.config.Config(s3={"addressing_style": "path"}),
    )
    bucket = unique("tls")
    s3.create_bucket(Bucket=bucket)
    # Over TLS, botocore sends the body in chunks with its checksum behind them.
    s3.put_object(Bucket=bucket, Key="k", Body=b"behind TLS" * 1000)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"behind TLS" * 1000
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    context = ssl.create_default_context(cafile=authority)
    assert urllib.request.urlopen(url, context=context).read(10) == b"behind TLS"


def test_strangers_are_not_trusted(server):
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"https://localhost:{server.port}/_fogbank/health")
