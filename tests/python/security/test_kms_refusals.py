"""What KMS refuses, and in which words: a row each. `{key}` and the like stand for what the fixture makes."""

import pytest
from refusals import check, rows

DETECTED = "1 validation error detected: "
LENGTH = "failed to satisfy constraint: Member must have length"
KEY = "arn:aws:kms:us-east-1:000000000008:key/"
NONE = "00000000-0000-0000-0000-000000000000"
GRANTEE = "arn:aws:iam::000000000008:root"
SIGN = {"Message": b"m", "SigningAlgorithm": "ECDSA_SHA_256"}

ROWS = [
    ("describe_key", {"KeyId": "nonsense"}, "NotFoundException", "Invalid keyId 'nonsense'"),
    ("describe_key", {"KeyId": NONE}, "NotFoundException", f"Key '{KEY}{NONE}' does not exist"),
    ("describe_key", {"KeyId": KEY + NONE}, "NotFoundException", f"Key '{KEY}{NONE}' does not exist"),
    ("describe_key", {"KeyId": "alias/none"}, "NotFoundException",
     "Alias arn:aws:kms:us-east-1:000000000008:alias/none is not found."),
    ("describe_key", {"KeyId": f"arn:aws:kms:eu-west-1:000000000008:key/{NONE}"}, "NotFoundException",
     "Invalid arn eu-west-1"),
    ("describe_key", {"KeyId": ""}, "ValidationException",
     f"{DETECTED}Value '' at 'keyId' {LENGTH} greater than or equal to 1"),
    ("enable_key_rotation", {"KeyId": "alias/there"}, "NotFoundException", "Invalid keyId 'alias/there'"),
    ("enable_key_rotation", {"KeyId": "{elliptic}"}, "UnsupportedOperationException", ""),
    ("enable_key_rotation", {"KeyId": "{key}", "RotationPeriodInDays": 89}, "ValidationException",
     f"{DETECTED}Value '89' at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value greater than or equal to 90"),
    ("create_key", {"KeySpec": "RSA_2048"}, "ValidationException",
     "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."),
    ("create_key", {"KeySpec": "HMAC_256", "KeyUsage": "ENCRYPT_DECRYPT"}, "ValidationException",
     "KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec HMAC_256"),
    ("create_key", {"Tags": [{"TagKey": "aws:a", "TagValue": "b"}]}, "TagException",
     "Tags beginning with aws: are reserved"),
    ("create_key", {"Policy": "{"}, "MalformedPolicyDocumentException", None),
    ("create_key", {"CustomKeyStoreId": "cks-0", "Origin": "AWS_CLOUDHSM"}, "CustomKeyStoreNotFoundException", None),
    ("create_alias", {"AliasName": "there", "TargetKeyId": "{key}"}, "ValidationException",
     'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html'),
    ("create_alias", {"AliasName": "alias/aws/mine", "TargetKeyId": "{key}"}, "NotAuthorizedException", ""),
    ("create_alias", {"AliasName": "alias/there", "TargetKeyId": "{key}"}, "AlreadyExistsException",
     "An alias with the name arn:aws:kms:us-east-1:000000000008:alias/there already exists"),
    ("create_alias", {"AliasName": "alias/new", "TargetKeyId": "alias/there"}, "ValidationException",
     "Aliases must refer to keys. Not aliases"),
    ("update_alias", {"AliasName": "alias/none", "TargetKeyId": "{key}"}, "NotFoundException", None),
    ("delete_alias", {"AliasName": "alias/none"}, "NotFoundException",
     "Alias arn:aws:kms:us-east-1:000000000008:alias/none is not found."),
    ("encrypt", {"KeyId": "{key}", "Plaintext": b""}, "ValidationException",
     f"{DETECTED}Value at 'plaintext' {LENGTH} greater than or equal to 1"),
    ("encrypt", {"KeyId": "{key}", "Plaintext": b"x" * 4097}, "ValidationException",
     f"{DETECTED}Value at 'plaintext' {LENGTH} less than or equal to 4096"),
    ("encrypt", {"KeyId": "{disabled}", "Plaintext": b"x"}, "DisabledException", "{disabled} is disabled."),
    ("encrypt", {"KeyId": "{pending}", "Plaintext": b"x"}, "KMSInvalidStateException", "{pending} is pending deletion."),
    ("encrypt", {"KeyId": "{external}", "Plaintext": b"x"}, "KMSInvalidStateException", "{external} is pending import."),
    ("encrypt", {"KeyId": "{elliptic}", "Plaintext": b"x"}, "InvalidKeyUsageException",
     "{elliptic} key usage is SIGN_VERIFY which is not valid for Encrypt."),
    ("encrypt", {"KeyId": "{key}", "Plaintext": b"x", "DryRun": True}, "DryRunOperationException",
     "The request would have succeeded, but the DryRun option is set."),
    ("decrypt", {"CiphertextBlob": b"nonsense"}, "InvalidCiphertextException", ""),
    ("sign", {"KeyId": "{key}", **SIGN}, "InvalidKeyUsageException",
     "{key} key usage is ENCRYPT_DECRYPT which is not valid for Sign."),
    ("sign", {"KeyId": "{elliptic}", "Message": b"m", "SigningAlgorithm": "ECDSA_SHA_384"}, "InvalidKeyUsageException",
     "Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256."),
    ("sign", {"KeyId": "{elliptic}", **SIGN, "MessageType": "DIGEST"}, "ValidationException",
     "Digest is invalid length for algorithm ECDSA_SHA_256."),
    ("verify", {"KeyId": "{elliptic}", **SIGN, "Signature": b"nonsense"}, "KMSInvalidSignatureException", ""),
    ("generate_data_key", {"KeyId": "{key}"}, "ValidationException",
     "Please specify either number of bytes or key spec."),
    ("generate_data_key", {"KeyId": "{key}", "NumberOfBytes": 1025}, "ValidationException",
     f"{DETECTED}Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024"),
    ("generate_random", {"NumberOfBytes": 0}, "ValidationException",
     f"{DETECTED}Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1"),
    ("get_public_key", {"KeyId": "{key}"}, "UnsupportedOperationException", ""),
    ("generate_mac", {"KeyId": "{key}", "Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}, "InvalidKeyUsageException",
     "{key} key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac."),
    ("schedule_key_deletion", {"KeyId": "{pending}"}, "KMSInvalidStateException", "{pending} is pending deletion."),
    ("cancel_key_deletion", {"KeyId": "{key}"}, "KMSInvalidStateException", "{key} is not pending deletion."),
    ("enable_key", {"KeyId": "{pending}"}, "KMSInvalidStateException", "{pending} is pending deletion."),
    ("get_key_policy", {"KeyId": "{key}", "PolicyName": "other"}, "NotFoundException", "No such policy exists"),
    ("put_key_policy", {"KeyId": "{key}", "Policy": "{}"}, "MalformedPolicyDocumentException", None),
    ("tag_resource", {"KeyId": "{key}", "Tags": [{"TagKey": "a", "TagValue": "1"}] * 2}, "TagException",
     "Duplicate tag keys"),
    ("list_keys", {"Marker": "nonsense"}, "InvalidMarkerException", "Could not deserialize marker"),
    ("list_keys", {"Limit": 1001}, "ValidationException", None),
    ("revoke_grant", {"KeyId": "{key}", "GrantId": "0" * 64}, "NotFoundException", f"Grant ID {'0' * 64} not found"),
    ("create_grant", {"KeyId": "{key}", "GranteePrincipal": GRANTEE, "Operations": ["Sign"]}, "ValidationException", None),
    ("retire_grant", {"GrantToken": "nonsense"}, "InvalidGrantTokenException", ""),
    ("get_parameters_for_import",
     {"KeyId": "{key}", "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"},
     "UnsupportedOperationException", "{key} origin is AWS_KMS which is not valid for this operation."),
    ("import_key_material",
     {"KeyId": "{external}", "ImportToken": b"nonsense", "EncryptedKeyMaterial": b"x",
      "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}, "InvalidImportTokenException", ""),
    ("rotate_key_on_demand", {"KeyId": "{elliptic}"}, "UnsupportedOperationException", ""),
    ("replicate_key", {"KeyId": "{key}", "ReplicaRegion": "eu-west-1"}, "UnsupportedOperationException",
     "{key} is not a multi-region primary key."),
    ("connect_custom_key_store", {"CustomKeyStoreId": "cks-0"}, "CustomKeyStoreNotFoundException", None),
]


@pytest.fixture(scope="module")
def kms(server):
    return server.client("kms", account="000000000008", parameter_validation=False)


@pytest.fixture(scope="module")
def made(kms):
    def create(**arguments):
        return kms.create_key(**arguments)["KeyMetadata"]["Arn"]

    made = {
        "key": create(),
        "disabled": create(),
        "pending": create(),
        "external": create(Origin="EXTERNAL"),
        "elliptic": create(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY"),
    }
    kms.disable_key(KeyId=made["disabled"])
    kms.schedule_key_deletion(KeyId=made["pending"])
    kms.create_alias(AliasName="alias/there", TargetKeyId=made["key"])
    return made


@rows(ROWS)
def test_what_is_refused(kms, made, row):
    check(kms, row, **made)
