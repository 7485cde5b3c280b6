"""Services and operations that another server answers: a second fogbank, and a moto server."""

import subprocess
import sys

import pytest
from botocore.exceptions import ClientError

from conftest import Server


@pytest.fixture(scope="module")
def moto(tmp_path_factory):
    """A moto server: any emulator of AWS's APIs that is not this one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    for line in process.stderr:
        if "Running on" in line:
            yield line.split("Running on ")[1].split()[0]
            break
    process.kill()


def test_what_is_not_emulated_falls_back(moto, tmp_path):
    front = Server(tmp_path, FALLBACK=f"upstream:{moto}")
    try:
        # Query, JSON and REST, none of which has a provider here.
        ec2 = front.client("ec2", region="eu-west-1")
        vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        assert vpc in [found["VpcId"] for found in ec2.describe_vpcs()["Vpcs"]]
        with pytest.raises(ClientError) as raised:
            ec2.describe_vpcs(VpcIds=["vpc-0"])
        assert raised.value.response["Error"]["Code"].startswith("InvalidVpcID")
        logs = front.client("logs")
        logs.create_log_group(logGroupName="group")
        assert [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]] == ["group"]
        route53 = front.client("route53")
        zone = route53.create_hosted_zone(Name="a.example", CallerReference="1")["HostedZone"]["Id"]
        assert route53.get_hosted_zone(Id=zone)["HostedZone"]["Name"] == "a.example."
        # What is emulated stays here.
        assert front.client("sts").get_caller_identity()["Account"] == "000000000000"
    finally:
        front.stop()


def test_a_whole_service_is_passed_on_and_streams_both_ways(moto, tmp_path):
    home = tmp_path / "behind"
    home.mkdir()
    behind = Server(home)
    body = bytes(range(256)) * 8192
    for upstream in (behind.endpoint, moto):
        folder = tmp_path / upstream.rsplit(":", 1)[1].rstrip("/")
        folder.mkdir()
        front = Server(folder, PROVIDER_OVERRIDE_S3=f"upstream:{upstream}")
        try:
            s3 = front.client("s3")
            s3.create_bucket(Bucket="far")
            s3.put_object(Bucket="far", Key="a key/é", Body=body, Metadata={"who": "me"})
            found = s3.get_object(Bucket="far", Key="a key/é")
            assert found["Body"].read() == body and found["Metadata"] == {"who": "me"}
            assert [o["Key"] for o in s3.list_objects_v2(Bucket="far")["Contents"]] == ["a key/é"]
            with pytest.raises(ClientError) as raised:
                s3.get_object(Bucket="far", Key="none")
            assert raised.value.response["Error"]["Code"] == "NoSuchKey"
        finally:
            front.stop()
    behind.stop()


def test_an_upstream_server_that_is_gone_is_an_error_of_the_service(tmp_path):
    front = Server(tmp_path, PROVIDER_OVERRIDE_KMS="upstream:http://127.0.0.1:9")
    try:
        with pytest.raises(ClientError) as raised:
            front.client("kms").list_keys()
        assert raised.value.response["Error"]["Code"] == "ServiceUnavailable"
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 502
    finally:
        front.stop()
