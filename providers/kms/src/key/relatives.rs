//! Related multi-Region keys: what they share.

use std::sync::Arc;

use fogbank_context::Region;
use fogbank_service::RequestContext;

use super::locate::store_of;
use super::{due, new};
use crate::store::{Key, KmsStore, MultiRegion, Origin, State};

/// The regions of the other keys of a family.
pub(crate) fn regions(key: &Key) -> Vec<Region> {
    let Some(family) = &key.multi_region else { return Vec::new() };
    let all = std::iter::once(&family.primary).chain(&family.replicas);
    all.filter(|region| *region != key.region()).cloned().collect()
}

/// Tells all relatives of a key, and itself, what the family is now.
pub(crate) fn set_family(cx: &RequestContext, key: &Key, family: &MultiRegion) {
    for region in std::iter::once(&family.primary).chain(&family.replicas) {
        let store = store_of(cx, key, region);
        store.keys.update(key.id(), |key| key.multi_region = Some(family.clone()));
    }
}

/// Gives a key's materials and rotation to its relatives.
pub(crate) fn share_materials(cx: &RequestContext, store: &Arc<KmsStore>, id: &str) {
    let Some(key) = store.keys.get(id) else { return };
    if key.origin != Origin::AwsKms {
        return;
    }
    for region in regions(&key) {
        let store = store_of(cx, &key, &region);
        store.keys.update(id, |relative| {
            relative.materials.clone_from(&key.materials);
            relative.current = key.current;
            relative.rotation = key.rotation;
        });
        key.materials.iter().for_each(|material| new::index(&store, material.id, id));
    }
}

/// A key is gone: its relatives do not list it any more, and a primary key that waits for its last
/// replica starts its own waiting period.
pub(crate) fn forget(cx: &RequestContext, gone: &Key) {
    let Some(family) = &gone.multi_region else { return };
    let replicas: Vec<_> =
        family.replicas.iter().filter(|region| *region != gone.region()).cloned().collect();
    let family = MultiRegion { primary: family.primary.clone(), replicas };
    set_family(cx, gone, &family);
    if family.replicas.is_empty() {
        let now = cx.now();
        store_of(cx, gone, &family.primary).keys.update(gone.id(), |key| {
            if let State::PendingReplicaDeletion { days } = key.state {
                key.state = due::deletion(now, days);
            }
        });
    }
}
