//! What subscribers are asked: to confirm, or whether they really want to leave.

use std::sync::Arc;

use crate::delivery::http::{Journey, Sender};
use crate::delivery::{Courier, Parcel, Post, Text, kept};
use crate::message::envelope::Question;
use crate::message::time;
use crate::subscription::Subscription;
use crate::subscription::endpoint::Protocol;
use crate::topic::delivery_policy::SubscriptionPolicy;

/// Asks a subscriber to confirm, or, when it just ended, whether that was meant.
pub(crate) fn ask(courier: &Courier, post: &Post, subscription: &Arc<Subscription>, ending: bool) {
    let topic = courier.topic.arn.to_string();
    let arn = subscription.arn(&courier.topic.arn);
    let id = courier.caller.world.ids().uuid();
    let url = courier.urls.subscribe(&topic, &subscription.token);
    let question = Question {
        id: &id,
        topic: &topic,
        token: &subscription.token,
        subscribe_url: &url,
        at: time::to_text(courier.caller.world.clock().now()),
        certificate: &courier.urls.certificate,
        ending: ending.then_some(arn.as_str()),
    };
    let (kind, text) = (question.kind(), question.to_json());
    match subscription.protocol {
        Protocol::Http | Protocol::Https => {
            let headers = vec![
                ("x-amz-sns-message-type", kind.to_owned()),
                ("x-amz-sns-message-id", id.clone()),
                ("x-amz-sns-topic-arn", topic.clone()),
            ];
            // Questions have the system's content type and retries, whatever the policies say.
            let policy = SubscriptionPolicy::effective(None, None);
            let parcel = Parcel {
                text: Text::Now(text),
                attributes: None,
                group: None,
                deduplication_id: None,
                from_fifo: false,
                trace_header: None,
            };
            post.http.start(Journey {
                sender: Sender::new(courier),
                subscription: subscription.clone(),
                parcel,
                headers,
                content_type: policy.content_type().to_owned(),
                delays: if ending { Vec::new() } else { policy.retry().delays() },
                most_per_second: None,
                redrive: false,
                watched: None,
            });
        }
        Protocol::Email | Protocol::EmailJson if !ending => {
            let body = match subscription.protocol {
                Protocol::EmailJson => text,
                _ => format!(
                    "You have chosen to subscribe to the topic:\n{topic}\n\nTo confirm this \
                     subscription, click or visit the link below:\n{url}\n"
                ),
            };
            let mail = kept::Kept {
                id: id.clone(),
                topic: Some(topic.clone()),
                subscription: Some(arn.clone()),
                body,
                subject: Some("AWS Notification - Subscription Confirmation".to_owned()),
                ..Default::default()
            };
            let store = courier.store();
            // A mailbox takes everything.
            let _ = kept::mail(&store, &subscription.endpoint, mail);
        }
        _ => {}
    }
}
