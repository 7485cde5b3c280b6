//! Which policies a bucket takes.

use fogbank_service::ServiceError;
use serde_json::{Map, Value};

use crate::errors::{self, malformed_policy};

/// The most bytes of a policy.
const MAX_BYTES: usize = 20 * 1024;

/// Checks the text of a policy for a bucket; the document.
///
/// # Errors
///
/// `MalformedPolicy` as S3 words it, `PolicyTooLarge`.
pub(crate) fn check_policy(policy: &str, bucket: &str) -> Result<Value, ServiceError> {
    let document: Option<Value> = serde_json::from_str(policy).ok();
    let document = document.filter(|_| policy.starts_with('{')).ok_or_else(|| {
        malformed_policy("Policies must be valid JSON and the first byte must be '{'")
    })?;
    let fields = document.as_object().into_iter().flat_map(Map::keys);
    check_fields(fields, &["Version", "Id", "Statement"])?;
    if document.get("Statement").is_none() {
        return Err(malformed_policy("Missing required field Statement"));
    }
    let version = document.get("Version").map(|version| version.as_str().unwrap_or_default());
    if version.is_some_and(|version| !["2008-10-17", "2012-10-17"].contains(&version)) {
        return Err(malformed_policy("The policy must contain a valid version string"));
    }
    let all = statements(&document);
    if all.is_empty() {
        return Err(malformed_policy("Could not parse the policy: Statement is empty!"));
    }
    for statement in all {
        let Value::Object(fields) = statement else {
            return Err(malformed_policy("Policy has invalid statement"));
        };
        check_statement(fields, bucket)?;
    }
    if fogbank_iam::Policy::parse(policy).is_err() {
        return Err(malformed_policy("This policy contains invalid Json"));
    }
    if policy.len() > MAX_BYTES {
        let message = "The policy is larger than the allowed size";
        return Err(errors::error("PolicyTooLarge", 400, message, &[]));
    }
    Ok(document)
}

/// The statements of a policy: one, or a list.
fn statements(document: &Value) -> Vec<&Value> {
    match document.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().collect(),
        Some(statement) => vec![statement],
        None => Vec::new(),
    }
}

/// What S3 says of a fault that it names.
fn malformed(message: String) -> ServiceError {
    errors::error("MalformedPolicy", 400, message, &[])
}

fn check_fields<'a>(
    mut fields: impl Iterator<Item = &'a String>,
    known: &[&str],
) -> Result<(), ServiceError> {
    match fields.find(|field| !known.contains(&field.as_str())) {
        Some(field) => Err(malformed(format!("Unknown field {field}"))),
        None => Ok(()),
    }
}

/// The fields of a statement.
const FIELDS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

