import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def ssm(server):
    return server.client("ssm")


def test_parameters_have_versions_and_labels(ssm, unique):
    name = f"/{unique('app')}/db"
    assert ssm.put_parameter(Name=name, Value="one", Type="String")["Version"] == 1
    ssm.label_parameter_version(Name=name, Labels=["old"])
    assert ssm.put_parameter(Name=name, Value="two", Overwrite=True)["Version"] == 2
    assert ssm.get_parameter(Name=name)["Parameter"]["Value"] == "two"
    selected = ssm.get_parameter(Name=f"{name}:old")["Parameter"]
    assert (selected["Value"], selected["Selector"]) == ("one", ":old")
    history = ssm.get_parameter_history(Name=name)["Parameters"]
    assert [(it["Value"], it["Labels"]) for it in history] == [("one", ["old"]), ("two", [])]


def test_paths_are_paged(ssm, unique):
    path = f"/{unique('many')}"
    for n in range(13):
        ssm.put_parameter(Name=f"{path}/{n:02}", Value=str(n), Type="String")
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path=path)
    assert [len(page["Parameters"]) for page in pages] == [10, 3]
    filters = [{"Key": "Path", "Values": [path]}]
    found = ssm.describe_parameters(ParameterFilters=filters, MaxResults=50)["Parameters"]
    assert len(found) == 13


def test_errors_are_those_of_aws(ssm, unique):
    with pytest.raises(ssm.exceptions.ParameterNotFound) as raised:
        ssm.get_parameter(Name=unique("none"))
    assert raised.value.response["Error"]["Message"] == ""
    with pytest.raises(ClientError, match="Member must satisfy enum value set"):
        ssm.put_parameter(Name=unique("p"), Value="v", Type="Number")
    with pytest.raises(ssm.exceptions.DoesNotExistException, match="does not exist"):
        ssm.get_maintenance_window(WindowId="mw-00000000000000000")


def test_a_document_is_sent_as_a_command(ssm, unique):
    name = unique("document")
    content = """
schemaVersion: "2.2"
mainSteps:
  - name: hello
    action: aws:runShellScript
    inputs:
      runCommand: [date]
"""
    ssm.create_document(Name=name, Content=content, DocumentFormat="YAML", DocumentType="Command")
    assert ssm.get_document(Name=name, DocumentFormat="YAML")["Content"] == content
    sent = ssm.send_command(DocumentName=name, InstanceIds=["i-0123456789abcdef0"])["Command"]
    got = ssm.get_command_invocation(
        CommandId=sent["CommandId"], InstanceId="i-0123456789abcdef0", PluginName="hello"
    )
    assert got["Status"] == "Pending"
