//! The engine beside an independent evaluator of policies, on policies that nobody thought of.

use fogbank_iam::{Allowance, Identity, Keys, Policies, Policy, PolicySet, Request, authorize};
use iam_rs::{
    Arn, Context, ContextValue, Decision, IAMPolicy, IAMRequest, Principal, PrincipalId,
    evaluate_policy,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const ALICE: &str = "arn:aws:iam::000000000000:user/alice";

fn any_of(values: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(values).prop_map(str::to_owned)
}

fn action() -> impl Strategy<Value = String> {
    any_of(&["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "sqs:*", "s3:?etObject"])
}

fn resource() -> impl Strategy<Value = String> {
    any_of(&[
        "*",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b/k",
        "arn:aws:s3:::*/k",
        "arn:aws:s3:::?/k",
        "arn:aws:s3:::b/${aws:username}",
        "arn:aws:sqs:us-east-1:000000000000:q",
    ])
}

/// An operator, a key and values that suit each other.
fn condition() -> impl Strategy<Value = Value> {
    let text = (
        any_of(&["", "ForAllValues:", "ForAnyValue:"]),
        any_of(&["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]),
        any_of(&["", "IfExists"]),
        prop::collection::vec(any_of(&["a", "ab", "a*", "b", "?b"]), 1..3),
    )
        .prop_filter("not every quantifier has every form there", |(quantifier, _, suffix, _)| {
            quantifier.is_empty() || suffix.is_empty()
        })
        .prop_map(|(quantifier, operator, suffix, values)| {
            let key = if quantifier.is_empty() { "k" } else { "list" };
            json!({ (format!("{quantifier}{operator}{suffix}")): { key: values } })
        });
    let number = (
        any_of(&["NumericEquals", "NumericLessThan", "NumericGreaterThanEquals"]),
        any_of(&["1", "5", "10"]),
    )
        .prop_map(|(operator, value)| json!({ operator: { "n": value } }));
    let present = (any_of(&["k", "none"]), any::<bool>())
        .prop_map(|(key, absent)| json!({ "Null": { key: absent.to_string() } }));
    let address = (any_of(&["IpAddress", "NotIpAddress"]), any_of(&["10.0.0.0/8", "10.1.0.0/16"]))
        .prop_map(|(operator, range)| json!({ operator: { "ip": range } }));
    let fold = (
        any_of(&["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]),
        any_of(&["A", "aB", "c"]),
    )
        .prop_map(|(operator, value)| json!({ operator: { "k": value } }));
    let boolean = (any_of(&["Bool", "BoolIfExists"]), any::<bool>(), any_of(&["secure", "none"]))
        .prop_map(|(operator, value, key)| json!({ operator: { key: value.to_string() } }));
    let arn = (
        any_of(&["ArnLike", "ArnNotLike"]),
        any_of(&["arn:aws:sns:*:*:t", "arn:aws:sns:us-east-1:000000000000:t", "arn:aws:s3:::*"]),
    )
        .prop_map(|(operator, value)| json!({ operator: { "source": value } }));
    prop_oneof![
        4 => text, 1 => number, 1 => present, 1 => address, 1 => fold, 1 => boolean,        1 => arn,
    ]
}

fn statement() -> impl Strategy<Value = Value> {
    let elements = (any::<bool>(), any::<bool>(), any::<bool>());
    (elements, action(), resource(), prop::option::of(condition())).prop_map(
        |((allow, not_action, not_resource), action, resource, condition)| {
            let mut statement = json!({
                "Effect": if allow { "Allow" } else { "Deny" },
                (if not_action { "NotAction" } else { "Action" }): action,
                (if not_resource { "NotResource" } else { "Resource" }): resource,
            });
            if let Some(condition) = condition {
                statement["Condition"] = condition;
            }
            statement
        },
    )
}

#[derive(Clone, Debug)]
struct Circumstances {
    k: Option<String>,
    list: Option<Vec<String>>,
    n: String,
    ip: String,
}

fn circumstances() -> impl Strategy<Value = Circumstances> {
    (
        prop::option::of(any_of(&["a", "ab", "b", "c"])),
        prop::option::of(prop::collection::vec(any_of(&["a", "ab", "b", "c"]), 1..3)),
        any_of(&["1", "5", "7", "10"]),
        any_of(&["10.1.2.3", "10.2.3.4", "8.8.8.8"]),
    )
        .prop_map(|(k, list, n, ip)| Circumstances { k, list, n, ip })
}

fn ours(document: &str, resource: &str, with: &Circumstances) -> Allowance {
    let mut keys = Keys::from_iter([
        ("n", vec![with.n.clone()]),
        ("ip", vec![with.ip.clone()]),
        ("aws:username", vec!["alice".to_owned()]),
        ("secure", vec!["true".to_owned()]),
        ("source", vec!["arn:aws:sns:us-east-1:000000000000:t".to_owned()]),
    ]);
    if let Some(k) = &with.k {
        keys.insert("k", vec![k.clone()]);
    }
    if let Some(list) = &with.list {
        keys.insert("list", list.clone());
    }
    let policies = PolicySet::new([("p", Policy::parse(document).unwrap())]);
    let request = Request {
        identity: &Identity::parse(ALICE).unwrap(),
        action: "s3:GetObject",
        resource,
        owner: None,
        keys: &keys,
    };
    authorize(&request, &Policies { identity: &policies, ..Policies::default() }).allowance
}

fn theirs(document: &str, resource: &str, with: &Circumstances) -> Allowance {
    let mut context = Context::new()
        .with_string("n", with.n.clone())
        .with_string("ip", with.ip.clone())
        .with_string("aws:username", "alice")
        .with_boolean("secure", true)
        .with_string("source", "arn:aws:sns:us-east-1:000000000000:t");
    if let Some(k) = &with.k {
        context = context.with_string("k", k.clone());
    }
    if let Some(list) = &with.list {
        context.insert("list".to_owned(), ContextValue::StringList(list.clone()));
    }
    let policy: IAMPolicy = serde_json::from_str(document).unwrap();
    let principal = Principal::Aws(PrincipalId::String(ALICE.to_owned()));
    let resource = Arn::parse(resource).unwrap();
    let request = IAMRequest::new_with_context(principal, "s3:GetObject", resource, context);
    match evaluate_policy(&policy, &request).unwrap() {
        Decision::Allow => Allowance::Allowed,
        Decision::Deny => Allowance::ExplicitlyDenied,
        Decision::NotApplicable => Allowance::ImplicitlyDenied,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn both_decide_alike(
        statements in prop::collection::vec(statement(), 1..5),
        resource in any_of(&["arn:aws:s3:::b/k", "arn:aws:s3:::b/alice", "arn:aws:s3:::bb/k"]),
        with in circumstances(),
    ) {
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        prop_assert_eq!(
            ours(&document, &resource, &with),
            theirs(&document, &resource, &with),
            "{}", document
        );
    }
}
