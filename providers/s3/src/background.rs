//! What S3 does without being asked: lifecycle rules, inventories and access logs follow from what
//! the buckets of a world have, whether it was configured just now or before a restart.

use std::sync::Arc;

use fogbank_service::Invoker;
use fogbank_state::World;

use crate::store::S3Store;
use crate::{access_log, inventory, lifecycle, restoration};

/// Sees to it that the buckets of this world are looked after, from now on and in its forks. What is
/// configured begins this, and so does a world that has buckets from before.
pub(crate) fn begin(world: &Arc<World>, invoker: &Arc<dyn Invoker>) {
    let invoker = invoker.clone();
    world.background("s3", move |world| {
        let store = world.global::<S3Store>();
        let (mut rules, mut reports) = (false, false);
        for (name, bucket) in store.buckets.iter() {
            let configuration = &bucket.configuration;
            rules |= !configuration.lifecycle.is_empty();
            reports |= !configuration.inventory.is_empty();
            if configuration.logging.is_some() {
                access_log::expect(world, name);
            }
        }
        if rules {
            lifecycle::begin(world, &invoker);
        }
        if reports {
            inventory::begin(world);
        }
        access_log::resume(world);
        restoration::resume(world, &invoker);
    });
}
