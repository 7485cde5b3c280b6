"""Every list of IAM, page by page over the wire."""

import json

import pytest
from botocore import xform_name
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from test_iam_refusals import ADMIN, ALLOW, TRUST, refusal

# An account of its own, so that what is there is known.
ACCOUNT = "000000000078"
NUMBERS = range(3)
TAGS = [{"Key": f"k{number}", "Value": "v"} for number in NUMBERS]
SAML = """<?xml version="1.0"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.test">
  <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>
</EntityDescriptor>""" + " " * 1000


def public_key():
    key = rsa.generate_private_key(65537, 2048).public_key()
    return key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


@pytest.fixture(scope="module")
def iam(server):
    """An account with three of everything."""
    iam = server.client("iam", account=ACCOUNT)
    iam.create_account_alias(AccountAlias="pages")
    iam.create_user(UserName="u", Tags=TAGS)
    iam.create_group(GroupName="g")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST, Tags=TAGS)
    policy = iam.create_policy(PolicyName="p", PolicyDocument=ALLOW, Tags=TAGS)["Policy"]["Arn"]
    iam.create_open_id_connect_provider(Url="https://idp.example.test", ThumbprintList=["0" * 40], Tags=TAGS)
    iam.create_saml_provider(Name="idp", SAMLMetadataDocument=SAML, Tags=TAGS)
    iam.create_instance_profile(InstanceProfileName="i", Tags=TAGS)
    iam.create_virtual_mfa_device(VirtualMFADeviceName="m", Tags=TAGS)
    iam.attach_user_policy(UserName="u", PolicyArn=policy)
    for number in NUMBERS:
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=ALLOW)
        name = f"x{number}"
        iam.create_user(UserName=name)
        iam.create_group(GroupName=name)
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
        other = iam.create_policy(PolicyName=name, PolicyDocument=ALLOW)["Policy"]["Arn"]
        iam.add_user_to_group(GroupName="g", UserName=name)
        iam.add_user_to_group(GroupName=name, UserName="u")
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName="r")
        iam.create_virtual_mfa_device(VirtualMFADeviceName=name)
        iam.upload_ssh_public_key(UserName="u", SSHPublicKeyBody=public_key())
        iam.attach_user_policy(UserName=name, PolicyArn=policy)
        for kind, of in (("user", "u"), ("group", "g"), ("role", "r")):
            title = kind.capitalize()
            getattr(iam, f"put_{kind}_policy")(**{f"{title}Name": of}, PolicyName=name, PolicyDocument=ALLOW)
            getattr(iam, f"attach_{kind}_policy")(**{f"{title}Name": of}, PolicyArn=other)
    for _ in range(2):
        iam.create_access_key(UserName="u")
        iam.create_service_specific_credential(UserName="u", ServiceName="codecommit.amazonaws.com")
    return iam


