//! `DeleteSecret`, `RestoreSecret`.

use fogbank_api_secretsmanager::{
    DeleteSecretRequest, DeleteSecretResponse, RestoreSecretRequest, RestoreSecretResponse,
};
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::secret::locate::{self, SUFFIX_LEN};

pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteSecretRequest,
) -> Result<DeleteSecretResponse, ServiceError> {
    let force = input.force_delete_without_recovery == Some(true);
    if force && input.recovery_window_in_days.is_some() {
        return Err(errors::invalid_parameter(
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        ));
    }
    let days = input.recovery_window_in_days.unwrap_or(30);
    if !(7..=30).contains(&days) {
        return Err(errors::invalid_parameter(
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
        ));
    }
    let now = cx.now();
    let found = match locate::find(cx, &input.secret_id) {
        Err(error) if force && error.name() == "ResourceNotFoundException" => {
            return Ok(never_there(cx, &input.secret_id));
        }
        found => found?,
    };
    if found.secret.cross_primary.is_none() {
        found.check_primary()?;
    }
    if let Some(replica) = &found.secret.cross_replica {
        return Err(errors::invalid_request(format!(
            "You can't delete secret {} that still has the cross-account replica {replica}",
            found.secret.name
        )));
    }
    if !found.secret.replicas.is_empty() {
        let regions: Vec<_> =
            found.secret.replicas.iter().map(|replica| replica.region.as_str()).collect();
        return Err(errors::invalid_parameter(format!(
            "You can't delete secret {} that still has replica regions [{}]",
            found.secret.name,
            regions.join(", ")
        )));
    }
    if force {
        found.store.secrets.remove(&found.secret.name);
        return Ok(DeleteSecretResponse {
            arn: found.arn(),
            name: found.name(),
            deletion_date: Some(now.to_wire()),
        });
    }
    found.check_alive()?;
    let at = Timestamp::from_nanos(now.as_nanos() + days * 86_400 * 1_000_000_000);
    found.change(|secret| {
        secret.deletion = Some(at);
        Ok(())
    })?;
    Ok(DeleteSecretResponse {
        arn: found.arn(),
        name: found.name(),
        deletion_date: Some(at.to_wire()),
    })
}

/// AWS answers as if a secret that is not there had been deleted by force.
fn never_there(cx: &RequestContext, id: &str) -> DeleteSecretResponse {
    let resource = id.split_once(":secret:").map_or(id, |(_, name)| name);
    let arn = if id.starts_with("arn:") {
        id.to_owned()
    } else {
        let suffix = cx.ids().base62(SUFFIX_LEN);
        cx.arn("secretsmanager", format!("secret:{id}-{suffix}")).to_string()
    };
    DeleteSecretResponse {
        arn: Some(arn),
        name: Some(resource.to_owned()),
        deletion_date: Some(cx.now().to_wire()),
    }
}

pub(crate) fn restore(
    cx: &RequestContext,
    input: &RestoreSecretRequest,
) -> Result<RestoreSecretResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.change(|secret| {
        secret.deletion = None;
        Ok(())
    })?;
    Ok(RestoreSecretResponse { arn: found.arn(), name: found.name() })
}
