//! What real clients send, and the operation that it means.

use std::sync::Arc;

use fogbank_gateway::{CustomHandler, Gateway, ParsedRequest};
use fogbank_service::{BoxFuture, ServiceError};
use fogbank_wire::Body;

use crate::client::{authorization, request, send, start};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded; charset=utf-8";
const JSON: &str = "Content-Type: application/x-amz-json-1.0";
const CBOR: &str = "smithy-protocol: rpc-v2-cbor";

/// A case: service in the credential scope or empty for unsigned, first line, headers, body, and
/// the operation.
type Case = (&'static str, &'static str, &'static [&'static str], &'static str, &'static str);

/// Answers a request that was understood with the operation that it means.
struct Understood;

impl CustomHandler for Understood {
    fn handle<'a>(
        &'a self,
        request: ParsedRequest<'a>,
    ) -> BoxFuture<'a, Result<Option<http::Response<Body>>, ServiceError>> {
        let operation = format!("{}.{}", request.service, request.operation);
        let response = http::Response::builder().header("x-understood", operation);
        Box::pin(std::future::ready(Ok(response.body(Body::empty()).ok())))
    }
}

async fn check(cases: &[Case]) {
    let gateway = start(Gateway::builder().custom_handler(Arc::new(Understood))).await;
    for (scope, first, headers, body, operation) in cases {
        let signed = authorization("test", "us-east-1", scope);
        let mut lines = headers.to_vec();
        if !scope.is_empty() {
            lines.push(&signed);
        }
        let answer = send(gateway.addr(), request(first, &lines, body)).await;
        let found = answer.header("x-understood").or(answer.header("x-fogbank-operation"));
        assert_eq!(
            found.unwrap_or("-"),
            *operation,
            "{scope:?} {first} {headers:?} {body}\n{answer:?}"
        );
    }
}

#[tokio::test]
async fn signed_requests_by_scope() {
    check(&[
        ("sqs", "POST /", &["X-Amz-Target: AmazonSQS.ListQueues", JSON], "{}", "sqs.ListQueues"),
        ("sqs", "POST /", &[FORM], "Action=ListQueues&Version=2012-11-05", "sqs.ListQueues"),
        ("sqs", "GET /?Action=ListQueues&Version=2012-11-05", &[], "", "sqs.ListQueues"),
        ("kms", "POST /", &["X-Amz-Target: TrentService.ListKeys", JSON], "{}", "kms.ListKeys"),
        ("lambda", "GET /2015-03-31/functions", &[], "", "lambda.ListFunctions"),
        ("lambda", "POST /2015-03-31/functions/f/invocations", &[], "{}", "lambda.Invoke"),
        ("route53", "GET /2013-04-01/hostedzone", &[], "", "route53.ListHostedZones"),
        ("ec2", "POST /", &[FORM], "Action=DescribeVpcs&Version=2016-11-15", "ec2.DescribeVpcs"),
        ("iam", "POST /", &[FORM], "Action=ListUsers&Version=2010-05-08", "iam.ListUsers"),
    ])
    .await;
}

