//! `ListSubscriptions` and `ListSubscriptionsByTopic`.

use std::collections::BTreeMap;

use fogbank_api_sns::{
    ListSubscriptionsByTopicInput, ListSubscriptionsByTopicResponse, ListSubscriptionsInput,
    ListSubscriptionsResponse, Subscription as Entry,
};
use fogbank_context::{Arn, Timestamp};
use fogbank_service::{RequestContext, ServiceError};

use crate::ops::page;
use crate::store::{SnsStore, Topic};
use crate::subscription::Subscription;
use crate::topic::arn::Located;

/// What stands for the ARN of a subscription that has to be confirmed.
const PENDING: &str = "PendingConfirmation";

fn entry(topic: &Arn, subscription: &Subscription) -> Entry {
    let arn = match subscription.is_pending() {
        true => PENDING.to_owned(),
        false => subscription.arn(topic),
    };
    Entry {
        subscription_arn: Some(arn),
        owner: Some(subscription.owner.to_string()),
        protocol: Some(subscription.protocol.as_str().to_owned()),
        endpoint: Some(subscription.endpoint.clone()),
        topic_arn: Some(topic.to_string()),
    }
}

fn current(topic: &Topic, now: Timestamp) -> impl Iterator<Item = &Subscription> {
    let all = topic.subscriptions.values();
    all.filter(move |it| !it.is_over(now)).map(|it| &**it)
}

pub(crate) fn all(
    cx: &RequestContext,
    input: &ListSubscriptionsInput,
) -> Result<ListSubscriptionsResponse, ServiceError> {
    let mut found = BTreeMap::new();
    for (scope, store) in cx.world.stores::<SnsStore>() {
        if scope.1 != cx.region {
            continue;
        }
        for (name, topic) in store.topics.iter() {
            for subscription in current(&topic, cx.now()) {
                if subscription.owner == cx.account {
                    let key = format!("{}:{name}:{}", scope.0, subscription.id);
                    found.insert(key, entry(&topic.arn, subscription));
                }
            }
        }
    }
    let token = input.next_token.as_deref();
    let (subscriptions, next_token) = page::page(found.into_iter(), token, page::SIZE)?;
    Ok(ListSubscriptionsResponse { subscriptions: Some(subscriptions), next_token })
}

pub(crate) fn by_topic(
    cx: &RequestContext,
    input: &ListSubscriptionsByTopicInput,
) -> Result<ListSubscriptionsByTopicResponse, ServiceError> {
    let topic = Located::new(cx, &input.topic_arn, "TopicArn")?.get()?;
    let found = current(&topic, cx.now()).map(|it| (it.id.clone(), entry(&topic.arn, it)));
    let token = input.next_token.as_deref();
    let (subscriptions, next_token) = page::page(found, token, page::SIZE)?;
    Ok(ListSubscriptionsByTopicResponse { subscriptions: Some(subscriptions), next_token })
}
