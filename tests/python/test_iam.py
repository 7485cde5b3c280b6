import json

import pytest
from botocore.exceptions import ClientError

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
ALLOW = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture
def iam(server):
    return server.client("iam")


def error(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return status, response["Error"]["Code"], response["Error"]["Message"]


def test_documents_come_back_as_they_went(iam, unique):
    name = unique("role")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    assert made["AssumeRolePolicyDocument"] == TRUST
    assert iam.get_role(RoleName=name)["Role"]["MaxSessionDuration"] == 3600
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(ALLOW))
    assert iam.get_role_policy(RoleName=name, PolicyName="p")["PolicyDocument"] == ALLOW


def test_requests_are_validated(iam, unique):
    status, code, message = error(iam.create_user, UserName="a b")
    assert (status, code) == (400, "ValidationError")
    assert message.startswith("The specified value for userName is invalid. It must contain only")
    found = error(iam.create_policy, PolicyName=unique("p"), PolicyDocument='{"Version":"2012-10-17"}')
    assert found == (400, "MalformedPolicyDocument", "Syntax errors in policy.")
    found = error(iam.get_user, UserName="nobody")
    assert found == (404, "NoSuchEntity", "The user with name nobody cannot be found.")


def test_a_key_acts_as_its_user_until_it_is_switched_off(iam, server, unique):
    name = unique("user")
    user = iam.create_user(UserName=name)["User"]
    key = iam.create_access_key(UserName=name)["AccessKey"]
    sts = server.client("sts", account=key["AccessKeyId"])
    assert sts.get_caller_identity()["Arn"] == user["Arn"]
    as_user = server.client("iam", account=key["AccessKeyId"])
    assert as_user.get_user()["User"]["UserId"] == user["UserId"]
    iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert error(sts.get_caller_identity)[:2] == (403, "InvalidClientTokenId")


def test_a_session_carries_the_roles_id(iam, server, unique):
    name = unique("role")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    sts = server.client("sts")
    assumed = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="session")["AssumedRoleUser"]
    assert assumed["AssumedRoleId"] == f"{role['RoleId']}:session"
    found = error(sts.assume_role, RoleArn=role["Arn"], RoleSessionName="session", DurationSeconds=7200)
    message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    assert found == (400, "ValidationError", message)


def test_pages(iam, unique):
    path = f"/{unique('path')}/"
    for number in range(5):
        iam.create_group(GroupName=unique(f"g{number}"), Path=path)
    pages = iam.get_paginator("list_groups").paginate(
        PathPrefix=path, PaginationConfig={"PageSize": 2}
    )
    assert [len(page["Groups"]) for page in pages] == [2, 2, 1]


def test_a_simulation(iam, unique):
    name = unique("user")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess")
    results = iam.simulate_principal_policy(
        PolicySourceArn=arn, ActionNames=["sqs:ListQueues", "sqs:SendMessage"]
    )["EvaluationResults"]
    assert [r["EvalDecision"] for r in results] == ["allowed", "implicitDeny"]


def test_delegation_requests_go_from_state_to_state(server):
    partner, customer = server.client("iam", "151515151515"), server.client("iam", "161616161616")
    request = {
        "Description": "Set up",
        "Permissions": {"PolicyTemplateArn": "arn:aws:iam:::delegation-template/example/setup"},
        "RequestorWorkflowId": "workflow-1",
        "NotificationChannel": "arn:aws:sns:us-east-1:151515151515:updates",
        "SessionDuration": 3600,
        "OwnerAccountId": "161616161616",
    }
    id = {"DelegationRequestId": partner.create_delegation_request(**request)["DelegationRequestId"]}
    with pytest.raises(partner.exceptions.EntityAlreadyExistsException):
        partner.create_delegation_request(**request)
    with pytest.raises(partner.exceptions.NoSuchEntityException):
        partner.get_delegation_request(**id)

    def state():
        return customer.get_delegation_request(**id)["DelegationRequest"]["State"]

    assert state() == "UNASSIGNED" and customer.list_delegation_requests()["DelegationRequests"] == []
    with pytest.raises(customer.exceptions.InvalidInputException):
        customer.accept_delegation_request(**id)
    customer.associate_delegation_request(**id)
    assert state() == "ASSIGNED"
    customer.update_delegation_request(**id, Notes="please")
    assert state() == "PENDING_APPROVAL"
    customer.accept_delegation_request(**id)
    assert state() == "ACCEPTED"
    customer.reject_delegation_request(**id, Notes="no more")
    listed = customer.list_delegation_requests()["DelegationRequests"][0]
    assert (listed["State"], listed["RejectionReason"], listed["Notes"]) == ("REJECTED", "no more", "please")
    assert listed["ApproverId"] == listed["OwnerId"] == "arn:aws:iam::161616161616:root"
    arn = f"arn:aws:iam::161616161616:delegation-request/{id['DelegationRequestId']}"
    assert customer.get_human_readable_summary(EntityArn=arn)["SummaryState"] == "NOT_AVAILABLE"