fn check_statement(fields: &Map<String, Value>, bucket: &str) -> Result<(), ServiceError> {
    check_fields(fields.keys(), &FIELDS)?;
    let has = |name: &str| fields.contains_key(name);
    let required: [(bool, &'static str); 4] = [
        (has("Effect"), "Missing required field Effect"),
        (has("Action") || has("NotAction"), "Missing required field Action"),
        (has("Resource") || has("NotResource"), "Missing required field Resource"),
        (has("Principal") || has("NotPrincipal"), "Missing required field Principal"),
    ];
    if let Some((_, message)) = required.iter().find(|(there, _)| !there) {
        return Err(malformed_policy(message));
    }
    let effect = fields.get("Effect").and_then(Value::as_str).unwrap_or_default();
    if !["Allow", "Deny"].contains(&effect) {
        return Err(malformed(format!("Invalid effect: {effect}")));
    }
    let principals = ["Principal", "NotPrincipal"].iter().filter_map(|name| fields.get(*name));
    if !principals.into_iter().all(is_principal) {
        return Err(malformed_policy("Invalid principal in policy"));
    }
    let named = texts(fields.get("Resource"));
    let resources = if has("Resource") { named } else { texts(fields.get("NotResource")) };
    if resources.is_empty() || !resources.iter().all(|text| is_of_bucket(text, bucket)) {
        return Err(malformed_policy("Policy has invalid resource"));
    }
    let named = texts(fields.get("Action"));
    let actions = if has("Action") { named } else { texts(fields.get("NotAction")) };
    if actions.is_empty() || !actions.iter().all(|text| is_action(text)) {
        return Err(malformed_policy("Policy has invalid action"));
    }
    if has("Action") && has("Resource") && !actions.iter().all(|text| applies(text, &resources)) {
        return Err(malformed_policy("Action does not apply to any resource(s) in statement"));
    }
    fields.get("Condition").map_or(Ok(()), check_conditions)
}

/// Whether a principal can be one, as far as can be told without looking who there is.
fn is_principal(value: &Value) -> bool {
    let Value::Object(kinds) = value else { return value.as_str() == Some("*") };
    !kinds.is_empty()
        && kinds.iter().all(|(kind, value)| {
            let names = texts(Some(value));
            let fits = |name: &&str| match kind.as_str() {
                "AWS" => is_aws_principal(name),
                "Service" => name.contains('.'),
                "Federated" | "CanonicalUser" => !name.is_empty(),
                _ => false,
            };
            let complete = value.as_array().is_none_or(|all| all.len() == names.len());
            !names.is_empty() && complete && names.iter().all(fits)
        })
}

/// An account, the ARN of a user, a role, a session or the root, or the unique id of one that is
/// gone.
fn is_aws_principal(name: &str) -> bool {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if name == "*" || is_account(name) {
        return true;
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    if let ["arn", _, "iam" | "sts", "", account, resource] = parts[..] {
        let kinds = ["user/", "role/", "assumed-role/", "federated-user/"];
        let known = resource == "root" || kinds.iter().any(|kind| resource.starts_with(kind));
        return known
            && !resource.contains('*')
            && (is_account(account) || account == "cloudfront");
    }
    let id = name.len() >= 16 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    id && name.starts_with('A')
}

/// The operators of conditions, without quantifiers and `IfExists`.
const OPERATORS: [&str; 27] = [
    "arnequals",
    "arnlike",
    "arnnotequals",
    "arnnotlike",
    "binaryequals",
    "bool",
    "dateequals",
    "dategreaterthan",
    "dategreaterthanequals",
    "datelessthan",
    "datelessthanequals",
    "datenotequals",
    "ipaddress",
    "notipaddress",
    "null",
    "numericequals",
    "numericgreaterthan",
    "numericgreaterthanequals",
    "numericlessthan",
    "numericlessthanequals",
    "numericnotequals",
    "stringequals",
    "stringequalsignorecase",
    "stringlike",
    "stringnotequals",
    "stringnotequalsignorecase",
    "stringnotlike",
];

fn check_conditions(conditions: &Value) -> Result<(), ServiceError> {
    let Value::Object(operators) = conditions else {
        return Err(malformed_policy("This policy contains invalid Json"));
    };
    for (operator, keys) in operators {
        let lower = operator.to_ascii_lowercase();
        let plain = lower.split_once(':').map_or(&*lower, |(quantifier, rest)| {
            let known = ["foranyvalue", "forallvalues"].contains(&quantifier);
            if known { rest } else { &lower }
        });
        let plain = plain.strip_suffix("ifexists").unwrap_or(plain);
        if !OPERATORS.contains(&plain) {
            return Err(malformed(format!("Invalid Condition type : {operator}")));
        }
        for key in keys.as_object().into_iter().flat_map(Map::keys) {
            // Keys of identity providers are named after their hosts.
            let known = key.split_once(':').is_some_and(|(service, name)| {
                let service = service.to_ascii_lowercase();
                let own = ["aws", "s3", "s3express", "sts", "saml"].contains(&service.as_str());
                !name.is_empty() && (own || service.contains('.'))
            });
            if !known {
                return Err(malformed_policy("Policy has an invalid condition key"));
            }
        }
    }
    Ok(())
}

/// A text or a list of them.
fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_action(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let services = ["s3:", "s3express:", "s3-object-lambda:"];
    text == "*" || services.iter().any(|it| lower.starts_with(it))
}

/// The bucket or the objects that an ARN of S3 names.
fn resource_of(arn: &str) -> Option<&str> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, service, _, _, resource] = parts[..] else { return None };
    match service {
        // Directory buckets say what they are.
        "s3express" => resource.strip_prefix("bucket/"),
        "s3" | "*" => Some(resource).filter(|resource| !resource.is_empty()),
        _ => None,
    }
}

