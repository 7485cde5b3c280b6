//! What happens to keys by the clock: deletion, expiry of imported material, rotation.
//!
//! Nothing waits for it: it is done when somebody next looks at the key, as of the time when it
//! was due.

use std::sync::Arc;

use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use super::{new, relatives};
use crate::store::{Key, KmsStore, Material, RotationRecord, State};

/// So many days later.
pub(crate) fn days_after(start: Timestamp, days: u16) -> Timestamp {
    const DAY: i64 = 24 * 60 * 60 * 1_000_000_000;
    Timestamp::from_nanos(start.as_nanos().saturating_add(DAY * i64::from(days)))
}

/// Does what is due to a key; it may be gone afterwards.
pub(crate) fn settle(
    cx: &RequestContext,
    store: &Arc<KmsStore>,
    id: &str,
) -> Result<(), ServiceError> {
    let now = cx.now();
    let Some(key) = store.keys.get(id) else { return Ok(()) };
    if let State::PendingDeletion { at, .. } = key.state
        && at <= now
    {
        delete(cx, store, &key);
        return Ok(());
    }
    let rotated = store.keys.update(id, |key| {
        expire(key, now);
        rotate(cx, key, now)
    });
    if let Some(materials @ [_, ..]) = rotated.as_deref() {
        materials.iter().for_each(|material| new::index(store, material.id, id));
        relatives::share_materials(cx, store, id);
    }
    Ok(())
}

/// Does what is due to all keys of a store, before they are listed.
pub(crate) fn settle_all(cx: &RequestContext, store: &Arc<KmsStore>) -> Result<(), ServiceError> {
    let now = cx.now();
    for (id, key) in store.keys.iter() {
        if key.due().is_some_and(|due| due <= now) {
            drop(key);
            settle(cx, store, &id)?;
        }
    }
    Ok(())
}

fn expire(key: &mut Key, now: Timestamp) {
    let mut expired = false;
    for material in &mut key.materials {
        if material.secret.is_some() && material.valid_to.is_some_and(|end| end <= now) {
            let gone = Material::clone(material);
            *material = Arc::new(gone.without_secret());
            expired = true;
        }
    }
    if expired && !key.has_material() && matches!(key.state, State::Enabled | State::Disabled) {
        key.state = State::PendingImport;
    }
}

/// Rotates a key as often as it was due, and returns the new materials.
fn rotate(cx: &RequestContext, key: &mut Key, now: Timestamp) -> Vec<Arc<Material>> {
    let mut made = Vec::new();
    while let (State::Enabled, Some(rotation)) = (key.state, key.rotation)
        && rotation.next <= now
        && key.is_primary()
    {
        let record = RotationRecord { at: rotation.next, on_demand: false };
        key.adopt(new::symmetric_material(cx), Some(record));
        made.extend(key.current().cloned());
        let next = days_after(rotation.next, rotation.days);
        key.rotation = Some(crate::store::Rotation { next, ..rotation });
    }
    made
}

/// Deletes a key with its aliases and tells its relatives.
fn delete(cx: &RequestContext, store: &Arc<KmsStore>, key: &Key) {
    let id = key.id();
    store.keys.remove(id);
    store.usages.remove(id);
    for (name, alias) in store.aliases.iter() {
        if alias.target == id {
            store.aliases.remove(&name);
        }
    }
    for material in &key.materials {
        store.materials.remove(&material.id);
    }
    relatives::forget(cx, key);
}

/// When a primary key whose last replica went at `now` is to be deleted.
pub(crate) fn deletion(now: Timestamp, days: u16) -> State {
    State::PendingDeletion { at: days_after(now, days), days }
}
