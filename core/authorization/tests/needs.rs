//! Which actions on which resources operations need, as AWS's Service Authorization Reference has
//! them.

#![allow(clippy::unwrap_used)]

use fogbank_authorization::Input;
use fogbank_authorization::actions::{Place, Plan};
use fogbank_context::{AccountId, Partition, Region};
use fogbank_wire::dynamic::{self, Value};
use serde_json::{Value as Json, json};

fn needs(service: &str, operation: &str, input: &Json) -> Vec<String> {
    let at = fogbank_index::by_name(service).unwrap();
    let schemas = &fogbank_index::services()[usize::from(at)].schemas;
    let model = schemas.model();
    let operation = model.operation(operation).unwrap();
    let plan = Plan::of(model, operation);
    let members = match operation.input {
        Some(shape) => match dynamic::from_json(schemas, shape, input).unwrap() {
            Value::Struct(members) => members,
            _ => unreachable!("an input is a structure"),
        },
        None => Vec::new(),
    };
    let read = |wanted: &dyn Fn(usize) -> bool| {
        members.iter().filter(|(at, _)| wanted(*at)).cloned().collect()
    };
    let input = Input::new(model, operation, plan.members(), &read);
    let place = Place {
        partition: Partition::Aws,
        region: &Region::us_east_1(),
        account: AccountId::DEFAULT,
        caller: "arn:aws:iam::000000000000:user/alice",
    };
    let needs = plan.needs(model, &input, place).into_iter();
    needs.map(|need| format!("{} {}", need.action, need.resource)).collect()
}

fn check(service: &str, operation: &str, input: Json, expected: &[&str]) {
    assert_eq!(needs(service, operation, &input), expected, "{service} {operation} {input}");
}

#[test]
fn s3_goes_by_older_names() {
    let object = json!({ "Bucket": "b", "Key": "k/x" });
    let bucket = json!({ "Bucket": "b" });
    check("s3", "GetObject", object.clone(), &["s3:GetObject arn:aws:s3:::b/k/x"]);
    check("s3", "HeadObject", object.clone(), &["s3:GetObject arn:aws:s3:::b/k/x"]);
    check("s3", "ListObjectsV2", bucket.clone(), &["s3:ListBucket arn:aws:s3:::b"]);
    check("s3", "HeadBucket", bucket.clone(), &["s3:ListBucket arn:aws:s3:::b"]);
    check("s3", "ListBuckets", json!({}), &["s3:ListAllMyBuckets arn:aws:s3:::*"]);
    check(
        "s3",
        "PutBucketPolicy",
        json!({ "Bucket": "b", "Policy": "{}" }),
        &["s3:PutBucketPolicy arn:aws:s3:::b"],
    );
    check("s3", "GetBucketCors", bucket, &["s3:GetBucketCORS arn:aws:s3:::b"]);
    let version = json!({ "Bucket": "b", "Key": "k", "VersionId": "v" });
    check("s3", "GetObject", version.clone(), &["s3:GetObjectVersion arn:aws:s3:::b/k"]);
    check("s3", "DeleteObject", version, &["s3:DeleteObjectVersion arn:aws:s3:::b/k"]);
    let tagged = json!({ "Bucket": "b", "Key": "k", "Tagging": "a=b" });
    check(
        "s3",
        "PutObject",
        tagged,
        &["s3:PutObject arn:aws:s3:::b/k", "s3:PutObjectTagging arn:aws:s3:::b/k"],
    );
    let copy = json!({ "Bucket": "b", "Key": "k", "CopySource": "/c/other%20key" });
    check(
        "s3",
        "CopyObject",
        copy,
        &["s3:GetObject arn:aws:s3:::c/other key", "s3:PutObject arn:aws:s3:::b/k"],
    );
    let many = json!({ "Bucket": "b", "Delete": { "Objects": [{ "Key": "x" }, { "Key": "y" }] } });
    check(
        "s3",
        "DeleteObjects",
        many,
        &["s3:DeleteObject arn:aws:s3:::b/x", "s3:DeleteObject arn:aws:s3:::b/y"],
    );
}

