//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_sqs::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::delivery::move_task;
use crate::ops::*;
use crate::settings::Settings;

/// The SQS provider. All state is in the world.
#[derive(Debug, Default)]
pub struct SqsProvider {
    settings: Settings,
}

impl SqsProvider {
    /// A provider with the default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// A provider with these settings.
    pub fn with_settings(settings: Settings) -> Self {
        Self { settings }
    }
}

type Result<T> = std::result::Result<T, ServiceError>;

#[async_trait]
impl Sqs for SqsProvider {
    async fn add_permission(
        &self,
        cx: &RequestContext,
        input: AddPermissionRequest,
    ) -> Result<Unit> {
        permissions::add(cx, input)
    }

    async fn cancel_message_move_task(
        &self,
        cx: &RequestContext,
        input: CancelMessageMoveTaskRequest,
    ) -> Result<CancelMessageMoveTaskResult> {
        move_tasks::cancel(cx, &input)
    }

    async fn change_message_visibility(
        &self,
        cx: &RequestContext,
        input: ChangeMessageVisibilityRequest,
    ) -> Result<Unit> {
        message_visibility::one(cx, &input)
    }

    async fn change_message_visibility_batch(
        &self,
        cx: &RequestContext,
        input: ChangeMessageVisibilityBatchRequest,
    ) -> Result<ChangeMessageVisibilityBatchResult> {
        message_visibility::batch(cx, input)
    }

    async fn create_queue(
        &self,
        cx: &RequestContext,
        input: CreateQueueRequest,
    ) -> Result<CreateQueueResult> {
        create_queue::run(&self.settings, cx, input)
    }

    async fn delete_message(
        &self,
        cx: &RequestContext,
        input: DeleteMessageRequest,
    ) -> Result<Unit> {
        delete_message::one(cx, &input)
    }

    async fn delete_message_batch(
        &self,
        cx: &RequestContext,
        input: DeleteMessageBatchRequest,
    ) -> Result<DeleteMessageBatchResult> {
        delete_message::batch(cx, input)
    }

    async fn delete_queue(&self, cx: &RequestContext, input: DeleteQueueRequest) -> Result<Unit> {
        delete_queue::run(&self.settings, cx, &input)
    }

    async fn get_queue_attributes(
        &self,
        cx: &RequestContext,
        input: GetQueueAttributesRequest,
    ) -> Result<GetQueueAttributesResult> {
        queue_attributes::get(cx, &input)
    }

    async fn get_queue_url(
        &self,
        cx: &RequestContext,
        input: GetQueueUrlRequest,
    ) -> Result<GetQueueUrlResult> {
        get_queue_url::run(&self.settings, cx, input)
    }

    async fn list_dead_letter_source_queues(
        &self,
        cx: &RequestContext,
        input: ListDeadLetterSourceQueuesRequest,
    ) -> Result<ListDeadLetterSourceQueuesResult> {
        list_queues::dead_letter_sources(&self.settings, cx, &input)
    }

    async fn list_message_move_tasks(
        &self,
        cx: &RequestContext,
        input: ListMessageMoveTasksRequest,
    ) -> Result<ListMessageMoveTasksResult> {
        move_tasks::list(cx, &input)
    }

    async fn list_queue_tags(
        &self,
        cx: &RequestContext,
        input: ListQueueTagsRequest,
    ) -> Result<ListQueueTagsResult> {
        tags::list(cx, &input)
    }

    async fn list_queues(
        &self,
        cx: &RequestContext,
        input: ListQueuesRequest,
    ) -> Result<ListQueuesResult> {
        list_queues::queues(&self.settings, cx, input)
    }

    async fn purge_queue(&self, cx: &RequestContext, input: PurgeQueueRequest) -> Result<Unit> {
        purge_queue::run(&self.settings, cx, &input)
    }

    async fn receive_message(
        &self,
        cx: &RequestContext,
        input: ReceiveMessageRequest,
    ) -> Result<ReceiveMessageResult> {
        receive_message::run(cx, input).await
    }

    async fn remove_permission(
        &self,
        cx: &RequestContext,
        input: RemovePermissionRequest,
    ) -> Result<Unit> {
        permissions::remove(cx, &input)
    }

    async fn send_message(
        &self,
        cx: &RequestContext,
        input: SendMessageRequest,
    ) -> Result<SendMessageResult> {
        send_message::one(cx, input).await
    }

    async fn send_message_batch(
        &self,
        cx: &RequestContext,
        input: SendMessageBatchRequest,
    ) -> Result<SendMessageBatchResult> {
        send_message::batch(cx, input).await
    }

    async fn set_queue_attributes(
        &self,
        cx: &RequestContext,
        input: SetQueueAttributesRequest,
    ) -> Result<Unit> {
        queue_attributes::set(cx, &input)
    }

    async fn start_message_move_task(
        &self,
        cx: &RequestContext,
        input: StartMessageMoveTaskRequest,
    ) -> Result<StartMessageMoveTaskResult> {
        move_task::carry_on(&cx.world);
        move_tasks::start(cx, &input)
    }

    async fn tag_queue(&self, cx: &RequestContext, input: TagQueueRequest) -> Result<Unit> {
        tags::tag(cx, input)
    }

    async fn untag_queue(&self, cx: &RequestContext, input: UntagQueueRequest) -> Result<Unit> {
        tags::untag(cx, &input)
    }
}