#[tokio::test]
async fn one_signing_name_for_several_services() {
    const TARGET: &[&str] = &["X-Amz-Target: DynamoDBStreams_20120810.ListStreams", JSON];
    check(&[
        (
            "dynamodb",
            "POST /",
            &["X-Amz-Target: DynamoDB_20120810.ListTables", JSON],
            "{}",
            "dynamodb.ListTables",
        ),
        ("dynamodb", "POST /", TARGET, "{}", "dynamodbstreams.ListStreams"),
        (
            "kinesis",
            "POST /",
            &["X-Amz-Target: Kinesis_20131202.ListStreams", JSON],
            "{}",
            "kinesis.ListStreams",
        ),
        (
            "firehose",
            "POST /",
            &["X-Amz-Target: Firehose_20150804.ListDeliveryStreams", JSON],
            "{}",
            "firehose.ListDeliveryStreams",
        ),
        (
            "elasticloadbalancing",
            "POST /",
            &[FORM],
            "Action=DescribeLoadBalancers&Version=2012-06-01",
            "elb.DescribeLoadBalancers",
        ),
        (
            "elasticloadbalancing",
            "POST /",
            &[FORM],
            "Action=DescribeLoadBalancers&Version=2015-12-01",
            "elbv2.DescribeLoadBalancers",
        ),
        (
            "rds",
            "POST /",
            &[FORM],
            "Action=DescribeDBInstances&Version=2014-10-31",
            "rds.DescribeDBInstances",
        ),
        (
            "ses",
            "POST /",
            &[FORM],
            "Action=ListIdentities&Version=2010-12-01",
            "ses.ListIdentities",
        ),
        ("ses", "POST /v2/email/list-identities", &[], "{}", "sesv2.ListEmailIdentities"),
        ("es", "GET /2015-01-01/domain", &[], "", "es.ListDomainNames"),
        ("es", "GET /2021-01-01/domain", &[], "", "opensearch.ListDomainNames"),
        ("apigateway", "GET /restapis", &[], "", "apigateway.GetRestApis"),
        ("apigateway", "GET /v2/apis", &[], "", "apigatewayv2.GetApis"),
        (
            "events",
            "POST /",
            &["X-Amz-Target: AWSEvents.ListRules", JSON],
            "{}",
            "events.ListRules",
        ),
        (
            "timestream",
            "POST /",
            &["X-Amz-Target: Timestream_20181101.Query", JSON],
            "{\"QueryString\":\"x\"}",
            "timestream-query.Query",
        ),
        (
            "timestream",
            "POST /",
            &["X-Amz-Target: Timestream_20181101.ListDatabases", JSON],
            "{}",
            "timestream-write.ListDatabases",
        ),
        (
            "sagemaker",
            "POST /",
            &["X-Amz-Target: SageMaker.ListModels", JSON],
            "{}",
            "sagemaker.ListModels",
        ),
        (
            "sagemaker",
            "POST /endpoints/e/invocations",
            &[],
            "x",
            "sagemaker-runtime.InvokeEndpoint",
        ),
        ("bedrock", "POST /model/m/invoke", &[], "{}", "bedrock-runtime.InvokeModel"),
        ("bedrock", "GET /foundation-models", &[], "", "bedrock.ListFoundationModels"),
        (
            "s3",
            "GET /v20180820/configuration/publicAccessBlock",
            &["x-amz-account-id: 000000000000"],
            "",
            "s3control.GetPublicAccessBlock",
        ),
        ("s3", "GET /v20180820/object", &[], "", "s3.GetObject"),
    ])
    .await;
}

#[tokio::test]
async fn user_agents_and_host_names_tell_what_signatures_do_not() {
    const TAGS: &str = "GET /tags/arn";
    const JS: &[&str] = &[
        "User-Agent: aws-sdk-js/3.777.0 ua/2.1 os/linux lang/js md/nodejs#22.1.0 api/ivs-realtime#3.777.0 m/E",
    ];
    const BROWSER: &[&str] = &[
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64)",
        "x-amz-user-agent: aws-sdk-js/3.777.0 ua/2.1 os/Linux lang/js api/ivs-realtime#3.777.0",
    ];
    const JAVA: &[&str] =
        &["User-Agent: aws-sdk-java/2.31.0 md/io#sync ua/2.1 api/Chime_SDK_Voice#2.31.0 os/Linux"];
    const GO: &[&str] =
        &["User-Agent: aws-sdk-go-v2/1.36.3 ua/2.1 os/linux api/neptune#1.36.0", FORM];
    const HOST: &[&str] = &["Host: docdb.us-east-1.localhost.localstack.cloud:4566", FORM];
    const CLUSTERS: &str = "Action=DescribeDBClusters&Version=2014-10-31";
    const PHONES: &str = "GET /phone-numbers";
    check(&[
        ("ivs", TAGS, &[], "", "ivs.ListTagsForResource"),
        ("ivs", TAGS, JS, "", "ivs-realtime.ListTagsForResource"),
        ("ivs", TAGS, BROWSER, "", "ivs-realtime.ListTagsForResource"),
        ("chime", PHONES, &[], "", "chime.ListPhoneNumbers"),
        ("chime", PHONES, JAVA, "", "chime-sdk-voice.ListPhoneNumbers"),
        ("rds", "POST /", &[FORM], CLUSTERS, "rds.DescribeDBClusters"),
        ("rds", "POST /", GO, CLUSTERS, "neptune.DescribeDBClusters"),
        ("rds", "POST /", HOST, CLUSTERS, "docdb.DescribeDBClusters"),
        // What the signature says counts more than the user agent.
        ("s3", "GET /b/k", JS, "", "s3.GetObject"),
    ])
    .await;
}

