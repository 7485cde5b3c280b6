//! Operations that need other actions, or other resources, than their names and inputs say.

use super::s3;

/// An action and its resource. An empty action is the operation's own, an empty resource the one
/// that the members name; an action behind a question mark is needed only where its resource is
/// found.
type Row = (&'static str, &'static str);

const OBJECT: &str = "arn:{partition}:s3:::{Bucket}/{Key}";
const SOURCE: &str = "arn:{partition}:s3:::{CopySource|copy}";
const TAGGED: &str = "arn:{partition}:s3:::{Bucket}/{Key}{Tagging|when}";
const WITH_ACL: &str = "arn:{partition}:s3:::{Bucket}/{Key}{ACL|when}";
const HELD: &str = "arn:{partition}:s3:::{Bucket}/{Key}{ObjectLockLegalHoldStatus|when}";
const RETAINED: &str = "arn:{partition}:s3:::{Bucket}/{Key}{ObjectLockMode|when}";

macro_rules! table {
    ($path:literal) => {
        concat!("arn:{partition}:dynamodb:{region}:{account}:table/{", $path, "}")
    };
}

/// What a list of IAM's resources is about: the path.
macro_rules! listed {
    ($kind:literal) => {
        concat!("arn:{partition}:iam::{account}:", $kind, "{PathPrefix|path}")
    };
}

