//! What S3 does without being asked: lifecycle rules, inventories and access logs follow from what
//! the buckets of a world have, whether it was configured just now or before a restart.

use std::sync::Arc;

use fogbank_service::Invoker;
use fogbank_state::World;

use crate::store::S3Store;
use crate::{access_log, inventory, lifecycle, restoration};

/// Sees to it that the buckets of this world are looked after, from its first request on.
pub(crate) fn begin(world: &Arc<World>) {
    world.background("s3", start);
}

/// As [`begin`], with what tells others of what S3 does.
pub(crate) fn begin_with(world: &Arc<World>, invoker: &Arc<dyn Invoker>) {
    let invoker = invoker.clone();
    world.background("s3 rules", move |world| {
        begin(world);
        let store = world.global::<S3Store>();
        let mut buckets = store.buckets.iter();
        if buckets.any(|(_, bucket)| !bucket.configuration.lifecycle.is_empty()) {
            lifecycle::begin(world, &invoker);
        }
        restoration::resume(world, &invoker);
    });
}

fn start(world: &Arc<World>) {
    let store = world.global::<S3Store>();
    let mut reports = false;
    for (name, bucket) in store.buckets.iter() {
        let configuration = &bucket.configuration;
        reports |= !configuration.inventory.is_empty();
        if configuration.logging.is_some() {
            access_log::expect(world, name);
        }
    }
    if reports {
        inventory::begin(world);
    }
    access_log::resume(world);
}
