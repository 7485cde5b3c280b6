"""What Systems Manager refuses, and in which words: a row each."""

import pytest
import ssm_documents
import ssm_operations
import ssm_parameters
import ssm_windows
from refusals import check, rows

DETECTED = "1 validation error detected: "
ENUM = "failed to satisfy constraint: Member must satisfy enum value set: "
PATH = (
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can '
    "consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, "
    "numbers and the following 3 symbols .-_"
)
NO_DOCUMENT = "Document with name {0} does not exist."
NO_WINDOW = "Maintenance window mw-00000000000000000 does not exist"
WINDOW = {"WindowId": "mw-00000000000000000"}
SHELL = '{"schemaVersion":"2.2","mainSteps":[{"name":"s","action":"aws:runShellScript","inputs":{}}]}'
RUNBOOK = '{"schemaVersion":"0.3","mainSteps":[{"name":"s","action":"aws:sleep","inputs":{"Duration":"PT1S"}}]}'


def put(name, **more):
    return {"Name": name, "Value": "v", "Type": "String", **more}


def filters(key, option=None, values=("a",)):
    one = {"Key": key, "Values": list(values)}
    return {"ParameterFilters": [one | ({"Option": option} if option else {})]}


PARAMETERS = [
    ("put_parameter", put("aws-p"), "ValidationException",
     'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).'),
    ("put_parameter", put("SSM"), "ValidationException",
     'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).'),
    ("put_parameter", put("/ssm/p"), "ValidationException", PATH),
    ("put_parameter", put("/aws/p"), "AccessDeniedException", "No access to reserved parameter name: /aws/p."),
    ("put_parameter", put("a/b"), "ValidationException", "Parameter name must be a fully qualified name."),
    ("put_parameter", put("a b"), "ValidationException", PATH),
    ("put_parameter", put("/" + "/".join("x" * 16)), "HierarchyLevelLimitExceededException", None),
    ("put_parameter", put("p", Type="Number"), "ValidationException",
     f"{DETECTED}Value 'Number' at 'type' {ENUM}[SecureString, StringList, String]"),
    ("put_parameter", put("p", Value=""), "ValidationException",
     f"{DETECTED}Value at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1"),
    ("put_parameter", put("p", DataType="image"), "ValidationException",
     "The following data type is not supported: image (Data type names are all lowercase.)"),
    ("put_parameter", put("p", KeyId="k"), "ValidationException",
     "KeyId is required for SecureString type parameter only."),
    ("put_parameter", put("p", Overwrite=True, Tags=[{"Key": "a", "Value": "b"}]), "ValidationException", None),
    ("put_parameter", put("p", AllowedPattern="x"), "ParameterPatternMismatchException",
     "Parameter value, cannot be validated against allowedPattern: x"),
    ("put_parameter", put("there"), "ParameterAlreadyExists",
     "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."),
    ("get_parameter", {"Name": "none"}, "ParameterNotFound", ""),
    ("get_parameter", {"Name": "there:9"}, "ParameterVersionNotFound",
     "Systems Manager could not find version 9 of there. Verify the version and try again."),
    ("get_parameter", {"Name": "{none}"}, "ValidationException", PATH),
    ("get_parameters", {"Names": [f"p{n}" for n in range(11)]}, "ValidationException", None),
    ("get_parameter", {"Name": "/aws/reference/secretsmanager/none", "WithDecryption": True},
     "ParameterNotFound",
     "An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret "
     "/aws/reference/secretsmanager/none not found."),
    ("get_parameters_by_path", {"Path": "a"}, "ValidationException", None),
    ("get_parameters_by_path", {"Path": "/a", **filters("Name")}, "InvalidFilterKey",
     "The following filter key is not valid: Name. Valid filter keys include: [Type, KeyId]."),
    ("get_parameters_by_path", {"Path": "/a", "MaxResults": 11}, "ValidationException",
     f"{DETECTED}Value '11' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 10"),
    ("describe_parameters", filters("Label"), "InvalidFilterKey",
     "The following filter key is not valid: Label. Valid filter keys include: [Path, Name, Type, KeyId, Tier]."),
    ("describe_parameters", filters("Path", "Equals", ["/a"]), "InvalidFilterOption",
     "The following filter option is not valid: Equals. Valid options include: [Recursive, OneLevel]."),
    ("describe_parameters", filters("Name", "OneLevel"), "InvalidFilterOption",
     "The following filter option is not valid: OneLevel. Valid options include: [BeginsWith, Equals]."),
    ("describe_parameters", filters("Type", None, ["Number"]), "InvalidFilterOption",
     "The following filter value is not valid: Number. Valid values include: [String, StringList, SecureString]."),
    ("describe_parameters", {"NextToken": "nonsense"}, "InvalidNextToken", None),
    ("delete_parameter", {"Name": "none"}, "ParameterNotFound", ""),
    ("label_parameter_version", {"Name": "none", "Labels": ["a"]}, "ParameterNotFound", ""),
    ("unlabel_parameter_version", {"Name": "there", "ParameterVersion": 9, "Labels": ["a"]},
     "ParameterVersionNotFound", None),
    ("get_parameter_history", {"Name": "none"}, "ParameterNotFound", ""),
    ("add_tags_to_resource",
     {"ResourceType": "Parameter", "ResourceId": "none", "Tags": [{"Key": "a", "Value": "b"}]},
     "InvalidResourceId", ""),
]

