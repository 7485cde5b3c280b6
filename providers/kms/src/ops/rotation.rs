//! `EnableKeyRotation`, `DisableKeyRotation`, `GetKeyRotationStatus`, `RotateKeyOnDemand`,
//! `ListKeyRotations`.

use std::sync::Arc;

use fogbank_api_kms::{
    DisableKeyRotationRequest, EnableKeyRotationRequest, ExpirationModelType,
    GetKeyRotationStatusRequest, GetKeyRotationStatusResponse, ImportState, IncludeKeyMaterial,
    KeyMaterialState, ListKeyRotationsRequest, ListKeyRotationsResponse, RotateKeyOnDemandRequest,
    RotateKeyOnDemandResponse, RotationType, RotationsListEntry,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::key::{due, locate, new, relatives};
use crate::paging::page;
use crate::store::{Key, Material, Origin, Rotation, RotationRecord};

/// How often a key can be rotated on demand.
const ON_DEMAND_LIMIT: u32 = 10;

/// Checks that a key is of a kind that KMS rotates by itself.
fn check_automatic(key: &Key) -> Result<(), ServiceError> {
    if !key.spec.is_symmetric() {
        return Err(errors::unsupported_type());
    }
    if key.origin != Origin::AwsKms {
        return Err(errors::wrong_origin(&key.arn_text, key.origin.as_str()));
    }
    check_primary(key)
}

/// Checks that a key is not the replica of another.
pub(crate) fn check_primary(key: &Key) -> Result<(), ServiceError> {
    if key.is_primary() {
        return Ok(());
    }
    Err(errors::unsupported(format!("{} is not a multi-region primary key.", key.arn_text)))
}

pub(crate) fn enable(
    cx: &RequestContext,
    input: &EnableKeyRotationRequest,
) -> Result<Unit, ServiceError> {
    let days = input.rotation_period_in_days.and_then(|days| u16::try_from(days).ok());
    let days = days.unwrap_or(365);
    set(cx, &input.key_id, "EnableKeyRotation", Some(days))
}

pub(crate) fn disable(
    cx: &RequestContext,
    input: &DisableKeyRotationRequest,
) -> Result<Unit, ServiceError> {
    set(cx, &input.key_id, "DisableKeyRotation", None)
}

fn set(
    cx: &RequestContext,
    key_id: &str,
    operation: &str,
    days: Option<u16>,
) -> Result<Unit, ServiceError> {
    let found = locate::find_customer_key(cx, key_id, operation)?;
    let now = cx.now();
    found.change(|key| {
        key.check_usable()?;
        check_automatic(key)?;
        key.rotation = days.map(|days| match key.rotation {
            Some(rotation) if rotation.days == days => rotation,
            _ => Rotation { days, next: due::days_after(now, days) },
        });
        Ok(())
    })?;
    relatives::share_materials(cx, &found.store, found.key.id());
    Ok(Unit)
}

pub(crate) fn status(
    cx: &RequestContext,
    input: &GetKeyRotationStatusRequest,
) -> Result<GetKeyRotationStatusResponse, ServiceError> {
    let found = locate::find_key(cx, &input.key_id)?;
    let key = &found.key;
    // Of keys that cannot be rotated it is always false.
    let enabled = key.rotation.as_ref().filter(|_| key.check_changeable().is_ok());
    Ok(GetKeyRotationStatusResponse {
        key_rotation_enabled: Some(enabled.is_some()),
        key_id: found.arn_member(),
        rotation_period_in_days: enabled.map(|rotation| i32::from(rotation.days)),
        next_rotation_date: enabled.map(|rotation| rotation.next.to_wire()),
        on_demand_rotation_start_date: None,
    })
}

pub(crate) fn on_demand(
    cx: &RequestContext,
    input: &RotateKeyOnDemandRequest,
) -> Result<RotateKeyOnDemandResponse, ServiceError> {
    let found = locate::find_customer_key(cx, &input.key_id, "RotateKeyOnDemand")?;
    let record = RotationRecord { at: cx.now(), on_demand: true };
    let material = found.change(|key| {
        key.check_usable()?;
        if !key.spec.is_symmetric() {
            return Err(errors::unsupported_type());
        }
        check_primary(key)?;
        if key.on_demand_rotations >= ON_DEMAND_LIMIT {
            return Err(errors::limit_exceeded(format!(
                "The on-demand rotations limit has been reached for the given keyId. No more \
                 on-demand rotations can be performed for this key: {}",
                key.arn_text
            )));
        }
        let material = match key.origin {
            Origin::AwsKms => key.adopt(new::symmetric_material(cx), Some(record)),
            Origin::External => turn_to_pending(key, record)?,
        };
        key.on_demand_rotations += 1;
        Ok(material)
    })?;
    new::index(&found.store, material, found.key.id());
    relatives::share_materials(cx, &found.store, found.key.id());
    Ok(RotateKeyOnDemandResponse { key_id: found.arn_member() })
}

/// Imported material that waits for the rotation becomes current.
fn turn_to_pending(
    key: &mut Key,
    record: RotationRecord,
) -> Result<crate::store::MaterialId, ServiceError> {
    let waits = |material: &&mut Arc<Material>| material.pending && material.secret.is_some();
    let Some(pending) = key.materials.iter_mut().find(waits) else {
        return Err(errors::invalid_state(format!(
            "No available key material pending rotation for the key: {}.",
            key.arn_text
        )));
    };
    let material = Arc::make_mut(pending);
    material.pending = false;
    material.rotated = Some(record);
    let id = material.id;
    key.current = Some(id);
    Ok(id)
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListKeyRotationsRequest,
) -> Result<ListKeyRotationsResponse, ServiceError> {
    let found = locate::find_key(cx, &input.key_id)?;
    let key = &found.key;
    if !key.spec.is_symmetric() {
        return Err(errors::unsupported_type());
    }
    let all = input.include_key_material == Some(IncludeKeyMaterial::AllKeyMaterial);
    let rotations = key.materials.iter().enumerate();
    let rotations = rotations.filter(|(_, material)| all || material.rotated.is_some());
    let rotations = rotations.map(|(n, material)| (format!("{n:08}"), entry(key, material)));
    let page = page(rotations, input.limit, 100, input.marker.as_deref())?;
    Ok(ListKeyRotationsResponse {
        truncated: page.truncated(),
        next_marker: page.next,
        rotations: Some(page.items),
    })
}

fn entry(key: &Key, material: &Material) -> RotationsListEntry {
    let imported = key.origin == Origin::External;
    let import_state = match material.secret {
        Some(_) => ImportState::Imported,
        None => ImportState::PendingImport,
    };
    let state = if material.pending {
        KeyMaterialState::PendingRotation
    } else if key.current == Some(material.id) {
        KeyMaterialState::Current
    } else {
        KeyMaterialState::NonCurrent
    };
    let expires = match material.valid_to {
        Some(_) => ExpirationModelType::KeyMaterialExpires,
        None => ExpirationModelType::KeyMaterialDoesNotExpire,
    };
    RotationsListEntry {
        key_id: Some(key.arn_text.to_string()),
        key_material_id: Some(material.id.to_string()),
        key_material_description: material.description.clone(),
        import_state: imported.then_some(import_state),
        key_material_state: Some(state),
        expiration_model: (imported && material.secret.is_some()).then_some(expires),
        valid_to: material.valid_to.map(|at| at.to_wire()),
        rotation_date: material.rotated.map(|rotated| rotated.at.to_wire()),
        rotation_type: material.rotated.map(|rotated| {
            if rotated.on_demand { RotationType::OnDemand } else { RotationType::Automatic }
        }),
    }
}