#[tokio::test]
async fn signing_names_of_s3_and_its_relatives() {
    const ACCOUNT: &[&str] = &["x-amz-account-id: 000000000000"];
    const OUTPOST: &[&str] = &["x-amz-outpost-id: op-1"];
    check(&[
        ("s3express", "GET /", &[], "", "s3.ListDirectoryBuckets"),
        ("s3", "GET /", &[], "", "s3.ListBuckets"),
        ("s3express", "GET /b--use1-az4--x-s3/k", &[], "", "s3.GetObject"),
        (
            "s3express",
            "GET /v20180820/accesspointfordirectory",
            ACCOUNT,
            "",
            "s3control.ListAccessPointsForDirectoryBuckets",
        ),
        ("s3-outposts", "GET /v20180820/bucket", ACCOUNT, "", "s3control.ListRegionalBuckets"),
        ("s3-outposts", "PUT /v20180820/bucket/b", OUTPOST, "", "s3control.CreateBucket"),
        ("s3-outposts", "GET /S3Outposts/ListEndpoints", &[], "", "s3outposts.ListEndpoints"),
        ("s3-outposts", "GET /b/k", &[], "", "s3.GetObject"),
        (
            "cloudsearch",
            "POST /2013-01-01/search?format=sdk&pretty=true",
            &[FORM],
            "q=word&size=3",
            "cloudsearchdomain.Search",
        ),
    ])
    .await;
}

#[tokio::test]
async fn rpc_v2_paths() {
    const PATH: &str = "POST /service/GraniteServiceVersion20100801/operation/ListMetrics";
    check(&[
        (
            "monitoring",
            PATH,
            &[CBOR, "Content-Type: application/cbor"],
            "\u{7f}",
            "cloudwatch.ListMetrics",
        ),
        ("", PATH, &[CBOR, "Content-Type: application/cbor"], "\u{7f}", "cloudwatch.ListMetrics"),
    ])
    .await;
}

#[tokio::test]
async fn unsigned_requests() {
    const TOKEN: &str = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=a&RoleSessionName=b&WebIdentityToken=c";
    const SAML: &str =
        "Action=AssumeRoleWithSAML&Version=2011-06-15&RoleArn=a&PrincipalArn=b&SAMLAssertion=cccc";
    const SIGN_UP: &[&str] = &["X-Amz-Target: AWSCognitoIdentityProviderService.SignUp", JSON];
    const GET_ID: &[&str] = &["X-Amz-Target: AWSCognitoIdentityService.GetId", JSON];
    check(&[
        ("", "POST /", &[FORM], TOKEN, "sts.AssumeRoleWithWebIdentity"),
        ("", "POST /", &[FORM], SAML, "sts.AssumeRoleWithSAML"),
        ("", "POST /", SIGN_UP, "{}", "cognito-idp.SignUp"),
        ("", "POST /", GET_ID, "{}", "cognito-identity.GetId"),
        ("", "GET /2015-03-31/functions", &[], "", "lambda.ListFunctions"),
        ("", "GET /restapis", &[], "", "apigateway.GetRestApis"),
        ("", "GET /", &["Host: sqs.us-east-1.amazonaws.com"], "", "-"),
        (
            "",
            "POST /",
            &["Host: sts.amazonaws.com", FORM],
            "Action=GetCallerIdentity&Version=2011-06-15",
            "sts.GetCallerIdentity",
        ),
        (
            "",
            "GET /2013-04-01/hostedzone",
            &["Host: route53.amazonaws.com"],
            "",
            "route53.ListHostedZones",
        ),
    ])
    .await;
}