const EXCEPTIONS: &[(&str, &str, &[Row])] = &[
    (
        "dynamodb",
        "BatchExecuteStatement",
        &[
            ("?dynamodb:PartiQLSelect", table!("Statements[].Statement|select")),
            ("?dynamodb:PartiQLInsert", table!("Statements[].Statement|insert")),
            ("?dynamodb:PartiQLUpdate", table!("Statements[].Statement|update")),
            ("?dynamodb:PartiQLDelete", table!("Statements[].Statement|delete")),
        ],
    ),
    ("dynamodb", "BatchGetItem", &[("", table!("RequestItems{}"))]),
    ("dynamodb", "BatchWriteItem", &[("", table!("RequestItems{}"))]),
    ("dynamodb", "DescribeEndpoints", &[("", "*")]),
    ("dynamodb", "DescribeLimits", &[("", "*")]),
    (
        "dynamodb",
        "ExecuteStatement",
        &[
            ("?dynamodb:PartiQLSelect", table!("Statement|select")),
            ("?dynamodb:PartiQLInsert", table!("Statement|insert")),
            ("?dynamodb:PartiQLUpdate", table!("Statement|update")),
            ("?dynamodb:PartiQLDelete", table!("Statement|delete")),
        ],
    ),
    (
        "dynamodb",
        "ExecuteTransaction",
        &[
            ("?dynamodb:PartiQLSelect", table!("TransactStatements[].Statement|select")),
            ("?dynamodb:PartiQLInsert", table!("TransactStatements[].Statement|insert")),
            ("?dynamodb:PartiQLUpdate", table!("TransactStatements[].Statement|update")),
            ("?dynamodb:PartiQLDelete", table!("TransactStatements[].Statement|delete")),
        ],
    ),
    ("dynamodb", "RestoreTableFromBackup", &[("", "{BackupArn}"), ("", table!("TargetTableName"))]),
    (
        "dynamodb",
        "TransactGetItems",
        &[("dynamodb:GetItem", table!("TransactItems[].Get.TableName"))],
    ),
    (
        "dynamodb",
        "TransactWriteItems",
        &[
            ("?dynamodb:ConditionCheckItem", table!("TransactItems[].ConditionCheck.TableName")),
            ("?dynamodb:PutItem", table!("TransactItems[].Put.TableName")),
            ("?dynamodb:DeleteItem", table!("TransactItems[].Delete.TableName")),
            ("?dynamodb:UpdateItem", table!("TransactItems[].Update.TableName")),
        ],
    ),
    (
        "events",
        "PutEvents",
        &[("", "arn:{partition}:events:{region}:{account}:event-bus/{Entries[].EventBusName|bus}")],
    ),
    (
        "iam",
        "CreateDelegationRequest",
        &[("", "arn:{partition}:iam::{account}:delegation-request/*")],
    ),
    (
        "iam",
        "CreateServiceLinkedRole",
        &[("", "arn:{partition}:iam::{account}:role/aws-service-role/{AWSServiceName}/*")],
    ),
    ("iam", "GetHumanReadableSummary", &[("", "{EntityArn}")]),
    ("iam", "ListAccountAliases", &[("", "*")]),
    ("iam", "ListGroups", &[("", listed!("group"))]),
    ("iam", "ListInstanceProfiles", &[("", listed!("instance-profile"))]),
    (
        "iam",
        "ListOpenIDConnectProviders",
        &[("", "arn:{partition}:iam::{account}:oidc-provider/*")],
    ),
    ("iam", "ListPolicies", &[("", listed!("policy"))]),
    ("iam", "ListRoles", &[("", listed!("role"))]),
    ("iam", "ListSAMLProviders", &[("", "arn:{partition}:iam::{account}:saml-provider/*")]),
    ("iam", "ListServerCertificates", &[("", listed!("server-certificate"))]),
    ("iam", "ListUsers", &[("", listed!("user"))]),
    ("iam", "ListVirtualMFADevices", &[("", "arn:{partition}:iam::{account}:mfa/")]),
    ("iam", "SimulateCustomPolicy", &[("", "*")]),
    ("iam", "SimulatePrincipalPolicy", &[("", "{PolicySourceArn}")]),
    (
        "kms",
        "CreateAlias",
        &[
            ("", "arn:{partition}:kms:{region}:{account}:{AliasName}"),
            ("", "arn:{partition}:kms:{region}:{account}:{TargetKeyId|key}"),
        ],
    ),
    ("kms", "DeleteAlias", &[("", "arn:{partition}:kms:{region}:{account}:{AliasName}")]),
    (
        "kms",
        "ReEncrypt",
        &[
            ("kms:ReEncryptFrom", "arn:{partition}:kms:{region}:{account}:{SourceKeyId|key}"),
            ("kms:ReEncryptTo", "arn:{partition}:kms:{region}:{account}:{DestinationKeyId|key}"),
        ],
    ),
    (
        "kms",
        "UpdateAlias",
        &[
            ("", "arn:{partition}:kms:{region}:{account}:{AliasName}"),
            ("", "arn:{partition}:kms:{region}:{account}:{TargetKeyId|key}"),
        ],
    ),
    ("lambda", "Invoke", &[("lambda:InvokeFunction", "")]),
    ("lambda", "InvokeAsync", &[("lambda:InvokeFunction", "")]),
    ("lambda", "InvokeWithResponseStream", &[("lambda:InvokeFunction", "")]),
    (
        "s3",
        "CopyObject",
        &[
            ("s3:GetObject", SOURCE),
            ("s3:PutObject", OBJECT),
            ("?s3:PutObjectTagging", TAGGED),
            ("?s3:PutObjectAcl", WITH_ACL),
        ],
    ),
    (
        "s3",
        "CreateMultipartUpload",
        &[
            ("s3:PutObject", OBJECT),
            ("?s3:PutObjectTagging", TAGGED),
            ("?s3:PutObjectAcl", WITH_ACL),
            ("?s3:PutObjectLegalHold", HELD),
            ("?s3:PutObjectRetention", RETAINED),
        ],
    ),
    (
        "s3",
        "DeleteObjects",
        &[("s3:DeleteObject", "arn:{partition}:s3:::{Bucket}/{Delete.Objects[].Key}")],
    ),
    ("s3", "GetObjectAttributes", &[("s3:GetObject", OBJECT), ("", OBJECT)]),
    (
        "s3",
        "PutObject",
        &[
            ("", OBJECT),
            ("?s3:PutObjectTagging", TAGGED),
            ("?s3:PutObjectAcl", WITH_ACL),
            ("?s3:PutObjectLegalHold", HELD),
            ("?s3:PutObjectRetention", RETAINED),
        ],
    ),
    ("s3", "UploadPartCopy", &[("s3:GetObject", SOURCE), ("s3:PutObject", OBJECT)]),
    (
        "secretsmanager",
        "BatchGetSecretValue",
        &[
            ("", "*"),
            (
                "?secretsmanager:GetSecretValue",
                "arn:{partition}:secretsmanager:{region}:{account}:secret:{SecretIdList[]}",
            ),
        ],
    ),
    ("sns", "PublishBatch", &[("sns:Publish", "")]),
    ("sqs", "ChangeMessageVisibilityBatch", &[("sqs:ChangeMessageVisibility", "")]),
    ("sqs", "DeleteMessageBatch", &[("sqs:DeleteMessage", "")]),
    ("sqs", "ListQueues", &[("", "arn:{partition}:sqs:{region}:{account}:")]),
    ("sqs", "SendMessageBatch", &[("sqs:SendMessage", "")]),
    ("ssm", "DescribeParameters", &[("", "arn:{partition}:ssm:{region}:{account}:*")]),
    (
        "ssm",
        "SendCommand",
        &[
            ("", "arn:{partition}:ssm:{region}:{account}:document/{DocumentName}"),
            ("?", "arn:{partition}:ec2:{region}:{account}:instance/{InstanceIds[]}"),
        ],
    ),
    (
        "sts",
        "AssumeRole",
        &[
            ("", "{RoleArn}"),
            ("?sts:TagSession", "{Tags|when}{RoleArn}"),
            ("?sts:SetSourceIdentity", "{SourceIdentity|when}{RoleArn}"),
        ],
    ),
    // A federated user's token says who asks; STS itself looks at the role's trust.
    ("sts", "AssumeRoleWithSAML", &[]),
    ("sts", "AssumeRoleWithWebIdentity", &[]),
    ("sts", "GetAccessKeyInfo", &[("", "*")]),
    ("sts", "GetCallerIdentity", &[]),
    ("sts", "GetFederationToken", &[("", "arn:{partition}:sts::{account}:federated-user/{Name}")]),
    ("sts", "GetSessionToken", &[]),
];

