//! Services that are loaded, fail, panic or are switched off.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fogbank_config::{Config, ServiceFilter};
use fogbank_gateway::{CustomHandler, Gateway, ParsedRequest, ProviderFactory};
use fogbank_service::{BoxFuture, Invoker, Lifecycle, Provider, ServiceError};

use crate::client::{Answer, config, request, send, start};

const BODY: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

async fn ask(gateway: &Gateway) -> Answer {
    send(gateway.addr(), request("POST /", &[FORM], BODY)).await
}

async fn state(gateway: &Gateway) -> String {
    let health = send(gateway.addr(), request("GET /_localstack/health", &[], "")).await;
    let health: serde_json::Value = serde_json::from_str(&health.body).expect("JSON");
    health["services"]["sts"].as_str().unwrap_or("-").to_owned()
}

#[derive(Default)]
struct Hooks {
    started: AtomicUsize,
    stopped: AtomicUsize,
    fails: bool,
}

impl Lifecycle for Hooks {
    fn start<'a>(&'a self, _: Arc<dyn Invoker>) -> BoxFuture<'a, Result<(), ServiceError>> {
        Box::pin(async {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            self.started.fetch_add(1, Ordering::SeqCst);
            if self.fails {
                return Err(ServiceError::new("Broken", 500, "no luck today"));
            }
            Ok(())
        })
    }

    fn stop<'a>(&'a self) -> BoxFuture<'a, ()> {
        Box::pin(async {
            self.stopped.fetch_add(1, Ordering::SeqCst);
        })
    }
}

fn sts_with(hooks: &Arc<Hooks>) -> ProviderFactory {
    let hooks = hooks.clone();
    Arc::new(move |config: &Config| {
        let provider: Provider = fogbank_provider_sts::provider(config);
        provider.with_lifecycle(hooks.clone())
    })
}

#[tokio::test]
async fn the_first_request_loads_once_and_the_end_stops() {
    let hooks = Arc::new(Hooks::default());
    let gateway = start(Gateway::builder().provider("sts", "default", sts_with(&hooks))).await;
    assert_eq!(state(&gateway).await, "available");
    let answers = futures_util::future::join_all((0..4).map(|_| ask(&gateway))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    assert_eq!(state(&gateway).await, "running");
    assert_eq!(hooks.started.load(Ordering::SeqCst), 1);
    gateway.shutdown().await.unwrap();
    assert_eq!(hooks.stopped.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_service_that_does_not_start_says_why() {
    let hooks = Arc::new(Hooks { fails: true, ..Hooks::default() });
    let gateway = start(Gateway::builder().provider("sts", "default", sts_with(&hooks))).await;
    for _ in 0..2 {
        let answer = ask(&gateway).await;
        assert_eq!(answer.status, 500);
        assert!(answer.body.contains("no luck today"), "{answer:?}");
    }
    assert_eq!(state(&gateway).await, "error");
    assert_eq!(hooks.started.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn services_restrict() {
    let mut config = config();
    config.services = ServiceFilter::only(["sqs"]);
    let gateway = start(Gateway::builder().config(config)).await;
    let answer = ask(&gateway).await;
    assert_eq!(answer.status, 501, "{answer:?}");
    assert!(answer.body.contains("SERVICES"), "{answer:?}");
    assert_eq!(state(&gateway).await, "disabled");
}

#[tokio::test]
async fn eager_loading_loads_before_any_request() {
    let hooks = Arc::new(Hooks::default());
    let mut config = config();
    config.eager_service_loading = true;
    let builder = Gateway::builder().config(config).provider("sts", "default", sts_with(&hooks));
    let gateway = start(builder).await;
    // It loads while it already listens, in real time.
    for _ in 0..2_000 {
        if state(&gateway).await == "running" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it was never loaded");
}

struct Panics;

impl CustomHandler for Panics {
    fn handle<'a>(
        &'a self,
        request: ParsedRequest<'a>,
    ) -> BoxFuture<'a, Result<Option<http::Response<fogbank_wire::Body>>, ServiceError>> {
        Box::pin(async move {
            let panics = request.http.headers.contains_key("x-panic");
            assert!(!panics, "a handler that panics");
            Ok(None)
        })
    }
}

#[tokio::test]
async fn a_panic_is_an_error_of_that_request_alone() {
    let gateway = start(Gateway::builder().custom_handler(Arc::new(Panics))).await;
    let answer = send(gateway.addr(), request("POST /", &[FORM, "X-Panic: 1"], BODY)).await;
    assert_eq!(answer.status, 500, "{answer:?}");
    assert!(answer.body.contains("<Code>InternalFailure</Code>"), "{answer:?}");
    assert_eq!(answer.header("x-fogbank-operation"), Some("sts.GetCallerIdentity"));
    assert_eq!(ask(&gateway).await.status, 200);
}

#[tokio::test]
async fn a_strict_server_refuses_parameters_without_effect() {
    let attributes = "{\"FifoQueue\":\"true\",\"FifoThroughputLimit\":\"perQueue\"}";
    let body = format!("{{\"QueueName\":\"q.fifo\",\"Attributes\":{attributes}}}");
    let target = "X-Amz-Target: AmazonSQS.CreateQueue";
    let json = "Content-Type: application/x-amz-json-1.0";
    let signed = crate::client::authorization("test", "us-east-1", "sqs");
    for (strict, status) in [(false, 200), (true, 501)] {
        let mut config = crate::client::config();
        config.strict = strict;
        let gateway = start(Gateway::builder().config(config)).await;
        let asked = crate::client::request("POST /", &[target, json, &signed], &body);
        let answer = crate::client::send(gateway.addr(), asked).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(!strict || answer.body.contains("Attributes.FifoThroughputLimit"), "{answer:?}");
    }
}
