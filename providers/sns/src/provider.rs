//! One line of delegation per operation.

use async_trait::async_trait;
use fogbank_api_sns::*;
use fogbank_service::shape::Unit;
use fogbank_service::{RequestContext, ServiceError};

use crate::delivery::Post;
use crate::ops::*;
use crate::settings::Settings;

/// The SNS provider. All state is in the world.
#[derive(Debug, Default)]
pub struct SnsProvider {
    settings: Settings,
    post: Post,
}

impl SnsProvider {
    /// A provider with the default settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// A provider with these settings.
    pub fn with_settings(settings: Settings) -> Self {
        Self { settings, post: Post::default() }
    }
}

type Result<T> = std::result::Result<T, ServiceError>;

#[async_trait]
impl Sns for SnsProvider {
    async fn add_permission(&self, cx: &RequestContext, input: AddPermissionInput) -> Result<Unit> {
        permissions::add(cx, &input)
    }

    async fn check_if_phone_number_is_opted_out(
        &self,
        cx: &RequestContext,
        input: CheckIfPhoneNumberIsOptedOutInput,
    ) -> Result<CheckIfPhoneNumberIsOptedOutResponse> {
        sms::is_opted_out(cx, &input)
    }

    async fn confirm_subscription(
        &self,
        cx: &RequestContext,
        input: ConfirmSubscriptionInput,
    ) -> Result<ConfirmSubscriptionResponse> {
        subscribe::confirm(cx, &input)
    }

    async fn create_platform_application(
        &self,
        cx: &RequestContext,
        input: CreatePlatformApplicationInput,
    ) -> Result<CreatePlatformApplicationResponse> {
        platform_applications::create(cx, input)
    }

    async fn create_platform_endpoint(
        &self,
        cx: &RequestContext,
        input: CreatePlatformEndpointInput,
    ) -> Result<CreateEndpointResponse> {
        endpoints::create(cx, input)
    }

    async fn create_sms_sandbox_phone_number(
        &self,
        cx: &RequestContext,
        input: CreateSMSSandboxPhoneNumberInput,
    ) -> Result<CreateSMSSandboxPhoneNumberResult> {
        sms_sandbox::create(cx, input)
    }

    async fn create_topic(
        &self,
        cx: &RequestContext,
        input: CreateTopicInput,
    ) -> Result<CreateTopicResponse> {
        topics::create(cx, input)
    }

    async fn delete_endpoint(
        &self,
        cx: &RequestContext,
        input: DeleteEndpointInput,
    ) -> Result<Unit> {
        endpoints::delete(cx, &input)
    }

    async fn delete_platform_application(
        &self,
        cx: &RequestContext,
        input: DeletePlatformApplicationInput,
    ) -> Result<Unit> {
        platform_applications::delete(cx, &input)
    }

    async fn delete_sms_sandbox_phone_number(
        &self,
        cx: &RequestContext,
        input: DeleteSMSSandboxPhoneNumberInput,
    ) -> Result<DeleteSMSSandboxPhoneNumberResult> {
        sms_sandbox::delete(cx, &input)
    }

    async fn delete_topic(&self, cx: &RequestContext, input: DeleteTopicInput) -> Result<Unit> {
        topics::delete(cx, &input)
    }

    async fn get_data_protection_policy(
        &self,
        cx: &RequestContext,
        input: GetDataProtectionPolicyInput,
    ) -> Result<GetDataProtectionPolicyResponse> {
        data_protection::get(cx, &input)
    }

    async fn get_endpoint_attributes(
        &self,
        cx: &RequestContext,
        input: GetEndpointAttributesInput,
    ) -> Result<GetEndpointAttributesResponse> {
        endpoints::attributes(cx, &input)
    }

    async fn get_platform_application_attributes(
        &self,
        cx: &RequestContext,
        input: GetPlatformApplicationAttributesInput,
    ) -> Result<GetPlatformApplicationAttributesResponse> {
        platform_applications::get(cx, &input)
    }

    async fn get_sms_attributes(
        &self,
        cx: &RequestContext,
        input: GetSMSAttributesInput,
    ) -> Result<GetSMSAttributesResponse> {
        sms::attributes(cx, &input)
    }

    async fn get_sms_sandbox_account_status(
        &self,
        _: &RequestContext,
        _: GetSMSSandboxAccountStatusInput,
    ) -> Result<GetSMSSandboxAccountStatusResult> {
        Ok(sms_sandbox::status())
    }

    async fn get_subscription_attributes(
        &self,
        cx: &RequestContext,
        input: GetSubscriptionAttributesInput,
    ) -> Result<GetSubscriptionAttributesResponse> {
        subscription_attributes::get(cx, &input)
    }

    async fn get_topic_attributes(
        &self,
        cx: &RequestContext,
        input: GetTopicAttributesInput,
    ) -> Result<GetTopicAttributesResponse> {
        topic_attributes::get(cx, &input)
    }

    async fn list_endpoints_by_platform_application(
        &self,
        cx: &RequestContext,
        input: ListEndpointsByPlatformApplicationInput,
    ) -> Result<ListEndpointsByPlatformApplicationResponse> {
        endpoints::list(cx, &input)
    }

