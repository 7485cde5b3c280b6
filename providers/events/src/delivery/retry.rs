//! Trying again, on the world's clock.

use std::sync::Arc;
use std::time::Duration;

use fogbank_context::Timestamp;
use fogbank_state::World;

use super::dead_letter::{Exhausted, give_up};
use super::{Courier, Failure, Post, Undelivered};
use crate::event::Event;
use crate::store::EventsStore;

/// How often is tried again where the target does not say.
const MOST_RETRIES: i32 = 185;
/// How old an event may get where the target does not say, in seconds.
const OLDEST: i32 = 86_400;
/// The longest time between two attempts.
const LONGEST_DELAY: Duration = Duration::from_secs(600);

/// Tries to deliver something for the first time.
pub(super) async fn first(courier: &Courier, mut parcel: Undelivered, event: Option<&Event>) {
    if let Err(failure) = parcel.attempt(courier, event).await {
        if let Some(event) = event
            && parcel.event.is_empty()
        {
            parcel.event = event.json.to_string();
        }
        failed(courier, parcel, failure, None).await;
    }
}

/// Keeps what failed for another attempt, or gives it up.
async fn failed(courier: &Courier, mut parcel: Undelivered, failure: Failure, id: Option<String>) {
    let policy = parcel.target.retry_policy.as_ref();
    let most = policy.and_then(|it| it.maximum_retry_attempts).unwrap_or(MOST_RETRIES);
    let oldest = policy.and_then(|it| it.maximum_event_age_in_seconds).unwrap_or(OLDEST);
    let oldest = Duration::from_secs(u64::try_from(oldest).unwrap_or(0));
    let now = courier.world.clock().now();
    let delay = Duration::from_secs(1 << parcel.retries.min(10)).min(LONGEST_DELAY);
    let (account, region) = parcel.place();
    let store = courier.world.regional::<EventsStore>(account, &region);
    let exhausted = if !failure.passing {
        None
    } else if i64::from(parcel.retries) >= i64::from(most) {
        Some(Exhausted::Attempts)
    } else if now + delay > parcel.since + oldest {
        Some(Exhausted::Age)
    } else {
        let id = id.unwrap_or_else(|| courier.world.ids().uuid());
        tracing::debug!(
            rule = %parcel.rule,
            target = parcel.target.arn,
            reason = failure.message,
            ?delay,
            "tries again"
        );
        parcel.next = now + delay;
        let next = parcel.next;
        store.undelivered.insert(id.clone(), parcel);
        return later(&courier.world, &courier.post, store, id, next);
    };
    if let Some(id) = id {
        store.undelivered.remove(&id);
    }
    give_up(courier, &parcel, &failure, exhausted).await;
}

/// Has something tried again at a time.
fn later(world: &Arc<World>, post: &Post, store: Arc<EventsStore>, id: String, at: Timestamp) {
    let post = post.clone();
    world.schedule(at, format!("events delivery {id}"), move |world, _| async move {
        let Some(parcel) = store.undelivered.get(&id) else { return };
        let courier = Courier { post, world };
        let mut parcel = (*parcel).clone();
        parcel.retries += 1;
        match parcel.attempt(&courier, None).await {
            Ok(()) => drop(store.undelivered.remove(&id)),
            Err(failure) => failed(&courier, parcel, failure, Some(id)).await,
        }
    });
}

/// Has everything tried again that a world keeps.
pub(crate) fn resume(world: &Arc<World>, post: &Post) {
    for (_, store) in world.stores::<EventsStore>() {
        for (id, parcel) in store.undelivered.iter() {
            later(world, post, store.clone(), id, parcel.next);
        }
    }
}
