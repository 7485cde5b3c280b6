//! `Subscribe`, `ConfirmSubscription` and `Unsubscribe`.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use fogbank_api_sns::{
    ConfirmSubscriptionInput, ConfirmSubscriptionResponse, SubscribeInput, SubscribeResponse,
    SubscriptionLimitExceededException, UnsubscribeInput,
};
use fogbank_context::{AccountId, Timestamp};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::delivery::{self, Courier, Post};
use crate::errors::{self, Wrong};
use crate::ops::unheeded;
use crate::settings::Settings;
use crate::store::{Ended, SnsStore, Topic};
use crate::subscription::attributes::{Subject, SubscriptionAttributes};
use crate::subscription::endpoint::{self, Protocol};
use crate::subscription::{State, Subscription, token};
use crate::topic::arn::{Located, Place};

/// The most subscriptions of a FIFO topic.
const MOST_OF_FIFO: usize = 100;
/// What stands for the ARN of a subscription that has to be confirmed.
const PENDING: &str = "pending confirmation";
/// How long a subscriber can bring back a subscription that ended.
const RESTORABLE: Duration = Duration::from_secs(3 * 86_400);

pub(crate) async fn subscribe(
    settings: &Settings,
    post: &Post,
    cx: &RequestContext,
    input: SubscribeInput,
) -> Result<SubscribeResponse, ServiceError> {
    let at = Located::new(cx, &input.topic_arn, "TopicArn")?;
    let protocol = Protocol::parse(&input.protocol)?;
    let topic = at.get()?;
    let fifo = topic.attributes.fifo;
    let endpoint = input.endpoint.filter(|endpoint| !endpoint.is_empty());
    let endpoint = endpoint.ok_or_else(|| errors::parameter("Endpoint"))?;
    endpoint::check(cx, protocol, &endpoint, fifo)?;
    let subject = Subject { protocol, endpoint: &endpoint, fifo };
    let requested = input.attributes.unwrap_or_default();
    let attributes =
        SubscriptionAttributes::new(&requested, subject).map_err(Wrong::in_attributes)?;
    if matches!(protocol, Protocol::Lambda | Protocol::Firehose) {
        unheeded::subscriber(cx)?;
    }
    drop(topic);

    let state = match protocol.needs_confirmation() {
        true => State::Pending,
        false => State::Confirmed { authenticated: true },
    };
    let new = Subscription {
        id: cx.ids().uuid(),
        protocol,
        endpoint,
        owner: cx.account,
        principal: principal(cx),
        created: cx.now(),
        state,
        token: token::make(cx.ids(), account_of(&at), &cx.region),
        authenticate_on_unsubscribe: false,
        attributes,
        endpoint_arn: OnceLock::new(),
    };
    let now = cx.now();
    let subscription = at.update(|topic| {
        let over: Vec<_> = overdue(topic, now);
        for id in over {
            topic.subscriptions.remove(&id);
        }
        let same =
            |it: &&Arc<Subscription>| it.protocol == new.protocol && it.endpoint == new.endpoint;
        if let Some(existing) = topic.subscriptions.values().find(same) {
            if existing.attributes.agree(&new.attributes, &requested) {
                return Ok(existing.clone());
            }
            let reason = "Subscription already exists with different attributes";
            return Err(errors::reason("Attributes", reason));
        }
        if fifo && topic.subscriptions.len() >= MOST_OF_FIFO {
            let message = "Subscription limit exceeded";
            return Err(SubscriptionLimitExceededException::new(message).into());
        }
        let new = Arc::new(new);
        topic.subscriptions.insert(new.id.clone(), new.clone());
        Ok(new)
    })?;

    let courier = Courier::new(cx, settings, at.get()?);
    if subscription.is_pending() {
        delivery::ask(&courier, post, &subscription, false);
    } else {
        courier.replay(post, &subscription).await;
    }
    let arn = match subscription.is_pending() && !input.return_subscription_arn.unwrap_or_default()
    {
        true => PENDING.to_owned(),
        false => subscription.arn(&at.arn),
    };
    Ok(SubscribeResponse { subscription_arn: Some(arn) })
}

/// Who subscribes. Callers without an identity of their own are an account's root here; on AWS
/// hardly anybody is, so they are shown as a user.
fn principal(cx: &RequestContext) -> String {
    let arn = &cx.principal.arn;
    match arn.resource.as_str() {
        "root" => format!("arn:{}:iam::{}:user/fogbank", arn.partition, arn.account),
        _ => arn.to_string(),
    }
}

fn account_of(at: &Located) -> AccountId {
    at.arn.account_id().unwrap_or(AccountId::DEFAULT)
}

/// The subscriptions that were not confirmed in time.
fn overdue(topic: &Topic, now: Timestamp) -> Vec<String> {
    let overdue = topic.subscriptions.values().filter(|it| it.is_over(now));
    overdue.map(|it| it.id.clone()).collect()
}

