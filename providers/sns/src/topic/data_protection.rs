//! Data protection policies: their form is checked, the document is kept.

use fogbank_service::ServiceError;
use serde_json::{Map, Value};

use crate::errors;

/// The largest policy, in bytes.
const LARGEST: usize = 30_720;

/// Checks the form of a policy.
///
/// # Errors
/// `InvalidParameter`.
pub(crate) fn check(text: &str) -> Result<(), ServiceError> {
    let wrong = |reason: &str| errors::reason("DataProtectionPolicy", reason);
    if text.len() > LARGEST {
        return Err(wrong("Policy is too long"));
    }
    let document: Map<String, Value> =
        serde_json::from_str(text).map_err(|_| wrong("Failed to parse JSON"))?;
    for name in ["Name", "Version", "Statement"] {
        if !document.contains_key(name) {
            return Err(wrong(&format!("{name} is required")));
        }
    }
    let statements = document.get("Statement").and_then(Value::as_array);
    for statement in statements.ok_or_else(|| wrong("Statement must be an array"))? {
        let text = |name: &str| statement.get(name).and_then(Value::as_str);
        if !matches!(text("DataDirection"), Some("Inbound" | "Outbound")) {
            return Err(wrong("Statement DataDirection must be either Inbound or Outbound"));
        }
        for name in ["Principal", "DataIdentifier"] {
            if !statement.get(name).is_some_and(Value::is_array) {
                return Err(wrong(&format!("Statement {name} must be an array")));
            }
        }
        if !statement.get("Operation").is_some_and(Value::is_object) {
            return Err(wrong("Statement Operation must be an object"));
        }
    }
    Ok(())
}