/// Whether a resource is the bucket or in it, as far as can be told without a request.
fn is_of_bucket(arn: &str, bucket: &str) -> bool {
    let Some(resource) = resource_of(arn) else { return false };
    let name = resource.split('/').next().unwrap_or_default();
    name.contains("${") || fits(name.as_bytes(), bucket.as_bytes())
}

/// Whether a pattern with `*` and `?` fits a text.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => (0..=text.len()).any(|skipped| fits(rest, &text[skipped..])),
        (Some((b'?', rest)), Some((_, after))) => fits(rest, after),
        (Some((expected, rest)), Some((found, after))) => expected == found && fits(rest, after),
        _ => false,
    }
}

/// What actions are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Buckets,
    Objects,
    /// Either, or what is not known here.
    Anything,
}

/// Actions on objects whose names do not say so.
const OF_OBJECTS: [&str; 6] = [
    "s3:abortmultipartupload",
    "s3:bypassgovernanceretention",
    "s3:listmultipartuploadparts",
    "s3:objectowneroverridetobucketowner",
    "s3:replicatedelete",
    "s3:replicatetags",
];

fn about(action: &str) -> About {
    let action = action.to_ascii_lowercase();
    if action.contains(['*', '?', '$']) || !action.starts_with("s3:") {
        return About::Anything;
    }
    if OF_OBJECTS.contains(&action.as_str()) {
        return About::Objects;
    }
    match (action.contains("bucket"), action.contains("object")) {
        (true, _) => About::Buckets,
        (false, true) => About::Objects,
        (false, false) if action.ends_with("configuration") => About::Buckets,
        _ => About::Anything,
    }
}

