//! The content of documents: formats, schema versions, parameters, platforms.

use std::collections::BTreeMap;

use fogbank_api_ssm as api;
use fogbank_service::ServiceError;
use serde_json::Value;

use crate::errors;

/// The longest content, in bytes.
const LONGEST: usize = 64 * 1_024;

/// Types of documents and the schema versions that each may have.
const SCHEMAS: &[(&str, &[&str])] = &[
    ("Command", &["1.0", "1.2", "2.0", "2.1", "2.2"]),
    ("Policy", &["2.0"]),
    ("Automation", &["0.3"]),
    ("Automation.ChangeTemplate", &["0.3"]),
    ("Session", &["1.0"]),
    ("Package", &["2.0"]),
];

/// A type of documents, the schema versions if not all are meant, and what their contents must have.
type Required = (&'static str, &'static [&'static str], &'static [&'static str]);

/// The properties that contents must have.
const REQUIRED: &[Required] = &[
    ("Automation", &[], &["mainSteps"]),
    ("CloudFormation", &[], &["schemaVersion", "templateBody"]),
    ("Command", &["1.0", "1.2"], &["runtimeConfig"]),
    ("Command", &["2.0", "2.1", "2.2"], &["mainSteps"]),
    ("Session", &[], &["sessionType"]),
];
/// The types of sessions that a document can describe.
const SESSIONS: &[&str] =
    &["InteractiveCommands", "NonInteractiveCommands", "Port", "Standard_Stream"];

/// What a document's content says of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outline {
    /// The schema version.
    pub(crate) schema_version: Option<String>,
    /// The description.
    pub(crate) description: Option<String>,
    /// The parameters.
    pub(crate) parameters: Vec<api::DocumentParameter>,
    /// The platforms that its plugins run on.
    pub(crate) platforms: Vec<api::PlatformType>,
}

/// A content as a value.
///
/// # Errors
/// `InvalidDocumentContent`.
pub(crate) fn value(text: &str, format: &api::DocumentFormat) -> Result<Value, ServiceError> {
    match format {
        api::DocumentFormat::Yaml => serde_saphyr::from_str(text)
            .map_err(|_| errors::invalid_document_content("YAML not well-formed.")),
        api::DocumentFormat::Text => Ok(Value::Null),
        _ => serde_json::from_str(text).map_err(|error| {
            errors::invalid_document_content(format!(
                "JSON not well-formed. at Line: {}, Column: {}",
                error.line(),
                error.column()
            ))
        }),
    }
}

/// A content in another format.
///
/// # Errors
/// `InvalidDocumentContent` when it has no other format.
pub(crate) fn convert(
    text: &str,
    from: &api::DocumentFormat,
    to: &api::DocumentFormat,
) -> Result<String, ServiceError> {
    if from == to || *from == api::DocumentFormat::Text || *to == api::DocumentFormat::Text {
        return Ok(text.to_owned());
    }
    let value = value(text, from)?;
    match to {
        api::DocumentFormat::Yaml => {
            serde_saphyr::to_string(&value).map_err(ServiceError::internal)
        }
        _ => serde_json::to_string_pretty(&value).map_err(ServiceError::internal),
    }
}

/// Checks a content and says what is in it.
///
/// # Errors
/// `MaxDocumentSizeExceeded`, `InvalidDocumentContent`, `InvalidDocumentSchemaVersion`.
pub(crate) fn outline(
    text: &str,
    format: &api::DocumentFormat,
    kind: &api::DocumentType,
) -> Result<Outline, ServiceError> {
    if text.len() > LONGEST {
        return Err(errors::max_document_size("The size limit of a document is 64 KB."));
    }
    let value = value(text, format)?;
    if *kind == api::DocumentType::CloudFormation {
        check_properties(&value, kind.as_str(), "")?;
    }
    let Some((_, versions)) = SCHEMAS.iter().find(|row| row.0 == kind.as_str()) else {
        return Ok(Outline::default());
    };
    if !value.is_object() {
        return Err(errors::invalid_document_content("The content for the document is not valid."));
    }
    let schema = match value.get("schemaVersion") {
        Some(Value::String(version)) => version.clone(),
        Some(Value::Number(version)) => version.to_string(),
        _ => {
            return Err(errors::invalid_document_content(
                "The schemaVersion of the document is missing.",
            ));
        }
    };
    if !versions.contains(&schema.as_str()) {
        return Err(match kind {
            api::DocumentType::Automation => errors::invalid_document_content(format!(
                "Document schema version is invalid. Value: {schema}"
            )),
            _ => errors::invalid_document_schema_version(
                "The version of the document schema is not supported.",
            ),
        });
    }
    check_properties(&value, kind.as_str(), &schema)?;
    let session = value.get("sessionType").filter(|_| *kind == api::DocumentType::Session);
    if let Some(session) = session
        && !session.as_str().is_some_and(|session| SESSIONS.contains(&session))
    {
        return Err(errors::invalid_document_content(format!(
            "The session type {session} is not supported. Supported types: {}.",
            SESSIONS.join(", ")
        )));
    }
    let parameters = value.get("parameters").and_then(Value::as_object);
    let parameters = parameters.into_iter().flatten().map(|(name, parameter)| {
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(errors::invalid_document_content(format!(
                "Parameter name \"{name}\" is not alpha-numeric."
            )));
        }
        let text = |key: &str| parameter.get(key).and_then(Value::as_str).map(str::to_owned);
        let default = parameter.get("default").map(|default| match default {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        let list = text("type").is_some_and(|kind| kind == "StringList");
        Ok(api::DocumentParameter {
            name: Some(name.clone()),
            r#type: Some(match list {
                true => api::DocumentParameterType::StringList,
                false => api::DocumentParameterType::String,
            }),
            description: text("description"),
            default_value: default,
        })
    });
    let parameters: Vec<api::DocumentParameter> = parameters.collect::<Result<_, _>>()?;
    if *kind == api::DocumentType::Automation {
        check_references(text, &parameters)?;
    }
    Ok(Outline {
        schema_version: Some(schema),
        description: value.get("description").and_then(Value::as_str).map(str::to_owned),
        parameters,
        platforms: platforms(&value),
    })
}

/// The properties that contents of the type must have, and those of their steps.
fn check_properties(content: &Value, kind: &str, schema: &str) -> Result<(), ServiceError> {
    let of_version = |versions: &[&str]| versions.is_empty() || versions.contains(&schema);
    let required = REQUIRED.iter().filter(|row| row.0 == kind && of_version(row.1));
    for (_, _, names) in required {
        check_required(content, names, "/")?;
    }
    let Some(steps) = content.get("mainSteps").filter(|_| kind != "Policy") else { return Ok(()) };
    let steps = steps.as_array().ok_or_else(|| {
        errors::invalid_document_content("The mainSteps of the document are not a list.")
    })?;
    for (position, step) in steps.iter().enumerate() {
        check_required(step, &["action", "name"], &format!("/mainSteps/{position}"))?;
        let twice = steps[..position].iter().find(|before| before["name"] == step["name"]);
        if let Some(name) = twice.map(|step| &step["name"]) {
            return Err(errors::invalid_document_content(format!(
                "The step name {name} is not unique."
            )));
        }
    }
    Ok(())
}

/// In the words of the validator of JSON schemas that AWS uses, quotes escaped as it has them.
fn check_required(node: &Value, names: &[&str], at: &str) -> Result<(), ServiceError> {
    let missing = names.iter().filter(|name| node.get(**name).is_none());
    let missing: Vec<String> = missing.map(|name| format!(r#"\"{name}\""#)).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(errors::invalid_document_content(format!(
            r#"[message: "object has missing required properties ([{}])" - parent node: {at}]"#,
            missing.join(",")
        ))),
    }
}

