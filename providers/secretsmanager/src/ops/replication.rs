//! `ReplicateSecretToRegions`, `RemoveRegionsFromReplication`, `StopReplicationToReplica`.

use fogbank_api_secretsmanager::{
    RemoveRegionsFromReplicationRequest, RemoveRegionsFromReplicationResponse,
    ReplicateSecretToRegionsRequest, ReplicateSecretToRegionsResponse,
    StopReplicationToReplicaRequest, StopReplicationToReplicaResponse,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::secret::replication::across;
use crate::secret::{locate, replication};
use crate::store::SecretsStore;

pub(crate) async fn replicate(
    cx: &RequestContext,
    input: ReplicateSecretToRegionsRequest,
) -> Result<ReplicateSecretToRegionsResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    found.check_primary()?;
    replication::check(cx, &input.add_replica_regions)?;
    let overwrite = input.force_overwrite_replica_secret == Some(true);
    replication::add(cx, &found, input.add_replica_regions, overwrite).await?;
    let now = locate::find(cx, &input.secret_id)?;
    Ok(ReplicateSecretToRegionsResponse {
        arn: now.arn(),
        replication_status: replication::status(&now.secret),
    })
}

pub(crate) fn remove(
    cx: &RequestContext,
    input: &RemoveRegionsFromReplicationRequest,
) -> Result<RemoveRegionsFromReplicationResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    found.check_primary()?;
    replication::remove(cx, &found, &input.remove_replica_regions)?;
    let now = locate::find(cx, &input.secret_id)?;
    Ok(RemoveRegionsFromReplicationResponse {
        arn: now.arn(),
        replication_status: Some(replication::status(&now.secret).unwrap_or_default()),
    })
}

pub(crate) fn stop(
    cx: &RequestContext,
    input: &StopReplicationToReplicaRequest,
) -> Result<StopReplicationToReplicaResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    if let Some(primary) = &found.secret.cross_primary {
        if !found.secret.detached
            && let Some((_, store, name)) = across::place(cx, primary)
        {
            store.secrets.update(&name, |secret| {
                if secret.cross_replica.as_ref() == Some(&found.secret.arn) {
                    secret.cross_replica = None;
                }
            });
        }
        found.change(|secret| {
            secret.cross_primary = None;
            secret.detached = false;
            Ok(())
        })?;
        return Ok(StopReplicationToReplicaResponse { arn: found.arn() });
    }
    let primary = found.secret.primary.clone().filter(|_| found.secret.is_replica());
    let primary = primary.ok_or_else(|| {
        errors::invalid_request("The secret is not a replica; only replicas can be promoted.")
    })?;
    found.change(|secret| {
        secret.primary = None;
        Ok(())
    })?;
    let store = cx.world.regional::<SecretsStore>(found.account, &primary);
    store.secrets.update(&found.secret.name, |secret| {
        secret.replicas.retain(|replica| replica.region != cx.region);
        if secret.replicas.is_empty() {
            secret.primary = None;
        }
    });
    Ok(StopReplicationToReplicaResponse { arn: found.arn() })
}