/// Whether one of the resources is of the kind that the action is about.
fn applies(action: &str, resources: &[&str]) -> bool {
    let about = about(action);
    resources.iter().any(|arn| {
        let resource = resource_of(arn).unwrap_or_default();
        let wild = resource.contains(['*', '?', '$']);
        match (about, resource.contains('/')) {
            (About::Anything, _) | (About::Buckets, false) | (About::Objects, true) => true,
            (About::Objects, false) => wild,
            (About::Buckets, true) => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn statement(action: Value, resource: Value) -> Value {
        json!({ "Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource })
    }

    fn outcome(document: &Value) -> String {
        let checked = check_policy(&document.to_string(), "bucket");
        checked.map_or_else(|error| error.message().unwrap_or("").to_owned(), |_| String::new())
    }

    #[test]
    fn statements_fit_their_bucket() {
        let (of_bucket, of_objects) = ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*");
        let mismatch = "Action does not apply to any resource(s) in statement";
        let resource = "Policy has invalid resource";
        for (action, resources, message) in [
            (json!("s3:GetObject"), json!(of_objects), ""),
            (json!("s3:*"), json!(of_bucket), ""),
            (json!("*"), json!([of_bucket, of_objects]), ""),
            (json!("s3:GetObject"), json!("arn:aws:s3:::buck*"), ""),
            (json!("s3:GetObject"), json!("arn:aws:s3:::bucket/${aws:username}/*"), ""),
            (json!(["s3:GetObject", "s3:ListBucket"]), json!([of_bucket, of_objects]), ""),
            (json!(["s3:GetObject", "s3:ListBucket"]), json!(of_objects), mismatch),
            (json!("s3:GetObject"), json!(of_bucket), mismatch),
            (json!("s3:GetLifecycleConfiguration"), json!(of_objects), mismatch),
            (json!("s3:AbortMultipartUpload"), json!(of_bucket), mismatch),
            (json!("s3:GetBucketObjectLockConfiguration"), json!(of_bucket), ""),
            (json!("s3:GetObject"), json!("*"), resource),
            (json!("s3:GetObject"), json!("arn:aws:s3:::other/*"), resource),
            (json!("s3:GetObject"), json!("arn:aws:sqs:::bucket/*"), resource),
            (json!("s3:GetObject"), json!([]), resource),
            (json!("sqs:SendMessage"), json!(of_objects), "Policy has invalid action"),
        ] {
            let document = json!({ "Statement": statement(action, resources) });
            assert_eq!(outcome(&document), message, "{document}");
        }
    }

    #[test]
    fn fields() {
        let good = statement(json!("s3:*"), json!("arn:aws:s3:::bucket"));
        for (document, message) in [
            (json!({ "Version": "2012-10-17", "Statement": [good] }), ""),
            (json!({}), "Missing required field Statement"),
            (json!({ "Statement": [] }), "Could not parse the policy: Statement is empty!"),
            (
                json!({ "Version": "2020-01-01", "Statement": [good] }),
                "The policy must contain a valid version string",
            ),
            (json!({ "Statement": [{ "Effect": "Allow" }] }), "Missing required field Action"),
            (json!({ "Statement": [good], "Statements": [] }), "Unknown field Statements"),
        ] {
            assert_eq!(outcome(&document), message, "{document}");
        }
    }

    #[test]
    fn members_of_statements() {
        let principal = "Invalid principal in policy";
        let role = "arn:aws:iam::000000000000:role/path/name";
        let session = "arn:aws:sts::000000000000:assumed-role/name/session";
        let oai = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1";
        for (field, value, message) in [
            ("Principal", json!({ "AWS": ["000000000000", role, session, oai, "*"] }), ""),
            ("Principal", json!({ "AWS": "AROAEXAMPLE000000000" }), ""),
            ("Principal", json!({ "Service": "logging.s3.amazonaws.com" }), ""),
            ("Principal", json!({ "CanonicalUser": "abc" }), ""),
            ("Principal", json!("000000000000"), principal),
            ("Principal", json!({ "AWS": "name" }), principal),
            ("Principal", json!({ "AWS": "arn:aws:iam::000000000000:user/*" }), principal),
            ("Principal", json!({ "AWS": "arn:aws:s3:::bucket" }), principal),
            ("Principal", json!({ "AWS": [] }), principal),
            ("Principal", json!({ "Users": "*" }), principal),
            ("Principal", json!({ "Service": "s3" }), principal),
            ("Principals", json!("*"), "Unknown field Principals"),
            ("Condition", json!({ "StringLikeIfExists": { "s3:prefix": "a/" } }), ""),
            ("Condition", json!({ "ForAnyValue:StringEquals": { "aws:TagKeys": "a" } }), ""),
            (
                "Condition",
                json!({ "StringLikes": { "s3:prefix": "a/" } }),
                "Invalid Condition type : StringLikes",
            ),
            (
                "Condition",
                json!({ "ForSome:StringLike": { "s3:prefix": "a/" } }),
                "Invalid Condition type : ForSome:StringLike",
            ),
            (
                "Condition",
                json!({ "StringLike": { "prefix": "a/" } }),
                "Policy has an invalid condition key",
            ),
            (
                "Condition",
                json!({ "StringLike": { "sqs:prefix": "a/" } }),
                "Policy has an invalid condition key",
            ),
        ] {
            let mut statement = statement(json!("s3:*"), json!("arn:aws:s3:::bucket"));
            statement[field] = value;
            let document = json!({ "Statement": [statement] });
            assert_eq!(outcome(&document), message, "{document}");
        }
    }
}
