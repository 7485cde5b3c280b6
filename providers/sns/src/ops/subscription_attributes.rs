//! `GetSubscriptionAttributes` and `SetSubscriptionAttributes`.

use std::sync::Arc;

use fogbank_api_sns::{
    GetSubscriptionAttributesInput, GetSubscriptionAttributesResponse,
    SetSubscriptionAttributesInput,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::delivery::{Courier, Post};
use crate::errors::{self, Wrong};
use crate::settings::Settings;
use crate::subscription::attributes::{self, Subject};
use crate::topic::arn::Place;

/// The topic's place and the subscription's id.
fn locate<'a>(cx: &RequestContext, arn: &'a str) -> Result<(Place<'a>, &'a str), ServiceError> {
    let place = Place::parse(arn, "SubscriptionArn")?;
    if place.region != cx.region {
        return Err(errors::parameter("SubscriptionArn"));
    }
    match place.subscription.filter(|id| !id.is_empty()) {
        Some(id) => Ok((place, id)),
        None => Err(errors::parameter("SubscriptionId")),
    }
}

pub(crate) fn get(
    cx: &RequestContext,
    input: &GetSubscriptionAttributesInput,
) -> Result<GetSubscriptionAttributesResponse, ServiceError> {
    let (place, id) = locate(cx, &input.subscription_arn)?;
    let topic = place.store(&cx.world).topics.get(place.resource);
    let topic = topic.ok_or_else(errors::no_subscription)?;
    let subscription = topic.subscriptions.get(id).filter(|it| !it.is_over(cx.now()));
    let subscription = subscription.ok_or_else(errors::no_subscription)?;
    let attributes = attributes::shown(&topic, subscription);
    Ok(GetSubscriptionAttributesResponse { attributes: Some(attributes) })
}

pub(crate) async fn set(
    settings: &Settings,
    post: &Post,
    cx: &RequestContext,
    input: &SetSubscriptionAttributesInput,
) -> Result<Unit, ServiceError> {
    let (place, id) = locate(cx, &input.subscription_arn)?;
    let value = input.attribute_value.as_deref().unwrap_or_default();
    let store = place.store(&cx.world);
    let changed = store.topics.try_update(place.resource, |topic| {
        let fifo = topic.attributes.fifo;
        let existing = topic.subscriptions.get(id).filter(|it| !it.is_over(cx.now()));
        let mut changed = (**existing.ok_or_else(errors::no_subscription)?).clone();
        let subject = Subject { protocol: changed.protocol, endpoint: &changed.endpoint, fifo };
        let set = changed.attributes.set(&input.attribute_name, value, subject);
        if !set.map_err(Wrong::alone)? {
            return Err(errors::parameter("AttributeName"));
        }
        let changed = Arc::new(changed);
        topic.subscriptions.insert(id.to_owned(), changed.clone());
        Ok(changed)
    });
    let subscription = changed.unwrap_or_else(|| Err(errors::no_subscription()))?;
    if input.attribute_name == "ReplayPolicy"
        && let Some(topic) = store.topics.get(place.resource)
    {
        let turn = post.turn(&topic.arn.to_string()).await;
        Courier::new(cx, settings, topic).replay(post, &subscription).await;
        drop(turn);
    }
    Ok(Unit)
}
