import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def secrets(server):
    return server.client("secretsmanager")


def test_a_secret_has_versions(secrets, unique):
    name = unique("secret")
    arn = secrets.create_secret(Name=name, SecretString="one")["ARN"]
    secrets.put_secret_value(SecretId=name, SecretBinary=b"two")
    assert secrets.get_secret_value(SecretId=arn)["SecretBinary"] == b"two"
    previous = secrets.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")
    assert previous["SecretString"] == "one"
    listed = secrets.list_secrets(Filters=[{"Key": "name", "Values": [name]}])["SecretList"]
    assert [entry["ARN"] for entry in listed] == [arn]


def test_a_kms_key_encrypts(server, secrets, unique):
    kms = server.client("kms")
    key = kms.create_key()["KeyMetadata"]
    name = unique("secret")
    secrets.create_secret(Name=name, SecretString="sealed", KmsKeyId=key["KeyId"])
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "sealed"
    versions = secrets.list_secret_version_ids(SecretId=name)["Versions"]
    assert versions[0]["KmsKeyIds"] == [key["Arn"]]
    kms.disable_key(KeyId=key["KeyId"])
    with pytest.raises(secrets.exceptions.DecryptionFailure):
        secrets.get_secret_value(SecretId=name)
    kms.enable_key(KeyId=key["KeyId"])
    other = kms.create_key()["KeyMetadata"]["Arn"]
    secrets.update_secret(SecretId=name, KmsKeyId=other)
    kms.disable_key(KeyId=key["KeyId"])
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == "sealed"
    with pytest.raises(secrets.exceptions.EncryptionFailure):
        secrets.create_secret(Name=unique("secret"), SecretString="x", KmsKeyId="alias/nowhere")


def test_policies_and_errors(secrets, unique):
    name = unique("secret")
    secrets.create_secret(Name=name, SecretString="x")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    with pytest.raises(secrets.exceptions.PublicPolicyException):
        secrets.put_resource_policy(SecretId=name, ResourcePolicy=policy, BlockPublicPolicy=True)
    secrets.put_resource_policy(SecretId=name, ResourcePolicy=policy)
    assert secrets.get_resource_policy(SecretId=name)["ResourcePolicy"] == policy
    with pytest.raises(ClientError) as error:
        secrets.get_secret_value(SecretId="nowhere")
    message = "Secrets Manager can't find the specified secret."
    assert error.value.response["Error"] == {"Code": "ResourceNotFoundException", "Message": message}


def test_a_replica_in_another_account_follows(server, unique):
    other = "141414141414"
    ours, theirs = server.client("secretsmanager"), server.client("secretsmanager", other)
    name = unique("secret")
    primary = ours.create_secret(Name=name, SecretString="one")["ARN"]
    key = server.client("kms", other).create_key()["KeyMetadata"]["Arn"]
    request = {"Name": name, "CrossAccountPrimaryARN": primary}
    for wrong in ({}, {"KmsKeyId": key, "SecretString": "s"}, {"KmsKeyId": key, "Description": "d"}):
        with pytest.raises(theirs.exceptions.InvalidParameterException):
            theirs.create_secret(**request, **wrong)
    replica = theirs.create_secret(**request, KmsKeyId=key)["ARN"]
    with pytest.raises(theirs.exceptions.ResourceNotFoundException):
        theirs.get_secret_value(SecretId=replica)
    pair = {"SecretId": primary, "CrossAccountReplicaARN": replica}
    with pytest.raises(ours.exceptions.InvalidRequestException):
        ours.associate_cross_account_replica(**pair)
    answer = ours.associate_cross_account_replica(**pair, ReplicaRestriction="NoRestriction")
    assert answer["ReplicationStatus"] == "InSync"
    assert theirs.get_secret_value(SecretId=replica)["SecretString"] == "one"
    ours.put_secret_value(SecretId=primary, SecretString="two")
    assert theirs.get_secret_value(SecretId=replica)["SecretString"] == "two"
    with pytest.raises(theirs.exceptions.InvalidRequestException):
        theirs.put_secret_value(SecretId=replica, SecretString="mine")
    with pytest.raises(ours.exceptions.InvalidRequestException):
        ours.delete_secret(SecretId=primary)
    ours.disassociate_cross_account_replica(**pair)
    ours.put_secret_value(SecretId=primary, SecretString="three")
    assert theirs.get_secret_value(SecretId=replica)["SecretString"] == "two"
    theirs.stop_replication_to_replica(SecretId=replica)
    theirs.put_secret_value(SecretId=replica, SecretString="mine")
    ours.delete_secret(SecretId=primary)
