"""What IAM refuses, operation by operation, in AWS's words."""

import json

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

# An account of its own, so that nothing is there.
ACCOUNT = "000000000077"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
ALLOW = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)
MFA = f"arn:aws:iam::{ACCOUNT}:mfa/nothing"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/nothing"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/nothing"
OIDC = f"arn:aws:iam::{ACCOUNT}:oidc-provider/nothing.example"

# Values of required members.
SAMPLES = {
    "AccessKeyId": "A" * 20,
    "AuthenticationCode1": "123456",
    "AuthenticationCode2": "123456",
    "CertificateBody": "x",
    "CertificateId": "A" * 24,
    "Description": "d",
    "Encoding": "SSH",
    "GroupName": "there",
    "InstanceProfileName": "there",
    "Password": "Aa1!bcdefgh",
    "PermissionsBoundary": ADMIN,
    "PolicyArn": ADMIN,
    "PolicyDocument": ALLOW,
    "PolicyName": "p",
    "RoleName": "there",
    "SSHPublicKeyBody": "x",
    "SSHPublicKeyId": "A" * 20,
    "SerialNumber": MFA,
    "ServiceName": "codecommit.amazonaws.com",
    "ServiceSpecificCredentialId": "A" * 20,
    "Status": "Active",
    "TagKeys": ["k"],
    "Tags": [{"Key": "k", "Value": "v"}],
    "UserName": "there",
    "VersionId": "v1",
}


@pytest.fixture(scope="module")
def iam(server):
    iam = server.client("iam", account=ACCOUNT)
    iam.create_user(UserName="there")
    iam.create_group(GroupName="there")
    iam.create_role(RoleName="there", AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName="there")
    return iam


def refusal(iam, operation, **parameters):
    try:
        getattr(iam, operation)(**parameters)
    except ClientError as caught:
        return caught.response["Error"]["Code"], caught.response["Error"]["Message"]
    return "", ""


def operations(iam, member):
    """The operations that take a member, with what they require beside it."""
    model = iam.meta.service_model
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        if shape is not None and member in shape.members:
            yield name, {required: SAMPLES.get(required) for required in shape.required_members if required != member}


@pytest.mark.parametrize("noun", ["user", "group", "role"])
def test_nobody_is_found_by_any_operation(iam, noun):
    member = f"{noun.capitalize()}Name"
    seen = 0
    for name, parameters in operations(iam, member):
        if name in (f"Create{noun.capitalize()}",):
            continue
        found = refusal(iam, xform_name(name), **parameters, **{member: "nobody"})
        assert found == ("NoSuchEntity", f"The {noun} with name nobody cannot be found."), name
        seen += 1
    assert seen > 10


NOT_FOUND = [
    ("InstanceProfileName", "nothing", "Instance Profile nothing cannot be found.", ("CreateInstanceProfile",)),
    (
        "ServerCertificateName",
        "nothing",
        "The Server Certificate with name nothing cannot be found.",
        ("UploadServerCertificate",),
    ),
    ("SAMLProviderArn", SAML, f"Manifest not found for arn {SAML}", ()),
    (
        "OpenIDConnectProviderArn",
        OIDC,
        f"OpenIDConnect Provider not found for arn {OIDC}",
        ("DeleteOpenIDConnectProvider",),
    ),
    (
        "PolicyArn",
        POLICY,
        f"Policy {POLICY} was not found.",
        ("AttachUserPolicy", "AttachGroupPolicy", "AttachRolePolicy"),
    ),
]


@pytest.mark.parametrize("member, value, message, without", NOT_FOUND, ids=[row[0] for row in NOT_FOUND])
def test_nothing_is_found_by_any_operation(iam, member, value, message, without):
    for name, parameters in operations(iam, member):
        parameters = {**parameters, "ThumbprintList": ["0" * 40]} if "ThumbprintList" in parameters else parameters
        parameters = {**parameters, "ClientID": "c"} if "ClientID" in parameters else parameters
        if name not in without:
            found = refusal(iam, xform_name(name), **parameters, **{member: value})
            assert found == ("NoSuchEntity", message), name


