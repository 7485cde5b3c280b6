//! Session policies, inline and managed.

use fogbank_api_sts::{MalformedPolicyDocumentException, PackedPolicyTooLargeException};
use fogbank_api_sts::{PolicyDescriptorType, Tag};
use fogbank_context::Arn;
use fogbank_service::ServiceError;
use serde_json::Value;

use crate::errors;

/// Characters that policies and tags may use together.
const ALLOWANCE: usize = 2048;
/// Managed policies that a session may have.
const MANAGED_POLICIES: usize = 10;

/// Checks the policies of a session. The result is the percentage of the allowance that they and
/// the tags use; none when the request has neither.
pub(crate) fn packed_size(
    policy: Option<&str>,
    managed: Option<&[PolicyDescriptorType]>,
    tags: &[Tag],
) -> Result<Option<i32>, ServiceError> {
    if let Some(policy) = policy {
        check_document(policy)?;
    }
    let managed = managed.unwrap_or_default();
    let arns = managed.iter().filter_map(|policy| policy.arn.as_deref());
    if managed.len() > MANAGED_POLICIES {
        return Err(errors::validation(
            "The number of managed policies in a session cannot exceed 10",
        ));
    }
    let mut used = policy.map_or(0, str::len);
    for arn in arns {
        arn.parse::<Arn>().map_err(|_| errors::is_invalid(arn))?;
        used += arn.len();
    }
    used += tags.iter().map(|tag| tag.key.len() + tag.value.len()).sum::<usize>();
    if used == 0 {
        return Ok(None);
    }
    let percentage = (used * 100).div_ceil(ALLOWANCE);
    if percentage > 100 {
        let message = format!(
            "Packed policy consumes {percentage}% of allotted space, please use smaller policy."
        );
        return Err(PackedPolicyTooLargeException::new(message).into());
    }
    Ok(i32::try_from(percentage).ok())
}

fn check_document(policy: &str) -> Result<(), ServiceError> {
    let malformed =
        |message: &str| ServiceError::from(MalformedPolicyDocumentException::new(message));
    let document: Value =
        serde_json::from_str(policy).map_err(|_| malformed("This policy contains invalid Json"))?;
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(statement @ Value::Object(_)) => std::slice::from_ref(statement),
        _ => return Err(malformed("Syntax errors in policy.")),
    };
    let sound = |statement: &Value| {
        let effect = statement.get("Effect").and_then(Value::as_str);
        matches!(effect, Some("Allow" | "Deny"))
            && (statement.get("Action").is_some() || statement.get("NotAction").is_some())
    };
    if statements.iter().all(sound) { Ok(()) } else { Err(malformed("Syntax errors in policy.")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents() {
        let cases = [
            (r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#, true),
            (r#"{"Statement": {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}}"#, true),
            (r#"{"Statement": [{"Effect": "allow", "Action": "*"}]}"#, false),
            (r#"{"Statement": [{"Effect": "Allow"}]}"#, false),
            (r#"{"Version": "2012-10-17"}"#, false),
            ("policy.json", false),
            ("", false),
        ];
        for (policy, sound) in cases {
            assert_eq!(check_document(policy).is_ok(), sound, "{policy}");
        }
    }

    #[test]
    fn the_share_of_the_allowance_is_rounded_up_and_limited() {
        let policy = r#"{"Statement":{"Effect":"Allow","Action":"*"}}"#;
        assert_eq!(packed_size(None, None, &[]).unwrap(), None);
        assert_eq!(packed_size(Some(policy), None, &[]).unwrap(), Some(3));
        let long = format!("{policy}{}", " ".repeat(2100));
        let error = packed_size(Some(&long), None, &[]).unwrap_err();
        assert_eq!(error.code(), "PackedPolicyTooLarge");
    }
}
