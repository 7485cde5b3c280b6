//! Filters of `DescribeParameters` and `GetParametersByPath`.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_service::ServiceError;

use super::{Parameter, Version, name};
use crate::errors;

/// The operation whose filters they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// `DescribeParameters`.
    Describe,
    /// `GetParametersByPath`.
    ByPath,
}

/// Keys and the values that they take, where those are few.
const VALUES: &[(&str, &[&str])] = &[
    ("Type", &["String", "StringList", "SecureString"]),
    ("Tier", &["Standard", "Advanced", "Intelligent-Tiering"]),
];

/// A filter that has been checked.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    key: String,
    option: String,
    values: Vec<String>,
}

fn join(values: &[&str]) -> String {
    format!("[{}]", values.join(", "))
}

/// Checks the filters of a request.
///
/// # Errors
/// `InvalidFilterKey`, `InvalidFilterOption`, `InvalidFilterValue`, `ValidationException`.
pub(crate) fn parse(
    filters: Vec<api::ParameterStringFilter>,
    of: Of,
) -> Result<Vec<Filter>, ServiceError> {
    let mut parsed: Vec<Filter> = Vec::new();
    for filter in filters {
        let filter = check(filter, of)?;
        if parsed.iter().any(|other| other.key == filter.key) {
            return Err(errors::invalid_filter_key(format!(
                "The following filter is duplicated in the request: {}. A request can contain only \
                 one occurrence of a specific filter.",
                filter.key
            )));
        }
        parsed.push(filter);
    }
    Ok(parsed)
}

fn check(filter: api::ParameterStringFilter, of: Of) -> Result<Filter, ServiceError> {
    let key = filter.key;
    let usual = if key == "Path" { "OneLevel" } else { "Equals" };
    let option = filter.option.unwrap_or_else(|| usual.to_owned());
    let valid: &[&str] = match (of, key.as_str()) {
        (Of::Describe, "Label") => &["Path", "Name", "Type", "KeyId", "Tier"],
        (Of::ByPath, "Name" | "Path" | "Tier") => &["Type", "KeyId"],
        _ => &[],
    };
    if !valid.is_empty() {
        return Err(errors::invalid_filter_key(format!(
            "The following filter key is not valid: {key}. Valid filter keys include: {}.",
            join(valid)
        )));
    }
    let values = filter.values.unwrap_or_default();
    if values.is_empty() && !key.starts_with("tag:") {
        return Err(errors::invalid_filter_value(format!(
            "The following filter values are missing : null for filter key {key}."
        )));
    }
    let allowed = VALUES.iter().find(|row| row.0 == key).map(|row| row.1);
    if let Some(allowed) = allowed
        && let Some(value) = values.iter().find(|value| !allowed.contains(&value.as_str()))
    {
        return Err(errors::invalid_filter_option(format!(
            "The following filter value is not valid: {value}. Valid values include: {}.",
            join(allowed)
        )));
    }
    if key == "Path" {
        check_paths(&option, &values)?;
    } else {
        let contains = option == "Contains" && key == "Name";
        if !contains && !matches!(option.as_str(), "BeginsWith" | "Equals") {
            return Err(errors::invalid_filter_option(format!(
                "The following filter option is not valid: {option}. Valid options include: \
                 [BeginsWith, Equals]."
            )));
        }
    }
    Ok(Filter { key, option, values })
}

fn check_paths(option: &str, values: &[String]) -> Result<(), ServiceError> {
    if !matches!(option, "Recursive" | "OneLevel") {
        return Err(errors::invalid_filter_option(format!(
            "The following filter option is not valid: {option}. Valid options include: \
             [Recursive, OneLevel]."
        )));
    }
    for value in values {
        let lower = value.to_ascii_lowercase();
        if lower.starts_with("/aws") || lower.starts_with("/ssm") {
            return Err(errors::validation(
                "Filters for common parameters can't be prefixed with \"aws\" or \"ssm\" \
                 (case-insensitive). When using global parameters, please specify within a global \
                 namespace.",
            ));
        }
        name::check_path(value)?;
    }
    Ok(())
}

impl Filter {
    /// The label that the filter asks for.
    pub(crate) fn labels(&self) -> Option<&[String]> {
        (self.key == "Label").then_some(&self.values[..])
    }

    fn text(&self, text: &str) -> bool {
        self.values.iter().any(|value| match self.option.as_str() {
            "BeginsWith" => text.starts_with(value.as_str()),
            "Contains" => text.contains(value.as_str()),
            _ => text == value,
        })
    }

    /// Whether a version of a parameter passes. Labels are left to the caller.
    pub(crate) fn passes(
        &self,
        parameter: &Parameter,
        version: &Version,
        tags: &BTreeMap<String, String>,
    ) -> bool {
        let key = name::key(&parameter.name);
        match self.key.as_str() {
            "Name" => {
                let mut values = self.values.iter().map(|value| name::key(value));
                match self.option.as_str() {
                    "BeginsWith" => {
                        let bare = |text: &str| text.trim_start_matches('/').to_owned();
                        values.any(|value| bare(key).starts_with(&bare(value)))
                    }
                    "Contains" => self.text(&parameter.name),
                    _ => values.any(|value| value == key),
                }
            }
            "Type" => self.text(version.kind.api().as_str()),
            "KeyId" => version.key_id.as_deref().is_some_and(|key| self.text(key)),
            "Tier" => self.text(version.tier.api().as_str()),
            "DataType" => self.text(&version.data_type),
            "Path" => self.values.iter().any(|path| {
                let path = format!("{}/", path.trim_end_matches('/'));
                name::is_below(key, &path, self.option == "Recursive")
            }),
            "Label" => true,
            key => {
                let value = key.strip_prefix("tag:").and_then(|key| tags.get(key));
                value.is_some_and(|value| self.values.is_empty() || self.text(value))
            }
        }
    }
}

/// The older form of filters, whose values are the beginnings of names.
pub(crate) fn passes_old(filters: &[api::ParametersFilter], parameter: &Parameter) -> bool {
    let version = &parameter.latest;
    filters.iter().all(|filter| {
        filter.values.iter().any(|value| match filter.key.as_str() {
            "Name" => parameter.name.starts_with(value.as_str()),
            "Type" => version.kind.api().as_str() == value,
            _ => version.key_id.as_deref() == Some(value),
        })
    })
}