#[tokio::test]
async fn buckets_by_path_and_by_host() {
    const HOST: &[&str] = &["Host: b.s3.localhost.localstack.cloud:4566"];
    const REGIONAL: &[&str] = &["Host: my.bucket.s3.us-west-2.amazonaws.com"];
    const BARE: &[&str] = &["Host: b.localhost:4566"];
    const ENDPOINT: &[&str] = &["Host: s3.us-east-1.localhost.localstack.cloud"];
    check(&[
        ("s3", "GET /", &[], "", "s3.ListBuckets"),
        ("s3", "GET /b", &[], "", "s3.ListObjects"),
        ("s3", "GET /b?list-type=2", &[], "", "s3.ListObjectsV2"),
        ("s3", "GET /b/", &[], "", "s3.ListObjects"),
        ("s3", "GET /b/k", &[], "", "s3.GetObject"),
        ("s3", "GET /b//k", &[], "", "s3.GetObject"),
        ("s3", "GET /b/../k", &[], "", "s3.GetObject"),
        ("s3", "GET /b/a+b%2Fc%20d", &[], "", "s3.GetObject"),
        ("s3", "GET /b/%E2%9C%93", &[], "", "s3.GetObject"),
        ("s3", "GET /b/2015-03-31/functions", &[], "", "s3.GetObject"),
        ("s3", "HEAD /b/k", &[], "", "s3.HeadObject"),
        ("s3", "GET /b/k?tagging", &[], "", "s3.GetObjectTagging"),
        ("s3", "PUT /b/k?x-id=PutObject", &[], "x", "s3.PutObject"),
        ("s3", "PUT /b/k", &["x-amz-copy-source: /b/j"], "", "s3.CopyObject"),
        ("s3", "PUT /b/k?partNumber=1&uploadId=u", &[], "x", "s3.UploadPart"),
        ("s3", "GET /", HOST, "", "s3.ListObjects"),
        ("s3", "GET /k", HOST, "", "s3.GetObject"),
        ("", "GET /k", HOST, "", "s3.GetObject"),
        ("", "GET /", HOST, "", "s3.ListObjects"),
        ("s3", "GET //k", REGIONAL, "", "s3.GetObject"),
        ("s3", "GET /k?acl", BARE, "", "s3.GetObjectAcl"),
        ("s3", "GET /", ENDPOINT, "", "s3.ListBuckets"),
        ("", "GET /b/k", &[], "", "s3.GetObject"),
        ("", "GET /b/k?AWSAccessKeyId=test&Signature=x&Expires=99999999999", &[], "", "s3.GetObject"),
        ("", "GET /b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=99&X-Amz-SignedHeaders=host&X-Amz-Signature=0", &[], "", "s3.GetObject"),
    ])
    .await;
}

#[tokio::test]
async fn a_bucket_of_the_host_name_is_the_bucket_of_the_path() {
    let gateway = start(Gateway::builder()).await;
    let signed = authorization("test", "us-east-1", "s3");
    let ask = async |first: &str, host: &str, body: &str| {
        let host = format!("Host: {host}");
        let answer = send(gateway.addr(), request(first, &[&host, &signed], body)).await;
        (answer.status, answer.body)
    };
    assert_eq!(ask("PUT /", "first.bucket.s3.localhost.localstack.cloud:4566", "").await.0, 200);
    for (first, host) in [
        ("PUT //a/../b%2Fc", "first.bucket.s3.us-east-1.amazonaws.com"),
        ("PUT /first.bucket//a/./b%2Fc", "localhost:4566"),
    ] {
        assert_eq!(ask(first, host, first).await.0, 200, "{first}");
    }
    let read = ask("GET /first.bucket//a/../b%2Fc", "s3.localhost:4566", "").await;
    assert_eq!(read, (200, "PUT //a/../b%2Fc".to_owned()));
    let read = ask("GET //a/./b%2Fc", "first.bucket.localhost", "").await;
    assert_eq!(read, (200, "PUT /first.bucket//a/./b%2Fc".to_owned()));
}

