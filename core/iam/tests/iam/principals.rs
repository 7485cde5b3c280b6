//! Whom statements speak of: the pages "Principal", "NotPrincipal" and "Policy evaluation for requests
//! within a single account" of the IAM User Guide, as tables.

use fogbank_iam::{
    Allowance, Identity, Keys, Policies, Policy, PolicySet, Reason, Request, Tier, authorize,
};

const ROOT: &str = "arn:aws:iam::000000000000:root";
const ALICE: &str = "arn:aws:iam::000000000000:user/alice";
const CAROL: &str = "arn:aws:iam::000000000000:user/team/carol";
const ROLE: &str = "arn:aws:iam::000000000000:role/path/deployer";
const SESSION: &str = "arn:aws:sts::000000000000:assumed-role/deployer/ci";
const FEDERATED: &str = "arn:aws:sts::000000000000:federated-user/guest";
const BOB: &str = "arn:aws:iam::111111111111:user/bob";

fn set(statements: &str) -> PolicySet {
    let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    PolicySet::new([("p", Policy::parse(&document).unwrap())])
}

/// Who has this ARN, as authorisation knows it.
fn who(arn: &str) -> Identity {
    let mut identity = match arn {
        "*" => Identity::anonymous(),
        name if name.ends_with(".amazonaws.com") => Identity::service(name),
        arn => Identity::parse(arn).unwrap(),
    };
    match arn {
        SESSION => identity = identity.with_role(Some(ROLE.to_owned())),
        FEDERATED => identity.federated_by = Some(ALICE.to_owned()),
        _ => {}
    }
    identity.canonical_id = identity.account.map(|account| format!("canonical {account}"));
    identity
}

fn request<'a>(identity: &'a Identity, keys: &'a Keys) -> Request<'a> {
    Request {
        identity,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        owner: "000000000000".parse().ok(),
        keys,
    }
}

