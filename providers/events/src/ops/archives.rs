//! `CreateArchive`, `UpdateArchive`, `DeleteArchive`, `DescribeArchive`, `ListArchives`.

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_events::*;
use fogbank_context::{Arn, Timestamp};
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::Rows;

use super::rules;
use crate::errors;
use crate::paging::page;
use crate::store::names::BusAddress;
use crate::store::{self, Archive as StoredArchive, EventsStore, compiled};

/// A day.
const DAY: u64 = 86_400;
/// The state of an archive: changes are done at once.
const ENABLED: ArchiveState = ArchiveState::Enabled;

/// Forgets the events of an archive that are older than it keeps them.
pub(crate) fn forget_old(store: &EventsStore, name: &str, now: Timestamp) {
    let too_old = |archive: &StoredArchive| {
        let days = u64::try_from(archive.retention_days).unwrap_or(0);
        (days > 0).then(|| now - Duration::from_secs(days * DAY))
    };
    let some_old = store.archives.read(name, |archive| {
        too_old(archive)
            .filter(|limit| archive.events.first().is_some_and(|((came, _), _)| came < limit))
    });
    if let Some(limit) = some_old.flatten() {
        store.archives.update(name, |archive| {
            while archive.events.first().is_some_and(|((came, _), _)| *came < limit) {
                if let Some((_, event)) = archive.events.pop_first() {
                    archive.size -= event.size;
                }
            }
        });
    }
}

fn find(
    cx: &RequestContext,
    name: &str,
) -> Result<(Arc<EventsStore>, Arc<StoredArchive>), ServiceError> {
    let store = store::of(cx);
    forget_old(&store, name, cx.now());
    let archive = store.archives.get(name).ok_or_else(|| errors::no_such("Archive", name))?;
    Ok((store, archive))
}

/// The bus that an archive is of.
fn bus_of(cx: &RequestContext, arn: &str) -> Result<Arn, ServiceError> {
    let address = BusAddress::of_arn(arn).ok_or_else(|| {
        errors::not_valid_because("EventSourceArn", "Provided Arn is not in correct format.")
    })?;
    address.find(&cx.world).map(|bus| bus.arn.clone())
}

/// Creates an archive of a bus's events.
pub(crate) fn create(
    cx: &RequestContext,
    input: CreateArchiveRequest,
) -> Result<CreateArchiveResponse, ServiceError> {
    let name = input.archive_name;
    let bus = bus_of(cx, &input.event_source_arn)?;
    let event_pattern = input.event_pattern.filter(|text| !text.is_empty());
    if let Some(pattern) = &event_pattern {
        rules::check_pattern(pattern)?;
    }
    let store = store::of(cx);
    let arn = cx.arn("events", format!("archive/{name}"));
    let now = cx.now();
    let archive = StoredArchive {
        arn: arn.clone(),
        event_source: bus,
        description: input.description,
        pattern: compiled(event_pattern.as_deref()),
        event_pattern,
        retention_days: input.retention_days.unwrap_or(0),
        kms_key_identifier: input.kms_key_identifier,
        created: now,
        events: Rows::new(),
        size: 0,
    };
    let exists = |_| errors::already_exists("Archive", &name);
    store.archives.insert_new(name.clone(), archive).map_err(exists)?;
    Ok(CreateArchiveResponse {
        archive_arn: Some(arn.to_string()),
        state: Some(ENABLED),
        creation_time: Some(now.to_wire()),
        ..Default::default()
    })
}

