"""What the models ask of every request: required members, and the bounds of pages."""

import re

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from refusals import NULL, several

SERVICES = ["kms", "secretsmanager", "ssm"]


def refused(client, operation, arguments):
    with pytest.raises(ClientError) as raised:
        getattr(client, xform_name(operation))(**arguments)
    return raised.value.response["Error"]


def parts(message):
    """The errors of a message about several, which come in no order."""
    return set(re.split(r"; (?=Value)", message.split(" detected: ", 1)[-1]))


@pytest.mark.parametrize("service", SERVICES)
def test_required_members_are_required(server, service):
    client = server.client(service, account="000000000010", parameter_validation=False)
    model = client.meta.service_model
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        # The client makes up the tokens that make requests idempotent.
        tokens = {it for it, member in (shape.members if shape else {}).items() if member.metadata.get("idempotencyToken")}
        required = [it for it in (shape.required_members if shape else []) if it not in tokens]
        if not required:
            continue
        error = refused(client, name, {})
        wanted = several(*[(it[0].lower() + it[1:], NULL, "not be null") for it in required])
        assert error["Code"] == "ValidationException", name
        assert parts(error["Message"]) == parts(wanted), name


@pytest.mark.parametrize("service", SERVICES)
def test_pages_have_bounds(server, service):
    client = server.client(service, account="000000000010", parameter_validation=False)
    model = client.meta.service_model
    for name in model.operation_names:
        shape = model.operation_model(name).input_shape
        members = shape.members if shape else {}
        for member in {"MaxResults", "Limit"} & set(members):
            bounds = members[member].metadata
            for bound, step, words in (("min", -1, "greater than"), ("max", 1, "less than")):
                if bound not in bounds:
                    continue
                value = bounds[bound] + step
                found = refused(client, name, {member: value})["Message"]
                constraint = f"have value {words} or equal to {bounds[bound]}"
                wanted = several((member[0].lower() + member[1:], str(value), constraint))
                assert parts(wanted) <= parts(found), name
