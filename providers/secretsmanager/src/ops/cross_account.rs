//! `AssociateCrossAccountReplica`, `DisassociateCrossAccountReplica`.

use fogbank_api_secretsmanager::{
    AssociateCrossAccountReplicaRequest, AssociateCrossAccountReplicaResponse,
    DisassociateCrossAccountReplicaRequest, DisassociateCrossAccountReplicaResponse,
    LimitExceededException, ReplicaRestrictionType, StatusType,
};
use fogbank_context::Arn;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::secret::locate::{self, Located};
use crate::secret::replication::across;

/// The primary secret of a request.
fn primary(cx: &RequestContext, id: &str) -> Result<Located, ServiceError> {
    let found = locate::find(cx, id)?;
    found.check_alive()?;
    if found.account != cx.account {
        return Err(errors::invalid_request(
            "You must call this operation from the account that owns the primary secret.",
        ));
    }
    found.check_primary()?;
    Ok(found)
}

fn replica(text: &str) -> Result<Arn, ServiceError> {
    text.parse().map_err(|_| errors::invalid_parameter("The CrossAccountReplicaARN is invalid."))
}

pub(crate) async fn associate(
    cx: &RequestContext,
    input: AssociateCrossAccountReplicaRequest,
) -> Result<AssociateCrossAccountReplicaResponse, ServiceError> {
    let found = primary(cx, &input.secret_id)?;
    let arn = replica(&input.cross_account_replica_arn)?;
    let (_, store, name) = across::place(cx, &arn).ok_or_else(errors::no_such_secret)?;
    let of = store.secrets.read(&name, |secret| secret.cross_primary.clone()).flatten();
    if of.as_ref() != Some(&found.secret.arn) {
        return Err(errors::invalid_request(
            "The replica secret is not a cross-account replica of the primary secret.",
        ));
    }
    if input.replica_restriction != Some(ReplicaRestrictionType::NoRestriction) {
        return Err(errors::invalid_request(
            "The replica account isn't in the same organization as the primary account.",
        ));
    }
    found.change(|secret| {
        if secret.cross_replica.as_ref().is_some_and(|known| *known != arn) {
            return Err(LimitExceededException::new(
                "A primary secret can have at most one cross-account replica.",
            )
            .into());
        }
        secret.cross_replica = Some(arn.clone());
        Ok(())
    })?;
    let now = locate::find(cx, &input.secret_id)?;
    if let Err(error) = across::copy(cx, &now, &now.secret).await {
        // Neither secret is to have changed.
        now.change(|secret| {
            secret.cross_replica.clone_from(&found.secret.cross_replica);
            Ok(())
        })?;
        return Err(error);
    }
    Ok(AssociateCrossAccountReplicaResponse {
        arn: found.arn(),
        cross_account_replica_arn: Some(arn.to_string()),
        replication_status: Some(StatusType::InSync),
    })
}

pub(crate) fn disassociate(
    cx: &RequestContext,
    input: &DisassociateCrossAccountReplicaRequest,
) -> Result<DisassociateCrossAccountReplicaResponse, ServiceError> {
    let found = primary(cx, &input.secret_id)?;
    let arn = replica(&input.cross_account_replica_arn)?;
    found.change(|secret| match &secret.cross_replica {
        Some(known) if *known == arn => {
            secret.cross_replica = None;
            Ok(())
        }
        _ => Err(errors::invalid_request(
            "The secret is not associated with this cross-account replica.",
        )),
    })?;
    across::detach(cx, &arn);
    Ok(DisassociateCrossAccountReplicaResponse {
        arn: found.arn(),
        cross_account_replica_arn: Some(arn.to_string()),
    })
}
