use fogbank_api_events::*;

use crate::scene::{HERE, Scene, check_error};

#[tokio::test]
async fn buses_come_and_go() {
    let scene = Scene::new();
    let events = &scene.events;
    assert_eq!(scene.bus("b").await, format!("arn:aws:events:{HERE}:event-bus/b"));
    let again = CreateEventBusRequest { name: "b".into(), ..Default::default() };
    check_error(
        events.create_event_bus(again).await,
        "ResourceAlreadyExistsException",
        "Event bus b already exists.",
    );
    let default = CreateEventBusRequest { name: "default".into(), ..Default::default() };
    check_error(
        events.create_event_bus(default).await,
        "ResourceAlreadyExistsException",
        "Event bus default already exists.",
    );
    let names = |output: ListEventBusesResponse| -> Vec<String> {
        output.event_buses.expect("a list").into_iter().filter_map(|bus| bus.name).collect()
    };
    let all = events.list_event_buses(Default::default()).await.expect("a list");
    assert_eq!(names(all), ["b", "default"]);
    let one = ListEventBusesRequest { limit: Some(1), ..Default::default() };
    let first = events.list_event_buses(one.clone()).await.expect("a page");
    let next = ListEventBusesRequest { next_token: first.next_token.clone(), ..one };
    assert!(next.next_token.is_some());
    assert_eq!(names(events.list_event_buses(next).await.expect("a page")), ["default"]);
    let nonsense = ListEventBusesRequest { next_token: Some("x".into()), ..Default::default() };
    check_error(
        events.list_event_buses(nonsense).await,
        "ValidationException",
        "Parameter NextToken is not valid. Reason: Invalid or expired pagination token.",
    );

    scene.rule("b", "r", r#"{"source": ["x"]}"#).await;
    let delete = |name: &str| events.delete_event_bus(DeleteEventBusRequest { name: name.into() });
    check_error(delete("default").await, "ValidationException", "Cannot delete event bus default.");
    check_error(
        delete("b").await,
        "ValidationException",
        "Event bus can't be deleted since it has rules.",
    );
    let rule = DeleteRuleRequest {
        name: "r".into(),
        event_bus_name: Some("b".into()),
        ..Default::default()
    };
    events.delete_rule(rule).await.expect("deleted");
    delete("b").await.expect("deleted");
    delete("b").await.expect("deleted already");
    let describe = DescribeEventBusRequest { name: Some("b".into()) };
    check_error(
        events.describe_event_bus(describe).await,
        "ResourceNotFoundException",
        "Event bus b does not exist.",
    );
}

#[tokio::test]
async fn what_is_given_of_a_bus_changes() {
    let scene = Scene::new();
    scene.bus("b").await;
    let input = UpdateEventBusRequest {
        name: Some("b".into()),
        description: Some("new".into()),
        kms_key_identifier: Some("alias/k".into()),
        ..Default::default()
    };
    scene.events.update_event_bus(input).await.expect("updated");
    let arn = format!("arn:aws:events:{HERE}:event-bus/b");
    let describe = DescribeEventBusRequest { name: Some(arn.clone()) };
    let bus = scene.events.describe_event_bus(describe).await.expect("a bus");
    assert_eq!(bus.description.as_deref(), Some("new"));
    assert_eq!(bus.kms_key_identifier.as_deref(), Some("alias/k"));
    assert_eq!((bus.arn, bus.name), (Some(arn), Some("b".to_owned())));
}

fn permission(bus: &str, principal: &str, id: &str) -> PutPermissionRequest {
    PutPermissionRequest {
        event_bus_name: Some(bus.to_owned()),
        action: Some("events:PutEvents".to_owned()),
        principal: Some(principal.to_owned()),
        statement_id: Some(id.to_owned()),
        ..Default::default()
    }
}

#[tokio::test]
async fn policies_are_put_together_of_statements() {
    let scene = Scene::new();
    let events = &scene.events;
    let policy = async || {
        let output = events.describe_event_bus(Default::default()).await.expect("a bus");
        output.policy
    };
    events.put_permission(permission("default", "111111111111", "a")).await.expect("put");
    events.put_permission(permission("default", "*", "b")).await.expect("put");
    events.put_permission(permission("default", "222222222222", "a")).await.expect("put");
    let statement = |id: &str, principal: &str| {
        format!(
            r#"{{"Sid":"{id}","Effect":"Allow","Principal":{principal},"Action":"events:PutEvents","Resource":"arn:aws:events:{HERE}:event-bus/default"}}"#
        )
    };
    let a = statement("a", r#"{"AWS":"arn:aws:iam::222222222222:root"}"#);
    let b = statement("b", r#""*""#);
    let expected = format!(r#"{{"Version":"2012-10-17","Statement":[{a},{b}]}}"#);
    assert_eq!(policy().await.as_deref(), Some(expected.as_str()));

    let remove = |id: Option<&str>, all: Option<bool>| {
        events.remove_permission(RemovePermissionRequest {
            statement_id: id.map(str::to_owned),
            remove_all_permissions: all,
            event_bus_name: None,
        })
    };
    check_error(
        remove(Some("c"), None).await,
        "ResourceNotFoundException",
        "Statement with the provided id does not exist.",
    );
    remove(Some("a"), Some(false)).await.expect("removed");
    let expected = format!(r#"{{"Version":"2012-10-17","Statement":[{b}]}}"#);
    assert_eq!(policy().await.as_deref(), Some(expected.as_str()));
    remove(None, Some(true)).await.expect("removed");
    assert_eq!(policy().await, None);

    let whole = |policy: &str| PutPermissionRequest {
        policy: Some(policy.to_owned()),
        ..Default::default()
    };
    let text = r#"{"Version": "2012-10-17", "Statement": []}"#;
    events.put_permission(whole(text)).await.expect("put");
    assert_eq!(policy().await.as_deref(), Some(text));
    check_error(
        events.put_permission(whole("{")).await,
        "ValidationException",
        "Parameter Policy is not valid.",
    );
    let long = format!(r#"{{"Statement": "{}"}}"#, "x".repeat(10_240));
    check_error(
        events.put_permission(whole(&long)).await,
        "PolicyLengthExceededException",
        "The policy exceeds the maximum length of 10240 bytes.",
    );
    check_error(
        events.put_permission(permission("nowhere", "*", "a")).await,
        "ResourceNotFoundException",
        "Event bus nowhere does not exist.",
    );
    let incomplete = PutPermissionRequest { principal: None, ..permission("default", "*", "a") };
    check_error(
        events.put_permission(incomplete).await,
        "ValidationException",
        "Parameter(s) Principal must be specified.",
    );
    let condition = PutPermissionRequest {
        condition: Some(Condition {
            r#type: "StringEquals".into(),
            key: "aws:PrincipalOrgID".into(),
            value: "o-1".into(),
        }),
        ..permission("default", "*", "org")
    };
    events.put_permission(condition).await.expect("put");
    let org = r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#;
    assert!(policy().await.expect("a policy").contains(org));
}