#[test]
fn dynamodb_names_each_table() {
    const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table";
    let item = json!({ "TableName": "t", "Key": {} });
    check("dynamodb", "GetItem", item, &[&format!("dynamodb:GetItem {TABLE}/t")]);
    let by_arn = json!({ "TableName": format!("{TABLE}/t"), "IndexName": "i" });
    check("dynamodb", "Query", by_arn, &[&format!("dynamodb:Query {TABLE}/t")]);
    let index = json!({ "TableName": "t", "IndexName": "i" });
    check("dynamodb", "Query", index, &[&format!("dynamodb:Query {TABLE}/t/index/i")]);
    let batch = json!({ "RequestItems": { "a": { "Keys": [] }, "b": { "Keys": [] } } });
    check(
        "dynamodb",
        "BatchGetItem",
        batch,
        &[&format!("dynamodb:BatchGetItem {TABLE}/a"), &format!("dynamodb:BatchGetItem {TABLE}/b")],
    );
    let transaction = json!({ "TransactItems": [
        { "Put": { "TableName": "a", "Item": {} } },
        { "Delete": { "TableName": "b", "Key": {} } },
    ] });
    check(
        "dynamodb",
        "TransactWriteItems",
        transaction,
        &[&format!("dynamodb:PutItem {TABLE}/a"), &format!("dynamodb:DeleteItem {TABLE}/b")],
    );
    let statement = json!({ "Statement": "SELECT * FROM \"t\".\"i\" WHERE a = 1" });
    check(
        "dynamodb",
        "ExecuteStatement",
        statement,
        &[&format!("dynamodb:PartiQLSelect {TABLE}/t/index/i")],
    );
    check("dynamodb", "ListTables", json!({}), &[&format!("dynamodb:ListTables {TABLE}/*")]);
}

#[test]
fn other_services() {
    let queue = json!({ "QueueUrl": "http://localhost:4566/111111111111/q", "MessageBody": "m" });
    check("sqs", "SendMessage", queue, &["sqs:SendMessage arn:aws:sqs:us-east-1:111111111111:q"]);
    check(
        "sqs",
        "CreateQueue",
        json!({ "QueueName": "q" }),
        &["sqs:CreateQueue arn:aws:sqs:us-east-1:000000000000:q"],
    );
    check("sqs", "ListQueues", json!({}), &["sqs:ListQueues arn:aws:sqs:us-east-1:000000000000:"]);
    let topic = "arn:aws:sns:us-east-1:000000000000:t";
    check(
        "sns",
        "Publish",
        json!({ "TopicArn": topic, "Message": "m" }),
        &[&format!("sns:Publish {topic}")],
    );
    check(
        "sns",
        "Unsubscribe",
        json!({ "SubscriptionArn": format!("{topic}:1-2") }),
        &[&format!("sns:Unsubscribe {topic}")],
    );
    check(
        "kms",
        "Encrypt",
        json!({ "KeyId": "1-2", "Plaintext": "" }),
        &["kms:Encrypt arn:aws:kms:us-east-1:000000000000:key/1-2"],
    );
    check(
        "kms",
        "CreateAlias",
        json!({ "AliasName": "alias/a", "TargetKeyId": "1" }),
        &[
            "kms:CreateAlias arn:aws:kms:us-east-1:000000000000:alias/a",
            "kms:CreateAlias arn:aws:kms:us-east-1:000000000000:key/1",
        ],
    );
    check(
        "iam",
        "CreateUser",
        json!({ "UserName": "bob", "Path": "/team/" }),
        &["iam:CreateUser arn:aws:iam::000000000000:user/team/bob"],
    );
    check("iam", "GetUser", json!({}), &["iam:GetUser arn:aws:iam::000000000000:user/alice"]);
    check("iam", "ListUsers", json!({}), &["iam:ListUsers arn:aws:iam::000000000000:user/"]);
    check(
        "ssm",
        "GetParameters",
        json!({ "Names": ["/a/b", "c"] }),
        &[
            "ssm:GetParameters arn:aws:ssm:us-east-1:000000000000:parameter/a/b",
            "ssm:GetParameters arn:aws:ssm:us-east-1:000000000000:parameter/c",
        ],
    );
    check(
        "secretsmanager",
        "GetSecretValue",
        json!({ "SecretId": "s" }),
        &["secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:000000000000:secret:s"],
    );
    check(
        "lambda",
        "Invoke",
        json!({ "FunctionName": "f:live" }),
        &["lambda:InvokeFunction arn:aws:lambda:us-east-1:000000000000:function:f"],
    );
    let role = "arn:aws:iam::000000000000:role/r";
    let function = json!({ "FunctionName": "f", "Role": role, "Code": {} });
    check(
        "lambda",
        "CreateFunction",
        function,
        &[
            "lambda:CreateFunction arn:aws:lambda:us-east-1:000000000000:function:f",
            &format!("iam:PassRole {role}"),
        ],
    );
    let session = json!({
        "RoleArn": role, "RoleSessionName": "s", "Tags": [{ "Key": "k", "Value": "v" }],
    });
    check(
        "sts",
        "AssumeRole",
        session,
        &[&format!("sts:AssumeRole {role}"), &format!("sts:TagSession {role}")],
    );
    check("sts", "GetCallerIdentity", json!({}), &[]);
    check("cloudwatch", "ListMetrics", json!({}), &["cloudwatch:ListMetrics *"]);
    check(
        "stepfunctions",
        "DescribeStateMachine",
        json!({ "stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:m" }),
        &["states:DescribeStateMachine arn:aws:states:us-east-1:000000000000:stateMachine:m"],
    );
    check("ec2", "DescribeInstances", json!({}), &["ec2:DescribeInstances *"]);
}

