//! Scaffolds: new providers and new operations.

pub(crate) mod lines;
pub(crate) mod new_op;
pub(crate) mod new_service;

use fogbank_codegen::model::{Service, load};

use crate::{Outcome, root};

/// The model of a service in `api-models/`.
pub(crate) fn model(service: &str) -> Outcome<Service> {
    let path = format!("api-models/{service}.json");
    let text = root::read(&path).map_err(|_| {
        format!("{service} is not a service: names are those of the AWS CLI, see api-models/")
    })?;
    let model = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    Ok(load(service, &model)?)
}
