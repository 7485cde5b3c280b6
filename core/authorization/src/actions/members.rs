//! Which member of an input names the resource.

use fogbank_schema::{Kind, Operation, ServiceModel};

use super::template::Template;
use crate::input::structure_of;

/// Service, members that must all be in the operation's input, resource. The first row whose
/// members the operation has is the resource; where a request leaves a member out, the next.
///
/// A value that is an ARN already stands for the whole.
const MEMBERS: &[(&str, &[&str], &str)] = &[
    (
        "dynamodb",
        &["TableName", "IndexName"],
        "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}/index/{IndexName}",
    ),
    ("dynamodb", &["TableName"], "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}"),
    (
        "dynamodb",
        &["TargetTableName"],
        "arn:{partition}:dynamodb:{region}:{account}:table/{TargetTableName}",
    ),
    (
        "dynamodb",
        &["GlobalTableName"],
        "arn:{partition}:dynamodb::{account}:global-table/{GlobalTableName}",
    ),
    (
        "dynamodbstreams",
        &["TableName"],
        "arn:{partition}:dynamodb:{region}:{account}:table/{TableName}/stream/*",
    ),
    (
        "ecr",
        &["repositoryName"],
        "arn:{partition}:ecr:{region}:{account}:repository/{repositoryName}",
    ),
    (
        "events",
        &["EventBusName", "Rule"],
        "arn:{partition}:events:{region}:{account}:rule/{EventBusName|on}{Rule}",
    ),
    (
        "events",
        &["EventBusName", "Name"],
        "arn:{partition}:events:{region}:{account}:rule/{EventBusName|on}{Name}",
    ),
    ("events", &["Name"], "arn:{partition}:events:{region}:{account}:event-bus/{Name}"),
    (
        "firehose",
        &["DeliveryStreamName"],
        "arn:{partition}:firehose:{region}:{account}:deliverystream/{DeliveryStreamName}",
    ),
    (
        "iam",
        &["InstanceProfileName"],
        "arn:{partition}:iam::{account}:instance-profile{Path|path}{InstanceProfileName}",
    ),
    ("iam", &["GroupName"], "arn:{partition}:iam::{account}:group{Path|path}{GroupName}"),
    ("iam", &["RoleName"], "arn:{partition}:iam::{account}:role{Path|path}{RoleName}"),
    ("iam", &["UserName"], "arn:{partition}:iam::{account}:user{Path|path}{UserName}"),
    ("iam", &["UserName"], "{caller}"),
    ("iam", &["PolicyArn"], "{PolicyArn}"),
    ("iam", &["PolicyName"], "arn:{partition}:iam::{account}:policy{Path|path}{PolicyName}"),
    (
        "iam",
        &["ServerCertificateName"],
        "arn:{partition}:iam::{account}:server-certificate{Path|path}{ServerCertificateName}",
    ),
    (
        "iam",
        &["VirtualMFADeviceName"],
        "arn:{partition}:iam::{account}:mfa{Path|path}{VirtualMFADeviceName}",
    ),
    ("iam", &["SAMLProviderArn"], "{SAMLProviderArn}"),
    ("iam", &["OpenIDConnectProviderArn"], "{OpenIDConnectProviderArn}"),
    ("iam", &["SerialNumber"], "{SerialNumber}"),
    (
        "iam",
        &["DelegationRequestId"],
        "arn:{partition}:iam::{account}:delegation-request/{DelegationRequestId}",
    ),
    ("kinesis", &["StreamARN"], "{StreamARN}"),
    ("kinesis", &["StreamName"], "arn:{partition}:kinesis:{region}:{account}:stream/{StreamName}"),
    ("kms", &["KeyId"], "arn:{partition}:kms:{region}:{account}:{KeyId|key}"),
    ("kms", &["CustomKeyStoreId"], "*"),
    (
        "lambda",
        &["FunctionName"],
        "arn:{partition}:lambda:{region}:{account}:function:{FunctionName|function}",
    ),
    ("lambda", &["LayerName"], "arn:{partition}:lambda:{region}:{account}:layer:{LayerName}"),
    ("lambda", &["UUID"], "arn:{partition}:lambda:{region}:{account}:event-source-mapping:{UUID}"),
    (
        "logs",
        &["logGroupName", "logStreamName"],
        "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:log-stream:{logStreamName}",
    ),
    ("logs", &["logGroupName"], "arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}"),
    (
        "logs",
        &["logGroupIdentifier"],
        "arn:{partition}:logs:{region}:{account}:log-group:{logGroupIdentifier}",
    ),
    ("s3", &["Bucket", "Key"], "arn:{partition}:s3:::{Bucket}/{Key}"),
    ("s3", &["Bucket"], "arn:{partition}:s3:::{Bucket}"),
    ("s3control", &["Bucket"], "arn:{partition}:s3:::{Bucket}"),
    ("s3control", &["Name"], "arn:{partition}:s3:{region}:{account}:accesspoint/{Name}"),
    (
        "secretsmanager",
        &["SecretId"],
        "arn:{partition}:secretsmanager:{region}:{account}:secret:{SecretId}",
    ),
    (
        "secretsmanager",
        &["Name"],
        "arn:{partition}:secretsmanager:{region}:{account}:secret:{Name}",
    ),
    ("sns", &["SubscriptionArn"], "{SubscriptionArn|topic}"),
    ("sns", &["Name"], "arn:{partition}:sns:{region}:{account}:{Name}"),
    ("sqs", &["QueueUrl"], "arn:{partition}:sqs:{region}:{QueueUrl|owner}:{QueueUrl|last}"),
    (
        "sqs",
        &["QueueName", "QueueOwnerAWSAccountId"],
        "arn:{partition}:sqs:{region}:{QueueOwnerAWSAccountId}:{QueueName}",
    ),
    ("sqs", &["QueueName"], "arn:{partition}:sqs:{region}:{account}:{QueueName}"),
    ("ssm", &["WindowId"], "arn:{partition}:ssm:{region}:{account}:maintenancewindow/{WindowId}"),
    (
        "ssm",
        &["AssociationId"],
        "arn:{partition}:ssm:{region}:{account}:association/{AssociationId}",
    ),
    ("ssm", &["BaselineId"], "arn:{partition}:ssm:{region}:{account}:patchbaseline/{BaselineId}"),
    ("ssm", &["Names"], "arn:{partition}:ssm:{region}:{account}:parameter/{Names[]|bare}"),
    ("ssm", &["Path"], "arn:{partition}:ssm:{region}:{account}:parameter/{Path|bare}"),
    ("ssm", &["Name"], "arn:{partition}:ssm:{region}:{account}:parameter/{Name|bare}"),
    ("stepfunctions", &["name"], "arn:{partition}:states:{region}:{account}:stateMachine:{name}"),
    ("sts", &["RoleArn"], "{RoleArn}"),
    ("sts", &["TargetPrincipal"], "{TargetPrincipal|root}"),
];

