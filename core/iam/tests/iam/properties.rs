//! What holds for all policies.

use fogbank_iam::{
    Allowance, Identity, Keys, Policies, Policy, PolicySet, Request, authorize, explain,
};
use proptest::prelude::*;

const ALICE: &str = "arn:aws:iam::000000000000:user/alice";

fn action() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        Just("s3:*".to_owned()),
        Just("s3:Get*".to_owned()),
        Just("s3:GetObject".to_owned()),
        Just("sqs:SendMessage".to_owned()),
        Just("*:Get?bject".to_owned()),
    ]
}

fn resource() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        Just("arn:aws:s3:::b/*".to_owned()),
        Just("arn:aws:s3:::b/k".to_owned()),
        Just("arn:aws:s3:::*/k".to_owned()),
        Just("arn:aws:sqs:*".to_owned()),
    ]
}

fn statement() -> impl Strategy<Value = String> {
    (any::<bool>(), any::<bool>(), any::<bool>(), action(), resource()).prop_map(
        |(allow, not_action, not_resource, action, resource)| {
            let effect = if allow { "Allow" } else { "Deny" };
            let actions = if not_action { "NotAction" } else { "Action" };
            let resources = if not_resource { "NotResource" } else { "Resource" };
            format!(
                r#"{{"Effect": "{effect}", "{actions}": "{action}", "{resources}": "{resource}"}}"#
            )
        },
    )
}

fn set(statements: &[String]) -> PolicySet {
    PolicySet::new(statements.iter().enumerate().map(|(at, statement)| {
        let document = format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
        (format!("p{at}"), Policy::parse(&document).unwrap())
    }))
}

fn decide(policies: Policies<'_>) -> Allowance {
    let request = Request {
        identity: &Identity::parse(ALICE).unwrap(),
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        owner: None,
        keys: &Keys::default(),
    };
    authorize(&request, &policies).allowance
}

proptest! {
    /// The order of statements does not matter, and neither does a repetition.
    #[test]
    fn order_does_not_matter(mut statements in prop::collection::vec(statement(), 0..8)) {
        let first = set(&statements);
        let expected = decide(Policies { identity: &first, ..Policies::default() });
        statements.reverse();
        statements.extend(statements.clone());
        let second = set(&statements);
        prop_assert_eq!(decide(Policies { identity: &second, ..Policies::default() }), expected);
    }

    /// One more policy that denies never allows; a boundary and a session policy never allow.
    #[test]
    fn denials_and_limits_only_take_away(
        statements in prop::collection::vec(statement(), 0..6),
        limit in prop::collection::vec(statement(), 0..4),
    ) {
        let identity = set(&statements);
        let limit = set(&limit);
        let alone = decide(Policies { identity: &identity, ..Policies::default() });
        for limited in [
            Policies { identity: &identity, boundary: Some(&limit), ..Policies::default() },
            Policies { identity: &identity, session: Some(&limit), ..Policies::default() },
            Policies {
                identity: &identity,
                service_control: std::slice::from_ref(&limit),
                ..Policies::default()
            },
        ] {
            let allowed = decide(limited) == Allowance::Allowed;
            prop_assert!(!allowed || alone == Allowance::Allowed);
        }
    }

    /// The index of a set finds the same statements as going through all of them.
    #[test]
    fn explanations_agree_with_decisions(statements in prop::collection::vec(statement(), 0..8)) {
        let identity = set(&statements);
        let request = Request {
            identity: &Identity::parse(ALICE).unwrap(),
            action: "s3:GetObject",
            resource: "arn:aws:s3:::b/k",
            owner: None,
            keys: &Keys::default(),
        };
        let applying: Vec<_> = explain(&request, &identity)
            .into_iter()
            .filter(|trace| trace.obstacles.is_empty())
            .map(|trace| trace.effect)
            .collect();
        let expected = if applying.contains(&fogbank_iam::Effect::Deny) {
            Allowance::ExplicitlyDenied
        } else if applying.is_empty() {
            Allowance::ImplicitlyDenied
        } else {
            Allowance::Allowed
        };
        prop_assert_eq!(decide(Policies { identity: &identity, ..Policies::default() }), expected);
    }

    /// No text makes the parser panic, and wildcards agree with a plain way of matching them.
    #[test]
    fn no_text_is_too_much(text in "\\PC{0,60}", pattern in "[ab*?]{0,8}", value in "[ab]{0,8}") {
        let _ = Policy::parse(&text);
        let document = format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "*", "Resource": "x{pattern}"}}}}"#
        );
        let identity = PolicySet::new([("p", Policy::parse(&document).unwrap())]);
        let resource = format!("x{value}");
        let request = Request {
            identity: &Identity::parse(ALICE).unwrap(),
            action: "s3:GetObject",
            resource: &resource,
            owner: None,
            keys: &Keys::default(),
        };
        let found = authorize(&request, &Policies { identity: &identity, ..Policies::default() });
        prop_assert_eq!(found.is_allowed(), plainly(pattern.as_bytes(), value.as_bytes()));
    }
}

/// Whether a pattern matches, by trying everything.
fn plainly(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|at| plainly(rest, &text[at..])),
        Some((b'?', rest)) => !text.is_empty() && plainly(rest, &text[1..]),
        Some((byte, rest)) => text.first() == Some(byte) && plainly(rest, &text[1..]),
    }
}
