//! Web pages, and whatever else comes to names that are not the plain address of the server.

use fogbank_gateway::Gateway;

use crate::client::{Answer, authorization, config, request, send, start};

/// Kinds of addresses: host and path.
const ADDRESSES: &[(&str, &str)] = &[
    ("localhost:4566", "/"),
    ("127.0.0.1:4566", "/"),
    ("[::1]:4566", "/"),
    ("localhost:4566", "/2015-03-31/functions"),
    ("localhost:4566", "/service/GraniteServiceVersion20100801/operation/ListMetrics"),
    ("localhost:4566", "/000000000000/queue"),
    ("localhost:4566", "/bucket/key"),
    ("localhost:4566", "/_fogbank/health"),
    ("localhost:4566", "/restapis/abc/prod/_user_request_/x"),
    ("sqs.us-east-1.localhost.localstack.cloud:4566", "/000000000000/queue"),
    ("dynamodb.eu-west-1.amazonaws.com", "/"),
    ("cognito-idp.us-east-1.amazonaws.com", "/"),
    ("s3.us-west-2.localhost.localstack.cloud:4566", "/bucket/key"),
    ("bucket.s3.localhost.localstack.cloud:4566", "/key"),
    ("bucket.with.dots.s3.us-west-2.amazonaws.com", "/a%2Fb//c"),
    ("bucket.s3-website.localhost.localstack.cloud:4566", "/"),
    ("bucket.s3-website-us-west-2.amazonaws.com", "/index.html"),
    ("point-000000000000.s3-accesspoint.us-east-1.amazonaws.com", "/key"),
    ("abc.execute-api.localhost.localstack.cloud:4566", "/prod/x"),
    ("u1.lambda-url.us-east-1.localhost.localstack.cloud:4566", "/"),
    ("u1.lambda-url.us-east-1.on.aws", "/a?b=c"),
    ("blue.localhost:4566", "/"),
    ("aws.internal.example:8443", "/"),
];

async fn preflight(gateway: &Gateway, origin: &str, (host, path): (&str, &str)) -> Answer {
    let (host, origin) = (format!("Host: {host}"), format!("Origin: {origin}"));
    let lines = [
        host.as_str(),
        origin.as_str(),
        "Access-Control-Request-Method: PUT",
        "Access-Control-Request-Headers: authorization,x-amz-date,x-amz-target",
    ];
    send(gateway.addr(), request(&format!("OPTIONS {path}"), &lines, "")).await
}

#[tokio::test]
async fn browsers_may_ask_before_they_send_to_every_kind_of_address() {
    let gateway = start(Gateway::builder()).await;
    for address in ADDRESSES {
        let answer = preflight(&gateway, "http://localhost:3000", *address).await;
        assert_eq!(answer.status, 204, "{address:?} {answer:?}");
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed, Some("http://localhost:3000"), "{address:?}");
        let methods = answer.header("access-control-allow-methods").unwrap_or_default();
        assert!(methods.contains("PUT"), "{address:?} {answer:?}");
        let headers = answer.header("access-control-allow-headers").unwrap_or_default();
        assert!(headers.contains("x-amz-target"), "{address:?} {answer:?}");
        assert_eq!(answer.header("x-fogbank-operation"), None, "{address:?}");

        let answer = preflight(&gateway, "https://evil.example", *address).await;
        assert_eq!(answer.status, 403, "{address:?} {answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None, "{address:?}");
    }
}

#[tokio::test]
async fn a_bucket_with_rules_of_its_own_answers_for_itself_under_all_its_names() {
    let gateway = start(Gateway::builder()).await;
    let signed = authorization("test", "us-east-1", "s3");
    let rules = "<CORSConfiguration><CORSRule><AllowedOrigin>https://app.example</AllowedOrigin>\
                 <AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule>\
                 </CORSConfiguration>";
    let digests =
        ["Content-MD5: 1B2M2Y8AsgTpgAmY7PhCfg==", "Content-MD5: CFW5pyP52cypaA4Lb4DQFw=="];
    for (first, body, digest) in
        [("PUT /pages", "", digests[0]), ("PUT /pages?cors", rules, digests[1])]
    {
        let answer = send(gateway.addr(), request(first, &[&signed, digest], body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    for address in [
        ("localhost:4566", "/pages/key"),
        ("pages.s3.localhost.localstack.cloud:4566", "/key"),
        ("pages.s3.us-east-1.amazonaws.com", "/a%2Fb"),
        ("s3.localhost:4566", "/pages/key"),
    ] {
        let answer = preflight(&gateway, "https://app.example", address).await;
        assert_eq!(answer.status, 200, "{address:?} {answer:?}");
        let allowed = answer.header("access-control-allow-origin");
        assert_eq!(allowed, Some("https://app.example"), "{address:?}");
        let answer = preflight(&gateway, "https://evil.example", address).await;
        assert_eq!(answer.status, 403, "{address:?} {answer:?}");
    }
}

#[tokio::test]
async fn endpoints_below_a_name_of_the_settings_mean_what_they_mean_below_the_usual_one() {
    let mut config = config();
    config.localstack_host.host = "aws.internal.example".to_owned();
    let gateway = start(Gateway::builder().config(config)).await;
    let form = "Content-Type: application/x-www-form-urlencoded";
    let identity = "Action=GetCallerIdentity&Version=2011-06-15";
    for (first, host, body, operation) in [
        ("POST /", "sts.eu-west-1.aws.internal.example:4566", identity, "sts.GetCallerIdentity"),
        ("POST /", "sts.eu-west-1.localhost.localstack.cloud", identity, "sts.GetCallerIdentity"),
        ("POST /", "aws.internal.example", identity, "sts.GetCallerIdentity"),
        (
            "GET /2013-04-01/hostedzone",
            "route53.aws.internal.example",
            "",
            "route53.ListHostedZones",
        ),
        ("GET /key", "bucket.s3.aws.internal.example", "", "s3.GetObject"),
        ("GET /", "bucket.s3.eu-west-1.aws.internal.example", "", "s3.ListObjects"),
        ("GET /page", "site.s3-website.aws.internal.example", "", "s3.GetObject"),
        ("GET /page", "site.s3-website-us-west-2.amazonaws.com", "", "s3.GetObject"),
        ("GET /x", "abc.execute-api.aws.internal.example", "", "-"),
        ("GET /x", "u1.lambda-url.eu-west-1.aws.internal.example", "", "-"),
        // A name that nobody has given to the server says nothing.
        ("GET /bucket/key", "bucket.s3.somewhere.example", "", "s3.GetObject"),
    ] {
        let host = format!("Host: {host}");
        let answer = send(gateway.addr(), request(first, &[&host, form], body)).await;
        let found = answer.header("x-fogbank-operation").unwrap_or("-");
        assert_eq!(found, operation, "{first} {host} {answer:?}");
    }
}
