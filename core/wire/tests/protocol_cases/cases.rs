//! The cases, each with a model of one operation.

use std::path::Path;

use fogbank_codegen::json::Json as OrderedJson;
use fogbank_codegen::model::{self, compact};
use fogbank_schema::{Kind, Protocol, Schemas, ShapeIndex};
use fogbank_wire::ServiceWire;
use serde_json::Value as Json;

pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) json: Json,
    pub(crate) schemas: &'static Schemas,
    pub(crate) protocol: Protocol,
    pub(crate) wire: ServiceWire,
    /// The operation's position; each case has one.
    pub(crate) op: usize,
}

impl Case {
    pub(crate) fn input(&self) -> Option<ShapeIndex> {
        self.schemas.model().operations[self.op].input
    }

    pub(crate) fn output(&self) -> Option<ShapeIndex> {
        self.schemas.model().operations[self.op].output
    }
}

/// The cases of one direction, by file.
pub(crate) fn load(direction: &str) -> Vec<(String, Vec<Case>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../api-models/protocol-tests")
        .join(direction);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("`cargo xtask regen` brings the protocol tests")
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let suites: OrderedJson = serde_json::from_str(&text).unwrap();
            let plain: Json = serde_json::from_str(&text).unwrap();
            let cases = suites
                .items()
                .iter()
                .zip(plain.as_array().unwrap())
                .flat_map(|(suite, plain)| of_suite(suite, plain))
                .collect();
            (path.file_name().unwrap().to_string_lossy().into_owned(), cases)
        })
        .collect()
}

fn of_suite(suite: &OrderedJson, plain: &Json) -> Vec<Case> {
    let cases = suite.array("cases").iter().zip(plain["cases"].as_array().unwrap());
    cases.map(|(case, plain)| of_case(suite, case, plain)).collect()
}

fn of_case(suite: &OrderedJson, case: &OrderedJson, plain: &Json) -> Case {
    let given = case.get("given").unwrap();
    let name = given.text("name").unwrap_or("OperationName").to_owned();
    let model = OrderedJson::Object(vec![
        ("metadata".to_owned(), suite.get("metadata").unwrap().clone()),
        ("operations".to_owned(), OrderedJson::Object(vec![(name, given.clone())])),
        ("shapes".to_owned(), suite.get("shapes").unwrap().clone()),
    ]);
    let service = model::load("case", &model).unwrap();
    let bytes: &'static [u8] = Vec::leak(compact::encode(&service).unwrap());
    let schemas: &'static Schemas = Box::leak(Box::new(Schemas::new(bytes)));
    let protocol = schemas.model().metadata.protocols[0];
    let wire = ServiceWire::for_service(schemas, protocol);
    let id = plain["id"].as_str().unwrap().to_owned();
    Case { id, json: plain.clone(), schemas, protocol, wire, op: 0 }
}

/// The cases write blobs as the text that they are; canonical JSON has Base64.
pub(crate) fn canonical(schemas: &'static Schemas, shape: ShapeIndex, json: &Json) -> Json {
    use base64::Engine;
    let described = schemas.model().shape(shape);
    match (&described.kind, json) {
        (Kind::Blob, Json::String(text)) => {
            Json::String(base64::engine::general_purpose::STANDARD.encode(text))
        }
        (Kind::Structure(structure) | Kind::Union(structure), Json::Object(entries)) => {
            let entries = entries.iter().map(|(name, value)| {
                let own =
                    structure.members.iter().find(|member| member.name == name).or_else(|| {
                        structure.members.iter().find(|m| m.name.eq_ignore_ascii_case(name))
                    });
                let own = own.unwrap_or_else(|| panic!("there is no member {name}"));
                (own.name.to_owned(), canonical(schemas, own.target, value))
            });
            Json::Object(entries.collect())
        }
        (Kind::Union(_), Json::Array(events)) => {
            events.iter().map(|event| canonical(schemas, shape, event)).collect()
        }
        (Kind::List { member, .. }, Json::Array(values)) => {
            values.iter().map(|value| canonical(schemas, member.target, value)).collect()
        }
        (Kind::Map { value: member, .. }, Json::Object(entries)) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), canonical(schemas, member.target, value)))
                .collect(),
        ),
        _ => json.clone(),
    }
}

/// Equality in which 1 and 1.0 are the same number.
pub(crate) fn same(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) => left.as_f64() == right.as_f64(),
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| same(l, r))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, l)| right.get(key).is_some_and(|r| same(l, r)))
        }
        _ => left == right,
    }
}