/// Confirms by token. AWS looks at the token alone, as long as the topic's ARN is one of its region.
pub(crate) fn confirm(
    cx: &RequestContext,
    input: &ConfirmSubscriptionInput,
) -> Result<ConfirmSubscriptionResponse, ServiceError> {
    let unknown_topic = || errors::parameter("Topic");
    let named = Place::parse(&input.topic_arn, "TopicArn").map_err(|_| unknown_topic())?;
    if !token::has_form(&input.token) {
        return Err(errors::invalid("Invalid parameter: Invalid token"));
    }
    let no_token = || errors::parameter("Token");
    let Some((account, region)) = token::place(&input.token) else { return Err(no_token()) };
    if named.region != region {
        return Err(unknown_topic());
    }
    let authenticated = cx.principal.access_key_id.is_some();
    let on_unsubscribe = input.authenticate_on_unsubscribe.as_deref();
    let on_unsubscribe = on_unsubscribe.is_some_and(|it| it.eq_ignore_ascii_case("true"));
    let store = cx.world.regional::<SnsStore>(account, &region);
    let now = cx.now();
    for name in candidates(&store, &named, account) {
        let confirmed = store.topics.update(name.as_str(), |topic| {
            restore(topic, &input.token, now);
            let found = topic.subscriptions.values().find(|it| it.token == input.token)?.clone();
            if found.is_over(now) {
                return None;
            }
            let arn = found.arn(&topic.arn);
            if found.is_pending() {
                let mut confirmed = (*found).clone();
                confirmed.state = State::Confirmed { authenticated };
                confirmed.authenticate_on_unsubscribe = authenticated && on_unsubscribe;
                topic.subscriptions.insert(found.id.clone(), Arc::new(confirmed));
            }
            Some(arn)
        });
        if let Some(Some(arn)) = confirmed {
            return Ok(ConfirmSubscriptionResponse { subscription_arn: Some(arn) });
        }
    }
    Err(no_token())
}

/// Brings a subscription back that ended not long ago: its subscriber says that it was not meant.
fn restore(topic: &mut fogbank_state::Edit<'_, Topic>, token: &str, now: Timestamp) {
    let ended = topic.ended.values().find(|it| it.subscription.token == token);
    let Some(subscription) = ended.filter(|it| now.since(it.at) < RESTORABLE) else { return };
    let subscription = subscription.subscription.clone();
    topic.ended.remove(&subscription.id);
    topic.deleted_subscriptions = topic.deleted_subscriptions.saturating_sub(1);
    topic.subscriptions.insert(subscription.id.clone(), subscription);
}

/// The topics that may have the subscription, the named one first.
fn candidates(store: &SnsStore, named: &Place<'_>, account: AccountId) -> Vec<String> {
    let first = (named.account == account).then(|| named.resource.to_owned());
    let others = store.topics.keys().into_iter().filter(|name| Some(name) != first.as_ref());
    first.iter().cloned().chain(others).collect()
}

pub(crate) fn unsubscribe(
    settings: &Settings,
    post: &Post,
    cx: &RequestContext,
    input: &UnsubscribeInput,
) -> Result<Unit, ServiceError> {
    if input.subscription_arn.is_empty() {
        return Err(errors::no_value("SubscriptionArn"));
    }
    let place = Place::parse(&input.subscription_arn, "SubscriptionArn")?;
    let Some(id) = place.subscription.filter(|id| !id.is_empty()) else {
        return Err(errors::parameter("SubscriptionId"));
    };
    let signed = cx.principal.access_key_id.is_some();
    let now = cx.now();
    let store = place.store(&cx.world);
    let removed = store.topics.try_update(place.resource, |topic| {
        let Some(subscription) = topic.subscriptions.get(id).cloned() else { return Ok(None) };
        if subscription.authenticate_on_unsubscribe && !signed {
            let message = "Not authorized to unsubscribe without authentication";
            return Err(fogbank_api_sns::AuthorizationErrorException::new(message).into());
        }
        topic.subscriptions.remove(id);
        topic.deleted_subscriptions += 1;
        if matches!(subscription.protocol, Protocol::Http | Protocol::Https) {
            topic.ended.retain(|_, ended| now.since(ended.at) < RESTORABLE);
            let ended = Ended { at: now, subscription: subscription.clone() };
            topic.ended.insert(id.to_owned(), ended);
        }
        Ok::<_, ServiceError>(Some(subscription))
    });
    let removed = removed.transpose()?.flatten();
    if let (Some(subscription), Some(topic)) = (removed, store.topics.get(place.resource))
        && !subscription.is_pending()
    {
        let mut courier = Courier::new(cx, settings, topic);
        courier.caller = courier.caller.in_account(place.account).in_region(place.region.clone());
        delivery::ask(&courier, post, &subscription, true);
    }
    Ok(Unit)
}
