//! POST policy documents.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_context::Timestamp;
use fogbank_service::ServiceError;
use serde_json::Value;

use crate::errors::{access_denied, error};

/// What a policy says of the size of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SizeRange {
    pub(super) min: Option<u64>,
    pub(super) max: Option<u64>,
}

fn invalid(message: &str) -> ServiceError {
    error("InvalidPolicyDocument", 400, format!("Invalid Policy: {message}"), &[])
}

fn denied(message: impl std::fmt::Display) -> ServiceError {
    error("AccessDenied", 403, format!("Invalid according to Policy: {message}"), &[])
}

/// Fields that no condition has to cover.
fn is_free(field: &str) -> bool {
    matches!(field, "policy" | "file" | "x-amz-signature" | "signature" | "awsaccesskeyid")
        || field.starts_with("x-ignore-")
}

/// Checks the fields of a form (names in lower case) against its policy.
///
/// # Errors
///
/// `AccessDenied` for an expired policy and for fields that break a condition,
/// `InvalidPolicyDocument` for one that is not a policy.
pub(super) fn check(
    policy: &str,
    fields: &BTreeMap<String, String>,
    now: Timestamp,
) -> Result<SizeRange, ServiceError> {
    let document = STANDARD.decode(policy).ok();
    let document: Value = document
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| invalid("Invalid JSON."))?;
    let expiration = document.get("expiration").and_then(Value::as_str);
    let expiration = expiration.ok_or_else(|| invalid("Policy missing expiration."))?;
    let expiration = DateTime::from_str(expiration, Format::DateTime)
        .map_err(|_| invalid(&format!("Invalid 'expiration' value: '{expiration}'")))?;
    if Timestamp::from_wire(&expiration) <= now {
        return Err(denied("Policy expired."));
    }
    let conditions = document.get("conditions").and_then(Value::as_array);
    let conditions = conditions.ok_or_else(|| invalid("Policy missing conditions."))?;
    let mut range = SizeRange::default();
    let mut covered = Vec::new();
    for condition in conditions {
        match condition {
            Value::Object(pairs) => {
                let mut pairs = pairs.iter();
                let (Some((name, value)), None) = (pairs.next(), pairs.next()) else {
                    return Err(invalid(
                        "Invalid Simple-Condition: Simple-Conditions must have exactly one \
                         property specified.",
                    ));
                };
                let text = value
                    .as_str()
                    .ok_or_else(|| invalid("Invalid Simple-Condition: value must be a string."))?;
                let name = name.to_ascii_lowercase();
                let holds = fields.get(&name).is_some_and(|field| field == text);
                if !holds {
                    return Err(failed(&["eq", &format!("${name}"), text]));
                }
                covered.push(name);
            }
            Value::Array(items) => check_array(items, fields, &mut range, &mut covered)?,
            _ => return Err(invalid("Invalid Condition.")),
        }
    }
    let extra = fields.keys().find(|name| !is_free(name) && !covered.contains(name));
    match extra {
        Some(name) => Err(denied(format!("Extra input fields: {name}"))),
        None => Ok(range),
    }
}

fn check_array(
    items: &[Value],
    fields: &BTreeMap<String, String>,
    range: &mut SizeRange,
    covered: &mut Vec<String>,
) -> Result<(), ServiceError> {
    let [operator, first, second] = items else {
        return Err(invalid("Invalid Condition: wrong number of arguments."));
    };
    let operator = operator.as_str().unwrap_or_default().to_ascii_lowercase();
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (first, second) = (shown(first), shown(second));
    let fail = || failed(&[&operator, &first, &second]);
    if operator == "content-length-range" {
        if [first.as_str(), second.as_str()]
            .iter()
            .any(|it| it.parse::<i64>().is_ok_and(|it| it < 0))
        {
            return Err(invalid("Invalid Condition: content-length-range must not be negative."));
        }
        let numbers = (first.parse().ok(), second.parse().ok());
        let (Some(min), Some(max)) = numbers else { return Err(fail()) };
        *range = SizeRange { min: Some(min), max: Some(max) };
        return Ok(());
    }
    let name = first.strip_prefix('$').ok_or_else(fail)?.to_ascii_lowercase();
    // What is not there fulfils nothing, not even to begin with nothing.
    let field = fields.get(&name);
    let holds = match operator.as_str() {
        "eq" => field == Some(&second),
        "starts-with" => field.is_some_and(|field| field.starts_with(&second)),
        _ => return Err(invalid("Invalid Condition: unknown operator.")),
    };
    covered.push(name);
    if holds { Ok(()) } else { Err(fail()) }
}

