//! The grammar of policies. Errors are AWS's messages.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::resources;

type Checked<T = ()> = Result<T, String>;

const SYNTAX: &str = "Syntax errors in policy.";
const VENDOR: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";

const POLICY_FIELDS: &[&str] = &["Version", "Id", "Statement"];
const STATEMENT_FIELDS: &[&str] = &[
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

/// The condition operators, in lower case and without modifiers.
const OPERATORS: &[&str] = &[
    "stringequals",
    "stringnotequals",
    "stringequalsignorecase",
    "stringnotequalsignorecase",
    "stringlike",
    "stringnotlike",
    "numericequals",
    "numericnotequals",
    "numericlessthan",
    "numericlessthanequals",
    "numericgreaterthan",
    "numericgreaterthanequals",
    "dateequals",
    "datenotequals",
    "datelessthan",
    "datelessthanequals",
    "dategreaterthan",
    "dategreaterthanequals",
    "bool",
    "binaryequals",
    "ipaddress",
    "notipaddress",
    "arnequals",
    "arnnotequals",
    "arnlike",
    "arnnotlike",
    "null",
];

/// Checks a policy of a user, group or role; a managed one needs a version.
pub(super) fn identity(document: &str, managed: bool) -> Checked {
    let syntax = |_| SYNTAX.to_owned();
    let value: Value = serde_json::from_str(document).map_err(syntax)?;
    let policy = value.as_object().ok_or(SYNTAX)?;
    fields(policy, POLICY_FIELDS)?;
    match policy.get("Version").map(Value::as_str) {
        Some(Some("2012-10-17")) => {}
        Some(Some("2008-10-17")) | None if !managed => {}
        Some(Some("2008-10-17")) | None => {
            return Err("Policy document must be version 2012-10-17 or greater.".to_owned());
        }
        _ => return Err(SYNTAX.to_owned()),
    }
    if policy.get("Id").is_some_and(|id| !id.is_string()) {
        return Err(SYNTAX.to_owned());
    }
    let statements = statements(policy)?;
    for statement in &statements {
        structure(statement)?;
    }
    for statement in &statements {
        if statement.contains_key("Principal") || statement.contains_key("NotPrincipal") {
            return Err("Policy document should not specify a principal.".to_owned());
        }
        actions(statement)?;
        for resource in texts(statement, "Resource", "NotResource")
            .filter(|resources| !resources.is_empty())
            .ok_or("Policy statement must contain resources.")?
        {
            resources::check(resource)?;
        }
        conditions(statement)?;
    }
    sids(&statements)
}

/// Checks a trust policy; `is_valid` knows which principals there are.
pub(super) fn trust(document: &str, is_valid: impl Fn(&str, &str) -> bool) -> Checked {
    let invalid = |_| "This policy contains invalid Json".to_owned();
    let value: Value = serde_json::from_str(document).map_err(invalid)?;
    let policy = value.as_object().ok_or("This policy contains invalid Json")?;
    if let Some(field) = policy.keys().find(|field| !POLICY_FIELDS.contains(&field.as_str())) {
        return Err(format!("Unknown field {field}"));
    }
    if let Some(version) = policy.get("Version") {
        let known = version.as_str().is_some_and(|v| ["2012-10-17", "2008-10-17"].contains(&v));
        if !known {
            return Err(SYNTAX.to_owned());
        }
    }
    if !policy.contains_key("Statement") {
        return Err("Missing required field Statement".to_owned());
    }
    let statements = statements(policy)?;
    for statement in &statements {
        if let Some(field) =
            statement.keys().find(|field| !STATEMENT_FIELDS.contains(&field.as_str()))
        {
            return Err(format!("Unknown field {field}"));
        }
        for prohibited in ["Resource", "NotResource"] {
            if statement.contains_key(prohibited) {
                return Err(format!("Has prohibited field {prohibited}"));
            }
        }
        let principal = statement.get("Principal").or_else(|| statement.get("NotPrincipal"));
        for (missing, field) in [
            (!statement.contains_key("Effect"), "Effect"),
            (principal.is_none(), "Principal"),
            (!statement.contains_key("Action") && !statement.contains_key("NotAction"), "Action"),
        ] {
            if missing {
                return Err(format!("Missing required field {field}"));
            }
        }
        structure(statement)?;
        for action in actions(statement)? {
            let (vendor, _) = action.split_once(':').unwrap_or((action, ""));
            if !vendor.eq_ignore_ascii_case("sts") {
                return Err("AssumeRole policy may only specify STS AssumeRole actions.".to_owned());
            }
        }
        principals(principal.unwrap_or(&Value::Null), &is_valid)?;
        conditions(statement)?;
    }
    sids(&statements)
}

fn fields(object: &Map<String, Value>, known: &[&str]) -> Checked {
    let all_known = object.keys().all(|field| known.contains(&field.as_str()));
    if all_known { Ok(()) } else { Err(SYNTAX.to_owned()) }
}

fn statements(policy: &Map<String, Value>) -> Checked<Vec<&Map<String, Value>>> {
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().map(Value::as_object).collect(),
        Some(Value::Object(statement)) => Some(vec![statement]),
        _ => None,
    };
    let statements: Vec<_> = statements.ok_or(SYNTAX)?;
    if statements.is_empty() { Err(SYNTAX.to_owned()) } else { Ok(statements) }
}

