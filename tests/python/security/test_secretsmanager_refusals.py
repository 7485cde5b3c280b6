"""What Secrets Manager refuses, and in which words: a row each."""

import pytest
from refusals import check, rows

DETECTED = "1 validation error detected: "
NONE = "Secrets Manager can't find the specified secret."
DELETED = "You can't perform this operation on the secret because it was marked for deletion."
TWO = "You can't specify both a binary secret value and a string secret value in the same secret."
NAME = (
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
)
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'
TOKEN = "0" * 32

ROWS = [
    ("create_secret", {"Name": "there", "SecretString": "x"}, "ResourceExistsException",
     "The operation failed because the secret there already exists."),
    ("create_secret", {"Name": "deleted", "SecretString": "x"}, "InvalidRequestException",
     "You can't create this secret because a secret with this name is already scheduled for deletion."),
    ("create_secret", {"Name": "a b", "SecretString": "x"}, "ValidationException", NAME),
    ("create_secret", {"Name": "new", "SecretString": "x", "SecretBinary": b"x"}, "InvalidParameterException", TWO),
    ("create_secret", {"Name": "new", "SecretBinary": b"x" * 65537}, "ValidationException",
     f"{DETECTED}Value at 'secretBinary' failed to satisfy constraint: Member must have length less than or equal to 65536"),
    ("create_secret", {"Name": "new", "SecretString": "x", "ClientRequestToken": "short"}, "ValidationException", None),
    ("get_secret_value", {"SecretId": "none"}, "ResourceNotFoundException", NONE),
    ("get_secret_value", {"SecretId": "empty"}, "ResourceNotFoundException",
     "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"),
    ("get_secret_value", {"SecretId": "there", "VersionStage": "OTHER"}, "ResourceNotFoundException",
     "Secrets Manager can't find the specified secret value for staging label: OTHER"),
    ("get_secret_value", {"SecretId": "there", "VersionId": TOKEN}, "ResourceNotFoundException",
     f"Secrets Manager can't find the specified secret value for VersionId: {TOKEN}"),
    ("get_secret_value", {"SecretId": "deleted"}, "InvalidRequestException", None),
    ("put_secret_value", {"SecretId": "none", "SecretString": "x"}, "ResourceNotFoundException", NONE),
    ("put_secret_value", {"SecretId": "deleted", "SecretString": "x"}, "InvalidRequestException", DELETED),
    ("put_secret_value", {"SecretId": "there", "SecretString": "x", "SecretBinary": b"x"},
     "InvalidParameterException", TWO),
    ("put_secret_value", {"SecretId": "there"}, "InvalidRequestException", None),
    ("update_secret", {"SecretId": "deleted", "SecretString": "x"}, "InvalidRequestException", DELETED),
    ("update_secret", {"SecretId": "none", "SecretString": "x"}, "ResourceNotFoundException", NONE),
    ("describe_secret", {"SecretId": "none"}, "ResourceNotFoundException", NONE),
    ("delete_secret", {"SecretId": "none"}, "ResourceNotFoundException", NONE),
    ("delete_secret", {"SecretId": "deleted"}, "InvalidRequestException", DELETED),
    ("delete_secret", {"SecretId": "there", "RecoveryWindowInDays": 6}, "InvalidParameterException",
     "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."),
    ("delete_secret", {"SecretId": "there", "RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": True},
     "InvalidParameterException",
     "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."),
    ("restore_secret", {"SecretId": "none"}, "ResourceNotFoundException", NONE),
    ("rotate_secret", {"SecretId": "there"}, "InvalidRequestException",
     "No Lambda rotation function ARN is associated with this secret."),
    ("rotate_secret", {"SecretId": "deleted"}, "InvalidRequestException", DELETED),
    ("cancel_rotate_secret", {"SecretId": "none"}, "ResourceNotFoundException", NONE),
    ("tag_resource", {"SecretId": "none", "Tags": [{"Key": "a", "Value": "b"}]}, "ResourceNotFoundException", NONE),
    ("untag_resource", {"SecretId": "none", "TagKeys": ["a"]}, "ResourceNotFoundException", NONE),
    ("get_random_password", {"PasswordLength": 3}, "InvalidParameterException",
     "Password length is too short based on the required types."),
    ("get_random_password", {"PasswordLength": 4097}, "ValidationException", None),
    ("list_secrets", {"Filters": [{"Key": "name"}]}, "InvalidParameterException", "Invalid filter values for key: name"),
    ("list_secrets", {"Filters": [{"Values": ["a"]}]}, "InvalidParameterException", "Invalid filter key"),
    ("list_secrets", {"NextToken": "nonsense"}, "InvalidNextTokenException", None),
    ("batch_get_secret_value", {}, "InvalidParameterException",
     "Either 'SecretIdList' or 'Filters' must be provided, but not both."),
    ("batch_get_secret_value", {"SecretIdList": ["there"], "MaxResults": 1}, "InvalidParameterException",
     "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided."),
    ("update_secret_version_stage", {"SecretId": "there", "VersionStage": "AWSCURRENT"},
     "InvalidParameterException", None),
    ("put_resource_policy", {"SecretId": "there", "ResourcePolicy": "{"}, "MalformedPolicyDocumentException",
     "This resource policy contains a syntax error."),
    ("put_resource_policy", {"SecretId": "there", "ResourcePolicy": POLICY, "BlockPublicPolicy": True},
     "PublicPolicyException", None),
    ("stop_replication_to_replica", {"SecretId": "there"}, "InvalidRequestException", None),
]


@pytest.fixture(scope="module")
def secrets(server):
    secrets = server.client("secretsmanager", account="000000000009", parameter_validation=False)
    for name in ("there", "deleted"):
        secrets.create_secret(Name=name, SecretString="value")
    secrets.create_secret(Name="empty")
    secrets.delete_secret(SecretId="deleted")
    return secrets


@rows(ROWS)
def test_what_is_refused(secrets, row):
    check(secrets, row)