fn failed(condition: &[&str]) -> ServiceError {
    let parts: Vec<String> = condition.iter().map(|part| format!("\"{part}\"")).collect();
    denied(format!("Policy Condition failed: [{}]", parts.join(", ")))
}

/// A form that carries a part of a signature and not the rest.
pub(super) fn missing_field(name: &'static str) -> ServiceError {
    error(
        "InvalidArgument",
        400,
        format!(
            "Bucket POST must contain a field named '{name}'.  If it is specified, please check \
             the order of the fields."
        ),
        &[("ArgumentName", name), ("ArgumentValue", "")],
    )
}

/// Checks that the fields of a signature are there together.
///
/// # Errors
///
/// `InvalidArgument` naming the field that is missing, `AccessDenied` for a policy that nobody
/// signed.
pub(super) fn check_signature(fields: &BTreeMap<String, String>) -> Result<(), ServiceError> {
    let has = |name: &str| fields.contains_key(name);
    let v4 = ["x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"];
    let v4_names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"];
    if v4.iter().any(|name| has(name)) {
        let missing = v4.iter().zip(v4_names).find(|(name, _)| !has(name));
        return missing.map_or(Ok(()), |(_, shown)| Err(missing_field(shown)));
    }
    match (has("awsaccesskeyid"), has("signature")) {
        (true, true) => Ok(()),
        (true, false) => Err(missing_field("Signature")),
        (false, true) => Err(missing_field("AWSAccessKeyId")),
        (false, false) if has("policy") => Err(access_denied()),
        (false, false) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(conditions: &str, fields: &[(&str, &str)]) -> Result<SizeRange, String> {
        let policy =
            format!("{{\"expiration\":\"2030-01-01T00:00:00Z\",\"conditions\":{conditions}}}");
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        check(&STANDARD.encode(policy), &fields.collect(), Timestamp::from_secs(0))
            .map_err(|error| error.message().unwrap_or_default().to_owned())
    }

    #[test]
    fn conditions() {
        let base = [("key", "dir/a"), ("success_action_redirect", "http://h/")];
        let bucket = run(r#"[["starts-with","$key",""]]"#, &[("key", "k"), ("bucket", "b")]);
        assert_eq!(
            bucket,
            Err("Invalid according to Policy: Extra input fields: bucket".to_owned()),
            "the bucket is a field like others"
        );
        let fail = |text: &str| Err(format!("Invalid according to Policy: {text}"));
        let ok = Ok(SizeRange::default());
        for (conditions, expected) in [
            (r#"[{"key":"dir/a"},["eq","$success_action_redirect","http://h/"]]"#, ok.clone()),
            (r#"[["starts-with","$key","dir/"],["starts-with","$success_action_redirect",""]]"#, ok),
            (
                r#"[["eq","$key","other"]]"#,
                fail(r#"Policy Condition failed: ["eq", "$key", "other"]"#),
            ),
            (r#"[["eq","key","dir/a"]]"#, fail(r#"Policy Condition failed: ["eq", "key", "dir/a"]"#)),
            (r#"[{"key":"dir/a"}]"#, fail("Extra input fields: success_action_redirect")),
            (
                r#"[["content-length-range","test","10"]]"#,
                fail(r#"Policy Condition failed: ["content-length-range", "test", "10"]"#),
            ),
            (
                r#"[["content-length-range",-1,10]]"#,
                Err("Invalid Policy: Invalid Condition: content-length-range must not be negative."
                    .to_owned()),
            ),
            (
                r#"[{"a":"b","c":"d"}]"#,
                Err("Invalid Policy: Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.".to_owned()),
            ),
        ] {
            assert_eq!(run(conditions, &base), expected, "{conditions}");
        }
        let range = run(r#"[["content-length-range",5,10]]"#, &[]);
        assert_eq!(range, Ok(SizeRange { min: Some(5), max: Some(10) }));
    }

    #[test]
    fn expiry() {
        let policy = r#"{"expiration":"2020-01-01T00:00:00Z","conditions":[]}"#;
        let now = Timestamp::from_secs(1_600_000_000);
        let error = check(&STANDARD.encode(policy), &BTreeMap::new(), now).unwrap_err();
        assert_eq!(error.message(), Some("Invalid according to Policy: Policy expired."));
        assert_eq!(check("!!", &BTreeMap::new(), now).unwrap_err().code(), "InvalidPolicyDocument");
    }
}