/// The fields of a statement, each by itself.
fn structure(statement: &Map<String, Value>) -> Checked {
    fields(statement, STATEMENT_FIELDS)?;
    let effect = statement.get("Effect").and_then(Value::as_str);
    if !matches!(effect, Some("Allow" | "Deny")) {
        return Err(SYNTAX.to_owned());
    }
    let both = |a: &str, b: &str| statement.contains_key(a) && statement.contains_key(b);
    if both("Action", "NotAction")
        || both("Resource", "NotResource")
        || both("Principal", "NotPrincipal")
    {
        return Err(SYNTAX.to_owned());
    }
    for field in ["Action", "NotAction", "Resource", "NotResource"] {
        let well_formed = match statement.get(field) {
            None | Some(Value::String(_)) => true,
            Some(Value::Array(values)) => values.iter().all(Value::is_string),
            Some(_) => false,
        };
        if !well_formed {
            return Err(SYNTAX.to_owned());
        }
    }
    if statement.get("Sid").is_some_and(|sid| !sid.is_string()) {
        return Err(SYNTAX.to_owned());
    }
    Ok(())
}

/// The strings of a field or of its opposite, one or a list; none where neither is there.
fn texts<'a>(statement: &'a Map<String, Value>, is: &str, not: &str) -> Option<Vec<&'a str>> {
    Some(strings(statement.get(is).or_else(|| statement.get(not))?))
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn actions(statement: &Map<String, Value>) -> Checked<Vec<&str>> {
    let actions = texts(statement, "Action", "NotAction").filter(|actions| !actions.is_empty());
    let actions = actions.ok_or("Policy statement must contain actions.")?;
    for action in &actions {
        if *action == "*" {
            continue;
        }
        let (vendor, name) = action.split_once(':').ok_or(VENDOR)?;
        if name.contains(':') {
            return Err("Actions/Condition can contain only one colon.".to_owned());
        }
        let in_vendor = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if vendor.is_empty() {
            return Err(VENDOR.to_owned());
        }
        if !vendor.chars().all(in_vendor) {
            return Err(format!("Vendor {vendor} is not valid"));
        }
    }
    Ok(actions)
}