#[tokio::test]
async fn headers_in_a_presigned_query_count() {
    let gateway = start(Gateway::builder()).await;
    let signed = authorization("test", "us-east-1", "s3");
    for (first, body) in [("PUT /some-bucket", ""), ("PUT /some-bucket/k", "x")] {
        let answer = send(gateway.addr(), request(first, &[&signed], body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let url = |credential: &str, rest: &str| {
        format!(
            "GET /some-bucket/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}\
             &X-Amz-Date=20260101T000000Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host\
             &X-Amz-Signature=0{rest}"
        )
    };
    let clock = "{\"action\":\"set\",\"to\":\"2026-01-01T00:00:01Z\"}";
    send(gateway.addr(), request("POST /_fogbank/clock", &[], clock)).await;
    let good = "test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request";
    let cases = [
        (url(good, ""), 200),
        (url(good, "&if-match=%22other%22"), 412),
        (url(good, "&If-None-Match=%2A"), 304),
        (url("test%252F20260101%252Fus-east-1%252Fs3%252Faws4_request", ""), 400),
    ];
    for (first, status) in cases {
        let answer = send(gateway.addr(), request(&first, &[], "")).await;
        assert_eq!(answer.status, status, "{first} {answer:?}");
    }
}

#[tokio::test]
async fn what_customers_host_is_nobody_elses() {
    check(&[
        ("", "GET /a/b", &["Host: u1.lambda-url.us-east-1.on.aws"], "", "-"),
        ("", "GET /a/b", &["Host: abc.execute-api.localhost.localstack.cloud:4566"], "", "-"),
        (
            "s3",
            "GET /key",
            &["Host: p-000000000000.s3-accesspoint.us-east-1.amazonaws.com"],
            "",
            "s3.GetObject",
        ),
        (
            "execute-api",
            "GET /@connections/c",
            &["Host: a.execute-api.localhost"],
            "",
            "apigatewaymanagementapi.GetConnection",
        ),
    ])
    .await;
}

#[tokio::test]
async fn queues_by_their_urls() {
    const RECEIVE: &str = "Action=ReceiveMessage&Version=2012-11-05";
    const PATH: &str = "GET /000000000000/q?Action=ReceiveMessage";
    const HOST: &[&str] = &["Host: sqs.eu-west-1.localhost.localstack.cloud:4566"];
    const OLD: &[&str] = &["Host: eu-west-1.queue.localhost.localstack.cloud", FORM];
    const TARGET: &[&str] = &["X-Amz-Target: AmazonSQS.ReceiveMessage", JSON];
    check(&[
        ("", PATH, &[], "", "sqs.ReceiveMessage"),
        ("", PATH, HOST, "", "sqs.ReceiveMessage"),
        ("sqs", "POST /000000000000/q", &[FORM], RECEIVE, "sqs.ReceiveMessage"),
        ("", "POST /queue/eu-west-1/000000000000/q.fifo", &[FORM], RECEIVE, "sqs.ReceiveMessage"),
        ("", "POST /000000000000/q", OLD, RECEIVE, "sqs.ReceiveMessage"),
        (
            "sqs",
            "POST /000000000000/q",
            TARGET,
            "{\"QueueUrl\":\"http://localhost/000000000000/q\"}",
            "sqs.ReceiveMessage",
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_names_no_service_is_refused() {
    let gateway = start(Gateway::builder()).await;
    let cases: &[(&str, &[&str], u16)] = &[
        ("POST /", &[], 404),
        ("POST /", &[JSON, "X-Amz-Target: Nothing.Here"], 404),
        ("PATCH /a/b", &[], 404),
        ("GET /_fogbank/nothing", &[], 404),
        ("GET /", &[], 200),
    ];
    for (first, headers, status) in cases {
        let answer = send(gateway.addr(), request(first, headers, "")).await;
        assert_eq!(answer.status, *status, "{first} {answer:?}");
        assert_eq!(answer.header("x-fogbank-operation"), None, "{first}");
    }
}

#[tokio::test]
async fn malformed_signatures_get_the_answer_of_aws() {
    let gateway = start(Gateway::builder()).await;
    let head = "Authorization: AWS4-HMAC-SHA256";
    let cases = [
        (
            "sts",
            "Credential=AKID/20260101/us-east-1/sts/aws4_request, SignedHeaders=host",
            400,
            "IncompleteSignature",
        ),
        (
            "s3",
            "Credential=AKID/20260101/us-east-1/s3/aws4_request, SignedHeaders=host",
            400,
            "AuthorizationHeaderMalformed",
        ),
    ];
    for (service, rest, status, code) in cases {
        let line = format!("{head} {rest}");
        let (first, body) = match service {
            "s3" => ("GET /b/k", ""),
            _ => ("POST /", "Action=GetCallerIdentity&Version=2011-06-15"),
        };
        let answer = send(gateway.addr(), request(first, &[&line, FORM], body)).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains(&format!("<Code>{code}</Code>")), "{answer:?}");
    }
}

#[tokio::test]
async fn regions_that_aws_does_not_have_are_refused() {
    let gateway = start(Gateway::builder()).await;
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    for (region, status) in [("eu-west-1", 200), ("mars-north-1", 403), ("aws-global", 200)] {
        let signed = authorization("test", region, "sts");
        let answer = send(gateway.addr(), request("POST /", &[&signed, FORM], body)).await;
        assert_eq!(answer.status, status, "{region} {answer:?}");
    }
}