    async fn list_origination_numbers(
        &self,
        _: &RequestContext,
        input: ListOriginationNumbersRequest,
    ) -> Result<ListOriginationNumbersResult> {
        Ok(sms::origination_numbers(&input))
    }

    async fn list_phone_numbers_opted_out(
        &self,
        cx: &RequestContext,
        input: ListPhoneNumbersOptedOutInput,
    ) -> Result<ListPhoneNumbersOptedOutResponse> {
        sms::opted_out(cx, &input)
    }

    async fn list_platform_applications(
        &self,
        cx: &RequestContext,
        input: ListPlatformApplicationsInput,
    ) -> Result<ListPlatformApplicationsResponse> {
        platform_applications::list(cx, &input)
    }

    async fn list_sms_sandbox_phone_numbers(
        &self,
        cx: &RequestContext,
        input: ListSMSSandboxPhoneNumbersInput,
    ) -> Result<ListSMSSandboxPhoneNumbersResult> {
        sms_sandbox::list(cx, &input)
    }

    async fn list_subscriptions(
        &self,
        cx: &RequestContext,
        input: ListSubscriptionsInput,
    ) -> Result<ListSubscriptionsResponse> {
        subscriptions::all(cx, &input)
    }

    async fn list_subscriptions_by_topic(
        &self,
        cx: &RequestContext,
        input: ListSubscriptionsByTopicInput,
    ) -> Result<ListSubscriptionsByTopicResponse> {
        subscriptions::by_topic(cx, &input)
    }

    async fn list_tags_for_resource(
        &self,
        cx: &RequestContext,
        input: ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResponse> {
        tags::list(cx, &input)
    }

    async fn list_topics(
        &self,
        cx: &RequestContext,
        input: ListTopicsInput,
    ) -> Result<ListTopicsResponse> {
        topics::list(cx, &input)
    }

    async fn opt_in_phone_number(
        &self,
        cx: &RequestContext,
        input: OptInPhoneNumberInput,
    ) -> Result<OptInPhoneNumberResponse> {
        sms::opt_in(cx, &input)
    }

    async fn publish(&self, cx: &RequestContext, input: PublishInput) -> Result<PublishResponse> {
        publish::one(&self.settings, &self.post, cx, input).await
    }

    async fn publish_batch(
        &self,
        cx: &RequestContext,
        input: PublishBatchInput,
    ) -> Result<PublishBatchResponse> {
        publish::batch(&self.settings, &self.post, cx, input).await
    }

    async fn put_data_protection_policy(
        &self,
        cx: &RequestContext,
        input: PutDataProtectionPolicyInput,
    ) -> Result<Unit> {
        data_protection::put(cx, input)
    }

    async fn remove_permission(
        &self,
        cx: &RequestContext,
        input: RemovePermissionInput,
    ) -> Result<Unit> {
        permissions::remove(cx, &input)
    }

    async fn set_endpoint_attributes(
        &self,
        cx: &RequestContext,
        input: SetEndpointAttributesInput,
    ) -> Result<Unit> {
        endpoints::set(cx, &input)
    }

    async fn set_platform_application_attributes(
        &self,
        cx: &RequestContext,
        input: SetPlatformApplicationAttributesInput,
    ) -> Result<Unit> {
        platform_applications::set(cx, input)
    }

    async fn set_sms_attributes(
        &self,
        cx: &RequestContext,
        input: SetSMSAttributesInput,
    ) -> Result<SetSMSAttributesResponse> {
        sms::set_attributes(cx, input)
    }

    async fn set_subscription_attributes(
        &self,
        cx: &RequestContext,
        input: SetSubscriptionAttributesInput,
    ) -> Result<Unit> {
        subscription_attributes::set(&self.settings, &self.post, cx, &input).await
    }

    async fn set_topic_attributes(
        &self,
        cx: &RequestContext,
        input: SetTopicAttributesInput,
    ) -> Result<Unit> {
        topic_attributes::set(cx, &input)
    }

    async fn subscribe(
        &self,
        cx: &RequestContext,
        input: SubscribeInput,
    ) -> Result<SubscribeResponse> {
        subscribe::subscribe(&self.settings, &self.post, cx, input).await
    }

    async fn tag_resource(
        &self,
        cx: &RequestContext,
        input: TagResourceRequest,
    ) -> Result<TagResourceResponse> {
        tags::tag(cx, input)
    }

    async fn unsubscribe(&self, cx: &RequestContext, input: UnsubscribeInput) -> Result<Unit> {
        subscribe::unsubscribe(&self.settings, &self.post, cx, &input)
    }

    async fn untag_resource(
        &self,
        cx: &RequestContext,
        input: UntagResourceRequest,
    ) -> Result<UntagResourceResponse> {
        tags::untag(cx, &input)
    }

    async fn verify_sms_sandbox_phone_number(
        &self,
        cx: &RequestContext,
        input: VerifySMSSandboxPhoneNumberInput,
    ) -> Result<VerifySMSSandboxPhoneNumberResult> {
        sms_sandbox::verify(cx, &input)
    }
}
