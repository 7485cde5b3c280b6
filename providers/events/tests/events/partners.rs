use fogbank_api_events::*;

use crate::scene::{HERE, Scene, check_error, target};

const SOURCE: &str = "aws.partner/example.com/orders";

#[tokio::test]
async fn partners_send_events_to_the_buses_of_their_sources() {
    let scene = Scene::new();
    let events = &scene.events;
    let create =
        || CreatePartnerEventSourceRequest { name: SOURCE.into(), account: "000000000000".into() };
    events.create_partner_event_source(create()).await.expect("offered");
    check_error(
        events.create_partner_event_source(create()).await,
        "ResourceAlreadyExistsException",
        &format!("Event source {SOURCE} already exists."),
    );
    let state = async || {
        let input = DescribeEventSourceRequest { name: SOURCE.into() };
        let source = events.describe_event_source(input).await.expect("a source");
        source.state.map(|state| state.to_string()).expect("a state")
    };
    assert_eq!(state().await, "PENDING");
    let bus = CreateEventBusRequest {
        name: SOURCE.into(),
        event_source_name: Some(SOURCE.into()),
        ..Default::default()
    };
    events.create_event_bus(bus).await.expect("a bus");
    assert_eq!(state().await, "ACTIVE");

    let queue = scene.queue("q").await;
    let arn = scene.rule(SOURCE, "r", r#"{"detail-type": ["sold"]}"#).await;
    assert_eq!(arn, format!("arn:aws:events:{HERE}:rule/{SOURCE}/r"));
    scene.targets(SOURCE, "r", vec![target("1", &queue)]).await.expect("put");
    let entry = |source: &str| PutPartnerEventsRequestEntry {
        source: Some(source.to_owned()),
        detail_type: Some("sold".into()),
        detail: Some("{}".into()),
        ..Default::default()
    };
    let put = async |source: &str| {
        let input = PutPartnerEventsRequest { entries: vec![entry(source)] };
        let output = events.put_partner_events(input).await.expect("put");
        output.failed_entry_count
    };
    assert_eq!(put(SOURCE).await, Some(0));
    assert_eq!(put("aws.partner/example.com/none").await, Some(1));
    assert_eq!(scene.received("q").await[0]["source"], SOURCE);
    let input = DeactivateEventSourceRequest { name: SOURCE.into() };
    events.deactivate_event_source(input).await.expect("deactivated");
    assert_eq!(put(SOURCE).await, Some(0));
    assert_eq!(scene.bodies("q").await, [""; 0]);

    let input = ListPartnerEventSourceAccountsRequest {
        event_source_name: SOURCE.into(),
        ..Default::default()
    };
    let accounts = events.list_partner_event_source_accounts(input).await.expect("a list");
    let accounts = accounts.partner_event_source_accounts.expect("always there");
    assert_eq!(accounts[0].account.as_deref(), Some("000000000000"));
    let input =
        DeletePartnerEventSourceRequest { name: SOURCE.into(), account: "000000000000".into() };
    events.delete_partner_event_source(input).await.expect("deleted");
    assert_eq!(state().await, "DELETED");
}

#[tokio::test]
async fn buses_of_partners_need_their_source() {
    let scene = Scene::new();
    let create = |name: &str, source: Option<&str>| {
        scene.events.create_event_bus(CreateEventBusRequest {
            name: name.to_owned(),
            event_source_name: source.map(str::to_owned),
            ..Default::default()
        })
    };
    check_error(
        create(SOURCE, Some(SOURCE)).await,
        "ResourceNotFoundException",
        &format!("Event source {SOURCE} does not exist."),
    );
    let error = create(SOURCE, None).await.expect_err("no source");
    assert_eq!(error.code(), "ValidationException");
}

#[tokio::test]
async fn endpoints_come_and_go() {
    let scene = Scene::new();
    let events = &scene.events;
    scene.bus("b").await;
    let there = scene.cloud.caller().in_region(fogbank_context::Region::new("eu-west-1"));
    Scene::of(scene.cloud.clone(), there).bus("b").await;
    let bus = |region: &str| EndpointEventBus {
        event_bus_arn: format!("arn:aws:events:{region}:000000000000:event-bus/b"),
    };
    let routing = || RoutingConfig {
        failover_config: FailoverConfig {
            primary: Primary { health_check: "arn:aws:route53:::healthcheck/1".into() },
            secondary: Secondary { route: "eu-west-1".into() },
        },
    };
    let create = |buses: Vec<EndpointEventBus>, role: Option<&str>| CreateEndpointRequest {
        name: "e".into(),
        routing_config: routing(),
        event_buses: buses,
        role_arn: role.map(str::to_owned),
        ..Default::default()
    };
    let role = Some("arn:aws:iam::000000000000:role/r");
    let two = || vec![bus("us-east-1"), bus("eu-west-1")];
    check_error(
        events.create_endpoint(create(two(), None)).await,
        "ValidationException",
        "RoleArn is required when event replication is enabled.",
    );
    let same = events.create_endpoint(create(vec![bus("us-east-1"), bus("us-east-1")], role)).await;
    assert_eq!(same.expect_err("one region").code(), "ValidationException");
    events.create_endpoint(create(two(), role)).await.expect("an endpoint");
    let describe = DescribeEndpointRequest { name: "e".into(), ..Default::default() };
    let it = events.describe_endpoint(describe).await.expect("an endpoint");
    let id = it.endpoint_id.expect("an id");
    assert_eq!(it.endpoint_url, Some(format!("https://{id}.endpoint.events.amazonaws.com")));
    let entries = vec![crate::scene::event("b", "x", "{}")];
    let input = PutEventsRequest { entries, endpoint_id: Some(id) };
    events.put_events(input).await.expect("put");
    events.delete_endpoint(DeleteEndpointRequest { name: "e".into() }).await.expect("deleted");
    let describe = DescribeEndpointRequest { name: "e".into(), ..Default::default() };
    check_error(
        events.describe_endpoint(describe).await,
        "ResourceNotFoundException",
        "Endpoint e does not exist.",
    );
}
