//! Models of a local folder, in botocore's format or in Smithy's.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fogbank_codegen::json::Json;
use fogbank_codegen::model::smithy;
use serde::Deserialize;

use super::{Models, archive, parse, stem, stripped};
use crate::Outcome;

/// The models in a folder: botocore's folders (`NAME/VERSION/service-2.json`), models in
/// botocore's format (`NAME.json`), and Smithy models under any name. `pinned` tells what botocore
/// calls the services of Smithy models.
pub(crate) fn local(folder: &Path, pinned: &Models) -> Outcome<Models> {
    let mut models = Models::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        if let Some(version) = archive::newest_version(&folder)? {
            models.insert(stem(&folder), archive::model(&version)?);
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                models.extend(one(&path, pinned)?);
            }
        }
    }
    match models.is_empty() {
        true => Err(format!("{} holds no models", folder.display()).into()),
        false => Ok(models),
    }
}

fn one(path: &Path, pinned: &Models) -> Outcome<Option<(String, String)>> {
    let model = parse(path)?;
    if smithy::is_model(&model) {
        let Some(id) = smithy::service_id(&model) else { return Ok(None) };
        let name = name_of(id, pinned);
        return Ok(Some((name, serde_json::to_string(&model)?)));
    }
    let is_model = model.get("operations").is_some() && model.get("metadata").is_some();
    Ok(is_model.then(|| (stem(path), stripped(model, None::<&Json>))))
}

#[derive(Deserialize)]
struct Head {
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    service_id: String,
}

/// botocore's name of a service; for one that botocore does not know, its id in kebab case.
fn name_of(service_id: &str, pinned: &Models) -> String {
    let ids: BTreeMap<String, &String> = pinned
        .iter()
        .filter_map(|(name, text)| {
            let head: Head = serde_json::from_str(text).ok()?;
            Some((head.metadata.service_id, name))
        })
        .collect();
    match ids.get(service_id) {
        Some(name) => (*name).clone(),
        None => service_id.to_lowercase().replace(' ', "-"),
    }
}
