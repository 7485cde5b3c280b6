//! A queue's policy as stored data, and the permissions that `AddPermission` writes into it.

use std::sync::Arc;

use fogbank_context::{AccountId, Arn};
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::errors;

/// The largest policy, in bytes.
const LARGEST: usize = 8_192;
/// The most actions of a permission.
const MOST_ACTIONS: usize = 7;
/// The longest label, in characters.
const LONGEST_LABEL: usize = 80;

/// What a permission can allow.
const ACTIONS: [&str; 9] = [
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
];
/// What only a queue's owner may do, so that no permission can allow it.
const OWNER_ACTIONS: [&str; 12] = [
    "AddPermission",
    "CancelMessageMoveTask",
    "CreateQueue",
    "DeleteQueue",
    "ListMessageMoveTasks",
    "ListQueueTags",
    "ListQueues",
    "RemovePermission",
    "SetQueueAttributes",
    "StartMessageMoveTask",
    "TagQueue",
    "UntagQueue",
];

/// A policy document without its white space, otherwise as it was set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Policy(Arc<str>);

/// A permission: what `AddPermission` adds and `RemovePermission` takes away.
#[derive(Debug)]
pub(crate) struct Permission {
    label: String,
    principals: Vec<Arn>,
    actions: Vec<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "Version")]
    version: Value,
    #[serde(rename = "Id", skip_serializing_if = "Value::is_null")]
    id: Value,
    #[serde(rename = "Statement")]
    statements: Vec<Value>,
    #[serde(flatten)]
    rest: &'a Map<String, Value>,
}

impl Policy {
    /// Reads the attribute's value.
    ///
    /// # Errors
    /// `InvalidAttributeValue` when it is not a JSON object, or too large.
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        let valid = serde_json::from_str::<Map<String, Value>>(text).is_ok();
        let policy = Self(without_white_space(text).into());
        if valid && policy.0.len() <= LARGEST {
            return Ok(policy);
        }
        Err(errors::bad_attribute("Policy"))
    }

    /// The attribute's value.
    pub(crate) fn to_json(&self) -> String {
        self.0.to_string()
    }

    /// The document, shared.
    pub(crate) fn document(&self) -> Arc<str> {
        self.0.clone()
    }

    /// The policy with one permission more.
    ///
    /// # Errors
    /// `InvalidParameterValue` when the label is taken.
    pub(crate) fn with(
        policy: Option<&Self>,
        queue: &Arn,
        permission: Permission,
    ) -> Result<Self, ServiceError> {
        let (mut statements, mut rest) = policy.map(Self::parts).unwrap_or_default();
        if statements.iter().any(|statement| has_label(statement, &permission.label)) {
            return Err(errors::invalid_value(permission.label, "Label", "Already exists."));
        }
        statements.push(permission.to_statement(queue));
        if policy.is_none() {
            rest.insert("Version".to_owned(), "2008-10-17".into());
            rest.insert("Id".to_owned(), format!("{queue}/SQSDefaultPolicy").into());
        }
        Ok(Self::assemble(statements, rest))
    }

    /// The policy without the permission with this label; none when nothing is left.
    ///
    /// # Errors
    /// `InvalidParameterValue` when there is no such permission.
    pub(crate) fn without(
        policy: Option<&Self>,
        label: &str,
    ) -> Result<Option<Self>, ServiceError> {
        let (mut statements, rest) = policy.map(Self::parts).unwrap_or_default();
        let before = statements.len();
        statements.retain(|statement| !has_label(statement, label));
        if statements.len() == before {
            return Err(errors::invalid_value(label, "Label", "can't find label."));
        }
        Ok((!statements.is_empty()).then(|| Self::assemble(statements, rest)))
    }

    /// The statements, and the document's other members.
    fn parts(&self) -> (Vec<Value>, Map<String, Value>) {
        let mut rest: Map<String, Value> =
            serde_json::from_str(&self.0).expect("a policy is parsed before it is stored");
        let statements = match rest.remove("Statement") {
            Some(Value::Array(statements)) => statements,
            Some(statement) => vec![statement],
            None => Vec::new(),
        };
        (statements, rest)
    }

    fn assemble(statements: Vec<Value>, mut rest: Map<String, Value>) -> Self {
        let version = rest.remove("Version").unwrap_or_else(|| "2008-10-17".into());
        let id = rest.remove("Id").unwrap_or_default();
        let document = Document { version, id, statements, rest: &rest };
        Self(serde_json::to_string(&document).expect("a tree of JSON values is JSON").into())
    }
}