ROWS = [
    ("create_user", {"UserName": "there"}, "EntityAlreadyExists", "User with name there already exists."),
    ("create_user", {"UserName": "THERE"}, "EntityAlreadyExists", "User with name THERE already exists."),
    ("create_group", {"GroupName": "there"}, "EntityAlreadyExists", "Group with name there already exists."),
    (
        "create_role",
        {"RoleName": "there", "AssumeRolePolicyDocument": TRUST},
        "EntityAlreadyExists",
        "Role with name there already exists.",
    ),
    (
        "create_instance_profile",
        {"InstanceProfileName": "there"},
        "EntityAlreadyExists",
        "Instance Profile there already exists.",
    ),
    (
        "create_user",
        {"UserName": "a b"},
        "ValidationError",
        "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the "
        "following: +=,.@_-",
    ),
    (
        "create_user",
        {"UserName": "a" * 65},
        "ValidationError",
        "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length less "
        "than or equal to 64",
    ),
    (
        "create_role",
        {"RoleName": "r", "Path": "x", "AssumeRolePolicyDocument": TRUST},
        "ValidationError",
        "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric "
        "characters and/or / characters.",
    ),
    (
        "create_user",
        {"UserName": "t", "Tags": [{"Key": "k", "Value": "1"}, {"Key": "K", "Value": "2"}]},
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    ),
    (
        "create_user",
        {"UserName": "t", "Tags": [{"Key": f"k{n}", "Value": ""} for n in range(51)]},
        "ValidationError",
        "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than "
        "or equal to 50",
    ),
    (
        "create_user",
        {"UserName": "t", "Tags": [{"Key": "k", "Value": "("}]},
        "ValidationError",
        "1 validation error detected: Value at 'tags.1.member.value' failed to satisfy constraint: Member must satisfy "
        "regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*",
    ),
    (
        "create_user",
        {"UserName": "t", "PermissionsBoundary": POLICY},
        "NoSuchEntity",
        f"Scope ARN: {POLICY} does not exist or is not attachable.",
    ),
    (
        "attach_user_policy",
        {"UserName": "there", "PolicyArn": POLICY},
        "NoSuchEntity",
        f"Policy {POLICY} does not exist or is not attachable.",
    ),
    (
        "attach_role_policy",
        {"RoleName": "there", "PolicyArn": "x" * 20},
        "ValidationError",
        "Invalid ARN:  Could not be parsed!",
    ),
    (
        "detach_user_policy",
        {"UserName": "there", "PolicyArn": ADMIN},
        "NoSuchEntity",
        f"Policy {ADMIN} was not found.",
    ),
    (
        "get_user_policy",
        {"UserName": "there", "PolicyName": "p"},
        "NoSuchEntity",
        "The user policy with name p cannot be found.",
    ),
    (
        "delete_group_policy",
        {"GroupName": "there", "PolicyName": "p"},
        "NoSuchEntity",
        "The group policy with name p cannot be found.",
    ),
    (
        "delete_role_policy",
        {"RoleName": "there", "PolicyName": "p"},
        "NoSuchEntity",
        "The role policy with name p cannot be found.",
    ),
    (
        "delete_access_key",
        {"UserName": "there", "AccessKeyId": "A" * 20},
        "NoSuchEntity",
        f"The Access Key with id {'A' * 20} cannot be found.",
    ),
    (
        "delete_login_profile",
        {"UserName": "there"},
        "NoSuchEntity",
        "Login Profile for User there cannot be found.",
    ),
    (
        "delete_signing_certificate",
        {"UserName": "there", "CertificateId": "A" * 24},
        "NoSuchEntity",
        f"The Certificate with id {'A' * 24} cannot be found.",
    ),
    (
        "delete_ssh_public_key",
        {"UserName": "there", "SSHPublicKeyId": "A" * 20},
        "NoSuchEntity",
        f"The Public Key with id {'A' * 20} cannot be found.",
    ),
    (
        "delete_virtual_mfa_device",
        {"SerialNumber": MFA},
        "NoSuchEntity",
        f"VirtualMFADevice with serial number {MFA} doesn't exist.",
    ),
    (
        "upload_signing_certificate",
        {"UserName": "there", "CertificateBody": "x"},
        "MalformedCertificate",
        "Unable to parse certificate. Please ensure the certificate is in PEM format.",
    ),
    (
        "upload_ssh_public_key",
        {"UserName": "there", "SSHPublicKeyBody": "x"},
        "InvalidPublicKey",
        "The public key is malformed or otherwise invalid.",
    ),
    (
        "create_open_id_connect_provider",
        {"Url": "http://x.example", "ThumbprintList": ["0" * 40]},
        "ValidationError",
        "Invalid Open ID Connect Provider URL",
    ),
    (
        "get_account_password_policy",
        {},
        "NoSuchEntity",
        f"The Password Policy with domain name {ACCOUNT} cannot be found.",
    ),
    (
        "delete_account_alias",
        {"AccountAlias": "nothing"},
        "NoSuchEntity",
        "The account alias nothing cannot be found.",
    ),
    (
        "create_account_alias",
        {"AccountAlias": "my--alias"},
        "ValidationError",
        "The specified value for accountAlias is invalid. It must be a minimum length of 3 characters and maximum "
        "length of 63 characters, contain only digits, lowercase letters, and hyphens (-), but cannot begin or end "
        "with a hyphen.",
    ),
    (
        "list_users",
        {"PathPrefix": "x"},
        "ValidationError",
        "The specified value for pathPrefix is invalid. It must begin with the / character and contain only "
        "alphanumeric characters and/or / characters.",
    ),
    (
        "get_policy_version",
        {"PolicyArn": ADMIN, "VersionId": "v999"},
        "NoSuchEntity",
        f"Policy {ADMIN} version v999 does not exist or is not attachable.",
    ),
    ("delete_policy", {"PolicyArn": ADMIN}, "AccessDenied", "Policy is outside your own account."),
]