/// Whether a policy with this principal element allows somebody whose own policies allow everything.
fn admits(element: &str, arn: &str) -> bool {
    let statement = format!(r#"{{"Effect": "Allow", {element}, "Action": "*", "Resource": "*"}}"#);
    let (identity, keys) = (who(arn), Keys::default());
    let policies = Policies {
        identity: &set(r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#),
        resource: Some(&set(&statement)),
        resource_decides: true,
        ..Policies::default()
    };
    authorize(&request(&identity, &keys), &policies).is_allowed()
}

#[test]
fn principals() {
    let everybody = [ROOT, ALICE, CAROL, SESSION, FEDERATED, BOB, "sns.amazonaws.com", "*"];
    let own = &[ROOT, ALICE, CAROL, SESSION, FEDERATED][..];
    let session_of = r#"{"AWS": "arn:aws:sts::000000000000:assumed-role/deployer/ci"}"#;
    let cases: &[(&str, &[&str])] = &[
        (r#""*""#, &everybody),
        (r#"{"AWS": "*"}"#, &everybody),
        (r#"{"AWS": "000000000000"}"#, own),
        (r#"{"AWS": "arn:aws:iam::000000000000:root"}"#, own),
        (r#"{"AWS": "arn:aws:iam::000000000000:user/alice"}"#, &[ALICE, FEDERATED]),
        (r#"{"AWS": "arn:aws:iam::000000000000:user/Alice"}"#, &[]),
        (r#"{"AWS": "arn:aws:iam::000000000000:user/carol"}"#, &[]),
        (r#"{"AWS": "arn:aws:iam::000000000000:user/team/carol"}"#, &[CAROL]),
        (r#"{"AWS": "arn:aws:iam::000000000000:user/*"}"#, &[]),
        (r#"{"AWS": "arn:aws:iam::000000000000:role/path/deployer"}"#, &[SESSION]),
        (r#"{"AWS": "arn:aws:iam::000000000000:role/other/deployer"}"#, &[]),
        (session_of, &[SESSION]),
        (r#"{"AWS": "arn:aws:sts::000000000000:assumed-role/deployer/*"}"#, &[]),
        (r#"{"AWS": "arn:aws:sts::000000000000:federated-user/guest"}"#, &[FEDERATED]),
        (
            r#"{"AWS": ["111111111111", "arn:aws:iam::000000000000:user/alice"]}"#,
            &[ALICE, FEDERATED, BOB],
        ),
        (r#"{"Service": "sns.amazonaws.com"}"#, &["sns.amazonaws.com"]),
        (r#"{"Service": ["sqs.amazonaws.com", "s3.amazonaws.com"]}"#, &[]),
        (r#"{"CanonicalUser": "canonical 111111111111"}"#, &[BOB]),
        (r#"{"AWS": "AIDA000000000000EXAMPLE"}"#, &[]),
    ];
    for (principal, expected) in cases {
        let element = format!(r#""Principal": {principal}"#);
        let found: Vec<_> = everybody.iter().copied().filter(|arn| admits(&element, arn)).collect();
        assert_eq!(found, *expected, "{principal}");
    }
}

/// Whether a denial with this exception hits somebody.
fn hits(element: &str, arn: &str) -> bool {
    let deny = format!(r#"{{"Effect": "Deny", {element}, "Action": "*", "Resource": "*"}}"#);
    let allow = r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    let (identity, keys) = (who(arn), Keys::default());
    let policies = Policies {
        identity: &set(r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#),
        resource: Some(&set(&format!("{deny}, {allow}"))),
        ..Policies::default()
    };
    authorize(&request(&identity, &keys), &policies).allowance == Allowance::ExplicitlyDenied
}

#[test]
fn exceptions_of_principals() {
    let everybody = [ROOT, ALICE, CAROL, SESSION, FEDERATED, BOB, "sns.amazonaws.com", "*"];
    let cases: &[(&str, &[&str])] = &[
        // A user is excepted with the account, and others of the account are not.
        (&format!(r#"{{"AWS": ["{ALICE}", "{ROOT}"]}}"#), &[ROOT, ALICE]),
        (&format!(r#"{{"AWS": "{ALICE}"}}"#), &[]),
        (&format!(r#"{{"AWS": "{ROOT}"}}"#), &[ROOT]),
        // A session with its role and the account.
        (&format!(r#"{{"AWS": ["{SESSION}", "{ROLE}", "{ROOT}"]}}"#), &[ROOT, SESSION]),
        (&format!(r#"{{"AWS": ["{ROLE}", "{ROOT}"]}}"#), &[ROOT]),
        (&format!(r#"{{"AWS": ["{FEDERATED}", "{ROOT}"]}}"#), &[ROOT, FEDERATED]),
        (r#"{"Service": "sns.amazonaws.com"}"#, &["sns.amazonaws.com"]),
        (r#""*""#, &everybody),
    ];
    for (principal, expected) in cases {
        let element = format!(r#""NotPrincipal": {principal}"#);
        let spared: Vec<_> = everybody.iter().copied().filter(|arn| !hits(&element, arn)).collect();
        assert_eq!(spared, *expected, "{principal}");
    }
}

/// What an implicit denial of boundary or session policy does to a grant by the resource's policy.
#[test]
fn grants_by_resources_and_limits() {
    let nothing = set(r#"{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}"#);
    let everything = set(r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#);
    // Who asks, whom the resource names, whether boundary and session policy allow it; what limits.
    let cases = [
        (ALICE, ALICE, false, None, None),
        (ALICE, "*", false, None, None),
        (ALICE, ALICE, true, Some(false), Some(Tier::Session)),
        (SESSION, ROLE, false, None, Some(Tier::Boundary)),
        (SESSION, ROLE, true, Some(false), Some(Tier::Session)),
        (SESSION, ROLE, true, Some(true), None),
        (SESSION, SESSION, false, Some(false), None),
        (SESSION, "*", false, Some(false), None),
        (FEDERATED, FEDERATED, false, Some(false), None),
        (FEDERATED, ALICE, true, Some(false), Some(Tier::Session)),
        (FEDERATED, ALICE, false, Some(true), Some(Tier::Boundary)),
        (ROOT, ROOT, true, Some(false), Some(Tier::Session)),
    ];
    for (arn, named, boundary, session, limit) in cases {
        let pick = |allows: bool| if allows { &everything } else { &nothing };
        let statement = format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "{named}"}}, "Action": "*", "Resource": "*"}}"#
        );
        let (identity, keys) = (who(arn), Keys::default());
        let policies = Policies {
            boundary: Some(pick(boundary)),
            session: session.map(pick),
            resource: Some(&set(&statement)),
            ..Policies::default()
        };
        let decision = authorize(&request(&identity, &keys), &policies);
        let expected = limit.map_or_else(
            || (Allowance::Allowed, Some(Tier::Resource)),
            |tier| (Allowance::ImplicitlyDenied, Some(tier)),
        );
        let tier = match decision.reason {
            Reason::Root => None,
            Reason::Statement(tier, _) | Reason::Nothing(tier) => Some(tier),
        };
        assert_eq!((decision.allowance, tier), expected, "{arn} {named} {boundary} {session:?}");
    }
}
