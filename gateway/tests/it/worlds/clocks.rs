//! What waits in the services follows the world's clock.

use std::collections::BTreeMap;

use super::steps::Step::{self, Json, Rest};
use super::steps::{clock, stopped, take};
use crate::client::config;

const DAY: u64 = 24 * 60 * 60;

/// Something that falls due.
struct Case {
    name: &'static str,
    /// What makes it wait.
    before: &'static [Step],
    /// Asked until it is due and afterwards.
    ask: Step,
    /// Seconds until a moment before it is due, and from then until it was.
    wait: (u64, u64),
    /// What the answer contains until then and afterwards.
    answers: (&'static str, &'static str),
    /// The job that the clock lists; empty where the service looks at the time when it is asked.
    ran: &'static str,
}

const CASES: &[Case] = &[
    Case {
        name: "a received message is visible again",
        before: &[
            Json("sqs", "AmazonSQS", "CreateQueue", r#"{"QueueName":"q"}"#),
            Json(
                "sqs",
                "AmazonSQS",
                "SendMessage",
                r#"{"QueueUrl":"{QueueUrl}","MessageBody":"m"}"#,
            ),
            Json("sqs", "AmazonSQS", "ReceiveMessage", r#"{"QueueUrl":"{QueueUrl}"}"#),
        ],
        ask: Json("sqs", "AmazonSQS", "ReceiveMessage", r#"{"QueueUrl":"{QueueUrl}"}"#),
        wait: (29, 2),
        answers: ("{}", "MessageId"),
        ran: "",
    },
    Case {
        name: "a delayed message comes",
        before: &[
            Json("sqs", "AmazonSQS", "CreateQueue", r#"{"QueueName":"q"}"#),
            Json(
                "sqs",
                "AmazonSQS",
                "SendMessage",
                r#"{"QueueUrl":"{QueueUrl}","MessageBody":"m","DelaySeconds":60}"#,
            ),
        ],
        ask: Json("sqs", "AmazonSQS", "ReceiveMessage", r#"{"QueueUrl":"{QueueUrl}"}"#),
        wait: (59, 2),
        answers: ("{}", "MessageId"),
        ran: "",
    },
    Case {
        name: "a key is deleted",
        before: &[
            Json("kms", "TrentService", "CreateKey", "{}"),
            Json(
                "kms",
                "TrentService",
                "ScheduleKeyDeletion",
                r#"{"KeyId":"{KeyId}","PendingWindowInDays":7}"#,
            ),
        ],
        ask: Json("kms", "TrentService", "DescribeKey", r#"{"KeyId":"{KeyId}"}"#),
        wait: (7 * DAY - 60, 2 * DAY),
        answers: ("PendingDeletion", "NotFoundException"),
        ran: "",
    },
    Case {
        name: "a key's material rotates",
        before: &[
            Json("kms", "TrentService", "CreateKey", "{}"),
            Json(
                "kms",
                "TrentService",
                "EnableKeyRotation",
                r#"{"KeyId":"{KeyId}","RotationPeriodInDays":90}"#,
            ),
        ],
        ask: Json("kms", "TrentService", "ListKeyRotations", r#"{"KeyId":"{KeyId}"}"#),
        wait: (90 * DAY - 60, 2 * DAY),
        answers: (r#""Rotations":[]"#, "AUTOMATIC"),
        ran: "",
    },
    Case {
        name: "a secret is deleted",
        before: &[
            Json(
                "secretsmanager",
                "secretsmanager",
                "CreateSecret",
                r#"{"Name":"s","SecretString":"x","ClientRequestToken":"00000000-0000-4000-8000-000000000001"}"#,
            ),
            Json(
                "secretsmanager",
                "secretsmanager",
                "DeleteSecret",
                r#"{"SecretId":"s","RecoveryWindowInDays":7}"#,
            ),
        ],
        ask: Json("secretsmanager", "secretsmanager", "DescribeSecret", r#"{"SecretId":"s"}"#),
        wait: (7 * DAY - 60, 2 * DAY),
        answers: ("DeletedDate", "ResourceNotFoundException"),
        ran: "",
    },
    Case {
        name: "a parameter expires",
        before: &[Json(
            "ssm",
            "AmazonSSM",
            "PutParameter",
            r#"{"Name":"/p","Value":"v","Type":"String","Tier":"Advanced","Policies":"[{\"Type\":\"Expiration\",\"Version\":\"1.0\",\"Attributes\":{\"Timestamp\":\"2030-01-11T00:00:00.000Z\"}}]"}"#,
        )],
        ask: Json("ssm", "AmazonSSM", "GetParameter", r#"{"Name":"/p"}"#),
        wait: (10 * DAY - 60, 2 * DAY),
        answers: (r#""Value":"v""#, "ParameterNotFound"),
        ran: "",
    },
    Case {
        name: "an item expires",
        before: &[
            Json(
                "dynamodb",
                "DynamoDB_20120810",
                "CreateTable",
                r#"{"TableName":"table","BillingMode":"PAY_PER_REQUEST",
                    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
                    "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}"#,
            ),
            Rest("", "POST /_fogbank/clock", r#"{"action":"advance","by":3600}"#),
            Json(
                "dynamodb",
                "DynamoDB_20120810",
                "UpdateTimeToLive",
                r#"{"TableName":"table","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"at"}}"#,
            ),
            // 2030-01-11.
            Json(
                "dynamodb",
                "DynamoDB_20120810",
                "PutItem",
                r#"{"TableName":"table","Item":{"pk":{"S":"a"},"at":{"N":"1894320000"}}}"#,
            ),
        ],
        ask: Json(
            "dynamodb",
            "DynamoDB_20120810",
            "GetItem",
            r#"{"TableName":"table","Key":{"pk":{"S":"a"}}}"#,
        ),
        wait: (10 * DAY - 7200, 5 * DAY),
        answers: ("1894320000", "{}"),
        ran: "",
    },
    Case {
        name: "an object expires",
        before: &[
            Rest("s3", "PUT /bucket", ""),
            Rest("s3", "PUT /bucket/key", "content"),
            Rest(
                "s3",
                "PUT /bucket?lifecycle",
                "<LifecycleConfiguration><Rule><ID>r</ID><Filter><Prefix></Prefix></Filter>\
                 <Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule>\
                 </LifecycleConfiguration>",
            ),
        ],
        ask: Rest("s3", "GET /bucket/key", ""),
        wait: (3 * DAY - 60, 3 * DAY),
        answers: ("content", "NoSuchKey"),
        ran: "s3 lifecycle",
    },
];

#[tokio::test]
async fn what_falls_due_is_due_when_the_clock_says_so() {
    for case in CASES {
        let Case { name, before, ask, wait, answers, ran } = case;
        let gateway = stopped(config()).await;
        let advance = async |seconds: u64| {
            clock(&gateway, &format!("{{\"action\":\"advance\",\"by\":{seconds}}}")).await
        };
        let mut members = BTreeMap::new();
        for step in *before {
            let (told, answer) = take(&gateway, step, &mut members).await;
            assert!(answer.status < 300, "{name}, {told}: {answer:?}");
        }
        advance(wait.0).await;
        let (_, answer) = take(&gateway, ask, &mut members).await;
        assert!(answer.body.contains(answers.0), "{name}, before: {answer:?}");
        let listed = advance(wait.1).await;
        assert!(listed.contains(ran), "{name}: {listed}");
        let (_, answer) = take(&gateway, ask, &mut members).await;
        assert!(answer.body.contains(answers.1), "{name}, afterwards: {answer:?}");
    }
}
