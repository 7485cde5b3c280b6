//! Lifecycle rules at work. All their dates are midnights, so one sweep at every midnight does
//! what is due.

use std::cmp::Reverse;
use std::sync::Arc;

use fogbank_api_s3::{
    LifecycleRule, NoncurrentVersionTransition, Transition, TransitionStorageClass,
};
use fogbank_context::{IdSource, Timestamp};
use fogbank_service::Invoker;
use fogbank_state::World;

use super::{DAY, abort_of, after_days, applies, expiration};
use crate::key::ObjectKey;
use crate::notification::{self, Event};
use crate::object::Object;
use crate::store::{Bucket, S3Store, Version, Versioning};
use crate::stored::Stored;
use crate::version_id::Addressed;

/// Sees to it that this world's rules are at work, from now on and in its forks.
pub(crate) fn begin(world: &Arc<World>, invoker: &Arc<dyn Invoker>) {
    let invoker = invoker.clone();
    world.background("s3 lifecycle", move |world| schedule(world, invoker.clone()));
}

fn schedule(world: &Arc<World>, invoker: Arc<dyn Invoker>) {
    let midnight = (world.clock().now().as_secs().div_euclid(DAY) + 1) * DAY;
    world.schedule(Timestamp::from_secs(midnight), "s3 lifecycle", |world, due| async move {
        sweep(&world, &invoker, due).await;
        schedule(&world, invoker);
    });
}

async fn sweep(world: &Arc<World>, invoker: &Arc<dyn Invoker>, now: Timestamp) {
    let store = world.global::<S3Store>();
    let names: Vec<_> = store
        .buckets
        .iter()
        .filter(|(_, bucket)| !bucket.configuration.lifecycle.is_empty())
        .map(|(name, _)| name)
        .collect();
    for name in names {
        let events = store.buckets.update(name.as_str(), |bucket| {
            let rules: Vec<LifecycleRule> =
                bucket.configuration.lifecycle.iter().map(Stored::get).collect();
            let sweep = Sweep { now, rules };
            let due = sweep.due(bucket);
            if due.is_empty() {
                return Vec::new();
            }
            due.into_iter().filter_map(|action| action.run(bucket, now, world.ids())).collect()
        });
        for event in events.into_iter().flatten() {
            notification::notify_by_itself(world, invoker, name.as_str(), event).await;
        }
    }
}

/// Something that a rule does.
enum Action {
    /// The current object expires: it goes, or a marker is put.
    Expire(ObjectKey),
    /// A version or a marker goes for good.
    Remove(ObjectKey, Arc<Version>),
    /// An object changes its class.
    Move(ObjectKey, u64, String),
    /// An upload ends.
    Abort(ObjectKey, crate::upload::UploadId),
}

impl Action {
    /// Does it; what S3 tells of it.
    fn run(self, bucket: &mut Bucket, now: Timestamp, ids: &IdSource) -> Option<Event> {
        match self {
            Self::Expire(key) if bucket.configuration.versioning == Versioning::Off => {
                let version = bucket.take(&key, Addressed::Current)?;
                Some(Event::changed("LifecycleExpiration:Delete", &key, &version))
            }
            Self::Expire(key) => {
                let marker = bucket.push(now, ids, &key, None);
                Some(Event::changed("LifecycleExpiration:DeleteMarkerCreated", &key, &marker))
            }
            Self::Remove(key, version) => {
                bucket.take(&key, version.id.map_or(Addressed::Null, Addressed::Id))?;
                Some(Event::changed("LifecycleExpiration:Delete", &key, &version))
            }
            Self::Move(key, position, class) => {
                bucket.edit_object(&key, position, |object| object.storage_class = class)?;
                let version = bucket.at(&key, position)?;
                Some(Event::changed("LifecycleTransition", &key, version))
            }
            Self::Abort(key, id) => {
                bucket.take_upload(&key, &id);
                None
            }
        }
    }
}

struct Sweep {
    now: Timestamp,
    rules: Vec<LifecycleRule>,
}

impl Sweep {
    fn due(&self, bucket: &Bucket) -> Vec<Action> {
        let mut due = Vec::new();
        for (key, version) in bucket.current.iter() {
            match &version.object {
                Some(object) => due.extend(self.of_current(bucket, key, version, object)),
                None if bucket.older_of(key).next().is_none()
                    && self.drops_marker(key, version) =>
                {
                    due.push(Action::Remove(key.clone(), version.clone()));
                }
                None => {}
            }
            self.of_older(bucket, key, version, &mut due);
        }
        for ((key, id), upload) in bucket.uploads.iter() {
            let abort = abort_of(&bucket.configuration, key, upload.initiated);
            if abort.is_some_and(|(at, _)| at <= self.now) {
                due.push(Action::Abort(key.clone(), id.clone()));
            }
        }
        due
    }

