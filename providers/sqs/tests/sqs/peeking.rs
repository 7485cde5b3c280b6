//! `/_aws/sqs/messages`.

use std::sync::Arc;

use bytes::Bytes;
use fogbank_api_sqs::*;
use fogbank_config::Config;
use fogbank_service::{HttpRequest, RouteAnswer, RouteRequest, ServiceError};

use crate::scene::{FIFO, Scene, bodies, check_error, message_of, system};

/// Asks the route with this path and query string, and this body of a form or JSON.
async fn ask(
    scene: &Scene,
    uri: &str,
    json: bool,
    body: &str,
) -> Result<Vec<Message>, ServiceError> {
    let provider = fogbank_provider_sqs::provider(&Config::default());
    let route = provider.routes.iter().find(|route| route.path == "sqs/messages").expect("a route");
    let uri: http::Uri = uri.parse().expect("a URI");
    let rest = uri.path().trim_start_matches("/_aws/sqs/messages").trim_start_matches('/');
    let rest = rest.to_owned();
    let mut http = HttpRequest { uri, ..HttpRequest::default() };
    if json {
        let content_type = "application/x-amz-json-1.0".parse().expect("a header");
        http.headers.insert("content-type", content_type);
        let target = "AmazonSQS.ReceiveMessage".parse().expect("a header");
        http.headers.insert("x-amz-target", target);
    }
    let request = RouteRequest {
        http,
        rest,
        body: Bytes::copy_from_slice(body.as_bytes()),
        world: scene.cloud.world().clone(),
        invoker: Arc::new(scene.cloud.clone()),
    };
    match route.handler.handle(request).await {
        RouteAnswer::Operation("ReceiveMessage", result) => {
            let output = result?.into_any().downcast::<ReceiveMessageResult>();
            Ok(output.expect("the operation's output").messages.unwrap_or_default())
        }
        _ => panic!("another answer"),
    }
}

#[tokio::test]
async fn messages_are_seen_without_being_received() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    for body in ["in flight", "ready"] {
        scene.send(&queue, body).await;
    }
    let mut delayed = message_of(&queue, "delayed");
    delayed.delay_seconds = Some(5);
    scene.sqs.send_message(delayed).await.expect("sent");
    scene.receive(&queue, 1).await;
    let base = format!("/_aws/sqs/messages?QueueUrl={queue}");
    for (more, expect) in [
        ("", &["ready"][..]),
        ("&ShowInvisible=true", &["in flight", "ready"]),
        ("&ShowDelayed=True", &["ready", "delayed"]),
        ("&ShowInvisible=True&ShowDelayed=true", &["in flight", "ready", "delayed"]),
        ("&ShowInvisible=False", &["ready"]),
    ] {
        let seen = ask(&scene, &format!("{base}{more}"), false, "").await.expect("messages");
        assert_eq!(bodies(&seen), expect, "{more}");
    }
    let all = format!("{base}&ShowInvisible=true&ShowDelayed=true");
    let seen = ask(&scene, &all, false, "").await.expect("messages");
    for (message, visible, delayed, count) in [
        (&seen[0], "false", "false", "1"),
        (&seen[1], "true", "false", "0"),
        (&seen[2], "true", "true", "0"),
    ] {
        assert_eq!(system(message, "IsVisible"), Some(visible));
        assert_eq!(system(message, "IsDelayed"), Some(delayed));
        assert_eq!(system(message, "ApproximateReceiveCount"), Some(count));
    }
    assert_eq!(scene.counts(&queue).await, (1, 1, 1));
}

#[tokio::test]
async fn groups_in_flight_are_not_visible() {
    let scene = Scene::new();
    let queue = scene.create("q.fifo", FIFO).await;
    for message in ["1/a", "1/b", "2/c", "2/d"] {
        scene.send(&queue, message).await;
    }
    scene.receive(&queue, 1).await;
    let base = format!("/_aws/sqs/messages?QueueUrl={queue}");
    assert_eq!(bodies(&ask(&scene, &base, false, "").await.expect("messages")), ["c", "d"]);
    let all = ask(&scene, &format!("{base}&ShowInvisible=true"), false, "").await;
    assert_eq!(bodies(&all.expect("messages")), ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn queues_are_named_in_every_way() {
    let scene = Scene::new();
    let queue = scene.create("q", &[]).await;
    scene.send(&queue, "m").await;
    let root = "/_aws/sqs/messages";
    let json = format!(r#"{{"QueueUrl":"{queue}","MaxNumberOfMessages":1}}"#);
    let form = format!("Action=ReceiveMessage&QueueUrl={queue}");
    let path = format!("{root}/us-east-1/000000000000/q");
    for (uri, is_json, body) in
        [(root, true, json.as_str()), (root, false, form.as_str()), (path.as_str(), false, "")]
    {
        let seen = ask(&scene, uri, is_json, body).await.expect("messages");
        assert_eq!(bodies(&seen), ["m"], "{uri} {body}");
    }
    let missing = "AWS.SimpleQueueService.NonExistentQueue";
    let text = "The specified queue does not exist for this wsdl version.";
    check_error(ask(&scene, root, false, "").await, missing, text);
    let elsewhere = format!("{root}/us-east-2/000000000000/q");
    check_error(ask(&scene, &elsewhere, false, "").await, missing, text);
    check_error(
        ask(&scene, root, false, "Action=SendMessage").await,
        "InvalidRequest",
        "This endpoint only accepts ReceiveMessage calls",
    );
    check_error(
        ask(&scene, root, false, "QueueUrl=http://localhost/nonsense").await,
        "InvalidAddress",
        "The address http://localhost/nonsense is not valid for this endpoint.",
    );
}
