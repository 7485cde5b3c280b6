//! The server's own routes: health, worlds, clock, state.

use fogbank_gateway::Gateway;
use serde_json::{Value, json};

use crate::client::{authorization, request, send, start};

async fn call(gateway: &Gateway, first: &str, body: &str) -> (u16, Value) {
    call_with(gateway, first, &[], body).await
}

async fn call_with(gateway: &Gateway, first: &str, lines: &[&str], body: &str) -> (u16, Value) {
    let answer = send(gateway.addr(), request(first, lines, body)).await;
    (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn tools_find_what_they_poll() {
    let gateway = start(Gateway::builder()).await;
    for prefix in ["/_fogbank", "/_localstack", "/_aws"] {
        let (status, health) = call(&gateway, &format!("GET {prefix}/health"), "").await;
        assert_eq!(status, 200);
        assert_eq!(health["services"]["sts"], "available");
        assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    }
    for route in ["info", "init", "init/ready", "plugins", "diagnose", "config"] {
        let (status, value) = call(&gateway, &format!("GET /_localstack/{route}"), "").await;
        assert_eq!((status, value.is_object()), (200, true), "{route}");
    }
    let head = send(gateway.addr(), request("HEAD /_localstack/health", &[], "")).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(call(&gateway, "DELETE /_fogbank/health", "").await.0, 405);
    assert_eq!(call(&gateway, "POST /_fogbank/health", "{\"action\":\"dance\"}").await.0, 400);
    assert_eq!(call(&gateway, "GET /_fogbank/nothing/here", "").await.0, 404);
}

#[tokio::test]
async fn the_clock_stands_and_moves() {
    let gateway = start(Gateway::builder()).await;
    let (_, clock) = call(&gateway, "GET /_fogbank/clock", "").await;
    assert_eq!((&clock["mode"], &clock["rate"]), (&json!("real"), &json!(1.0)));
    let body = "{\"action\":\"freeze\"}";
    assert_eq!(call(&gateway, "POST /_fogbank/clock", body).await.1["mode"], "frozen");
    let body = "{\"action\":\"set\",\"to\":\"2040-01-31T12:00:00Z\"}";
    let (_, clock) = call(&gateway, "POST /_fogbank/clock", body).await;
    assert_eq!((&clock["now"], &clock["ran"]), (&json!("2040-01-31T12:00:00Z"), &json!([])));
    let body = "{\"action\":\"advance\",\"by\":3600}";
    let (_, clock) = call(&gateway, "POST /_fogbank/clock", body).await;
    assert_eq!(clock["now"], "2040-01-31T13:00:00Z");
    for body in ["{\"action\":\"advance\",\"by\":-1}", "{}", "{\"action\":\"scale\",\"rate\":-2}"] {
        assert_eq!(call(&gateway, "POST /_fogbank/clock", body).await.0, 400, "{body}");
    }
}

#[tokio::test]
async fn worlds_are_forked_reached_and_dropped() {
    let gateway = start(Gateway::builder()).await;
    let body = "{\"name\":\"blue\"}";
    let (status, world) = call(&gateway, "POST /_fogbank/worlds", body).await;
    assert_eq!((status, &world["parent"]), (201, &json!("main")), "{world}");
    assert_eq!(call(&gateway, "POST /_fogbank/worlds", body).await.0, 409);
    for (name, status) in [("Upper", 400), ("main", 409), ("", 400)] {
        let body = json!({ "name": name }).to_string();
        assert_eq!(call(&gateway, "POST /_fogbank/worlds", &body).await.0, status, "{name}");
    }

    // The fork has a clock of its own, whichever way it is reached.
    let freeze = "{\"action\":\"freeze\"}";
    let header = ["x-fogbank-world: blue"];
    assert_eq!(call_with(&gateway, "POST /_fogbank/clock", &header, freeze).await.0, 200);
    let mode = async |first: &str, lines: &[&str]| {
        call_with(&gateway, first, lines, "").await.1["mode"].as_str().unwrap_or("-").to_owned()
    };
    assert_eq!(mode("GET /_fogbank/clock", &[]).await, "real");
    assert_eq!(mode("GET /_fogbank/clock", &["Host: blue.localhost:4566"]).await, "frozen");
    assert_eq!(mode("GET /_fogbank/clock?world=blue", &[]).await, "frozen");
    let port = u16::try_from(world["port"].as_u64().expect("a port")).unwrap();
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let answer = send(address, request("GET /_fogbank/clock", &[], "")).await;
    assert!(answer.body.contains("frozen"), "{answer:?}");

    let (_, list) = call(&gateway, "GET /_fogbank/worlds", "").await;
    let names: Vec<&Value> =
        list["worlds"].as_array().unwrap().iter().map(|w| &w["name"]).collect();
    assert_eq!(names, [&json!("main"), &json!("blue")]);
    let (status, _) = call(&gateway, "PATCH /_fogbank/worlds/blue", "{\"name\":\"green\"}").await;
    assert_eq!(status, 200);
    assert_eq!(call(&gateway, "DELETE /_fogbank/worlds/green", "").await.0, 204);
    assert_eq!(call(&gateway, "DELETE /_fogbank/worlds/green", "").await.0, 404);
    assert_eq!(call_with(&gateway, "GET /_fogbank/clock", &header, "").await.0, 404);
    assert_eq!(call(&gateway, "DELETE /_fogbank/worlds/main", "").await.0, 409);
}

#[tokio::test]
async fn temporary_keys_expire_by_the_clock_of_the_world() {
    let gateway = start(Gateway::builder()).await;
    let form = "Content-Type: application/x-www-form-urlencoded";
    let body = "Action=GetSessionToken&Version=2011-06-15&DurationSeconds=900";
    let made = send(gateway.addr(), request("POST /", &[form], body)).await;
    let id = made.body.split("<AccessKeyId>").nth(1).and_then(|rest| rest.split('<').next());
    let signed = authorization(id.expect("a key"), "us-east-1", "sts");
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let ask = request("POST /", &[form, &signed], body);
    assert_eq!(send(gateway.addr(), &ask).await.status, 200);
    let advance = "{\"action\":\"advance\",\"by\":901}";
    assert_eq!(call(&gateway, "POST /_fogbank/clock", advance).await.0, 200);
    let answer = send(gateway.addr(), &ask).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(answer.body.contains("<Code>ExpiredToken</Code>"), "{answer:?}");
}

#[tokio::test]
async fn kill_stops_the_server() {
    let gateway = start(Gateway::builder()).await;
    let address = gateway.addr();
    assert_eq!(call(&gateway, "POST /_fogbank/health", "{\"action\":\"kill\"}").await.0, 200);
    gateway.shutdown().await.unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