    fn of_current(
        &self,
        bucket: &Bucket,
        key: &ObjectKey,
        version: &Version,
        object: &Object,
    ) -> Option<Action> {
        let expires = expiration(&bucket.configuration, key, object, version.modified);
        if expires.is_some_and(|(at, _)| at <= self.now) {
            return Some(Action::Expire(key.clone()));
        }
        let rules = self.rules.iter().filter(|it| applies(it, key, object.size(), &object.tags));
        let moves = rules.flat_map(|rule| {
            let fits = |it: &&Transition| takes(bucket, rule, object, it.storage_class.as_ref());
            rule.transitions.iter().flatten().filter(fits)
        });
        let moves = moves.filter_map(|it| {
            let at = match (it.days, &it.date) {
                (Some(days), _) => after_days(version.modified, days),
                (None, Some(date)) => Timestamp::from_wire(date),
                (None, None) => return None,
            };
            (at <= self.now).then_some((at, it.storage_class.as_ref()?))
        });
        let (_, class) = moves.max_by_key(|(at, _)| *at)?;
        changed_class(key, version.position, object, class)
    }

    /// A marker that covers nothing goes when a rule says so, or when an expiry in days is over.
    fn drops_marker(&self, key: &ObjectKey, marker: &Version) -> bool {
        let mut rules = self.rules.iter().filter(|it| applies(it, key, 0, &Default::default()));
        rules.any(|rule| {
            rule.expiration.as_ref().is_some_and(|it| {
                let over = |days| after_days(marker.modified, days) <= self.now;
                it.expired_object_delete_marker == Some(true) || it.days.is_some_and(over)
            })
        })
    }

    fn of_older(
        &self,
        bucket: &Bucket,
        key: &ObjectKey,
        current: &Arc<Version>,
        due: &mut Vec<Action>,
    ) {
        let range = (key.clone(), Reverse(u64::MAX))..=(key.clone(), Reverse(0));
        let mut newer = current.clone();
        for (index, (_, version)) in bucket.older.range(range).enumerate() {
            let since = newer.modified;
            newer = version.clone();
            let (size, tags) = match &version.object {
                Some(object) => (object.size(), object.tags.clone()),
                None => (0, Default::default()),
            };
            let rules = self.rules.iter().filter(|it| applies(it, key, size, &tags));
            let mut expirations =
                rules.filter_map(|rule| rule.noncurrent_version_expiration.as_ref());
            let over = expirations.any(|it| {
                let kept = it.newer_noncurrent_versions.and_then(|it| usize::try_from(it).ok());
                let days = it.noncurrent_days.unwrap_or(0);
                index >= kept.unwrap_or(0) && after_days(since, days) <= self.now
            });
            let locked = version
                .object
                .as_ref()
                .is_some_and(|object| object.lock.check_delete(self.now, false).is_err());
            if over && !locked {
                due.push(Action::Remove(key.clone(), version.clone()));
            } else if let Some(object) = &version.object {
                due.extend(self.moved(bucket, key, version, object, (since, index)));
            }
        }
    }

    /// What becomes of an older version: since when it is one, and how many newer ones there are
    /// beside the current.
    fn moved(
        &self,
        bucket: &Bucket,
        key: &ObjectKey,
        version: &Version,
        object: &Object,
        (since, newer): (Timestamp, usize),
    ) -> Option<Action> {
        let rules = self.rules.iter().filter(|it| applies(it, key, object.size(), &object.tags));
        let moves = rules.flat_map(|rule| {
            let fits = |it: &&NoncurrentVersionTransition| {
                let kept = it.newer_noncurrent_versions.and_then(|it| usize::try_from(it).ok());
                newer >= kept.unwrap_or(0) && takes(bucket, rule, object, it.storage_class.as_ref())
            };
            rule.noncurrent_version_transitions.iter().flatten().filter(fits)
        });
        let moves = moves.filter_map(|it| {
            let at = after_days(since, it.noncurrent_days.unwrap_or(0));
            (at <= self.now).then_some((at, it.storage_class.as_ref()?))
        });
        let (_, class) = moves.max_by_key(|(at, _)| *at)?;
        changed_class(key, version.position, object, class)
    }
}

/// Objects below this size stay where they are, unless a rule says for which sizes it is.
const SMALL: u64 = 128 * 1024;
/// The classes that small objects move to where the least size varies by class.
const FOR_SMALL: [&str; 2] = ["GLACIER", "DEEP_ARCHIVE"];

/// Whether a class takes an object of its size from a rule.
fn takes(
    bucket: &Bucket,
    rule: &LifecycleRule,
    object: &Object,
    class: Option<&TransitionStorageClass>,
) -> bool {
    let sized = rule.filter.as_ref().is_some_and(|filter| {
        let and = filter.and.as_ref();
        filter.object_size_greater_than.is_some()
            || filter.object_size_less_than.is_some()
            || and.is_some_and(|it| {
                it.object_size_greater_than.is_some() || it.object_size_less_than.is_some()
            })
    });
    let varies = { bucket.configuration.transition_minimum.as_deref() }
        .is_some_and(|it| it == "varies_by_storage_class");
    let class = class.map_or("", |class| class.as_str());
    sized || object.size() >= SMALL || (varies && FOR_SMALL.contains(&class))
}

fn changed_class(
    key: &ObjectKey,
    position: u64,
    object: &Object,
    class: &TransitionStorageClass,
) -> Option<Action> {
    let class = class.as_str();
    (object.storage_class != class).then(|| Action::Move(key.clone(), position, class.to_owned()))
}
