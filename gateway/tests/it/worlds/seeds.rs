//! The same seed and the same requests give the same bytes, in every service.

use std::collections::BTreeMap;

use super::steps::Step::{self, Json, Query, Rest};
use super::steps::{stopped, take};
use crate::client::config;

const DYNAMODB: &str = "DynamoDB_20120810";
const STREAMS: &str = "DynamoDBStreams_20120810";
const IAM: &str = "2010-05-08";
const STS: &str = "2011-06-15";
const SNS: &str = "2010-03-31";
const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A\
                     %22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22%2A%22%7D%2C%22Action%22%3A\
                     %22sts%3AAssumeRole%22%7D%5D%7D";

const STEPS: &[Step] = &[
    Json("sqs", "AmazonSQS", "CreateQueue", r#"{"QueueName":"q"}"#),
    Json("sqs", "AmazonSQS", "SendMessage", r#"{"QueueUrl":"{QueueUrl}","MessageBody":"one"}"#),
    Json("sqs", "AmazonSQS", "SendMessage", r#"{"QueueUrl":"{QueueUrl}","MessageBody":"two"}"#),
    Json("sqs", "AmazonSQS", "SendMessage", r#"{"QueueUrl":"{QueueUrl}","MessageBody":"three"}"#),
    Json(
        "sqs",
        "AmazonSQS",
        "ReceiveMessage",
        r#"{"QueueUrl":"{QueueUrl}","MaxNumberOfMessages":10,"MessageSystemAttributeNames":["All"]}"#,
    ),
    Query("sts", STS, "Action=GetSessionToken"),
    Query("sts", STS, "Action=GetCallerIdentity"),
    Query("iam", IAM, "Action=CreateUser&UserName=ann"),
    Query("iam", IAM, "Action=CreateAccessKey&UserName=ann"),
    Query("iam", IAM, "Action=CreateGroup&GroupName=staff"),
    Query("iam", IAM, "Action=CreateRole&RoleName=reader&AssumeRolePolicyDocument={TRUST}"),
    Query(
        "iam",
        IAM,
        "Action=CreateServiceSpecificCredential&UserName=ann&ServiceName=codecommit.amazonaws.com",
    ),
    Query("iam", IAM, "Action=CreateVirtualMFADevice&VirtualMFADeviceName=phone"),
    Query("iam", IAM, "Action=ListUsers"),
    Query(
        "sts",
        STS,
        "Action=AssumeRole&RoleArn=arn:aws:iam::000000000000:role/reader&RoleSessionName=session",
    ),
    Rest("s3", "PUT /bucket", ""),
    Rest("s3", "PUT /bucket/key", "content"),
    Rest("s3", "GET /bucket/key", ""),
    Rest("s3", "GET /bucket/none", ""),
    Rest(
        "s3",
        "PUT /bucket?versioning",
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    ),
    Rest("s3", "PUT /bucket/key", "more"),
    Rest("s3", "POST /bucket/large?uploads", ""),
    Rest("s3", "GET /bucket?versions", ""),
    Query("sns", SNS, "Action=CreateTopic&Name=t"),
    Query(
        "sns",
        SNS,
        "Action=Subscribe&TopicArn=arn:aws:sns:us-east-1:000000000000:t&Protocol=sqs\
         &Endpoint=arn:aws:sqs:us-east-1:000000000000:q&ReturnSubscriptionArn=true",
    ),
    Query("sns", SNS, "Action=Publish&TopicArn=arn:aws:sns:us-east-1:000000000000:t&Message=news"),
    Json(
        "sqs",
        "AmazonSQS",
        "ReceiveMessage",
        r#"{"QueueUrl":"{QueueUrl}","MaxNumberOfMessages":10}"#,
    ),
    Json("kms", "TrentService", "CreateKey", "{}"),
    Json("kms", "TrentService", "GenerateDataKey", r#"{"KeyId":"{KeyId}","KeySpec":"AES_256"}"#),
    Json("kms", "TrentService", "Encrypt", r#"{"KeyId":"{KeyId}","Plaintext":"c2VjcmV0"}"#),
    Json("kms", "TrentService", "Decrypt", r#"{"CiphertextBlob":"{CiphertextBlob}"}"#),
    Json("kms", "TrentService", "GenerateRandom", r#"{"NumberOfBytes":32}"#),
    Json(
        "kms",
        "TrentService",
        "CreateGrant",
        r#"{"KeyId":"{KeyId}","GranteePrincipal":"arn:aws:iam::000000000000:role/reader","Operations":["Decrypt"]}"#,
    ),
    Json(
        "kms",
        "TrentService",
        "CreateKey",
        r#"{"KeySpec":"HMAC_256","KeyUsage":"GENERATE_VERIFY_MAC"}"#,
    ),
    Json(
        "kms",
        "TrentService",
        "GenerateMac",
        r#"{"KeyId":"{KeyId}","Message":"c2VjcmV0","MacAlgorithm":"HMAC_SHA_256"}"#,
    ),
    Json(
        "secretsmanager",
        "secretsmanager",
        "CreateSecret",
        r#"{"Name":"s","SecretString":"x","ClientRequestToken":"00000000-0000-4000-8000-000000000001"}"#,
    ),
    Json("secretsmanager", "secretsmanager", "GetRandomPassword", "{}"),
    Json(
        "secretsmanager",
        "secretsmanager",
        "PutSecretValue",
        r#"{"SecretId":"s","SecretString":"y","ClientRequestToken":"00000000-0000-4000-8000-000000000002"}"#,
    ),
    Json("secretsmanager", "secretsmanager", "GetSecretValue", r#"{"SecretId":"s"}"#),
    Json("ssm", "AmazonSSM", "PutParameter", r#"{"Name":"/p","Value":"v","Type":"String"}"#),
    Json("ssm", "AmazonSSM", "PutParameter", r#"{"Name":"/s","Value":"v","Type":"SecureString"}"#),
    Json("ssm", "AmazonSSM", "GetParameters", r#"{"Names":["/p","/s"]}"#),
    Json(
        "ssm",
        "AmazonSSM",
        "CreateMaintenanceWindow",
        r#"{"Name":"mw1","Schedule":"rate(1 day)","Duration":2,"Cutoff":1,"AllowUnassociatedTargets":true}"#,
    ),
    Json("ssm", "AmazonSSM", "CreateOpsItem", r#"{"Title":"t","Source":"s","Description":"d"}"#),
    Json(
        "dynamodb",
        DYNAMODB,
        "CreateTable",
        r#"{"TableName":"table","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
            "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}"#,
    ),
    Rest("", "POST /_fogbank/clock", r#"{"action":"advance","by":60}"#),
    Json("dynamodb", DYNAMODB, "PutItem", r#"{"TableName":"table","Item":{"pk":{"S":"a"}}}"#),
    Json("dynamodb", DYNAMODB, "PutItem", r#"{"TableName":"table","Item":{"pk":{"S":"b"}}}"#),
    Json("dynamodb", DYNAMODB, "Scan", r#"{"TableName":"table"}"#),
    Json("dynamodb", DYNAMODB, "CreateBackup", r#"{"TableName":"table","BackupName":"backup"}"#),
    Json("dynamodb", STREAMS, "ListStreams", "{}"),
    Json("dynamodb", STREAMS, "DescribeStream", r#"{"StreamArn":"{StreamArn}"}"#),
    Json(
        "dynamodb",
        STREAMS,
        "GetShardIterator",
        r#"{"StreamArn":"{StreamArn}","ShardId":"{ShardId}","ShardIteratorType":"TRIM_HORIZON"}"#,
    ),
    Json("dynamodb", STREAMS, "GetRecords", r#"{"ShardIterator":"{ShardIterator}"}"#),
];

/// What a run answers, byte for byte, each answer behind what was asked.
async fn transcript(seed: u64) -> Vec<String> {
    let mut config = config();
    config.seed = Some(seed);
    let gateway = stopped(config).await;
    let mut members = BTreeMap::from([("TRUST".to_owned(), TRUST.to_owned())]);
    let port = gateway.addr().port().to_string();
    let mut answers = Vec::new();
    for step in STEPS {
        let (told, answer) = take(&gateway, step, &mut members).await;
        assert!(answer.status < 300 || told.contains("none"), "{told}: {answer:?}");
        // Both runs have ports of their own.
        let answer = format!("{told}\n{}\n\n{}", answer.head, answer.body).replace(&port, "PORT");
        answers.push(answer);
    }
    answers
}

#[tokio::test]
async fn the_same_seed_and_requests_give_the_same_bytes() {
    let (first, second) = (transcript(42).await, transcript(42).await);
    let different: Vec<_> = first.iter().zip(&second).filter(|(one, other)| one != other).collect();
    assert!(different.is_empty(), "{different:#?}");
    assert_eq!(first.len(), STEPS.len());
    assert_ne!(first, transcript(43).await);
}