fn conditions(statement: &Map<String, Value>) -> Checked {
    let Some(condition) = statement.get("Condition") else { return Ok(()) };
    for (operator, keys) in condition.as_object().ok_or(SYNTAX)? {
        let name = operator.to_ascii_lowercase();
        let name = name.strip_prefix("foranyvalue:").unwrap_or(&name);
        let name = name.strip_prefix("forallvalues:").unwrap_or(name);
        let name = name.strip_suffix("ifexists").unwrap_or(name);
        if !OPERATORS.contains(&name) {
            return Err(format!("Invalid Condition type : {operator}."));
        }
        for (key, values) in keys.as_object().ok_or(SYNTAX)? {
            if !key.contains(':') {
                return Err(VENDOR.to_owned());
            }
            let is_value =
                |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
            let well_formed = match values {
                Value::Array(values) => values.iter().all(is_value),
                value => is_value(value),
            };
            if !well_formed {
                return Err(SYNTAX.to_owned());
            }
            if name.starts_with("date") && !strings(values).into_iter().all(is_date) {
                return Err("The policy failed legacy parsing".to_owned());
            }
        }
    }
    Ok(())
}

/// Whether a text can be compared with dates: `2026-01-31`, with a time of day or without, seconds
/// since the epoch, or something with a variable.
fn is_date(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut fields = text.get(..10).unwrap_or_default().split('-');
    let lengths = [4, 2, 2];
    let day = lengths
        .into_iter()
        .all(|length| fields.next().is_some_and(|field| field.len() == length && digits(field)));
    let time = text.get(10..).unwrap_or_default();
    text.contains("${") || digits(text) || day && (time.is_empty() || time.starts_with(['T', 't']))
}

fn sids(statements: &[&Map<String, Value>]) -> Checked {
    let mut seen = HashSet::new();
    for sid in statements.iter().filter_map(|statement| statement.get("Sid")?.as_str()) {
        if !sid.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies \
                        the regular expression [0-9A-Za-z]*"
                    .to_owned(),
            );
        }
        if !sid.is_empty() && !seen.insert(sid) {
            return Err("Statement IDs (SID) in a single policy must be unique.".to_owned());
        }
    }
    Ok(())
}

