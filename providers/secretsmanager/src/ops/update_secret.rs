//! `UpdateSecret`.

use fogbank_api_secretsmanager::{UpdateSecretRequest, UpdateSecretResponse};
use fogbank_service::{RequestContext, ServiceError};

use super::secret_value;
use crate::errors;
use crate::secret::locate::{self, Located};
use crate::secret::replication;
use crate::secret::value::{self, Value};
use crate::store::Stored;

pub(crate) async fn run(
    cx: &RequestContext,
    input: UpdateSecretRequest,
) -> Result<UpdateSecretResponse, ServiceError> {
    let token = input.client_request_token.ok_or_else(errors::missing_token)?;
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    found.check_primary()?;
    let value = Value::of(input.secret_string, input.secret_binary)?;
    let key = input.kms_key_id.map(|key| value::named_key(Some(key)));
    let key = key.filter(|key| *key != found.secret.kms_key);
    let mut sealed = Vec::new();
    if let Some(key) = &key {
        value::check_key(&found.kms_caller(cx), key.as_deref()).await?;
        sealed = under_key(cx, &found, key.as_deref()).await?;
    }
    let now = cx.now();
    found.change(|secret| {
        if let Some(description) = input.description {
            secret.description = Some(description).filter(|text| !text.is_empty());
        }
        if let Some(kind) = input.r#type {
            secret.kind = Some(kind);
        }
        if let Some(key) = key {
            secret.kms_key = key;
        }
        for (id, stored) in sealed {
            secret.edit_version(&id, |version| version.value = stored);
        }
        secret.changed = now;
        Ok(())
    })?;
    let version_id = match value {
        None => {
            replication::copy(cx, &found).await?;
            None
        }
        Some(value) => {
            let found = locate::find(cx, &input.secret_id)?;
            secret_value::add(cx, &found, &token, &value, None).await?;
            Some(token)
        }
    };
    Ok(UpdateSecretResponse { arn: found.arn(), name: found.name(), version_id })
}

/// The labelled versions, encrypted under another key.
async fn under_key(
    cx: &RequestContext,
    found: &Located,
    key: Option<&str>,
) -> Result<Vec<(String, Stored)>, ServiceError> {
    let arn = found.secret.arn.to_string();
    let caller = found.kms_caller(cx);
    let mut sealed = Vec::new();
    for version in found.secret.versions.values().filter(|version| !version.stages.is_empty()) {
        let opened = value::open(&caller, &arn, &version.id, &version.value).await?;
        let stored = value::seal(cx, &caller, key, &arn, &version.id, &opened).await?;
        sealed.push((version.id.clone(), stored));
    }
    Ok(sealed)
}