/// Operations of SSM that are about documents.
const DOCUMENTS: &[&str] = &[
    "CreateDocument",
    "DeleteDocument",
    "DescribeDocument",
    "DescribeDocumentPermission",
    "GetDocument",
    "ListDocumentMetadataHistory",
    "ListDocumentVersions",
    "ModifyDocumentPermission",
    "UpdateDocument",
    "UpdateDocumentDefaultVersion",
    "UpdateDocumentMetadata",
];

/// The rows of an operation; none when it follows the rule, an empty list when it needs nothing.
pub(super) fn of(service: &str, operation: &str) -> Option<Vec<Row>> {
    let row = EXCEPTIONS.iter().find(|row| row.0 == service && row.1 == operation);
    if let Some(row) = row {
        return Some(row.2.to_vec());
    }
    if service == "ssm" && DOCUMENTS.contains(&operation) {
        return Some(vec![("", "arn:{partition}:ssm:{region}:{account}:document/{Name}")]);
    }
    if service != "s3" {
        return None;
    }
    let row = s3::ACTIONS.iter().find(|row| row.0 == operation)?;
    Some(vec![(row.1, "")])
}

/// Operations that pass a role to the service, with the member that names it, by ARN or name.
const PASSED_ROLES: &[(&str, &str, &str)] = &[
    ("cloudformation", "CreateStack", "RoleARN"),
    ("cloudformation", "UpdateStack", "RoleARN"),
    ("events", "CreateEndpoint", "RoleArn"),
    ("events", "PutRule", "RoleArn"),
    ("events", "PutTargets", "Targets[].RoleArn"),
    ("events", "UpdateEndpoint", "RoleArn"),
    ("firehose", "CreateDeliveryStream", "ExtendedS3DestinationConfiguration.RoleARN"),
    ("iam", "AddRoleToInstanceProfile", "RoleName"),
    ("lambda", "CreateFunction", "Role"),
    ("lambda", "UpdateFunctionConfiguration", "Role"),
    ("pipes", "CreatePipe", "RoleArn"),
    ("s3", "PutBucketReplication", "ReplicationConfiguration.Role"),
    ("s3control", "CreateJob", "RoleArn"),
    ("s3control", "PutBucketReplication", "ReplicationConfiguration.Role"),
    ("scheduler", "CreateSchedule", "Target.RoleArn"),
    ("scheduler", "UpdateSchedule", "Target.RoleArn"),
    ("sns", "SetSubscriptionAttributes", "AttributeValue|passed"),
    ("sns", "SetTopicAttributes", "AttributeValue|passed"),
    ("ssm", "CreateActivation", "IamRole"),
    ("ssm", "RegisterTaskWithMaintenanceWindow", "ServiceRoleArn"),
    ("ssm", "SendCommand", "ServiceRoleArn"),
    ("ssm", "UpdateMaintenanceWindowTask", "ServiceRoleArn"),
    ("ssm", "UpdateManagedInstanceRole", "IamRole"),
    ("stepfunctions", "CreateStateMachine", "roleArn"),
    ("stepfunctions", "UpdateStateMachine", "roleArn"),
];

/// The member that names the role which an operation passes on, for `iam:PassRole`.
pub(super) fn passed_role(service: &str, operation: &str) -> Option<&'static str> {
    let row = PASSED_ROLES.iter().find(|row| row.0 == service && row.1 == operation)?;
    Some(row.2)
}