fn principals(principal: &Value, is_valid: &impl Fn(&str, &str) -> bool) -> Checked {
    let kinds = match principal {
        Value::String(text) if text == "*" => return Ok(()),
        Value::Object(kinds) if !kinds.is_empty() => kinds,
        Value::String(text) => {
            return Err(format!("Invalid principal in policy: \"STAR\":\"{text}\""));
        }
        _ => return Err("Missing required field Principal cannot be empty!".to_owned()),
    };
    for (kind, values) in kinds {
        if !["AWS", "Service", "Federated", "CanonicalUser"].contains(&kind.as_str()) {
            return Err(format!("Unknown field {kind}"));
        }
        let values = strings(values);
        if values.is_empty() {
            return Err(format!("Missing required field {kind} cannot be empty!"));
        }
        for value in values {
            if !is_valid(kind, value) {
                let kind = kind.to_ascii_uppercase();
                return Err(format!("Invalid principal in policy: \"{kind}\":\"{value}\""));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity_error(document: &str) -> String {
        identity(document, true).expect_err(document)
    }

    fn with(statement: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#)
    }

    #[test]
    fn identity_policies_that_are_none() {
        let whole = [
            ("", SYNTAX),
            ("null", SYNTAX),
            ("[]", SYNTAX),
            (r#"{"Version":"2012-10-17"}"#, SYNTAX),
            (r#"{"Version":"2012-10-17","Statement":[]}"#, SYNTAX),
            (r#"{"Version":"2012","Statement":[]}"#, SYNTAX),
            (r#"{"Version":"2012-10-17","Extra":1,"Statement":[]}"#, SYNTAX),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
                "Policy document must be version 2012-10-17 or greater.",
            ),
        ];
        for (document, message) in whole {
            assert_eq!(identity_error(document), message, "{document}");
        }
        let statements = [
            (r#""Effect":"allow","Action":"*","Resource":"*""#, SYNTAX),
            (r#""Effect":"Allow","Resource":"*""#, "Policy statement must contain actions."),
            (
                r#""Effect":"Allow","Action":[],"Resource":"*""#,
                "Policy statement must contain actions.",
            ),
            (r#""Effect":"Allow","Action":"*""#, "Policy statement must contain resources."),
            (r#""Effect":"Allow","Action":"*","NotAction":"*","Resource":"*""#, SYNTAX),
            (r#""Effect":"Allow","Action":7,"Resource":"*""#, SYNTAX),
            (r#""Effect":"Allow","Action":"GetObject","Resource":"*""#, VENDOR),
            (r#""Effect":"Allow","Action":"s3 :Get","Resource":"*""#, "Vendor s3  is not valid"),
            (
                r#""Effect":"Allow","Action":"s3:a:b","Resource":"*""#,
                "Actions/Condition can contain only one colon.",
            ),
            (
                r#""Effect":"Allow","Principal":"*","Action":"*","Resource":"*""#,
                "Policy document should not specify a principal.",
            ),
            (
                r#""Effect":"Allow","Action":"*","Resource":"bucket""#,
                r#"Resource bucket must be in ARN format or "*"."#,
            ),
            (
                r#""Sid":"a b","Effect":"Allow","Action":"*","Resource":"*""#,
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the \
                 regular expression [0-9A-Za-z]*",
            ),
            (
                r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"x":"y"}}"#,
                VENDOR,
            ),
            (
                r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"soon"}}"#,
                "The policy failed legacy parsing",
            ),
        ];
        for (statement, message) in statements {
            assert_eq!(identity_error(&with(statement)), message, "{statement}");
        }
    }

    #[test]
    fn identity_policies() {
        let statements = [
            r#""Effect":"Allow","Action":"*","Resource":"*""#,
            r#""Effect":"Deny","NotAction":["s3:Get*","iam:*"],"NotResource":["arn:aws:s3:::b"]"#,
            r#""Sid":"","Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}/*",
               "Condition":{"ForAllValues:StringLikeIfExists":{"aws:TagKeys":["a",true,1]}}"#,
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":
               {"aws:CurrentTime":["2026-01-31","2026-01-31T12:00:00Z","1769860800"]}}"#,
        ];
        for statement in statements {
            assert_eq!(identity(&with(statement), true), Ok(()), "{statement}");
        }
        let single = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
        assert_eq!(identity(single, false), Ok(()));
    }

    #[test]
    fn trust_policies() {
        let cases = [
            (r#""Effect":"Allow","Principal":{"Service":"s"},"Action":"sts:AssumeRole""#, ""),
            (
                r#""Effect":"Allow","Principal":"*","Action":["sts:AssumeRole","sts:TagSession"]"#,
                "",
            ),
            (r#""Effect":"Allow","Action":"sts:AssumeRole""#, "Missing required field Principal"),
            (r#""Principal":"*","Action":"sts:AssumeRole""#, "Missing required field Effect"),
            (r#""Effect":"Allow","Principal":"*""#, "Missing required field Action"),
            (
                r#""Effect":"Allow","Principal":"*","Action":"s3:GetObject""#,
                "AssumeRole policy may only specify STS AssumeRole actions.",
            ),
            (
                r#""Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*""#,
                "Has prohibited field Resource",
            ),
            (
                r#""Effect":"Allow","Principal":{"AWS":"bad"},"Action":"sts:AssumeRole""#,
                r#"Invalid principal in policy: "AWS":"bad""#,
            ),
        ];
        for (statement, message) in cases {
            let checked = trust(&with(statement), |_, principal| principal != "bad");
            assert_eq!(checked.err().unwrap_or_default(), message, "{statement}");
        }
        let broken = r#"{"Version":"2012-10-17",}"#;
        assert_eq!(trust(broken, |_, _| true), Err("This policy contains invalid Json".into()));
    }
}
