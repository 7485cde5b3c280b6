//! `GetSecretValue`, `PutSecretValue`.

use std::collections::BTreeSet;

use fogbank_api_secretsmanager::{
    GetSecretValueRequest, GetSecretValueResponse, PutSecretValueRequest, PutSecretValueResponse,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::secret::locate::{self, Located};
use crate::secret::replication;
use crate::secret::value::{self, Value};
use crate::secret::versions::{CURRENT, day};
use crate::store::{Secret, Version};

pub(crate) async fn get(
    cx: &RequestContext,
    input: &GetSecretValueRequest,
) -> Result<GetSecretValueResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    check_account(cx, &found)?;
    let (id, stage) = (input.version_id.as_deref(), input.version_stage.as_deref());
    let version = wanted(&found.secret, id, stage)?;
    read(cx, &found, version).await
}

/// A secret that the service's own key encrypts is for its account alone.
fn check_account(cx: &RequestContext, found: &Located) -> Result<(), ServiceError> {
    if found.account != cx.account && found.secret.kms_key.is_none() {
        return Err(errors::default_key_across_accounts());
    }
    Ok(())
}

fn wanted<'a>(
    secret: &'a Secret,
    id: Option<&str>,
    stage: Option<&str>,
) -> Result<&'a Version, ServiceError> {
    let Some(id) = id else {
        let stage = stage.unwrap_or(CURRENT);
        return secret.staged(stage).ok_or_else(|| errors::no_such_value("staging label", stage));
    };
    let version = secret.version(id).ok_or_else(|| errors::no_such_value("VersionId", id))?;
    if stage.is_some_and(|stage| !version.stages.contains(stage)) {
        return Err(errors::invalid_request(
            "You provided a VersionStage that is not associated to the provided VersionId.",
        ));
    }
    Ok(version)
}

/// A version's value, and the note that it was read today.
pub(crate) async fn read(
    cx: &RequestContext,
    found: &Located,
    version: &Version,
) -> Result<GetSecretValueResponse, ServiceError> {
    let arn = found.secret.arn.to_string();
    let value = value::open(&found.kms_caller(cx), &arn, &version.id, &version.value).await?;
    let today = day(cx.now());
    if version.accessed != Some(today) || found.secret.accessed != Some(today) {
        found.change(|secret| {
            secret.accessed = Some(today);
            secret.edit_version(&version.id, |version| version.accessed = Some(today));
            Ok(())
        })?;
    }
    let (secret_string, secret_binary) = value.members();
    Ok(GetSecretValueResponse {
        arn: Some(arn),
        name: found.name(),
        version_id: Some(version.id.clone()),
        secret_binary,
        secret_string,
        version_stages: (!version.stages.is_empty()).then(|| version.stage_list()),
        created_date: Some(version.created.to_wire()),
    })
}

pub(crate) async fn put(
    cx: &RequestContext,
    input: PutSecretValueRequest,
) -> Result<PutSecretValueResponse, ServiceError> {
    let token = input.client_request_token.ok_or_else(errors::missing_token)?;
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    found.check_primary()?;
    check_account(cx, &found)?;
    let value = Value::of(input.secret_string, input.secret_binary)?.ok_or_else(|| {
        errors::invalid_request("You must provide either SecretString or SecretBinary.")
    })?;
    let stages = input.version_stages.map(BTreeSet::from_iter);
    let stages = add(cx, &found, &token, &value, stages).await?;
    Ok(PutSecretValueResponse {
        arn: found.arn(),
        name: found.name(),
        version_id: Some(token),
        version_stages: Some(stages),
    })
}

/// Adds a version with labels, `AWSCURRENT` when none are asked for, and returns its labels. The
/// same token with the same value changes nothing.
pub(crate) async fn add(
    cx: &RequestContext,
    found: &Located,
    token: &str,
    value: &Value,
    stages: Option<BTreeSet<String>>,
) -> Result<Vec<String>, ServiceError> {
    let secret = &found.secret;
    let arn = secret.arn.to_string();
    let caller = found.kms_caller(cx);
    if let Some(known) = secret.version(token) {
        let same = value::open(&caller, &arn, token, &known.value).await? == *value;
        return if same { Ok(known.stage_list()) } else { Err(errors::token_in_use(token, &arn)) };
    }
    let mut stages = stages.unwrap_or_else(|| BTreeSet::from([CURRENT.to_owned()]));
    let key = secret.kms_key.as_deref();
    let sealed = value::seal(cx, &caller, key, &arn, token, value).await?;
    let now = cx.now();
    let stages = found.change(|secret| {
        // The first version is the current one, whatever else it is.
        if secret.versions.is_empty() {
            stages.insert(CURRENT.to_owned());
        }
        if secret.version(token).is_some() {
            return Err(errors::token_in_use(token, &arn));
        }
        let listed = stages.iter().cloned().collect();
        secret.add_version(token, stages, sealed, now);
        Ok(listed)
    })?;
    replication::copy(cx, found).await?;
    Ok(stages)
}
