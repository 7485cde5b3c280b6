//! `PutEvents`, `PutPartnerEvents`.

use std::sync::Arc;

use fogbank_api_events::*;
use fogbank_context::Timestamp;
use fogbank_service::intent::Member;
use fogbank_service::{Intent, RequestContext, ServiceError};

use crate::delivery::routing;
use crate::delivery::{Courier, ITSELF};
use crate::errors;
use crate::event::json::Json;
use crate::event::{Event, Parts};
use crate::store;
use crate::store::EventsStore;
use crate::store::names::BusAddress;

/// The most bytes of all entries.
const LARGEST: usize = 1 << 20;
/// What the time of an entry counts.
const TIME_LENGTH: usize = 14;

/// An entry that is refused.
#[derive(Debug)]
struct Refusal {
    code: &'static str,
    message: String,
}

impl Refusal {
    fn required(parameter: &str) -> Self {
        let message = format!(
            "Parameter {parameter} is not valid. Reason: {parameter} is a required argument."
        );
        Self { code: "InvalidArgument", message }
    }
}

/// Takes events to buses.
pub(crate) async fn put(
    courier: &Courier,
    cx: &RequestContext,
    input: PutEventsRequest,
) -> Result<PutEventsResponse, ServiceError> {
    let size: usize = input.entries.iter().map(size).sum();
    if size > LARGEST {
        return Err(errors::validation(
            "Total size of the entries in the request is over the limit.",
        ));
    }
    if let Some(id) = &input.endpoint_id {
        check_endpoint(cx, id)?;
    }
    let mut failed = 0;
    let mut entries = Vec::with_capacity(input.entries.len());
    for entry in input.entries {
        entries.push(match put_one(courier, cx, entry).await {
            Ok(id) => PutEventsResultEntry { event_id: Some(id), ..Default::default() },
            Err(refusal) => {
                failed += 1;
                PutEventsResultEntry {
                    event_id: None,
                    error_code: Some(refusal.code.to_owned()),
                    error_message: Some(refusal.message),
                }
            }
        });
    }
    Ok(PutEventsResponse { failed_entry_count: Some(failed), entries: Some(entries) })
}

fn size(entry: &PutEventsRequestEntry) -> usize {
    let texts = [&entry.source, &entry.detail_type, &entry.detail];
    let texts = texts.into_iter().flatten().chain(entry.resources.iter().flatten());
    let time = if entry.time.is_some() { TIME_LENGTH } else { 0 };
    texts.map(String::len).sum::<usize>() + time
}

/// Looks for a global endpoint, which belongs to the account wherever it was made.
fn check_endpoint(cx: &RequestContext, id: &str) -> Result<(), ServiceError> {
    let stores = cx.world.stores::<EventsStore>();
    let mut own = stores.iter().filter(|(scope, _)| scope.0 == cx.account);
    let known = own.any(|(_, store)| store.endpoints.iter().any(|(_, it)| it.id == id));
    if known { Ok(()) } else { Err(errors::no_such("Endpoint", id)) }
}

/// What every entry has to have: source, detail type and detail.
fn required(
    source: Option<String>,
    detail_type: Option<String>,
    detail: Option<String>,
) -> Result<(String, String, String), Refusal> {
    let filled = |text: Option<String>, name| {
        text.filter(|text| !text.is_empty()).ok_or_else(|| Refusal::required(name))
    };
    Ok((filled(source, "Source")?, filled(detail_type, "DetailType")?, filled(detail, "Detail")?))
}

fn parsed(detail: &str) -> Result<Json, Refusal> {
    let message = || "Detail is malformed.".to_owned();
    Json::parse(detail)
        .filter(Json::is_object)
        .ok_or_else(|| Refusal { code: "MalformedDetail", message: message() })
}