/// What requests without a resource are about.
const WITHOUT: &[(&str, &str)] = &[
    ("dynamodb", "arn:{partition}:dynamodb:{region}:{account}:table/*"),
    ("events", "arn:{partition}:events:{region}:{account}:*"),
    ("kinesis", "arn:{partition}:kinesis:{region}:{account}:stream/*"),
    ("lambda", "*"),
    ("logs", "arn:{partition}:logs:{region}:{account}:log-group:*"),
    ("s3", "arn:{partition}:s3:::*"),
    ("sns", "arn:{partition}:sns:{region}:{account}:*"),
    ("sqs", "arn:{partition}:sqs:{region}:{account}:*"),
    ("ssm", "arn:{partition}:ssm:{region}:{account}:*"),
    ("stepfunctions", "arn:{partition}:states:{region}:{account}:*"),
];

/// The resources of an operation, in the order in which they are tried.
pub(super) fn resources(
    model: &'static ServiceModel<'static>,
    operation: &Operation<'_>,
) -> Vec<Template> {
    let Some(structure) = structure_of(model, operation) else { return Vec::new() };
    let service = model.metadata.name;
    let has = |names: &[&str]| names.iter().all(|name| structure.member_index(name).is_some());
    let rows = MEMBERS.iter().filter(|row| row.0 == service && has(row.1));
    let mut templates: Vec<Template> = rows.map(|row| Template::parse(row.2)).collect();
    // Members that are ARNs by their names; those that the model requires first.
    let arns = |required: bool| {
        structure.members.iter().filter(move |member| {
            let text = matches!(model.shape(member.target).kind, Kind::String);
            text && member.required == required && is_resource(member.name)
        })
    };
    let by_name = arns(true).chain(arns(false));
    templates.extend(by_name.map(|member| Template::parse(&format!("{{{}|arn}}", member.name))));
    templates
}

/// Whether a member is the ARN of a resource, by its name.
fn is_resource(name: &str) -> bool {
    let arn = name.ends_with("Arn") || name.ends_with("ARN") || name == "arn";
    arn && !["role", "kms", "principal"].iter().any(|word| name.to_lowercase().contains(word))
}

/// What stands for the resource of requests that have none.
pub(super) fn without_resource(service: &str) -> Option<&'static str> {
    WITHOUT.iter().find(|row| row.0 == service).map(|row| row.1)
}
