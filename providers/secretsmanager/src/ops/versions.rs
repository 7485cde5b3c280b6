//! `ListSecretVersionIds`, `UpdateSecretVersionStage`.

use fogbank_api_secretsmanager::{
    ListSecretVersionIdsRequest, ListSecretVersionIdsResponse, SecretVersionsListEntry,
    UpdateSecretVersionStageRequest, UpdateSecretVersionStageResponse,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::paging::page;
use crate::secret::locate;
use crate::secret::replication;
use crate::secret::versions::CURRENT;
use crate::store::{Secret, Version};

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListSecretVersionIdsRequest,
) -> Result<ListSecretVersionIdsResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    let deprecated = input.include_deprecated == Some(true);
    let versions = found.secret.versions.values();
    let versions = versions.filter(|version| deprecated || !version.stages.is_empty());
    let versions = versions.map(entry).collect();
    let (versions, next_token) =
        page(versions, input.max_results, 100, input.next_token.as_deref())?;
    Ok(ListSecretVersionIdsResponse {
        versions: Some(versions),
        next_token,
        arn: found.arn(),
        name: found.name(),
    })
}

fn entry(version: &Version) -> SecretVersionsListEntry {
    let key = version.value.data_key.as_ref().map(|data_key| data_key.kms_key.clone());
    SecretVersionsListEntry {
        version_id: Some(version.id.clone()),
        version_stages: (!version.stages.is_empty()).then(|| version.stage_list()),
        last_accessed_date: version.accessed.map(|at| at.to_wire()),
        created_date: Some(version.created.to_wire()),
        kms_key_ids: Some(vec![key.unwrap_or_else(|| "DefaultEncryptionKey".to_owned())]),
    }
}

pub(crate) async fn update_stage(
    cx: &RequestContext,
    input: &UpdateSecretVersionStageRequest,
) -> Result<UpdateSecretVersionStageResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    found.check_primary()?;
    let now = cx.now();
    found.change(|secret| {
        check(secret, input)?;
        secret.move_stage(&input.version_stage, input.move_to_version_id.as_deref());
        secret.changed = now;
        Ok(())
    })?;
    replication::copy(cx, &found).await?;
    Ok(UpdateSecretVersionStageResponse { arn: found.arn(), name: found.name() })
}

fn check(secret: &Secret, input: &UpdateSecretVersionStageRequest) -> Result<(), ServiceError> {
    let stage = input.version_stage.as_str();
    let (from, to) = (input.remove_from_version_id.as_ref(), input.move_to_version_id.as_ref());
    for id in from.into_iter().chain(to) {
        secret.version(id).ok_or_else(|| errors::no_such_value("VersionId", id))?;
    }
    if from.is_none() && to.is_none() {
        return Err(errors::invalid_parameter(
            "You must provide RemoveFromVersionId, MoveToVersionId or both.",
        ));
    }
    if stage == CURRENT && to.is_none() {
        return Err(errors::invalid_parameter(
            "You can only move staging label AWSCURRENT to a different secret version. It can't \
             be completely removed.",
        ));
    }
    let holder = secret.staged(stage).map(|version| &version.id);
    match (holder, from) {
        (Some(holder), None) if Some(holder) != to => Err(errors::invalid_parameter(format!(
            "The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently \
             attached to version {holder}, so you must explicitly reference that version in \
             RemoveFromVersionId."
        ))),
        (holder, Some(from)) if holder != Some(from) => Err(errors::invalid_parameter(format!(
            "Staging label {stage} is not currently attached to version {from}."
        ))),
        _ => Ok(()),
    }
}
