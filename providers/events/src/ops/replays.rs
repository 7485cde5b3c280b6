//! `StartReplay`, `CancelReplay`, `DescribeReplay`, `ListReplays`.

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_events::*;
use fogbank_context::{Arn, Timestamp};
use fogbank_service::shape::kept::Kept;
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::World;

use super::archives;
use crate::delivery::routing;
use crate::delivery::{Courier, Post};
use crate::errors;
use crate::event::Event;
use crate::paging::page;
use crate::store::names::BusAddress;
use crate::store::{self, EventsStore, Replay as StoredReplay};

/// The most replays at a time.
const MOST: usize = 10;
/// How long a replay takes to start, and how long to be cancelled.
const STEP: Duration = Duration::from_secs(1);

/// Starts to replay the events that came to an archive between two times.
pub(crate) fn start(
    courier: &Courier,
    cx: &RequestContext,
    input: StartReplayRequest,
) -> Result<StartReplayResponse, ServiceError> {
    let not_an_arn =
        |name: &str| errors::not_valid_because(name, "Provided Arn is not in correct format.");
    let bus =
        BusAddress::of_arn(&input.destination.arn).ok_or_else(|| not_an_arn("Destination.Arn"))?;
    bus.find(&cx.world)?;
    let event_start = Timestamp::from_wire(&input.event_start_time);
    let event_end = Timestamp::from_wire(&input.event_end_time);
    if event_start >= event_end {
        let reason = "EventStartTime must be before EventEndTime.";
        return Err(errors::not_valid_because("EventEndTime", reason));
    }
    let source: Arn = input.event_source_arn.parse().map_err(|_| not_an_arn("EventSourceArn"))?;
    let archive = source.resource.strip_prefix("archive/").unwrap_or_default();
    let store = store::of(cx);
    let found = store.archives.get(archive).filter(|archive| archive.arn == source);
    let Some(found) = found else {
        let reason = format!("Archive {archive} does not exist.");
        return Err(errors::not_valid_because("EventSourceArn", &reason));
    };
    if found.event_source != bus.arn() {
        let reason = "Cross event bus replay is not permitted.";
        return Err(errors::not_valid_because("Destination.Arn", reason));
    }
    let name = input.replay_name;
    if store.replays.contains(&name) {
        return Err(errors::already_exists("Replay", &name));
    }
    let active = store.replays.iter().filter(|(_, replay)| replay.is_active());
    if active.count() >= MOST {
        return Err(errors::limit_exceeded());
    }
    let now = cx.now();
    let replay = StoredReplay {
        arn: cx.arn("events", format!("replay/{name}")),
        description: input.description,
        event_source: source,
        destination: Kept(input.destination),
        state: ReplayState::Starting.as_str().to_owned(),
        event_start,
        event_end,
        last_replayed: None,
        started: now,
        ended: None,
    };
    let arn = replay.arn.to_string();
    let exists = |_| errors::already_exists("Replay", &name);
    store.replays.insert_new(name.clone(), replay).map_err(exists)?;
    later(&cx.world, &courier.post, store, name);
    Ok(StartReplayResponse {
        replay_arn: Some(arn),
        state: Some(ReplayState::Starting),
        replay_start_time: Some(now.to_wire()),
        ..Default::default()
    })
}

impl StoredReplay {
    fn is_active(&self) -> bool {
        ["STARTING", "RUNNING", "CANCELLING"].contains(&self.state.as_str())
    }
}

/// Has a replay run, or its cancellation be done, a moment later.
fn later(world: &Arc<World>, post: &Post, store: Arc<EventsStore>, name: String) {
    let post = post.clone();
    let at = world.clock().now() + STEP;
    world.schedule(at, format!("events replay {name}"), move |world, _| async move {
        run(&Courier { post, world }, &store, &name).await;
    });
}

/// Has the replays run that a world keeps.
pub(crate) fn resume(world: &Arc<World>, post: &Post) {
    for (_, store) in world.stores::<EventsStore>() {
        for (name, replay) in store.replays.iter() {
            if replay.is_active() {
                later(world, post, store.clone(), name);
            }
        }
    }
}