DOCUMENTS = [
    ("create_document", {"Name": "AWS-mine", "Content": SHELL}, "ValidationException", None),
    ("create_document", {"Name": "new", "Content": "{"}, "InvalidDocumentContent", None),
    ("create_document", {"Name": "there", "Content": SHELL}, "DocumentAlreadyExists",
     "Document with same name there already exists"),
    ("get_document", {"Name": "none"}, "InvalidDocument", NO_DOCUMENT.format("none")),
    ("get_document", {"Name": "there", "DocumentVersion": "7"}, "InvalidDocumentVersion",
     "The document version is not valid or does not exist."),
    ("update_document", {"Name": "there", "Content": SHELL, "DocumentVersion": "1"}, "DuplicateDocumentContent",
     "The content of the association document matches another document. Change the content of the document and try again."),
    ("update_document_default_version", {"Name": "there", "DocumentVersion": "7"}, "InvalidDocumentVersion",
     "The document version is not valid or does not exist."),
    ("delete_document", {"Name": "none"}, "InvalidDocument", NO_DOCUMENT.format("none")),
    ("describe_document_permission", {"Name": "none", "PermissionType": "Share"}, "InvalidDocument", None),
    ("list_documents", {"Filters": [{"Key": "Colour", "Values": ["red"]}]}, "InvalidFilterKey", None),
    ("send_command", {"DocumentName": "none", "InstanceIds": ["i-00000000000000001"]}, "InvalidDocument",
     NO_DOCUMENT.format("none")),
    ("send_command", {"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-00000000000000001"]},
     "InvalidParameters", 'Parameter "commands" requires a value.'),
    ("get_command_invocation",
     {"CommandId": "00000000-0000-0000-0000-000000000000", "InstanceId": "i-00000000000000001"},
     "InvocationDoesNotExist", ""),
    ("create_association", {"Name": "none", "InstanceId": "i-00000000000000001"}, "InvalidDocument", None),
    ("create_association",
     {"Name": "there", "Targets": [{"Key": "tag:a", "Values": ["b"]}], "ScheduleExpression": "often"},
     "InvalidSchedule", None),
    ("describe_association", {"AssociationId": "00000000-0000-0000-0000-000000000000"},
     "AssociationDoesNotExist", None),
    ("start_automation_execution", {"DocumentName": "none"}, "AutomationDefinitionNotFoundException", None),
    ("get_automation_execution", {"AutomationExecutionId": "00000000-0000-0000-0000-000000000000"},
     "AutomationExecutionNotFoundException", None),
    ("start_session", {"Target": "i-00000000000000001"}, "TargetNotConnected", "i-00000000000000001 is not connected."),
    ("start_change_request_execution",
     {"DocumentName": "there", "Runbooks": [{"DocumentName": "there"}]}, "NoLongerSupportedException", None),
]

