//! One request from the socket to the provider and back.

use fogbank_gateway::Gateway;

use crate::client::{authorization, request, send, start};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

#[tokio::test]
async fn get_caller_identity_answers_with_the_account_of_the_key() {
    let gateway = start(Gateway::builder()).await;
    let signed = authorization("111122223333", "eu-west-1", "sts");
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let answer = send(gateway.addr(), request("POST /", &[FORM, &signed], body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.body.contains("<Account>111122223333</Account>"), "{}", answer.body);
    assert_eq!(answer.header("x-fogbank-operation"), Some("sts.GetCallerIdentity"));
    let id = answer.header("x-amzn-requestid").expect("a request id");
    assert!(answer.body.contains(id), "{}", answer.body);
    gateway.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_nobody_emulates_says_so_in_its_protocol() {
    let gateway = start(Gateway::builder()).await;
    let cases = [
        (
            request(
                "POST /",
                &[
                    &authorization("test", "us-east-1", "athena"),
                    "X-Amz-Target: AmazonAthena.ListWorkGroups",
                    "Content-Type: application/x-amz-json-1.1",
                ],
                "{}",
            ),
            "athena.ListWorkGroups",
        ),
        (
            request(
                "GET /2015-03-31/functions",
                &[&authorization("test", "us-east-1", "lambda")],
                "",
            ),
            "lambda.ListFunctions",
        ),
        (
            request(
                "POST /",
                &[FORM, &authorization("test", "us-east-1", "ec2")],
                "Action=DescribeVpcs&Version=2016-11-15",
            ),
            "ec2.DescribeVpcs",
        ),
    ];
    for (request, operation) in cases {
        let answer = send(gateway.addr(), request).await;
        assert_eq!(answer.status, 501, "{answer:?}");
        assert_eq!(answer.header("x-fogbank-operation"), Some(operation));
        let version = env!("CARGO_PKG_VERSION");
        let message = format!("{operation} is not emulated by fogbank {version}");
        assert!(answer.body.contains(&message), "{}", answer.body);
        let error = answer.header("x-amzn-errortype").unwrap_or(&answer.body);
        assert!(error.contains("NotImplemented"), "{answer:?}");
    }
}