POLICY = f"arn:aws:iam::{ACCOUNT}:policy/p"
# Operation, parameters, the members of the answer that have the items, how many there are.
LISTS = [
    ("GetAccountAuthorizationDetails", {"Filter": ["Group"]}, ["GroupDetailList"], 4),
    (
        "GetAccountAuthorizationDetails",
        {"Filter": ["User", "Role", "Group", "LocalManagedPolicy"]},
        ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"],
        16,
    ),
    ("GetGroup", {"GroupName": "g"}, ["Users"], 3),
    ("ListAccessKeys", {"UserName": "u"}, ["AccessKeyMetadata"], 2),
    ("ListAccountAliases", {}, ["AccountAliases"], 1),
    ("ListAttachedGroupPolicies", {"GroupName": "g"}, ["AttachedPolicies"], 3),
    ("ListAttachedRolePolicies", {"RoleName": "r"}, ["AttachedPolicies"], 3),
    ("ListAttachedUserPolicies", {"UserName": "u"}, ["AttachedPolicies"], 4),
    ("ListDelegationRequests", {}, ["DelegationRequests"], 0),
    ("ListEntitiesForPolicy", {"PolicyArn": POLICY}, ["PolicyGroups", "PolicyUsers", "PolicyRoles"], 4),
    ("ListGroupPolicies", {"GroupName": "g"}, ["PolicyNames"], 3),
    ("ListGroups", {}, ["Groups"], 4),
    ("ListGroupsForUser", {"UserName": "u"}, ["Groups"], 3),
    ("ListInstanceProfileTags", {"InstanceProfileName": "i"}, ["Tags"], 3),
    ("ListInstanceProfiles", {}, ["InstanceProfiles"], 4),
    ("ListInstanceProfilesForRole", {"RoleName": "r"}, ["InstanceProfiles"], 3),
    ("ListMFADeviceTags", {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/m"}, ["Tags"], 3),
    ("ListMFADevices", {"UserName": "u"}, ["MFADevices"], 0),
    (
        "ListOpenIDConnectProviderTags",
        {"OpenIDConnectProviderArn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/idp.example.test"},
        ["Tags"],
        3,
    ),
    ("ListPolicies", {"Scope": "Local"}, ["Policies"], 4),
    ("ListPolicyTags", {"PolicyArn": POLICY}, ["Tags"], 3),
    ("ListPolicyVersions", {"PolicyArn": POLICY}, ["Versions"], 4),
    ("ListRolePolicies", {"RoleName": "r"}, ["PolicyNames"], 3),
    ("ListRoleTags", {"RoleName": "r"}, ["Tags"], 3),
    ("ListRoles", {}, ["Roles"], 4),
    ("ListSAMLProviderTags", {"SAMLProviderArn": f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"}, ["Tags"], 3),
    ("ListSSHPublicKeys", {"UserName": "u"}, ["SSHPublicKeys"], 3),
    ("ListServerCertificates", {}, ["ServerCertificateMetadataList"], 0),
    ("ListServiceSpecificCredentials", {"UserName": "u"}, ["ServiceSpecificCredentials"], 2),
    ("ListSigningCertificates", {"UserName": "u"}, ["Certificates"], 0),
    ("ListUserPolicies", {"UserName": "u"}, ["PolicyNames"], 3),
    ("ListUserTags", {"UserName": "u"}, ["Tags"], 3),
    ("ListUsers", {}, ["Users"], 4),
    ("ListVirtualMFADevices", {}, ["VirtualMFADevices"], 4),
    (
        "SimulateCustomPolicy",
        {"PolicyInputList": [ALLOW], "ActionNames": ["s3:GetObject", "s3:PutObject", "iam:GetUser"]},
        ["EvaluationResults"],
        3,
    ),
    (
        "SimulatePrincipalPolicy",
        {
            "PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:user/u",
            "ActionNames": ["s3:GetObject"],
            "ResourceArns": ["arn:aws:s3:::a", "arn:aws:s3:::b"],
        },
        ["EvaluationResults"],
        2,
    ),
]


@pytest.mark.parametrize("operation, parameters, members, count", LISTS, ids=[f"{n}-{r[0]}" for n, r in enumerate(LISTS)])
def test_pages(iam, operation, parameters, members, count):
    call = getattr(iam, xform_name(operation))
    items = lambda answer: [json.dumps(item, default=str, sort_keys=True) for m in members for item in answer.get(m, [])]
    truncated = "isTruncated" if operation == "ListDelegationRequests" else "IsTruncated"
    # The answer about these credentials has no such member where it is whole.
    default = {truncated: False} if operation == "ListServiceSpecificCredentials" else {}
    whole = {**default, **call(**parameters)}
    assert whole[truncated] is False and "Marker" not in whole
    assert len(items(whole)) == count
    for size in (1, 2):
        found, marker, pages = [], {}, 0
        while True:
            page = {**default, **call(**parameters, MaxItems=size, **marker)}
            pages += 1
            assert len(items(page)) <= size
            found += items(page)
            assert page[truncated] is ("Marker" in page)
            if not page[truncated]:
                break
            marker = {"Marker": page["Marker"]}
        assert sorted(found) == sorted(items(whole))
        assert pages == max(1, -(-count // size))


# What is wrong with a page is said before what is listed is looked at.
@pytest.mark.parametrize("operation", [row[0] for row in LISTS])
def test_markers_that_are_none(iam, operation):
    parameters = next(row[1] for row in LISTS if row[0] == operation)
    found = refusal(iam, xform_name(operation), **parameters, Marker="%garbage%")
    assert found == ("ValidationError", "Invalid Marker.")


def test_bounds_of_pages(iam):
    for operation, parameters, *_ in LISTS:
        found = refusal(iam, xform_name(operation), **parameters, MaxItems=1001)
        message = (
            "1 validation error detected: Value at 'maxItems' failed to satisfy constraint: Member must have value "
            "less than or equal to 1000"
        )
        assert found == ("ValidationError", message), operation


def test_every_list_is_here(iam):
    model = iam.meta.service_model
    shapes = [(name, model.operation_model(name).input_shape) for name in model.operation_names]
    paged = {name for name, shape in shapes if shape is not None and "Marker" in shape.members}
    elsewhere = {
        # Of jobs and services.
        "GetOrganizationsAccessReport",
        "GetServiceLastAccessedDetails",
        "GetServiceLastAccessedDetailsWithEntities",
        "ListPoliciesGrantingServiceAccess",
        "ListServerCertificateTags",
    }
    assert paged - {row[0] for row in LISTS} == elsewhere
    assert ADMIN not in str(iam.list_policies(Scope="Local"))
