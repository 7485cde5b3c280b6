//! Limits of the settings, and the answer of each protocol to more.

use fogbank_config::{Config, Size};
use fogbank_gateway::Gateway;

use crate::client::{authorization, config, request, send, start};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

/// A case: service in the credential scope, first line, headers, the beginning of a body and what is
/// repeated after it, and the answer: status and code.
type Case =
    (&'static str, &'static str, &'static [&'static str], [&'static str; 3], u16, &'static str);

const PUT_ITEM: &[&str] =
    &["X-Amz-Target: DynamoDB_20120810.PutItem", "Content-Type: application/x-amz-json-1.0"];

/// Sends each case with its middle so many times.
async fn check(config: Config, times: usize, cases: &[Case]) {
    let gateway = start(Gateway::builder().config(config)).await;
    for (scope, first, headers, [begin, middle, end], status, code) in cases {
        let signed = authorization("test", "us-east-1", scope);
        let mut lines = headers.to_vec();
        lines.push(&signed);
        let body = format!("{begin}{}{end}", middle.repeat(times));
        let answer = send(gateway.addr(), request(first, &lines, &body)).await;
        assert_eq!(answer.status, *status, "{scope} {first} {answer:?}");
        let kind = answer.header("x-amzn-errortype").unwrap_or(&answer.body);
        assert!(kind.contains(code), "{scope} {first} {answer:?}");
    }
}

#[tokio::test]
async fn bodies_may_be_as_large_as_the_limit_says() {
    const LARGE: &str = "RequestEntityTooLargeException";
    let mut config = config();
    config.max_body_size = Size::of_bytes(2048);
    check(
        config,
        3000,
        &[
            ("sts", "POST /", &[FORM], ["Action=GetCallerIdentity&x=", "y", ""], 413, LARGE),
            ("ec2", "POST /", &[FORM], ["Action=DescribeVpcs&x=", "y", ""], 413, LARGE),
            ("dynamodb", "POST /", PUT_ITEM, ["{\"TableName\":\"", "t", "\"}"], 413, LARGE),
            (
                "lambda",
                "POST /2015-03-31/functions",
                &[],
                ["{\"FunctionName\":\"", "f", "\"}"],
                413,
                LARGE,
            ),
            ("route53", "POST /2013-04-01/hostedzone", &[], ["<a>", "b", "</a>"], 413, LARGE),
            ("s3", "PUT /b?lifecycle", &[], ["<a>", "b", "</a>"], 400, "MaxMessageLengthExceeded"),
        ],
    )
    .await;
}

#[tokio::test]
async fn documents_may_nest_as_deeply_as_the_limit_says() {
    let mut config = config();
    config.max_nesting_depth = 8;
    const ITEM: [&str; 3] = ["{\"TableName\":\"tab\",\"Item\":{\"k\":", "{\"L\":[", ""];
    check(config, 9, &[("dynamodb", "POST /", PUT_ITEM, ITEM, 400, "SerializationException")])
        .await;
}

#[tokio::test]
async fn forms_may_have_as_many_fields_as_the_limit_says() {
    const MANY: &str = "MalformedQueryString";
    let mut config = config();
    config.max_form_fields = 64;
    check(
        config,
        65,
        &[
            (
                "sts",
                "POST /",
                &[FORM],
                ["Action=GetCallerIdentity&Version=2011-06-15", "&a=b", ""],
                400,
                MANY,
            ),
            (
                "ec2",
                "POST /",
                &[FORM],
                ["Action=DescribeVpcs&Version=2016-11-15", "&a=b", ""],
                400,
                MANY,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn heads_may_have_as_many_headers_as_the_limit_says() {
    const MANY: &str = "RequestHeaderSectionTooLarge";
    let mut config = config();
    config.max_header_count = 16;
    let lines: &'static [&'static str] = &["a: b"; 16];
    check(
        config,
        1,
        &[
            (
                "sts",
                "POST /",
                lines,
                ["Action=GetCallerIdentity&Version=2011-06-15", "", ""],
                400,
                MANY,
            ),
            ("s3", "GET /b/k", lines, ["", "", ""], 400, MANY),
        ],
    )
    .await;
}
