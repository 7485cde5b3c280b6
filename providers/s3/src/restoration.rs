//! Restorations of archived objects: when the copy is there, and when it goes.

use std::sync::Arc;
use std::time::Duration;

use fogbank_context::Timestamp;
use fogbank_service::Invoker;
use fogbank_state::{Resource, World};
use serde::{Deserialize, Serialize};

use crate::background;
use crate::key::ObjectKey;
use crate::notification::{self, Event};
use crate::store::{S3Store, Version};

const HOUR: u64 = 3600;

/// How long S3 takes at most, by class and tier, in seconds. A tier that is not listed is none that
/// the class has.
const TIMES: [(&str, &str, u64); 5] = [
    ("GLACIER", "Expedited", 5 * 60),
    ("GLACIER", "Standard", 5 * HOUR),
    ("GLACIER", "Bulk", 12 * HOUR),
    ("DEEP_ARCHIVE", "Standard", 12 * HOUR),
    ("DEEP_ARCHIVE", "Bulk", 48 * HOUR),
];

/// How long a restoration takes at AWS; none where the class does not have the tier.
pub(crate) fn time_of(class: &str, tier: &str) -> Option<Duration> {
    let row = TIMES.iter().find(|(other, name, _)| *other == class && *name == tier);
    row.map(|(_, _, seconds)| Duration::from_secs(*seconds))
}

/// A restoration that is under way, or whose copy has to go.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Restoration {
    bucket: String,
    key: String,
    /// The version's position among those of the key.
    position: u64,
    /// When something happens next.
    due: Timestamp,
    /// The copy is there, so that it goes next.
    there: bool,
}

impl Resource for Restoration {
    const VERSION: u32 = 1;
}

/// Sees to it that a version's copy comes and goes.
pub(crate) fn expect(
    world: &Arc<World>,
    invoker: &Arc<dyn Invoker>,
    (bucket, key): (&str, &ObjectKey),
    version: &Version,
) {
    let Some(copy) = version.object.as_ref().and_then(|object| object.restored) else { return };
    let there = copy.is_there(world.clock().now());
    let due = if there { copy.until } else { copy.ready };
    background::begin(world, invoker);
    let id = format!("{bucket}/{}/{key}", version.position);
    let restoration = Restoration {
        bucket: bucket.to_owned(),
        key: key.to_string(),
        position: version.position,
        due,
        there,
    };
    world.global::<S3Store>().restorations.insert(id.clone(), restoration);
    wait(world, invoker, id, due);
}

/// Takes up what a world has that was restored or forked.
pub(crate) fn resume(world: &Arc<World>, invoker: &Arc<dyn Invoker>) {
    for (id, restoration) in world.global::<S3Store>().restorations.iter() {
        wait(world, invoker, id, restoration.due);
    }
}

fn wait(world: &Arc<World>, invoker: &Arc<dyn Invoker>, id: String, due: Timestamp) {
    let invoker = invoker.clone();
    world.schedule(due, "s3 restoration", |world, now| async move {
        advance(&world, &invoker, &id, now).await;
    });
}

async fn advance(world: &Arc<World>, invoker: &Arc<dyn Invoker>, id: &str, now: Timestamp) {
    let store = world.global::<S3Store>();
    let Some(restoration) = store.restorations.get(id).filter(|it| it.due <= now) else { return };
    store.restorations.remove(id);
    let Restoration { bucket, position, there, .. } = &*restoration;
    let key = ObjectKey::unchecked(&restoration.key);
    let version = store.buckets.read(bucket.as_str(), |bucket| bucket.at(&key, *position).cloned());
    let restored = |it: &Arc<Version>| it.object.as_ref().is_some_and(|it| it.restored.is_some());
    let Some(version) = version.flatten().filter(restored) else { return };
    let name = if *there { "ObjectRestore:Delete" } else { "ObjectRestore:Completed" };
    if *there {
        store.buckets.update(bucket.as_str(), |bucket| {
            bucket.edit_object(&key, *position, |object| object.restored = None)
        });
    } else {
        expect(world, invoker, (bucket, &key), &version);
    }
    let event = Event::changed(name, &key, &version);
    notification::notify_by_itself(world, invoker, bucket, event).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_archives_are_never_expedited() {
        assert_eq!(time_of("GLACIER", "Expedited"), Some(Duration::from_secs(300)));
        assert!(time_of("DEEP_ARCHIVE", "Expedited").is_none());
        assert!(time_of("GLACIER", "fast").is_none());
    }
}