async fn run(courier: &Courier, store: &EventsStore, name: &str) {
    let replay = store.replays.get(name).filter(|replay| replay.is_active());
    let Some(replay) = replay else { return };
    let now = courier.world.clock().now();
    let end = |state: ReplayState| {
        store.replays.update(name, |replay| {
            state.as_str().clone_into(&mut replay.state);
            replay.ended = Some(now);
        });
    };
    if replay.state == ReplayState::Cancelling.as_str() {
        return end(ReplayState::Cancelled);
    }
    store.replays.update(name, |replay| {
        ReplayState::Running.as_str().clone_into(&mut replay.state);
    });
    let archive = replay.event_source.resource.strip_prefix("archive/").unwrap_or_default();
    archives::forget_old(store, archive, now);
    let archive = store.archives.get(archive);
    let bus = BusAddress::of_arn(&replay.destination.arn);
    let Some((archive, bus)) = archive.zip(bus) else { return end(ReplayState::Failed) };
    let only = replay.destination.filter_arns.as_deref().filter(|arns| !arns.is_empty());
    let mut last = None;
    for ((came, _), archived) in
        archive.events.range((replay.event_start, 0)..(replay.event_end, 0))
    {
        if let Some(event) = Event::read(&archived.event, now) {
            let event = event.replayed(name, now);
            routing::route(courier, &bus, &event, only, 0).await;
            last = Some(*came);
        }
    }
    store.replays.update(name, |replay| {
        if last.is_some() {
            replay.last_replayed = last;
        }
    });
    end(ReplayState::Completed);
}

/// Cancels a replay that is not done.
pub(crate) fn cancel(
    courier: &Courier,
    cx: &RequestContext,
    input: &CancelReplayRequest,
) -> Result<CancelReplayResponse, ServiceError> {
    let name = &input.replay_name;
    let store = store::of(cx);
    let cancelled = store.replays.try_update(name, |replay| {
        if !["STARTING", "RUNNING"].contains(&replay.state.as_str()) {
            let message = format!("Replay {name} is not in a valid state for this operation.");
            return Err(ServiceError::from(IllegalStatusException::new(message)));
        }
        ReplayState::Cancelling.as_str().clone_into(&mut replay.state);
        Ok(replay.arn.to_string())
    });
    let arn = cancelled.ok_or_else(|| errors::no_such("Replay", name))??;
    later(&cx.world, &courier.post, store, name.clone());
    Ok(CancelReplayResponse {
        replay_arn: Some(arn),
        state: Some(ReplayState::Cancelling),
        ..Default::default()
    })
}

/// Describes a replay.
pub(crate) fn describe(
    cx: &RequestContext,
    input: &DescribeReplayRequest,
) -> Result<DescribeReplayResponse, ServiceError> {
    let store = store::of(cx);
    let replay = store.replays.get(&input.replay_name);
    let replay = replay.ok_or_else(|| errors::no_such("Replay", &input.replay_name))?;
    Ok(DescribeReplayResponse {
        replay_name: Some(input.replay_name.clone()),
        replay_arn: Some(replay.arn.to_string()),
        description: replay.description.clone(),
        state: Some(replay.state.as_str().into()),
        event_source_arn: Some(replay.event_source.to_string()),
        destination: Some(replay.destination.0.clone()),
        event_start_time: Some(replay.event_start.to_wire()),
        event_end_time: Some(replay.event_end.to_wire()),
        event_last_replayed_time: replay.last_replayed.map(Timestamp::to_wire),
        replay_start_time: Some(replay.started.to_wire()),
        replay_end_time: replay.ended.map(Timestamp::to_wire),
        ..Default::default()
    })
}

/// Lists replays by name: of an archive, in a state, or with the beginning of a name.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListReplaysRequest,
) -> Result<ListReplaysResponse, ServiceError> {
    let ways =
        [input.name_prefix.is_some(), input.event_source_arn.is_some(), input.state.is_some()];
    if ways.into_iter().filter(|given| *given).count() > 1 {
        return Err(errors::validation(
            "At most one filter is allowed for ListReplays. Use either : State, EventSourceArn, or NamePrefix.",
        ));
    }
    let store = store::of(cx);
    let replays = store
        .replays
        .prefix(input.name_prefix.as_deref().unwrap_or_default())
        .filter(|(_, replay)| {
            let source = input.event_source_arn.as_deref();
            source.is_none_or(|source| replay.event_source.to_string() == source)
                && input.state.as_ref().is_none_or(|state| state.as_str() == replay.state)
        })
        .map(|(name, replay)| {
            let shown = Replay {
                replay_name: Some(name.clone()),
                event_source_arn: Some(replay.event_source.to_string()),
                state: Some(replay.state.as_str().into()),
                event_start_time: Some(replay.event_start.to_wire()),
                event_end_time: Some(replay.event_end.to_wire()),
                event_last_replayed_time: replay.last_replayed.map(Timestamp::to_wire),
                replay_start_time: Some(replay.started.to_wire()),
                replay_end_time: replay.ended.map(Timestamp::to_wire),
                ..Default::default()
            };
            (name, shown)
        });
    let (replays, next) = page(replays, input.limit, input.next_token.as_deref())?;
    Ok(ListReplaysResponse { replays: Some(replays), next_token: next })
}
