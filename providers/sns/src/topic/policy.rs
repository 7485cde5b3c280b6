//! A topic's access policy as stored data, and the permissions that `AddPermission` writes into it.

use fogbank_context::{AccountId, Arn};
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::errors::{self, Wrong};

/// The actions of a topic's owner, in the order in which the default policy has them.
const OWNER_ACTIONS: [&str; 8] = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
];
/// What policies may name beside these.
const OTHER_ACTIONS: [&str; 4] =
    ["GetDataProtectionPolicy", "ListTagsForResource", "PutDataProtectionPolicy", "Receive"];
const OUT_OF_SCOPE: &str = "Policy statement action out of service scope!";

/// A policy document, as it was set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Policy(String);

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "Version", skip_serializing_if = "Value::is_null")]
    version: Value,
    #[serde(rename = "Id", skip_serializing_if = "Value::is_null")]
    id: Value,
    #[serde(rename = "Statement")]
    statements: Vec<Statement>,
    #[serde(flatten)]
    rest: &'a Map<String, Value>,
}

/// A statement with its members in AWS's order.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    #[serde(default, skip_serializing_if = "Value::is_null")]
    sid: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    effect: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    principal: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    action: Value,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    resource: Value,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Policy {
    /// The policy of a topic for which none was set: its owner may do everything.
    pub(crate) fn standard(topic: &Arn) -> Self {
        let actions: Vec<_> = OWNER_ACTIONS.iter().map(|action| format!("SNS:{action}")).collect();
        let condition = json!({ "StringEquals": { "AWS:SourceOwner": topic.account } });
        let statement = Statement {
            sid: "__default_statement_ID".into(),
            effect: "Allow".into(),
            principal: json!({ "AWS": "*" }),
            action: actions.into(),
            resource: topic.to_string().into(),
            rest: Map::from_iter([("Condition".to_owned(), condition)]),
        };
        Self::assemble(
            "2008-10-17".into(),
            "__default_policy_ID".into(),
            vec![statement],
            &Map::new(),
        )
    }

    /// Reads the attribute's value.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, Wrong> {
        let unreadable = || Wrong::new("Policy Error: null");
        let mut document: Map<String, Value> =
            serde_json::from_str(text).map_err(|_| unreadable())?;
        let statements = match document.remove("Statement") {
            Some(Value::Array(statements)) => statements,
            Some(statement @ Value::Object(_)) => vec![statement],
            _ => return Err(unreadable()),
        };
        for statement in statements {
            let effect = statement.get("Effect").and_then(Value::as_str);
            if !matches!(effect, Some("Allow" | "Deny")) {
                return Err(unreadable());
            }
            match statement.get("Action").or_else(|| statement.get("NotAction")) {
                Some(Value::String(action)) => check_action(action)?,
                Some(Value::Array(actions)) => {
                    for action in actions {
                        check_action(action.as_str().ok_or_else(unreadable)?)?;
                    }
                }
                _ => return Err(unreadable()),
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The attribute's value.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The policy with one permission more.
    ///
    /// # Errors
    /// `InvalidParameter` when the label is taken, or an action is not one of SNS.
    pub(crate) fn with(
        &self,
        topic: &Arn,
        label: &str,
        accounts: &[String],
        actions: &[String],
    ) -> Result<Self, ServiceError> {
        let (version, id, mut statements, rest) = self.parts();
        if statements.iter().any(|statement| statement.sid == label) {
            return Err(errors::parameter("Statement already exists"));
        }
        for action in actions {
            if !OWNER_ACTIONS.contains(&action.as_str()) && action != "*" && action != "Receive" {
                return Err(errors::parameter(OUT_OF_SCOPE));
            }
        }
        let principals: Option<Vec<_>> = accounts
            .iter()
            .map(|account| account.parse::<AccountId>().ok())
            .map(|account| Some(Arn::global(topic.partition, "iam", account?, "root").to_string()))
            .collect();
        let principals =
            principals.ok_or_else(|| errors::parameter("Policy Error: PrincipalNotFound"))?;
        statements.push(Statement {
            sid: label.into(),
            effect: "Allow".into(),
            principal: json!({ "AWS": one_or_many(principals) }),
            action: one_or_many(actions.iter().map(|action| format!("SNS:{action}")).collect()),
            resource: topic.to_string().into(),
            rest: Map::new(),
        });
        Ok(Self::assemble(version, id, statements, &rest))
    }

    /// The policy without the permission with this label.
    pub(crate) fn without(&self, label: &str) -> Self {
        let (version, id, mut statements, rest) = self.parts();
        statements.retain(|statement| statement.sid != label);
        Self::assemble(version, id, statements, &rest)
    }

    /// Version, id, statements, and the document's other members.
    fn parts(&self) -> (Value, Value, Vec<Statement>, Map<String, Value>) {
        let mut rest: Map<String, Value> =
            serde_json::from_str(&self.0).expect("a policy is parsed before it is stored");
        let version = rest.remove("Version").unwrap_or_default();
        let id = rest.remove("Id").unwrap_or_default();
        let statements = match rest.remove("Statement") {
            Some(Value::Array(statements)) => statements,
            Some(statement) => vec![statement],
            None => Vec::new(),
        };
        let statements = statements
            .into_iter()
            .filter_map(|statement| serde_json::from_value(statement).ok())
            .collect();
        (version, id, statements, rest)
    }

    fn assemble(
        version: Value,
        id: Value,
        statements: Vec<Statement>,
        rest: &Map<String, Value>,
    ) -> Self {
        let document = Document { version, id, statements, rest };
        Self(serde_json::to_string(&document).expect("a tree of JSON values is JSON"))
    }
}

/// One value by itself, several as a list.
fn one_or_many(mut values: Vec<String>) -> Value {
    if values.len() == 1 { values.remove(0).into() } else { values.into() }
}

/// Whether an action, which may have wildcards at its end, is one of SNS.
fn check_action(action: &str) -> Result<(), Wrong> {
    let name = action.split_once(':').filter(|(service, _)| service.eq_ignore_ascii_case("sns"));
    let name = name.map(|(_, name)| name.to_ascii_lowercase());
    let mut all = OWNER_ACTIONS.iter().chain(&OTHER_ACTIONS).map(|it| it.to_ascii_lowercase());
    let known = match (name.as_deref(), action) {
        (None, action) => action == "*",
        (Some(name), _) => match name.strip_suffix('*') {
            Some(prefix) => all.any(|it| it.starts_with(prefix)),
            None => all.any(|it| it == name),
        },
    };
    if known { Ok(()) } else { Err(Wrong::new(OUT_OF_SCOPE)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic() -> Arn {
        "arn:aws:sns:us-east-1:000000000000:t".parse().expect("an ARN")
    }

    #[test]
    fn the_standard_policy_is_that_of_aws() {
        assert_eq!(
            Policy::standard(&topic()).as_str(),
            "{\"Version\":\"2008-10-17\",\"Id\":\"__default_policy_ID\",\"Statement\":[{\"Sid\":\
             \"__default_statement_ID\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"*\"},\
             \"Action\":[\"SNS:GetTopicAttributes\",\"SNS:SetTopicAttributes\",\
             \"SNS:AddPermission\",\"SNS:RemovePermission\",\"SNS:DeleteTopic\",\
             \"SNS:Subscribe\",\"SNS:ListSubscriptionsByTopic\",\"SNS:Publish\"],\"Resource\":\
             \"arn:aws:sns:us-east-1:000000000000:t\",\"Condition\":{\"StringEquals\":\
             {\"AWS:SourceOwner\":\"000000000000\"}}}]}"
        );
    }

    #[test]
    fn policies_are_checked() {
        let with = |action: &str| {
            format!(r#"{{"Statement":[{{"Effect":"Allow","Principal":"*","Action":{action}}}]}}"#)
        };
        for (text, wrong) in [
            (String::new(), "Policy Error: null"),
            ("{}".into(), "Policy Error: null"),
            (with("1"), "Policy Error: null"),
            (with(r#"["SNS:Publish","sns:Get*"]"#), ""),
            (with(r#""SNS:Publishx""#), OUT_OF_SCOPE),
            (with(r#""sns:CreateTopic""#), OUT_OF_SCOPE),
            (with(r#""sqs:SendMessage""#), OUT_OF_SCOPE),
        ] {
            let found = Policy::parse(&text).err().map_or(String::new(), |it| it.0);
            assert_eq!(found, wrong, "{text}");
        }
    }

    #[test]
    fn permissions_come_and_go() {
        let standard = Policy::standard(&topic());
        let accounts = ["111111111111".to_owned()];
        let more = standard.with(&topic(), "l", &accounts, &["Publish".into()]).expect("valid");
        let json: Value = serde_json::from_str(more.as_str()).expect("JSON");
        let expect = json!({
            "Sid": "l",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
            "Action": "SNS:Publish",
            "Resource": "arn:aws:sns:us-east-1:000000000000:t",
        });
        assert_eq!(json["Statement"][1], expect);
        let again = more.with(&topic(), "l", &accounts, &["Publish".into()]).expect_err("taken");
        assert_eq!(again.message(), Some("Invalid parameter: Statement already exists"));
        assert_eq!(more.without("l"), standard);
    }
}