/// The parameters that a runbook refers to are declared; what has a dot or a colon is an output, a
/// variable, or something global.
fn check_references(text: &str, declared: &[api::DocumentParameter]) -> Result<(), ServiceError> {
    let references = text.split("{{").skip(1).filter_map(|rest| rest.split_once("}}"));
    for name in references.map(|(name, _)| name.trim()) {
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain && !declared.iter().any(|it| it.name.as_deref() == Some(name)) {
            return Err(errors::invalid_document_content(format!(
                "Parameter \"{name}\" is not declared."
            )));
        }
    }
    Ok(())
}

/// The values that a request gives to the parameters of a document.
///
/// # Errors
/// What is wrong, in AWS's words: a value is missing, or is none of those that are allowed.
pub(crate) fn check_values(
    version: &super::DocumentVersion,
    given: &BTreeMap<String, Vec<String>>,
    target: Option<&str>,
) -> Result<(), String> {
    let declared = version.description.parameters.iter().flatten();
    let required = declared.filter(|it| it.default_value.is_none());
    let mut required = required.filter_map(|it| it.name.as_deref());
    if let Some(name) = required.find(|name| !given.contains_key(*name) && target != Some(*name)) {
        return Err(format!("Parameter \"{name}\" requires a value."));
    }
    let format = version.description.document_format.clone().unwrap_or(api::DocumentFormat::Json);
    let content = value(&version.content, &format).unwrap_or_default();
    for (name, values) in given {
        let declared = content.get("parameters").and_then(|all| all.get(name));
        let Some(declared) = declared else { continue };
        let allowed = declared.get("allowedValues").and_then(Value::as_array);
        if let Some(allowed) = allowed {
            let texts: Vec<String> = allowed
                .iter()
                .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
                .collect();
            if let Some(value) = values.iter().find(|value| !texts.contains(value)) {
                return Err(format!(
                    "Parameter \"{name}\" has value \"{value}\" not found in [{}].",
                    texts.join(", ")
                ));
            }
        }
        let pattern = declared.get("allowedPattern").and_then(Value::as_str);
        let regex = pattern.and_then(|it| fancy_regex::Regex::new(&format!("^(?:{it})$")).ok());
        if let (Some(pattern), Some(regex)) = (pattern, regex)
            && let Some(value) = values.iter().find(|it| !regex.is_match(it).unwrap_or(false))
        {
            return Err(format!(
                "Parameter \"{name}\" has value \"{value}\" not matching \"{pattern}\"."
            ));
        }
    }
    Ok(())
}

fn platforms(content: &Value) -> Vec<api::PlatformType> {
    let text = content.to_string();
    let unix = [api::PlatformType::Linux, api::PlatformType::MacOs];
    let shell = text.contains("\"aws:runShellScript\"");
    let other = text.matches("\"aws:").count() > text.matches("\"aws:runShellScript\"").count();
    match shell && !other {
        true => unix.to_vec(),
        false => [api::PlatformType::Windows].into_iter().chain(unix).collect(),
    }
}

/// The name of the first plugin of a document, as invocations of commands show it.
pub(crate) fn plugin(version: &super::DocumentVersion) -> String {
    let format = version.description.document_format.clone().unwrap_or(api::DocumentFormat::Json);
    let content = value(&version.content, &format).unwrap_or_default();
    let step = content.get("mainSteps").and_then(|steps| steps.get(0)?.get("name")?.as_str());
    let old = content.get("runtimeConfig").and_then(Value::as_object);
    let old = old.and_then(|plugins| plugins.keys().next()).map(String::as_str);
    step.or(old).unwrap_or_default().to_owned()
}