#[test]
fn lists_of_iam_are_about_a_path() {
    const IAM: &str = "arn:aws:iam::000000000000:";
    for (operation, resource) in [
        ("ListGroups", "group/"),
        ("ListInstanceProfiles", "instance-profile/"),
        ("ListOpenIDConnectProviders", "oidc-provider/*"),
        ("ListPolicies", "policy/"),
        ("ListRoles", "role/"),
        ("ListSAMLProviders", "saml-provider/*"),
        ("ListServerCertificates", "server-certificate/"),
        ("ListUsers", "user/"),
        ("ListVirtualMFADevices", "mfa/"),
    ] {
        check("iam", operation, json!({}), &[&format!("iam:{operation} {IAM}{resource}")]);
    }
    let team = json!({ "PathPrefix": "/team/" });
    check("iam", "ListRoles", team, &[&format!("iam:ListRoles {IAM}role/team/")]);
    let request = json!({ "DelegationRequestId": "0123456789abcdef" });
    check(
        "iam",
        "AcceptDelegationRequest",
        request,
        &[&format!("iam:AcceptDelegationRequest {IAM}delegation-request/0123456789abcdef")],
    );
}

#[test]
fn roles_are_passed() {
    let role = "arn:aws:iam::000000000000:role/path/r";
    let rule = json!({ "Rule": "r", "Targets": [
        { "Id": "1", "Arn": "a", "RoleArn": role }, { "Id": "2", "Arn": "a" },
    ] });
    let task = json!({
        "WindowId": "mw-0", "TaskType": "RUN_COMMAND", "TaskArn": "t", "ServiceRoleArn": role,
    });
    let replication = json!({
        "Bucket": "b", "ReplicationConfiguration": { "Role": role, "Rules": [] },
    });
    let attribute = |value: &str| {
        json!({
            "TopicArn": "arn:aws:sns:us-east-1:000000000000:t",
            "AttributeName": "SQSSuccessFeedbackRoleArn",
            "AttributeValue": value,
        })
    };
    let cases = [
        ("events", "PutTargets", rule, Some(role)),
        ("ssm", "RegisterTaskWithMaintenanceWindow", task, Some(role)),
        ("s3", "PutBucketReplication", replication, Some(role)),
        (
            "ssm",
            "CreateActivation",
            json!({ "IamRole": "service-role/r" }),
            Some("arn:aws:iam::000000000000:role/service-role/r"),
        ),
        (
            "iam",
            "AddRoleToInstanceProfile",
            json!({ "InstanceProfileName": "p", "RoleName": "r" }),
            Some("arn:aws:iam::000000000000:role/r"),
        ),
        ("sns", "SetTopicAttributes", attribute(role), Some(role)),
        ("sns", "SetTopicAttributes", attribute("100"), None),
        ("ssm", "SendCommand", json!({ "DocumentName": "d" }), None),
    ];
    for (service, operation, input, passed) in cases {
        let found = needs(service, operation, &input);
        let found = found.iter().find_map(|need| need.strip_prefix("iam:PassRole "));
        assert_eq!(found, passed, "{service} {operation} {input}");
    }
}

/// Every operation of AWS has a plan, and no plan fails on an empty input.
#[test]
fn every_operation_has_a_plan() {
    for entry in fogbank_index::services() {
        let model = entry.schemas.model();
        for operation in &model.operations {
            let plan = Plan::of(model, operation);
            let read = |_: &dyn Fn(usize) -> bool| Vec::new();
            let input = Input::new(model, operation, plan.members(), &read);
            let place = Place {
                partition: Partition::Aws,
                region: &Region::us_east_1(),
                account: AccountId::DEFAULT,
                caller: "arn:aws:iam::000000000000:user/alice",
            };
            for need in plan.needs(model, &input, place) {
                assert!(need.action.contains(':'), "{}.{}", entry.name, operation.name);
            }
        }
    }
}
