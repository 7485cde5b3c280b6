//! `CreateTopic`, `DeleteTopic` and `ListTopics`.

use fogbank_api_sns::{
    CreateTopicInput, CreateTopicResponse, DeleteTopicInput, InvalidStateException,
    ListTopicsInput, ListTopicsResponse, Topic as TopicEntry,
};
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors::{self, Wrong};
use crate::ops::unheeded;
use crate::ops::{page, tags};
use crate::store::{SnsStore, Topic};
use crate::topic::arn::{Located, check_name};
use crate::topic::attributes::{TopicAttributes, asks_for_fifo};
use crate::topic::data_protection;

pub(crate) fn create(
    cx: &RequestContext,
    input: CreateTopicInput,
) -> Result<CreateTopicResponse, ServiceError> {
    let requested = input.attributes.unwrap_or_default();
    check_name(&input.name, asks_for_fifo(&requested))?;
    for (name, value) in &requested {
        unheeded::attribute(cx, name, value)?;
    }
    if input.data_protection_policy.as_ref().is_some_and(|policy| !policy.is_empty()) {
        unheeded::data_protection(cx)?;
    }
    let tags = tags::checked(Default::default(), input.tags.unwrap_or_default())?;
    let store = cx.world.regional::<SnsStore>(cx.account, &cx.region);
    let arn = cx.arn("sns", &input.name);
    let answer = CreateTopicResponse { topic_arn: Some(arn.to_string()) };
    if let Some(topic) = store.topics.get(input.name.as_str()) {
        if !topic.attributes.agree(&requested).map_err(Wrong::in_attributes)? {
            let reason = "Topic already exists with different attributes";
            return Err(errors::reason("Attributes", reason));
        }
        if !tags.iter().all(|(key, value)| topic.tags.get(key) == Some(value)) {
            return Err(errors::reason("Tags", "Topic already exists with different tags"));
        }
        return Ok(answer);
    }
    let attributes = TopicAttributes::new(&requested).map_err(Wrong::in_attributes)?;
    if let Some(policy) = &input.data_protection_policy {
        data_protection::check(policy)?;
    }
    let mut topic = Topic::new(arn, attributes);
    topic.tags = tags;
    topic.data_protection = input.data_protection_policy;
    topic.follow_archive_policy(cx.now());
    // Whoever creates the same topic at the same time gets the same answer.
    let _ = store.topics.insert_new(input.name, topic);
    Ok(answer)
}

pub(crate) fn delete(cx: &RequestContext, input: &DeleteTopicInput) -> Result<Unit, ServiceError> {
    let at = Located::new(cx, &input.topic_arn, "TopicArn")?;
    let archives = |topic: &Topic| topic.attributes.archive_policy.is_some();
    if at.store.topics.read(at.name.as_str(), archives).unwrap_or_default() {
        let message = "Invalid state: Cannot delete a topic with an ArchivePolicy";
        return Err(InvalidStateException::new(message).into());
    }
    at.store.topics.remove(at.name.as_str());
    Ok(Unit)
}

pub(crate) fn list(
    cx: &RequestContext,
    input: &ListTopicsInput,
) -> Result<ListTopicsResponse, ServiceError> {
    let store = cx.world.regional::<SnsStore>(cx.account, &cx.region);
    let topics = store.topics.keys().into_iter().map(|name| {
        let topic_arn = Some(cx.arn("sns", &name).to_string());
        (name, TopicEntry { topic_arn })
    });
    let (topics, next_token) = page::page(topics, input.next_token.as_deref(), page::SIZE)?;
    Ok(ListTopicsResponse { topics: Some(topics), next_token })
}