impl Permission {
    /// Checks what a request allows to whom.
    ///
    /// # Errors
    /// `InvalidParameterValue`, `MissingParameter`, or `OverLimit` for more than seven actions.
    pub(crate) fn new(
        queue: &Arn,
        label: String,
        accounts: &[String],
        actions: Vec<String>,
    ) -> Result<Self, ServiceError> {
        check_label(&label)?;
        if actions.is_empty() {
            return Err(errors::missing_parameter("Actions"));
        }
        if actions.len() > MOST_ACTIONS {
            return Err(errors::over_limit(format!(
                "{} Actions were found, maximum allowed is {MOST_ACTIONS}.",
                actions.len()
            )));
        }
        for action in &actions {
            check_action(action)?;
        }
        let principals: Option<Vec<_>> = accounts
            .iter()
            .map(|account| account.parse::<AccountId>().ok())
            .map(|account| Some(Arn::global(queue.partition, "iam", account?, "root")))
            .collect();
        let principals = principals.filter(|list| !list.is_empty()).ok_or_else(|| {
            let given = format!("[{}]", accounts.join(", "));
            errors::invalid_value(given, "PrincipalId", "Unable to verify.")
        })?;
        Ok(Self { label, principals, actions })
    }

    fn to_statement(&self, queue: &Arn) -> Value {
        /// One value by itself, several as a list.
        fn one_or_many(mut values: Vec<String>) -> Value {
            if values.len() == 1 { values.remove(0).into() } else { values.into() }
        }
        let principals = self.principals.iter().map(Arn::to_string).collect();
        let actions = self.actions.iter().map(|action| format!("SQS:{action}")).collect();
        serde_json::json!({
            "Sid": self.label,
            "Effect": "Allow",
            "Principal": { "AWS": one_or_many(principals) },
            "Action": one_or_many(actions),
            "Resource": queue.to_string(),
        })
    }
}

fn has_label(statement: &Value, label: &str) -> bool {
    statement.get("Sid").and_then(Value::as_str) == Some(label)
}

fn check_label(label: &str) -> Result<(), ServiceError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    if (1..=LONGEST_LABEL).contains(&label.len()) && label.bytes().all(allowed) {
        return Ok(());
    }
    let reason = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in \
                  length";
    Err(errors::invalid_value(label, "Label", reason))
}

fn check_action(action: &str) -> Result<(), ServiceError> {
    if ACTIONS.contains(&action) {
        return Ok(());
    }
    let reason = if OWNER_ACTIONS.contains(&action) {
        "Only the queue owner is allowed to invoke this action."
    } else {
        "Please refer to the appropriate WSDL for a list of valid actions."
    };
    Err(errors::invalid_value(format!("SQS:{action}"), "ActionName", reason))
}

