//! `Publish` and `PublishBatch`.

use std::collections::BTreeMap;
use std::sync::Arc;

use fogbank_api_sns::{
    BatchEntryIdsNotDistinctException, BatchRequestTooLongException, EmptyBatchRequestException,
    EndpointDisabledException, InvalidBatchEntryIdException, MessageAttributeValue,
    PlatformApplicationDisabledException, PublishBatchInput, PublishBatchRequestEntry,
    PublishBatchResponse, PublishBatchResultEntry, PublishInput, PublishResponse,
    TooManyEntriesInBatchRequestException,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::delivery::kept::{self, Kept};
use crate::delivery::{Courier, Post, Watched};
use crate::errors;
use crate::message::{Body, Message, attributes};
use crate::ops::endpoints;
use crate::settings::Settings;
use crate::store::{SnsStore, Topic};
use crate::subscription::endpoint::is_e164;
use crate::topic::arn::{self, Located};
use crate::topic::{encryption, fifo};

/// The most bytes of a message, or of those of a batch together, attributes included: 256 KiB.
const MOST_BYTES: usize = 262_144;
/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 100;
/// The most entries of a batch.
const MOST_ENTRIES: usize = 10;
/// The longest id of an entry.
const LONGEST_ID: usize = 80;
/// The longest group or deduplication id.
const LONGEST_TOKEN: usize = 128;
/// The header by which X-Ray passes its trace on.
const TRACE_HEADER: &str = "x-amzn-trace-id";

/// A message as a request brings it.
struct Draft {
    text: String,
    subject: Option<String>,
    structure: Option<String>,
    attributes: Option<BTreeMap<String, MessageAttributeValue>>,
    group: Option<String>,
    deduplication_id: Option<String>,
}

impl Draft {
    fn size(&self) -> usize {
        self.text.len() + attributes::size(self.attributes.as_ref())
    }

    /// Checks what can be checked without the topic.
    fn accept(self, cx: &RequestContext, platform: Option<&str>) -> Result<Message, ServiceError> {
        if self.text.is_empty() {
            return Err(errors::parameter("Empty message"));
        }
        if self.size() > MOST_BYTES {
            return Err(errors::parameter("Message too long"));
        }
        if let Some(subject) = &self.subject {
            check_subject(subject)?;
        }
        let header = cx.http.headers.get(TRACE_HEADER).and_then(|it| it.to_str().ok());
        Ok(Message {
            id: cx.ids().uuid(),
            attributes: attributes::checked(self.attributes)?,
            body: Body::new(self.text, self.structure.as_deref(), platform)?,
            subject: self.subject,
            group: self.group,
            deduplication_id: self.deduplication_id,
            sequence_number: None,
            at: cx.now(),
            trace_header: header.map(str::to_owned),
        })
    }

    /// Checks a message against its topic, and completes its deduplication id.
    fn accept_for(mut self, cx: &RequestContext, topic: &Topic) -> Result<Message, ServiceError> {
        if self.structure.is_some() && !self.text.is_empty() {
            Body::new(self.text.clone(), self.structure.as_deref(), None)?;
        }
        for (name, value) in
            [("MessageGroupId", &self.group), ("MessageDeduplicationId", &self.deduplication_id)]
        {
            let allowed = |b: u8| b.is_ascii_graphic();
            let valid = |text: &String| {
                (1..=LONGEST_TOKEN).contains(&text.len()) && text.bytes().all(allowed)
            };
            if value.as_ref().is_some_and(|text| !valid(text)) {
                return Err(errors::parameter(name));
            }
        }
        if topic.attributes.fifo {
            if self.group.is_none() {
                let what = "The MessageGroupId parameter is required for FIFO topics";
                return Err(errors::parameter(what));
            }
            if self.deduplication_id.is_none() {
                if !topic.attributes.content_based_deduplication {
                    return Err(errors::parameter(
                        "The topic should either have ContentBasedDeduplication enabled or \
                         MessageDeduplicationId provided explicitly",
                    ));
                }
                self.deduplication_id = Some(fifo::content_id(&self.text));
            }
        } else if self.deduplication_id.is_some() {
            return Err(errors::reason(
                "MessageDeduplicationId",
                "The request includes MessageDeduplicationId parameter that is not valid for this \
                 topic type",
            ));
        }
        self.accept(cx, None)
    }
}

fn check_subject(subject: &str) -> Result<(), ServiceError> {
    let printable = |c: char| c == ' ' || c.is_ascii_graphic();
    let valid = (1..=LONGEST_SUBJECT).contains(&subject.len())
        && subject.chars().all(printable)
        && !subject.starts_with(' ');
    if valid { Ok(()) } else { Err(errors::parameter("Subject")) }
}

/// Passes a message on to the subscribers of a topic; answers its id and sequence number.
async fn pass_on(
    settings: &Settings,
    post: &Post,
    cx: &RequestContext,
    at: &Located,
    topic: Arc<Topic>,
    mut message: Message,
) -> Result<(String, Option<String>), ServiceError> {
    let fifo = topic.attributes.fifo;
    let _turn = match fifo {
        true => Some(post.turn(&at.arn.to_string()).await),
        false => None,
    };
    if fifo {
        let now = cx.now();
        let sequenced = at.update(|topic| {
            let sequenced = topic.sequence(&mut message, now);
            if sequenced.is_ok() {
                topic.archive(&message, now);
            }
            Ok(sequenced)
        })?;
        if let Err(published) = sequenced {
            return Ok((published.id, Some(published.sequence_number)));
        }
    }
    let (id, sequence_number) = (message.id.clone(), message.sequence_number.clone());
    Courier::new(cx, settings, topic).deliver(post, &Arc::new(message)).await;
    Ok((id, sequence_number))
}

pub(crate) async fn one(
    settings: &Settings,
    post: &Post,
    cx: &RequestContext,
    input: PublishInput,
) -> Result<PublishResponse, ServiceError> {
    let draft = Draft {
        text: input.message,
        subject: input.subject,
        structure: input.message_structure,
        attributes: input.message_attributes,
        group: input.message_group_id,
        deduplication_id: input.message_deduplication_id,
    };
    let (id, sequence_number) = match (input.phone_number, input.topic_arn, input.target_arn) {
        (Some(number), None, None) => (text(cx, &number, draft)?, None),
        (None, Some(topic), None) => {
            to_topic(settings, post, cx, &topic, "TopicArn", draft).await?
        }
        (None, None, Some(target)) => {
            let fields = arn::fields(&target, "TargetArn")?;
            if fields[5].starts_with("endpoint/") {
                (push(cx, &target, draft)?, None)
            } else {
                to_topic(settings, post, cx, &target, "TargetArn", draft).await?
            }
        }
        (None, None, None) => return Err(errors::no_value("TopicArn or TargetArn")),
        _ => {
            let what = "Only one of TopicArn, TargetArn and PhoneNumber may be specified";
            return Err(errors::parameter(what));
        }
    };
    Ok(PublishResponse { message_id: Some(id), sequence_number })
}

async fn to_topic(
    settings: &Settings,
    post: &Post,
    cx: &RequestContext,
    arn: &str,
    parameter: &str,
    draft: Draft,
) -> Result<(String, Option<String>), ServiceError> {
    let at = Located::new(cx, arn, parameter)?;
    let topic = at.get()?;
    let message = draft.accept_for(cx, &topic)?;
    encryption::protect(cx, &at, &topic).await?;
    pass_on(settings, post, cx, &at, topic, message).await
}

/// Sends an SMS.
fn text(cx: &RequestContext, number: &str, draft: Draft) -> Result<String, ServiceError> {
    if !is_e164(number) {
        return Err(errors::reason("PhoneNumber", format!("{number} is not valid to publish to")));
    }
    let message = draft.accept(cx, None)?;
    let store = cx.world.regional::<SnsStore>(cx.account, &cx.region);
    let body = message.body.of("sms");
    let kept = Kept::of(&message, body);
    let place = cx.arn("sns", "");
    let watched = Watched::of_phone(&cx.world, &store, &place, number, (&message, body));
    let outcome = kept::text(&store, number, kept);
    if let Some(watched) = watched {
        watched.ended(&cx.world, 1, outcome.as_ref());
    }
    if let Err(undelivered) = outcome {
        tracing::info!(number, reason = undelivered.reason, "an SMS was not delivered");
    }
    Ok(message.id)
}

/// Sends a push message to one endpoint.
fn push(cx: &RequestContext, target: &str, draft: Draft) -> Result<String, ServiceError> {
    let missing = || errors::reason("TargetArn", "No endpoint found for the target arn specified");
    let endpoint = endpoints::get(&cx.world, target)?.ok_or_else(missing)?;
    if !endpoint.application_enabled {
        let message = "Platform application is disabled";
        return Err(PlatformApplicationDisabledException::new(message).into());
    }
    if endpoint.attributes.get("Enabled").is_none_or(|enabled| enabled != "true") {
        return Err(EndpointDisabledException::new("Endpoint is disabled").into());
    }
    let platform = endpoints::platform_of(target);
    let message = draft.accept(cx, Some(platform))?;
    let body = message.body.of(platform);
    let outcome = kept::push(&cx.world, target, Kept::of(&message, body));
    endpoints::log(&cx.world, target, (&message, body), outcome.as_ref())?;
    if let Err(undelivered) = outcome {
        tracing::info!(target, reason = undelivered.reason, "a push message was not delivered");
    }
    Ok(message.id)
}

pub(crate) async fn batch(
    settings: &Settings,
    post: &Post,
    cx: &RequestContext,
    input: PublishBatchInput,
) -> Result<PublishBatchResponse, ServiceError> {
    let at = Located::new(cx, &input.topic_arn, "TopicArn")?;
    let topic = at.get()?;
    check_entries(&input.publish_batch_request_entries)?;
    let drafts: Vec<_> = input.publish_batch_request_entries.into_iter().map(draft).collect();
    let size: usize = drafts.iter().map(|(_, draft)| draft.size()).sum();
    if size > MOST_BYTES {
        let message = "The length of all the messages put together is more than the limit.";
        return Err(BatchRequestTooLongException::new(message).into());
    }
    let messages: Result<Vec<_>, ServiceError> =
        drafts.into_iter().map(|(id, draft)| Ok((id, draft.accept_for(cx, &topic)?))).collect();
    let messages = messages?;
    encryption::protect(cx, &at, &topic).await?;
    let mut successful = Vec::new();
    for (id, message) in messages {
        let (message_id, sequence_number) =
            pass_on(settings, post, cx, &at, topic.clone(), message).await?;
        successful.push(PublishBatchResultEntry {
            id: Some(id),
            message_id: Some(message_id),
            sequence_number,
        });
    }
    Ok(PublishBatchResponse { successful: Some(successful), failed: Some(Vec::new()) })
}

fn draft(entry: PublishBatchRequestEntry) -> (String, Draft) {
    let draft = Draft {
        text: entry.message,
        subject: entry.subject,
        structure: entry.message_structure,
        attributes: entry.message_attributes,
        group: entry.message_group_id,
        deduplication_id: entry.message_deduplication_id,
    };
    (entry.id, draft)
}

fn check_entries(entries: &[PublishBatchRequestEntry]) -> Result<(), ServiceError> {
    if entries.is_empty() {
        let message = "The batch request doesn't contain any entries.";
        return Err(EmptyBatchRequestException::new(message).into());
    }
    if entries.len() > MOST_ENTRIES {
        let message = "The batch request contains more entries than permissible.";
        return Err(TooManyEntriesInBatchRequestException::new(message).into());
    }
    let mut ids: Vec<_> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    for id in &ids {
        let what = match id.len() {
            0 => "is empty",
            1..=LONGEST_ID if id.bytes().all(allowed) => continue,
            1..=LONGEST_ID => "contains an impermissible character",
            _ => "is too long",
        };
        let message = format!("The Id of a batch entry in the batch request {what}: {id}");
        return Err(InvalidBatchEntryIdException::new(message).into());
    }
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        let message = "Two or more batch entries in the request have the same Id.";
        return Err(BatchEntryIdsNotDistinctException::new(message).into());
    }
    Ok(())
}
