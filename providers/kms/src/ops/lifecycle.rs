//! `EnableKey`, `DisableKey`, `ScheduleKeyDeletion`, `CancelKeyDeletion`, `UpdateKeyDescription`.

use fogbank_api_kms::{
    CancelKeyDeletionRequest, CancelKeyDeletionResponse, DisableKeyRequest, EnableKeyRequest,
    ScheduleKeyDeletionRequest, ScheduleKeyDeletionResponse, UpdateKeyDescriptionRequest,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::{due, locate};
use crate::store::State;

pub(crate) fn enable(cx: &RequestContext, input: &EnableKeyRequest) -> Result<Unit, ServiceError> {
    turn(cx, &input.key_id, "EnableKey", State::Enabled)
}

pub(crate) fn disable(
    cx: &RequestContext,
    input: &DisableKeyRequest,
) -> Result<Unit, ServiceError> {
    turn(cx, &input.key_id, "DisableKey", State::Disabled)
}

fn turn(
    cx: &RequestContext,
    key_id: &str,
    operation: &str,
    state: State,
) -> Result<Unit, ServiceError> {
    let now = cx.now();
    locate::find_customer_key(cx, key_id, operation)?.change(|key| {
        match key.state {
            State::Enabled | State::Disabled => key.state = state,
            _ => return Err(key.wrong_state()),
        }
        // A rotation that fell due while the key was disabled happens when it is enabled again.
        if let (State::Enabled, Some(rotation)) = (state, &mut key.rotation)
            && rotation.next < now
        {
            rotation.next = now;
        }
        Ok(Unit)
    })
}

pub(crate) fn schedule_deletion(
    cx: &RequestContext,
    input: &ScheduleKeyDeletionRequest,
) -> Result<ScheduleKeyDeletionResponse, ServiceError> {
    let found = locate::find_customer_key(cx, &input.key_id, "ScheduleKeyDeletion")?;
    let days = match input.pending_window_in_days {
        None => 30,
        Some(days @ 7..=30) => u16::try_from(days).expect("a number below 31"),
        Some(_) => {
            return Err(errors::validation("PendingWindowInDays must be between 7 and 30"));
        }
    };
    let now = cx.now();
    found.change(|key| {
        key.check_changeable()?;
        let has_replicas = key.is_primary()
            && key.multi_region.as_ref().is_some_and(|family| !family.replicas.is_empty());
        key.state = if has_replicas {
            State::PendingReplicaDeletion { days }
        } else {
            due::deletion(now, days)
        };
        Ok(ScheduleKeyDeletionResponse {
            key_id: Some(key.arn_text.to_string()),
            deletion_date: match key.state {
                State::PendingDeletion { at, .. } => Some(at.to_wire()),
                _ => None,
            },
            key_state: Some(key.state_name().into()),
            pending_window_in_days: Some(i32::from(days)),
        })
    })
}

pub(crate) fn cancel_deletion(
    cx: &RequestContext,
    input: &CancelKeyDeletionRequest,
) -> Result<CancelKeyDeletionResponse, ServiceError> {
    locate::find_customer_key(cx, &input.key_id, "CancelKeyDeletion")?.change(|key| {
        match key.state {
            State::PendingDeletion { .. } | State::PendingReplicaDeletion { .. } => {}
            _ => {
                let arn = &key.arn_text;
                return Err(errors::invalid_state(format!("{arn} is not pending deletion.")));
            }
        }
        key.state = if key.has_material() { State::Disabled } else { State::PendingImport };
        Ok(CancelKeyDeletionResponse { key_id: Some(key.arn_text.to_string()) })
    })
}

pub(crate) fn update_description(
    cx: &RequestContext,
    input: UpdateKeyDescriptionRequest,
) -> Result<Unit, ServiceError> {
    locate::find_customer_key(cx, &input.key_id, "UpdateKeyDescription")?.change(|key| {
        key.check_changeable()?;
        key.description = input.description;
        Ok(Unit)
    })
}
