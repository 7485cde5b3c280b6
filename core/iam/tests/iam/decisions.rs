//! Decisions over all kinds of policies, as tables.

use fogbank_iam::{
    Allowance, Identity, Keys, Policies, Policy, PolicySet, Reason, Request, Tier, authorize,
    explain,
};

const ALICE: &str = "arn:aws:iam::000000000000:user/alice";
const SESSION: &str = "arn:aws:sts::000000000000:assumed-role/deployer/ci";
const OTHER: &str = "arn:aws:iam::111111111111:user/bob";
const ROOT: &str = "arn:aws:iam::000000000000:root";

fn set(statements: &str) -> PolicySet {
    let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    PolicySet::new([("p", Policy::parse(&document).unwrap())])
}

fn keys(text: &str) -> Keys {
    text.split(';')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, values)| {
            let values = values.split(',').filter(|value| !value.is_empty());
            (key, values.collect::<Vec<_>>())
        })
        .collect()
}

/// Whether an identity policy with this one statement allows a request by Alice.
fn allows(statement: &str, action: &str, resource: &str, context: &str) -> bool {
    let policies = set(statement);
    let request = Request {
        identity: &Identity::parse(ALICE).unwrap(),
        action,
        resource,
        owner: None,
        keys: &keys(context),
    };
    authorize(&request, &Policies { identity: &policies, ..Policies::default() }).is_allowed()
}

