//! Documents that Amazon owns: those that are used most.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use serde_json::{Value, json};

use super::{Document, DocumentVersion, content};
use crate::kept::Kept;

/// Name, type, schema version, action, description, parameters; a parameter is its name, its type after
/// a colon where that is not String, and after an equals sign its default.
const TABLE: &str = include_str!("amazon.txt");

struct Parameter {
    name: &'static str,
    kind: &'static str,
    default: Option<&'static str>,
}

struct Row {
    name: &'static str,
    kind: &'static str,
    schema: &'static str,
    action: &'static str,
    description: &'static str,
    parameters: Vec<Parameter>,
}

fn parameter(text: &'static str) -> Parameter {
    let (declared, default) = match text.split_once('=') {
        Some((declared, default)) => (declared, Some(default)),
        None => (text, None),
    };
    let (name, kind) = declared.split_once(':').unwrap_or((declared, "String"));
    Parameter { name, kind, default }
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().map(|line| {
        let mut fields = line.split('|');
        let mut next = || fields.next().expect("six fields");
        let (name, kind, schema, action, description) = (next(), next(), next(), next(), next());
        let parameters = next().split(';').filter(|text| !text.is_empty()).map(parameter);
        Row { name, kind, schema, action, description, parameters: parameters.collect() }
    })
}

impl Row {
    fn content(&self) -> Value {
        let parameters: serde_json::Map<String, Value> = self
            .parameters
            .iter()
            .map(|it| {
                let need = if it.default.is_some() { "Optional" } else { "Required" };
                let description = format!("({need}) {}", it.name);
                let mut parameter = json!({"type": it.kind, "description": description});
                if let Some(default) = it.default {
                    let value = (it.kind != "String").then(|| serde_json::from_str(default).ok());
                    parameter["default"] = value.flatten().unwrap_or_else(|| json!(default));
                }
                (it.name.to_owned(), parameter)
            })
            .collect();
        let inputs: serde_json::Map<String, Value> = self
            .parameters
            .iter()
            .map(|it| {
                let input = if it.name == "commands" { "runCommand" } else { it.name };
                (input.to_owned(), json!(format!("{{{{ {} }}}}", it.name)))
            })
            .collect();
        let mut content = json!({
            "schemaVersion": self.schema,
            "description": self.description,
            "parameters": parameters,
        });
        match (self.kind, self.schema) {
            ("Session", _) => {
                content["sessionType"] = json!(self.action);
                content["properties"] = Value::Object(inputs);
            }
            (_, "1.2") => {
                let mut inputs = inputs;
                inputs.insert("id".to_owned(), json!(format!("0.{}", self.action)));
                content["runtimeConfig"] = json!({self.action: {"properties": [inputs]}});
            }
            _ => {
                let name = self.action.trim_start_matches("aws:");
                content["mainSteps"] =
                    json!([{"name": name, "action": self.action, "inputs": inputs}]);
            }
        }
        content
    }

    fn document(&self) -> Document {
        let text = serde_json::to_string_pretty(&self.content()).expect("a value is JSON");
        let kind = api::DocumentType::from(self.kind);
        let outline = content::outline(&text, &api::DocumentFormat::Json, &kind)
            .expect("Amazon's documents are valid");
        let platforms = match self.action {
            "aws:runPowerShellScript" if self.schema == "1.2" => {
                vec![api::PlatformType::Windows, api::PlatformType::Linux, api::PlatformType::MacOs]
            }
            _ => outline.platforms,
        };
        let description = api::DocumentDescription {
            hash: Some(crate::ops::documents::create::hash(&text)),
            hash_type: Some(api::DocumentHashType::Sha256),
            name: Some(self.name.to_owned()),
            owner: Some("Amazon".to_owned()),
            created_date: Some(Timestamp::from_secs(1_767_225_600).to_wire()),
            status: Some(api::DocumentStatus::Active),
            document_version: Some("1".to_owned()),
            description: outline.description,
            parameters: Some(outline.parameters),
            platform_types: Some(platforms),
            document_type: Some(kind),
            schema_version: outline.schema_version,
            document_format: Some(api::DocumentFormat::Json),
            ..Default::default()
        };
        let version =
            DocumentVersion { description: Kept(description), content: text, reviews: Vec::new() };
        let mut document = Document {
            name: self.name.to_owned(),
            default_version: 1,
            shared: BTreeMap::new(),
            versions: Default::default(),
        };
        document.versions.insert(1, Arc::new(version));
        document
    }
}

static DOCUMENTS: LazyLock<BTreeMap<&'static str, Arc<Document>>> =
    LazyLock::new(|| rows().map(|row| (row.name, Arc::new(row.document()))).collect());

/// A document of Amazon's.
pub(crate) fn get(name: &str) -> Option<Arc<Document>> {
    DOCUMENTS.get(name).cloned()
}

/// All documents of Amazon's, by name.
pub(crate) fn all() -> impl Iterator<Item = Arc<Document>> {
    DOCUMENTS.values().cloned()
}
