//! `CreatePartnerEventSource`, `DeletePartnerEventSource`, `DescribePartnerEventSource`,
//! `ListPartnerEventSources`, `ListPartnerEventSourceAccounts`: what this account, a partner's, makes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fogbank_api_events::*;
use fogbank_context::{AccountId, Arn, Timestamp};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::paging::page;
use crate::store::{
    self, EventSource as StoredSource, EventsStore, PartnerEventSource as StoredPartnerSource,
};

/// How long an offer stands.
const OFFER: Duration = Duration::from_secs(14 * 86_400);

fn missing(name: &str) -> ServiceError {
    errors::no_such("Event source", name)
}

/// The ARN of an event source, which has no account.
fn arn(cx: &RequestContext, name: &str) -> Arn {
    let arn = cx.arn("events", format!("event-source/{name}"));
    Arn { account: String::new(), ..arn }
}

fn offered_to(cx: &RequestContext, account: &str) -> Option<Arc<EventsStore>> {
    let account: AccountId = account.parse().ok()?;
    Some(cx.world.regional(account, &cx.region))
}

/// Offers an account an event source.
pub(crate) fn create(
    cx: &RequestContext,
    input: CreatePartnerEventSourceRequest,
) -> Result<CreatePartnerEventSourceResponse, ServiceError> {
    let CreatePartnerEventSourceRequest { name, account } = input;
    let Some(theirs) = offered_to(cx, &account) else { return Err(errors::not_valid("Account")) };
    let now = cx.now();
    let partner = name.split('/').nth(1).unwrap_or_default();
    let source = StoredSource {
        arn: arn(cx, &name),
        created_by: format!("aws.partner/{partner}"),
        created: now,
        expires: Some(now + OFFER),
        state: EventSourceState::Pending.as_str().to_owned(),
        partner: cx.account,
    };
    let exists = |_| errors::already_exists("Event source", &name);
    theirs.event_sources.insert_new(name.clone(), source).map_err(exists)?;
    let made = StoredPartnerSource { arn: arn(cx, &name), accounts: BTreeMap::new() };
    store::of(cx).partner_event_sources.update_or_insert(
        name.clone(),
        || made,
        |made| {
            made.accounts.insert(account, now);
        },
    );
    let event_source_arn = Some(arn(cx, &name).to_string());
    Ok(CreatePartnerEventSourceResponse { event_source_arn })
}

/// Takes an offer back. One that is not there is taken back already.
pub(crate) fn delete(
    cx: &RequestContext,
    input: &DeletePartnerEventSourceRequest,
) -> Result<Unit, ServiceError> {
    let name = &input.name;
    let store = store::of(cx);
    store.partner_event_sources.update(name, |made| made.accounts.remove(&input.account));
    store.partner_event_sources.remove_if(name, |made| made.accounts.is_empty());
    if let Some(theirs) = offered_to(cx, &input.account) {
        let used = theirs.buses.contains(name);
        let deleted = EventSourceState::Deleted.as_str();
        if used {
            theirs.event_sources.update(name, |source| deleted.clone_into(&mut source.state));
        } else {
            theirs.event_sources.remove_if(name, |source| source.partner == cx.account);
        }
    }
    Ok(Unit)
}

/// Describes an event source.
pub(crate) fn describe(
    cx: &RequestContext,
    input: &DescribePartnerEventSourceRequest,
) -> Result<DescribePartnerEventSourceResponse, ServiceError> {
    let made = store::of(cx).partner_event_sources.get(&input.name);
    let made = made.ok_or_else(|| missing(&input.name))?;
    Ok(DescribePartnerEventSourceResponse {
        arn: Some(made.arn.to_string()),
        name: Some(input.name.clone()),
    })
}

/// Lists event sources by name.
pub(crate) fn list(
    cx: &RequestContext,
    input: &ListPartnerEventSourcesRequest,
) -> Result<ListPartnerEventSourcesResponse, ServiceError> {
    let store = store::of(cx);
    let sources = store.partner_event_sources.prefix(&input.name_prefix).map(|(name, made)| {
        let shown =
            PartnerEventSource { arn: Some(made.arn.to_string()), name: Some(name.clone()) };
        (name, shown)
    });
    let (sources, next) = page(sources, input.limit, input.next_token.as_deref())?;
    Ok(ListPartnerEventSourcesResponse { partner_event_sources: Some(sources), next_token: next })
}

/// Lists the accounts that an event source is offered to.
pub(crate) fn list_accounts(
    cx: &RequestContext,
    input: &ListPartnerEventSourceAccountsRequest,
) -> Result<ListPartnerEventSourceAccountsResponse, ServiceError> {
    let name = &input.event_source_name;
    let made = store::of(cx).partner_event_sources.get(name).ok_or_else(|| missing(name))?;
    let accounts = made.accounts.iter().map(|(account, created)| {
        let theirs = offered_to(cx, account).and_then(|it| it.event_sources.get(name));
        let shown = PartnerEventSourceAccount {
            account: Some(account.clone()),
            creation_time: Some(created.to_wire()),
            expiration_time: theirs
                .as_ref()
                .and_then(|source| source.expires)
                .map(Timestamp::to_wire),
            state: theirs.as_ref().map(|source| source.state.as_str().into()),
        };
        (account.clone(), shown)
    });
    let (accounts, next) = page(accounts, input.limit, input.next_token.as_deref())?;
    Ok(ListPartnerEventSourceAccountsResponse {
        partner_event_source_accounts: Some(accounts),
        next_token: next,
    })
}