#[test]
fn actions_and_resources() {
    let bucket = "arn:aws:s3:::b";
    let cases = [
        (r#""Action": "s3:GetObject", "Resource": "*""#, "s3:GetObject", true),
        (r#""Action": "S3:getobject", "Resource": "*""#, "s3:GetObject", true),
        (r#""Action": ["s3:Put*", "s3:Get*"], "Resource": "*""#, "s3:GetObject", true),
        (r#""Action": "s3:*", "Resource": "*""#, "sqs:SendMessage", false),
        (r#""Action": "*", "Resource": "*""#, "sqs:SendMessage", true),
        (r#""Action": "*:Get*", "Resource": "*""#, "s3:GetObject", true),
        (r#""NotAction": "s3:*", "Resource": "*""#, "s3:GetObject", false),
        (r#""NotAction": "iam:*", "Resource": "*""#, "s3:GetObject", true),
        (r#""Action": "s3:*", "Resource": "arn:aws:s3:::b/*""#, "s3:GetObject", false),
        (r#""Action": "s3:*", "Resource": "arn:aws:s3:::?""#, "s3:GetObject", true),
        (r#""Action": "s3:*", "NotResource": "arn:aws:s3:::b""#, "s3:GetObject", false),
        (r#""Action": "s3:*", "NotResource": "arn:aws:s3:::c""#, "s3:GetObject", true),
        (r#""Action": "s3:*", "NotResource": "arn:aws:s3:::${none}""#, "s3:GetObject", false),
        (r#""Action": "s3:*", "NotResource": "arn:aws:s3:::${none, 'c'}""#, "s3:GetObject", true),
    ];
    for (statement, action, expected) in cases {
        let statement = format!(r#"{{"Effect": "Allow", {statement}}}"#);
        assert_eq!(allows(&statement, action, bucket, ""), expected, "{statement} {action}");
    }
}

#[test]
fn conditions() {
    let cases = [
        (r#""StringEquals": {"k": "a"}"#, "k=a", true),
        (r#""StringEquals": {"k": "a"}"#, "k=A", false),
        (r#""StringEquals": {"K": ["b", "a"]}"#, "k=a", true),
        (r#""StringEquals": {"k": "a"}"#, "", false),
        (r#""StringEqualsIfExists": {"k": "a"}"#, "", true),
        (r#""StringEqualsIfExists": {"k": "a"}"#, "k=b", false),
        (r#""StringNotEquals": {"k": "a"}"#, "", true),
        (r#""StringNotEquals": {"k": ["a", "b"]}"#, "k=b", false),
        (r#""StringNotEquals": {"k": ["a", "b"]}"#, "k=c", true),
        (r#""StringEqualsIgnoreCase": {"k": "AbC"}"#, "k=aBc", true),
        (r#""StringEquals": {"k": "a*"}"#, "k=ab", false),
        (r#""StringLike": {"k": "a*"}"#, "k=ab", true),
        (r#""StringNotLike": {"k": "a*"}"#, "k=ab", false),
        (r#""StringLike": {"k": "${aws:username}/*"}"#, "k=alice/x;aws:username=alice", true),
        (r#""StringLike": {"k": "${aws:username}/*"}"#, "k=alice/x", false),
        (r#""NumericLessThan": {"k": "10"}"#, "k=9", true),
        (r#""NumericLessThan": {"k": 10}"#, "k=10", false),
        (r#""NumericLessThanEquals": {"k": "10"}"#, "k=10", true),
        (r#""NumericEquals": {"k": "10"}"#, "k=ten", false),
        (r#""NumericNotEquals": {"k": "10"}"#, "k=11", true),
        (r#""DateGreaterThan": {"k": "2026-01-01T00:00:00Z"}"#, "k=2026-01-01T00:00:01Z", true),
        (r#""DateLessThan": {"k": "2026-01-01"}"#, "k=1767225599", true),
        (r#""Bool": {"k": "true"}"#, "k=True", true),
        (r#""Bool": {"k": false}"#, "k=true", false),
        (r#""Bool": {"k": "false"}"#, "", false),
        (r#""BoolIfExists": {"k": "false"}"#, "", true),
        (r#""BinaryEquals": {"k": "QUJD"}"#, "k=QUJD", true),
        (r#""IpAddress": {"k": "10.0.0.0/8"}"#, "k=10.9.9.9", true),
        (r#""NotIpAddress": {"k": "10.0.0.0/8"}"#, "k=10.9.9.9", false),
        (r#""NotIpAddress": {"k": "10.0.0.0/8"}"#, "", true),
        (r#""ArnLike": {"k": "arn:aws:sns:*:*:t"}"#, "k=arn:aws:sns:eu-west-1:1:t", true),
        (r#""ArnEquals": {"k": "arn:aws:sns:*:t"}"#, "k=arn:aws:sns:eu-west-1:1:t", false),
        (r#""ArnNotLike": {"k": "arn:aws:sns:*:*:t"}"#, "k=arn:aws:sns:eu-west-1:1:u", true),
        (r#""Null": {"k": "true"}"#, "", true),
        (r#""Null": {"k": "true"}"#, "k=a", false),
        (r#""Null": {"k": "false"}"#, "k=a", true),
        (r#""Null": {"k": ["true", "false"]}"#, "k=a", true),
        (r#""ForAllValues:StringEquals": {"k": ["a", "b"]}"#, "k=a,b", true),
        (r#""ForAllValues:StringEquals": {"k": ["a", "b"]}"#, "k=a,c", false),
        (r#""ForAllValues:StringEquals": {"k": ["a", "b"]}"#, "", true),
        (r#""ForAllValues:StringEquals": {"k": ["a", "b"]}"#, "k=", true),
        (r#""ForAnyValue:StringEquals": {"k": ["a", "b"]}"#, "k=c,b", true),
        (r#""ForAnyValue:StringEquals": {"k": ["a", "b"]}"#, "k=c", false),
        (r#""ForAnyValue:StringEquals": {"k": ["a", "b"]}"#, "", false),
        (r#""ForAnyValue:StringNotEquals": {"k": ["a", "b"]}"#, "k=a,c", true),
        (r#""ForAllValues:StringNotLike": {"k": ["a*"]}"#, "k=b,c", true),
        (r#""ForAnyValue:StringLikeIfExists": {"k": "a*"}"#, "", true),
        (r#""StringEquals": {"k": "a", "l": "b"}"#, "k=a;l=b", true),
        (r#""StringEquals": {"k": "a", "l": "b"}"#, "k=a;l=c", false),
        (r#""StringEquals": {"k": "a"}, "Bool": {"l": "true"}"#, "k=a", false),
    ];
    for (condition, context, expected) in cases {
        let statement = format!(
            r#"{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{{condition}}}}}"#
        );
        assert_eq!(
            allows(&statement, "s3:GetObject", "*", context),
            expected,
            "{condition} {context}"
        );
    }
}

const ALL: &str = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
const DENY: &str = r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}"#;
const NONE: &str = "";

fn to(principal: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "*", "Resource": "*"}}"#)
}

struct Case<'a> {
    who: &'a str,
    identity: &'a str,
    resource: Option<String>,
    boundary: Option<&'a str>,
    session: Option<&'a str>,
    scp: Option<&'a str>,
    required: bool,
}

const BARE: Case<'_> = Case {
    who: ALICE,
    identity: NONE,
    resource: None,
    boundary: None,
    session: None,
    scp: None,
    required: false,
};

fn decide(case: &Case<'_>) -> (Allowance, Option<Tier>) {
    let identity = if case.identity == NONE { PolicySet::default() } else { set(case.identity) };
    let resource = case.resource.as_deref().map(set);
    let boundary = case.boundary.map(set);
    let session = case.session.map(set);
    let scp = case.scp.map(set);
    let request = Request {
        identity: &Identity::parse(case.who).unwrap(),
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        owner: "000000000000".parse().ok(),
        keys: &Keys::default(),
    };
    let decision = authorize(
        &request,
        &Policies {
            identity: &identity,
            boundary: boundary.as_ref(),
            session: session.as_ref(),
            resource: resource.as_ref(),
            resource_decides: case.required,
            service_control: scp.as_slice(),
            resource_control: &[],
        },
    );
    let tier = match decision.reason {
        Reason::Root => None,
        Reason::Statement(tier, _) | Reason::Nothing(tier) => Some(tier),
    };
    (decision.allowance, tier)
}

#[test]
fn kinds_of_policies_are_joined_by_the_rules() {
    use Allowance::{Allowed, ExplicitlyDenied as Denied, ImplicitlyDenied as Missing};
    use Tier::{Boundary, Identity, Resource, ServiceControl, Session};
    let alice = || Some(to(&format!(r#"{{"AWS": "{ALICE}"}}"#)));
    let role = || Some(to(r#"{"AWS": "arn:aws:iam::000000000000:role/deployer"}"#));
    let session = || Some(to(&format!(r#"{{"AWS": "{SESSION}"}}"#)));
    let account = || Some(to(r#"{"AWS": "000000000000"}"#));
    let other = || Some(to(r#"{"AWS": "arn:aws:iam::111111111111:root"}"#));
    let anyone = || Some(to(r#""*""#));
    let denying = || Some(DENY.replace(r#""Action""#, r#""Principal": "*", "Action""#));
    let nothing = r#"{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}"#;
    let cases = [
        (Case { ..BARE }, Missing, Some(Identity)),
        (Case { identity: ALL, ..BARE }, Allowed, Some(Identity)),
        (Case { identity: DENY, ..BARE }, Denied, Some(Identity)),
        (Case { who: ROOT, ..BARE }, Allowed, None),
        (Case { who: ROOT, resource: denying(), ..BARE }, Denied, Some(Resource)),
        (Case { identity: ALL, resource: denying(), ..BARE }, Denied, Some(Resource)),
        // The organisation.
        (Case { identity: ALL, scp: Some(nothing), ..BARE }, Missing, Some(ServiceControl)),
        (Case { who: ROOT, scp: Some(nothing), ..BARE }, Missing, Some(ServiceControl)),
        (Case { identity: ALL, scp: Some(ALL), ..BARE }, Allowed, Some(Identity)),
        // Boundary and session.
        (Case { identity: ALL, boundary: Some(nothing), ..BARE }, Missing, Some(Boundary)),
        (Case { identity: ALL, boundary: Some(DENY), ..BARE }, Denied, Some(Boundary)),
        (Case { boundary: Some(ALL), ..BARE }, Missing, Some(Identity)),
        (
            Case { who: SESSION, identity: ALL, session: Some(nothing), ..BARE },
            Missing,
            Some(Session),
        ),
        (Case { who: SESSION, identity: ALL, session: Some(ALL), ..BARE }, Allowed, Some(Identity)),
        // The resource, within the account.
        (Case { resource: alice(), ..BARE }, Allowed, Some(Resource)),
        (Case { resource: alice(), boundary: Some(nothing), ..BARE }, Allowed, Some(Resource)),
        (Case { resource: account(), ..BARE }, Missing, Some(Identity)),
        (Case { identity: ALL, resource: account(), ..BARE }, Allowed, Some(Identity)),
        (Case { who: SESSION, resource: role(), ..BARE }, Allowed, Some(Resource)),
        (
            Case { who: SESSION, resource: role(), session: Some(nothing), ..BARE },
            Missing,
            Some(Session),
        ),
        (
            Case { who: SESSION, resource: session(), session: Some(nothing), ..BARE },
            Allowed,
            Some(Resource),
        ),
        (Case { resource: anyone(), ..BARE }, Allowed, Some(Resource)),
        // Across accounts.
        (Case { who: OTHER, identity: ALL, ..BARE }, Missing, Some(Resource)),
        (Case { who: OTHER, resource: other(), ..BARE }, Missing, Some(Identity)),
        (Case { who: OTHER, identity: ALL, resource: other(), ..BARE }, Allowed, Some(Identity)),
        (Case { who: OTHER, identity: ALL, resource: alice(), ..BARE }, Missing, Some(Resource)),
        (Case { who: OTHER, resource: anyone(), ..BARE }, Missing, Some(Identity)),
        // Resources whose policy decides.
        (Case { identity: ALL, required: true, ..BARE }, Missing, Some(Resource)),
        (
            Case { identity: ALL, resource: account(), required: true, ..BARE },
            Allowed,
            Some(Identity),
        ),
        (Case { resource: account(), required: true, ..BARE }, Missing, Some(Identity)),
        (Case { resource: alice(), required: true, ..BARE }, Allowed, Some(Resource)),
    ];
    for (at, (case, allowance, tier)) in cases.iter().enumerate() {
        assert_eq!(decide(case), (*allowance, *tier), "case {at} for {}", case.who);
    }
}

#[test]
fn services_and_strangers_need_the_resource() {
    let policy = set(&to(r#"{"Service": "sns.amazonaws.com"}"#));
    let public = set(&to(r#"{"AWS": "*"}"#));
    let cases = [
        (Identity::service("sns.amazonaws.com"), &policy, true),
        (Identity::service("s3.amazonaws.com"), &policy, false),
        (Identity::anonymous(), &policy, false),
        (Identity::anonymous(), &public, true),
        (Identity::federated("accounts.google.com"), &policy, false),
    ];
    for (identity, resource, expected) in cases {
        let request = Request {
            identity: &identity,
            action: "sqs:SendMessage",
            resource: "arn:aws:sqs:us-east-1:000000000000:q",
            owner: "000000000000".parse().ok(),
            keys: &Keys::default(),
        };
        let policies = Policies { resource: Some(resource), ..Policies::default() };
        assert_eq!(authorize(&request, &policies).is_allowed(), expected, "{}", identity.arn);
    }
}

#[test]
fn decisions_say_why() {
    let identity = set(
        r#"{"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::a/*"},
           {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}"#,
    );
    let request = Request {
        identity: &Identity::parse(ALICE).unwrap(),
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        owner: None,
        keys: &Keys::default(),
    };
    let decision = authorize(&request, &Policies { identity: &identity, ..Policies::default() });
    assert_eq!(decision.to_string(), "denied: no identity-based policy allows it");
    assert_eq!(
        decision.because("s3:GetObject"),
        "because no identity-based policy allows the s3:GetObject action"
    );
    let traces = explain(&request, &identity);
    let told: Vec<String> =
        traces.iter().map(|trace| format!("{}: {}", trace.statement, trace.obstacles[0])).collect();
    assert_eq!(
        told,
        [
            "statement \"Read\" of p: speaks of other resources",
            "statement 2 of p: asks for StringEquals aws:PrincipalTag/team red, which the request \
             does not have",
        ]
    );
}

#[test]
fn errors_of_documents_say_where() {
    let cases = [
        (
            "{",
            "the policy is not in the valid JSON format: EOF while parsing an object at line 1 column 1",
        ),
        ("[]", "the document: is not an object"),
        (
            r#"{"Version": "2011-01-01", "Statement": []}"#,
            "Version: is neither 2012-10-17 nor 2008-10-17",
        ),
        (r#"{"Version": "2012-10-17"}"#, "Statement: is missing"),
        (r#"{"Statement": [{"Action": "*"}]}"#, "Statement[0].Effect: is missing"),
        (
            r#"{"Statement": [{"Effect": "Permit"}]}"#,
            "Statement[0].Effect: is neither Allow nor Deny",
        ),
        (r#"{"Statement": {"Effect": "Allow"}}"#, "Statement.Action: is missing"),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*"}}"#,
            "Statement.NotAction: cannot stand beside Action",
        ),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": ["*", 1]}}"#,
            "Statement.Action[1]: is not a string",
        ),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"StringIs": {"a": "b"}}}}"#,
            "Statement.Condition.StringIs: is no condition operator",
        ),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Principal": {"Human": "me"}}}"#,
            "Statement.Principal.Human: is no type of principal",
        ),
        (
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "Why": 1}}"#,
            "Statement.Why: is no element of a statement",
        ),
    ];
    for (document, message) in cases {
        assert_eq!(Policy::parse(document).unwrap_err().to_string(), message, "{document}");
    }
}