/// JSON without the white space between its tokens.
fn without_white_space(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let keep = |c: &char| {
        let keep = in_string || !c.is_ascii_whitespace();
        match c {
            '"' if !escaped => in_string = !in_string,
            _ => {}
        }
        escaped = in_string && !escaped && *c == '\\';
        keep
    };
    json.chars().filter(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue() -> Arn {
        "arn:aws:sqs:us-east-1:000000000000:q".parse().expect("an ARN")
    }

    fn permission(
        label: &str,
        accounts: &[&str],
        actions: &[&str],
    ) -> Result<Permission, ServiceError> {
        let owned =
            |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Permission::new(&queue(), label.to_owned(), &owned(accounts), owned(actions))
    }

    #[test]
    fn policies_lose_their_white_space_only() {
        for (text, expect) in [
            ("{ \"a b\" :\n\t[ 1 , \" x \\\" y \" ] }", r#"{"a b":[1," x \" y "]}"#),
            (r#"{"b":1,"a":"\\"}"#, r#"{"b":1,"a":"\\"}"#),
        ] {
            assert_eq!(Policy::parse(text).expect("valid").to_json(), expect);
        }
        for text in ["", "x", "[]", "{", "\"{}\""] {
            let error = Policy::parse(text).expect_err(text);
            assert_eq!(
                error.to_string(),
                "InvalidAttributeValue: Invalid value for the parameter Policy."
            );
        }
        let large = format!("{{\"a\":\"{}\"}}", "x".repeat(LARGEST));
        assert!(Policy::parse(&large).is_err());
    }

    #[test]
    fn permissions_come_and_go() {
        let receive = permission("one", &["111111111111"], &["ReceiveMessage"]).expect("valid");
        let one = Policy::with(None, &queue(), receive).expect("a new label");
        let json: Value = serde_json::from_str(&one.to_json()).expect("JSON");
        let expect = serde_json::json!({
            "Version": "2008-10-17",
            "Id": "arn:aws:sqs:us-east-1:000000000000:q/SQSDefaultPolicy",
            "Statement": [{
                "Sid": "one",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
                "Action": "SQS:ReceiveMessage",
                "Resource": "arn:aws:sqs:us-east-1:000000000000:q",
            }],
        });
        assert_eq!(json, expect);

        let again = permission("one", &["222222222222"], &["*"]).expect("valid");
        let error = Policy::with(Some(&one), &queue(), again).expect_err("taken");
        let message = "Value one for parameter Label is invalid. Reason: Already exists.";
        assert_eq!(error.message(), Some(message));

        let accounts = ["111111111111", "222222222222"];
        let two = permission("two", &accounts, &["SendMessage", "PurgeQueue"]).expect("valid");
        let both = Policy::with(Some(&one), &queue(), two).expect("a new label");
        let json: Value = serde_json::from_str(&both.to_json()).expect("JSON");
        assert_eq!(
            json["Statement"][1]["Action"],
            serde_json::json!(["SQS:SendMessage", "SQS:PurgeQueue"])
        );
        assert_eq!(json["Statement"][1]["Principal"]["AWS"].as_array().map(Vec::len), Some(2));

        assert_eq!(Policy::without(Some(&both), "two").expect("there"), Some(one.clone()));
        assert_eq!(Policy::without(Some(&one), "one").expect("there"), None);
        let error = Policy::without(Some(&one), "two").expect_err("not there");
        let message = "Value two for parameter Label is invalid. Reason: can't find label.";
        assert_eq!(error.message(), Some(message));
    }

    #[test]
    fn permissions_are_checked() {
        let account = &["111111111111"][..];
        let many = ["SendMessage"; 8];
        let long = "x".repeat(81);
        for (label, accounts, actions, expect) in [
            (
                "l",
                account,
                &[][..],
                "MissingParameter: The request must contain the parameter Actions.",
            ),
            ("l", account, &many, "OverLimit: 8 Actions were found, maximum allowed is 7."),
            (
                "l",
                account,
                &["Fly"],
                "InvalidParameterValue: Value SQS:Fly for parameter ActionName is invalid. Reason: \
                 Please refer to the appropriate WSDL for a list of valid actions.",
            ),
            (
                "l",
                account,
                &["DeleteQueue"],
                "InvalidParameterValue: Value SQS:DeleteQueue for parameter ActionName is invalid. \
                 Reason: Only the queue owner is allowed to invoke this action.",
            ),
            (
                "l",
                &[],
                &["*"],
                "InvalidParameterValue: Value [] for parameter PrincipalId is invalid. Reason: \
                 Unable to verify.",
            ),
            (
                "l",
                &["me", "111111111111"],
                &["*"],
                "InvalidParameterValue: Value [me, 111111111111] for parameter PrincipalId is \
                 invalid. Reason: Unable to verify.",
            ),
        ] {
            let error = permission(label, accounts, actions).expect_err(expect);
            assert_eq!(error.to_string(), expect);
        }
        for label in ["", "a b", &long] {
            assert!(permission(label, account, &["*"]).is_err(), "{label:?}");
        }
    }
}