async fn put_one(
    courier: &Courier,
    cx: &RequestContext,
    entry: PutEventsRequestEntry,
) -> Result<String, Refusal> {
    let (source, detail_type, detail) = required(entry.source, entry.detail_type, entry.detail)?;
    // Services put the events of AWS, nobody else does.
    if source.starts_with("aws.") && cx.principal.service.is_none() {
        let message = "Not authorized for the source.".to_owned();
        return Err(Refusal { code: "NotAuthorizedForSourceException", message });
    }
    let detail = parsed(&detail)?;
    let address = BusAddress::new(cx, entry.event_bus_name.as_deref());
    let now = cx.now();
    let id = cx.ids().uuid();
    let parts = Parts {
        id: id.clone(),
        detail_type,
        source,
        account: cx.account.to_string(),
        time: entry.time.as_ref().map_or(now, Timestamp::from_wire),
        region: cx.region.as_str().to_owned(),
        resources: entry.resources.unwrap_or_default(),
        detail,
    };
    permit(cx, &address).await?;
    // What goes to a bus that is not there is accepted and lost, as at AWS.
    if address.name == crate::store::names::DEFAULT || address.find(&cx.world).is_ok() {
        let event = Event::new(parts, now, entry.trace_header);
        routing::route(courier, &address, &event, None, 0).await;
    }
    Ok(id)
}

/// Asks whether the bus of another account lets the caller in.
async fn permit(cx: &RequestContext, bus: &BusAddress) -> Result<(), Refusal> {
    if bus.account == cx.account || cx.principal.service.is_some() {
        return Ok(());
    }
    let there = cx.caller().in_account(bus.account).in_region(bus.region.clone());
    let intent = || {
        Intent::in_person(ITSELF, "events", "PutEvents")
            .with("Entries", Member::List("EventBusName", vec![bus.arn().to_string()]))
    };
    there.permit(intent).await.map_err(|denial| Refusal {
        code: "AccessDeniedException",
        message: denial.message().unwrap_or_default().to_owned(),
    })
}

/// Takes a partner's events to the buses of the accounts that have its event source.
pub(crate) async fn put_partner(
    courier: &Courier,
    cx: &RequestContext,
    input: PutPartnerEventsRequest,
) -> Result<PutPartnerEventsResponse, ServiceError> {
    let mut failed = 0;
    let mut entries = Vec::with_capacity(input.entries.len());
    for entry in input.entries {
        entries.push(match put_one_of_partner(courier, cx, entry).await {
            Ok(id) => PutPartnerEventsResultEntry { event_id: Some(id), ..Default::default() },
            Err(refusal) => {
                failed += 1;
                PutPartnerEventsResultEntry {
                    event_id: None,
                    error_code: Some(refusal.code.to_owned()),
                    error_message: Some(refusal.message),
                }
            }
        });
    }
    Ok(PutPartnerEventsResponse { failed_entry_count: Some(failed), entries: Some(entries) })
}

async fn put_one_of_partner(
    courier: &Courier,
    cx: &RequestContext,
    entry: PutPartnerEventsRequestEntry,
) -> Result<String, Refusal> {
    let (source, detail_type, detail) = required(entry.source, entry.detail_type, entry.detail)?;
    let detail = parsed(&detail)?;
    let own = store::of(cx);
    let Some(made) = own.partner_event_sources.get(&source) else {
        let message = format!("Event source {source} does not exist.");
        return Err(Refusal { code: "ResourceNotFoundException", message });
    };
    let now = cx.now();
    let id = cx.ids().uuid();
    let time = entry.time.as_ref().map_or(now, Timestamp::from_wire);
    let resources = entry.resources.unwrap_or_default();
    let detail = Arc::new(detail);
    for account in made.accounts.keys() {
        let Ok(account) = account.parse() else { continue };
        let address = BusAddress { account, region: cx.region.clone(), name: source.clone() };
        let active = address
            .store(&cx.world)
            .event_sources
            .read(&source, |it| it.state == EventSourceState::Active.as_str());
        if active != Some(true) {
            continue;
        }
        let parts = Parts {
            id: id.clone(),
            detail_type: detail_type.clone(),
            source: source.clone(),
            account: account.to_string(),
            time,
            region: cx.region.as_str().to_owned(),
            resources: resources.clone(),
            detail: (*detail).clone(),
        };
        routing::route(courier, &address, &Event::new(parts, now, None), None, 0).await;
    }
    Ok(id)
}