@pytest.mark.parametrize("operation, parameters, code, message", ROWS, ids=[f"{n}-{r[0]}" for n, r in enumerate(ROWS)])
def test_refusals(iam, operation, parameters, code, message):
    assert refusal(iam, operation, **parameters) == (code, message)


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


DOCUMENTS = [
    ("not json", "Syntax errors in policy."),
    ("{}", "Policy document must be version 2012-10-17 or greater."),
    ('{"Version":"2012-10-17","Statement":[]}', "Syntax errors in policy."),
    (ALLOW.replace("2012-10-17", "2008-10-17"), "Policy document must be version 2012-10-17 or greater."),
    (policy(Effect="allow", Action="s3:*", Resource="*"), "Syntax errors in policy."),
    (policy(Effect="Allow", Resource="*"), "Policy statement must contain actions."),
    (policy(Effect="Allow", Action="s3:*"), "Policy statement must contain resources."),
    (
        policy(Effect="Allow", Action="ListBuckets", Resource="*"),
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ),
    (policy(Effect="Allow", Action="a a:List", Resource="*"), "Vendor a a is not valid"),
    (policy(Effect="Allow", Action="s3:a:b", Resource="*"), "Actions/Condition can contain only one colon."),
    (policy(Effect="Allow", Action="s3:*", Resource="b"), 'Resource b must be in ARN format or "*".'),
    (
        policy(Effect="Allow", Action="s3:*", Resource="arn:x:s3:::b"),
        'Partition "x" is not valid for resource "arn:x:s3:::b".',
    ),
    (
        policy(Effect="Allow", Action="s3:*", Resource="arn:aws:s3:us-east-1::b"),
        "Resource arn:aws:s3:us-east-1::b can not contain region information.",
    ),
    (
        policy(Effect="Allow", Principal="*", Action="s3:*", Resource="*"),
        "Policy document should not specify a principal.",
    ),
    (
        policy(Sid="a b", Effect="Allow", Action="s3:*", Resource="*"),
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    ),
]


@pytest.mark.parametrize("document, message", DOCUMENTS)
def test_policies_that_are_none(iam, document, message):
    found = refusal(iam, "create_policy", PolicyName="p", PolicyDocument=document)
    assert found == ("MalformedPolicyDocument", message)


def test_quotas(iam):
    quota = "LimitExceeded"
    for _ in range(2):
        iam.create_access_key(UserName="there")
    found = refusal(iam, "create_access_key", UserName="there")
    assert found == (quota, "Cannot exceed quota for AccessKeysPerUser: 2")
    for number in range(10):
        iam.create_group(GroupName=f"g{number}")
        iam.add_user_to_group(GroupName=f"g{number}", UserName="there")
        arn = iam.create_policy(PolicyName=f"p{number}", PolicyDocument=ALLOW)["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="there", PolicyArn=arn)
    found = refusal(iam, "add_user_to_group", GroupName="there", UserName="there")
    assert found == (quota, "Cannot exceed quota for GroupsPerUser: 10")
    found = refusal(iam, "attach_role_policy", RoleName="there", PolicyArn=ADMIN)
    assert found == (quota, "Cannot exceed quota for PoliciesPerRole: 10")
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=ALLOW)
    message = (
        "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing "
        "version."
    )
    assert refusal(iam, "create_policy_version", PolicyArn=arn, PolicyDocument=ALLOW) == (quota, message)
    found = refusal(iam, "delete_policy", PolicyArn=arn)
    assert found == ("DeleteConflict", "Cannot delete a policy attached to entities.")
    large = policy(Effect="Allow", Action=[f"s3:Get{number:08}" for number in range(400)], Resource="*")
    found = refusal(iam, "create_policy", PolicyName="large", PolicyDocument=large)
    assert found == (quota, "Cannot exceed quota for PolicySize: 6144")
    found = refusal(iam, "put_user_policy", UserName="there", PolicyName="large", PolicyDocument=large)
    assert found == (quota, "Maximum policy size of 2048 bytes exceeded for user there")
