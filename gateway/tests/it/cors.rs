//! Requests of web pages.

use fogbank_gateway::Gateway;

use crate::client::{config, request, send, start};

const BODY: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

#[tokio::test]
async fn pages_of_this_machine_may_call_and_read() {
    let gateway = start(Gateway::builder()).await;
    let origin = "Origin: http://localhost:3000";
    let asks = "Access-Control-Request-Method: POST";
    let answer = send(gateway.addr(), request("OPTIONS /", &[origin, asks], "")).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:3000"));
    let allowed = answer.header("access-control-allow-headers").expect("allowed headers");
    assert!(allowed.contains("x-amz-target") && allowed.contains("authorization"));
    assert!(answer.header("access-control-allow-methods").expect("methods").contains("DELETE"));

    let answer = send(gateway.addr(), request("POST /", &[origin, FORM], BODY)).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:3000"));
    let exposed = answer.header("access-control-expose-headers").expect("exposed headers");
    assert!(exposed.contains("x-amzn-requestid"));
}

#[tokio::test]
async fn pages_of_others_are_refused_and_clients_get_no_headers() {
    let gateway = start(Gateway::builder()).await;
    let evil = "Origin: https://evil.example";
    let answer = send(gateway.addr(), request("POST /", &[evil, FORM], BODY)).await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.header("access-control-allow-origin"), None);
    let asks = "Access-Control-Request-Method: POST";
    let answer = send(gateway.addr(), request("OPTIONS /", &[evil, asks], "")).await;
    assert_eq!(answer.status, 403);
    let answer = send(gateway.addr(), request("POST /", &[FORM], BODY)).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
}

#[tokio::test]
async fn settings_widen_and_silence() {
    let mut config = config();
    config.disable_cors_checks = true;
    config.disable_cors_headers = true;
    let gateway = start(Gateway::builder().config(config)).await;
    let evil = "Origin: https://evil.example";
    let answer = send(gateway.addr(), request("POST /", &[evil, FORM], BODY)).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
}