OPERATIONS = [
    ("create_maintenance_window",
     {"Name": "mmm", "Schedule": "cron(0 2 ? * SUN *)", "Duration": 3, "Cutoff": 3, "AllowUnassociatedTargets": True},
     "ValidationException", "Cuttoff was 3 but must be smaller than 2 (Duration - 1 )"),
    ("create_maintenance_window",
     {"Name": "mmm", "Schedule": "often", "Duration": 3, "Cutoff": 1, "AllowUnassociatedTargets": True},
     "ValidationException", None),
    ("get_maintenance_window", WINDOW, "DoesNotExistException", NO_WINDOW),
    ("update_maintenance_window", {**WINDOW, "Name": "mmm"}, "DoesNotExistException", NO_WINDOW),
    ("describe_maintenance_window_targets", WINDOW, "DoesNotExistException", NO_WINDOW),
    ("describe_maintenance_window_tasks", WINDOW, "DoesNotExistException", NO_WINDOW),
    ("register_target_with_maintenance_window",
     {**WINDOW, "ResourceType": "INSTANCE", "Targets": [{"Key": "tag:a", "Values": ["b"]}]},
     "DoesNotExistException", NO_WINDOW),
    ("register_task_with_maintenance_window",
     {**WINDOW, "TaskArn": "AWS-StopEC2Instance", "TaskType": "AUTOMATION", "MaxErrors": "1", "MaxConcurrency": "1"},
     "ValidationException",
     "Maintenance window tasks without targets do not support MaxErrors values. "
     "Maintenance window tasks without targets do not support MaxConcurrency values."),
    ("get_patch_baseline", {"BaselineId": "pb-00000000000000000"}, "DoesNotExistException", None),
    ("deregister_patch_baseline_for_patch_group", {"BaselineId": "pb-00000000000000000", "PatchGroup": "g"},
     "DoesNotExistException", None),
    ("delete_activation", {"ActivationId": "00000000-0000-0000-0000-000000000000"}, "InvalidActivationId", None),
    ("get_ops_item", {"OpsItemId": "oi-000000000000"}, "OpsItemNotFoundException", None),
    ("get_ops_metadata", {"OpsMetadataArn": "arn:aws:ssm:us-east-1:000000000000:opsmetadata/none"},
     "OpsMetadataNotFoundException", None),
    ("get_service_setting", {"SettingId": "/ssm/none"}, "ServiceSettingNotFound", None),
    ("delete_resource_data_sync", {"SyncName": "none"}, "ResourceDataSyncNotFoundException", None),
    ("get_execution_preview", {"ExecutionPreviewId": "00000000-0000-0000-0000-000000000000"},
     "ResourceNotFoundException", None),
    ("get_access_token", {"AccessRequestId": "oi-000000000000"}, "ResourceNotFoundException", None),
    ("get_deployable_patch_snapshot_for_instance",
     {"InstanceId": "i-00000000000000001", "SnapshotId": "00000000-0000-0000-0000-000000000000"},
     "InvalidInstanceId", None),
]


@pytest.fixture(scope="module")
def ssm(server):
    # An account of its own, in which only `there` is there.
    ssm = server.client("ssm", account="000000000007", parameter_validation=False)
    ssm.put_parameter(**put("there"))
    ssm.put_parameter(**put("/advanced/p", Tier="Advanced"))
    ssm.create_document(Name="there", Content=SHELL, DocumentType="Command")
    ssm.create_document(Name="runbook", Content=RUNBOOK, DocumentType="Automation")
    return ssm


@pytest.fixture(scope="module")
def made(ssm):
    window = {"Name": "www", "Schedule": "rate(1 day)", "Duration": 4, "Cutoff": 1, "AllowUnassociatedTargets": True}
    association = ssm.create_association(Name="there", Targets=[{"Key": "tag:a", "Values": ["b"]}])
    return {
        "window": ssm.create_maintenance_window(**window)["WindowId"],
        "baseline": ssm.create_patch_baseline(Name="base")["BaselineId"],
        "item": ssm.create_ops_item(Title="t", Source="s", Description="d")["OpsItemId"],
        "association": association["AssociationDescription"]["AssociationId"],
    }


@rows(
    PARAMETERS,
    DOCUMENTS,
    OPERATIONS,
    ssm_parameters.ROWS,
    ssm_documents.ROWS,
    ssm_windows.ROWS,
    ssm_operations.ROWS,
)
def test_what_is_refused(ssm, made, row):
    check(ssm, row, **made)
