//! The filters of `DescribeOpsItems`.

use fogbank_api_ssm as api;
use fogbank_service::ServiceError;
use serde_json::json;

use crate::errors;

/// The keys of filters, and the operators of each; other keys take all.
const OPERATORS: &[(&str, &[&str])] = &[
    ("ActualEndTime", TIMES),
    ("ActualStartTime", TIMES),
    ("AutomationId", EQUAL),
    ("CreatedTime", TIMES),
    ("LastModifiedTime", TIMES),
    ("OperationalData", EQUAL),
    ("OperationalDataKey", EQUAL),
    ("OperationalDataValue", TEXTS),
    ("OpsItemId", EQUAL),
    ("PlannedEndTime", TIMES),
    ("PlannedStartTime", TIMES),
    ("Priority", EQUAL),
    ("ResourceId", &["Contains"]),
    ("Source", TEXTS),
    ("Status", EQUAL),
    ("Title", TEXTS),
];
const EQUAL: &[&str] = &["Equal"];
const TEXTS: &[&str] = &["Contains", "Equal"];
const TIMES: &[&str] = &["GreaterThan", "LessThan"];

/// Whether the key takes the operator.
///
/// # Errors
/// `ValidationException`.
pub(super) fn check(filter: &api::OpsItemFilter) -> Result<(), ServiceError> {
    let (key, operator) = (filter.key.as_str(), filter.operator.as_str());
    match OPERATORS.iter().find(|row| row.0 == key) {
        Some((_, operators)) if !operators.contains(&operator) => Err(errors::validation(format!(
            "Invalid filter operator {operator} for filter key {key}. Valid operators include: \
                 [{}].",
            operators.join(", ")
        ))),
        _ => Ok(()),
    }
}

/// The texts of an item that a filter's key looks at; a time as seconds.
fn texts(item: &api::OpsItem, key: &str) -> Vec<String> {
    let time =
        |at: &Option<aws_smithy_types::DateTime>| at.as_ref().map(|at| at.secs().to_string());
    let one = match key {
        "Status" => item.status.as_ref().map(|it| it.as_str().to_owned()),
        "CreatedBy" => item.created_by.clone(),
        "Source" => item.source.clone(),
        "Priority" => item.priority.map(|it| it.to_string()),
        "Title" => item.title.clone(),
        "OpsItemId" => item.ops_item_id.clone(),
        "CreatedTime" => time(&item.created_time),
        "LastModifiedTime" => time(&item.last_modified_time),
        "ActualStartTime" => time(&item.actual_start_time),
        "ActualEndTime" => time(&item.actual_end_time),
        "PlannedStartTime" => time(&item.planned_start_time),
        "PlannedEndTime" => time(&item.planned_end_time),
        "LastModifiedBy" => item.last_modified_by.clone(),
        "Category" => item.category.clone(),
        "Severity" => item.severity.clone(),
        "OpsItemType" => item.ops_item_type.clone(),
        _ => None,
    };
    let data = item.operational_data.iter().flatten();
    match key {
        "OperationalDataKey" => data.map(|(key, _)| key.clone()).collect(),
        "OperationalData" => {
            data.map(|(key, value)| json!({"key": key, "value": value.value}).to_string()).collect()
        }
        "AccountId" => {
            let arn = item.ops_item_arn.as_deref();
            arn.and_then(|arn| arn.split(':').nth(4)).map(str::to_owned).into_iter().collect()
        }
        "OperationalDataValue" | "ResourceId" | "AutomationId" => {
            data.filter_map(|(_, value)| value.value.clone()).collect()
        }
        _ => one.into_iter().collect(),
    }
}

/// A time as seconds, any other value as it is.
fn bound(filter: &api::OpsItemFilter, value: &str) -> String {
    let format = aws_smithy_types::date_time::Format::DateTimeWithOffset;
    match (filter.key.as_str(), aws_smithy_types::DateTime::from_str(value, format)) {
        (key, Ok(at)) if key.ends_with("Time") => at.secs().to_string(),
        ("OperationalData", _) => pair(value).unwrap_or_default(),
        _ => value.to_owned(),
    }
}

/// `{"key":"…","value":"…"}`, whatever the order and the spaces.
fn pair(text: &str) -> Option<String> {
    let pair: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(json!({"key": pair.get("key")?, "value": pair.get("value")?}).to_string())
}

/// Whether an item passes a filter.
pub(super) fn passes(item: &api::OpsItem, filter: &api::OpsItemFilter) -> bool {
    let texts = texts(item, filter.key.as_str());
    filter.values.iter().map(|value| bound(filter, value)).any(|value| {
        texts.iter().any(|text| match filter.operator.as_str() {
            "Contains" => text.contains(&value),
            "GreaterThan" => text.parse::<i64>().ok() > value.parse::<i64>().ok(),
            "LessThan" => text.parse::<i64>().ok() < value.parse::<i64>().ok(),
            _ => *text == value,
        })
    })
}