/// Changes what is given of an archive.
pub(crate) fn update(
    cx: &RequestContext,
    input: UpdateArchiveRequest,
) -> Result<UpdateArchiveResponse, ServiceError> {
    let nothing = input.event_pattern.is_none()
        && input.retention_days.is_none()
        && input.description.is_none()
        && input.kms_key_identifier.is_none();
    if nothing {
        return Err(errors::validation(
            "At least one of EventPattern, RetentionDays or Description must be provided.",
        ));
    }
    let name = &input.archive_name;
    let (store, _) = find(cx, name)?;
    let event_pattern = input.event_pattern.map(|text| Some(text).filter(|it| !it.is_empty()));
    if let Some(Some(pattern)) = &event_pattern {
        rules::check_pattern(pattern)?;
    }
    let updated = store.archives.update(name, |archive| {
        if let Some(pattern) = event_pattern {
            archive.pattern = compiled(pattern.as_deref());
            archive.event_pattern = pattern;
        }
        if let Some(days) = input.retention_days {
            archive.retention_days = days;
        }
        if let Some(description) = input.description {
            archive.description = Some(description).filter(|text| !text.is_empty());
        }
        if let Some(key) = input.kms_key_identifier {
            archive.kms_key_identifier = Some(key).filter(|text| !text.is_empty());
        }
        UpdateArchiveResponse {
            archive_arn: Some(archive.arn.to_string()),
            state: Some(ENABLED),
            creation_time: Some(archive.created.to_wire()),
            ..Default::default()
        }
    });
    updated.ok_or_else(|| errors::no_such("Archive", name))
}

/// Deletes an archive with its events.
pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeleteArchiveRequest,
) -> Result<DeleteArchiveResponse, ServiceError> {
    let (store, _) = find(cx, &input.archive_name)?;
    store.archives.remove(&input.archive_name);
    Ok(DeleteArchiveResponse::default())
}

/// Describes an archive.
pub(crate) fn describe(
    cx: &RequestContext,
    input: &DescribeArchiveRequest,
) -> Result<DescribeArchiveResponse, ServiceError> {
    let (_, archive) = find(cx, &input.archive_name)?;
    Ok(DescribeArchiveResponse {
        archive_arn: Some(archive.arn.to_string()),
        archive_name: Some(input.archive_name.clone()),
        event_source_arn: Some(archive.event_source.to_string()),
        description: archive.description.clone(),
        event_pattern: archive.event_pattern.clone(),
        state: Some(ENABLED),
        kms_key_identifier: archive.kms_key_identifier.clone(),
        retention_days: Some(archive.retention_days),
        size_bytes: Some(archive.size),
        event_count: i64::try_from(archive.events.len()).ok(),
        creation_time: Some(archive.created.to_wire()),
        ..Default::default()
    })
}

/// Lists archives by name: of a bus, in a state, or with the beginning of a name.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListArchivesRequest,
) -> Result<ListArchivesResponse, ServiceError> {
    let ways =
        [input.name_prefix.is_some(), input.event_source_arn.is_some(), input.state.is_some()];
    if ways.into_iter().filter(|given| *given).count() > 1 {
        return Err(errors::validation(
            "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or NamePrefix.",
        ));
    }
    let bus = input.event_source_arn.as_deref().map(|arn| bus_of(cx, arn)).transpose()?;
    let store = store::of(cx);
    let prefix = input.name_prefix.as_deref().unwrap_or_default();
    for name in store.archives.keys() {
        forget_old(&store, &name, cx.now());
    }
    let in_state = input.state.as_ref().is_none_or(|state| *state == ENABLED);
    let archives = store
        .archives
        .prefix(prefix)
        .filter(|(_, archive)| {
            in_state && bus.as_ref().is_none_or(|it| *it == archive.event_source)
        })
        .map(|(name, archive)| {
            let shown = Archive {
                archive_name: Some(name.clone()),
                event_source_arn: Some(archive.event_source.to_string()),
                state: Some(ENABLED),
                retention_days: Some(archive.retention_days),
                size_bytes: Some(archive.size),
                event_count: i64::try_from(archive.events.len()).ok(),
                creation_time: Some(archive.created.to_wire()),
                ..Default::default()
            };
            (name, shown)
        });
    let (archives, next) = page(archives, input.limit, input.next_token.as_deref())?;
    Ok(ListArchivesResponse { archives: Some(archives), next_token: next })
}
