//! Simulations of IAM.

use fogbank_iam::{PolicyText, Simulation, SourceType, simulate};

fn text(id: &str, document: &str) -> PolicyText {
    PolicyText { id: id.into(), source: SourceType::None, document: document.into() }
}

#[test]
fn a_simulation_tells_the_statements_and_what_is_missing() {
    let document = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\"Effect\": \
                    \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"},\n    {\"Effect\": \
                    \"Deny\", \"Action\": \"s3:Put*\", \"Resource\": \"*\", \"Condition\": \
                    {\"Bool\": {\"aws:SecureTransport\": \"false\"}}}\n  ]\n}";
    let simulation = Simulation {
        identity: vec![text("PolicyInputList.1", document)],
        actions: vec!["s3:GetObject".into(), "sqs:SendMessage".into()],
        ..Simulation::default()
    };
    let results = simulate(&simulation).unwrap();
    assert_eq!(results.len(), 2);
    assert_eq!(results[0].decision, "allowed");
    assert_eq!(results[0].resource, "*");
    assert_eq!(results[0].missing_context, ["aws:SecureTransport"]);
    let matched = &results[0].matched[0];
    assert_eq!(matched.policy, "PolicyInputList.1");
    let span = matched.span.unwrap();
    assert_eq!((span.start, span.end), ((4, 5), (4, 59)));
    assert_eq!(results[1].decision, "implicitDeny");
    assert!(results[1].matched.is_empty());
}

#[test]
fn boundaries_and_denials() {
    let all = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    let deny = r#"{"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#;
    let simulation = Simulation {
        identity: vec![text("a", all), text("b", deny)],
        boundary: vec![text("c", all)],
        actions: vec!["s3:GetObject".into()],
        resources: vec!["arn:aws:s3:::x/y".into()],
        ..Simulation::default()
    };
    let result = simulate(&simulation).unwrap().remove(0);
    assert_eq!(result.decision, "explicitDeny");
    assert_eq!(result.matched[0].policy, "b");
    assert_eq!(result.allowed_by_boundary, Some(true));
    let broken = Simulation { identity: vec![text("a", "{")], ..simulation };
    assert_eq!(simulate(&broken).unwrap_err().0, "a");
}
