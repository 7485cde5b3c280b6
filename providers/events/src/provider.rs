//! One line of delegation per operation.

use std::sync::Arc;

use async_trait::async_trait;
use fogbank_api_events::*;
use fogbank_outgoing::Outgoing;
use fogbank_service::shape::Unit;
use fogbank_service::{Invoker, RequestContext, ServiceError};
use fogbank_state::World;

use crate::delivery::Courier;
use crate::delivery::schedules;
use crate::ops::*;

/// The Amazon EventBridge provider. All state is in the world.
#[derive(Debug, Default)]
pub struct EventBridgeProvider {
    /// The connections to API destinations.
    outgoing: Outgoing,
}

impl EventBridgeProvider {
    /// A provider.
    pub fn new() -> Self {
        Self::default()
    }

    /// What deliveries of a request need. From now on the world's schedules run.
    fn courier(&self, cx: &RequestContext) -> Courier {
        let courier = Courier::new(&self.outgoing, &cx.world, &cx.invoker);
        schedules::carry_on(&courier);
        courier
    }

    /// What has the schedules run of a world that had no request yet.
    pub(crate) fn background(&self) -> impl Fn(&Arc<World>, &Arc<dyn Invoker>) + use<> {
        let outgoing = self.outgoing.clone();
        move |world, invoker| schedules::carry_on(&Courier::new(&outgoing, world, invoker))
    }
}

type Result<T> = std::result::Result<T, ServiceError>;

#[async_trait]
impl EventBridge for EventBridgeProvider {
    async fn activate_event_source(
        &self,
        cx: &RequestContext,
        input: ActivateEventSourceRequest,
    ) -> Result<Unit> {
        event_sources::set_state(cx, &input.name, &EventSourceState::Active)
    }

    async fn cancel_replay(
        &self,
        cx: &RequestContext,
        input: CancelReplayRequest,
    ) -> Result<CancelReplayResponse> {
        replays::cancel(&self.courier(cx), cx, &input)
    }

    async fn create_api_destination(
        &self,
        cx: &RequestContext,
        input: CreateApiDestinationRequest,
    ) -> Result<CreateApiDestinationResponse> {
        api_destinations::create(cx, input)
    }

    async fn create_archive(
        &self,
        cx: &RequestContext,
        input: CreateArchiveRequest,
    ) -> Result<CreateArchiveResponse> {
        archives::create(cx, input)
    }

    async fn create_connection(
        &self,
        cx: &RequestContext,
        input: CreateConnectionRequest,
    ) -> Result<CreateConnectionResponse> {
        connections::create(&self.courier(cx), cx, input).await
    }

    async fn create_endpoint(
        &self,
        cx: &RequestContext,
        input: CreateEndpointRequest,
    ) -> Result<CreateEndpointResponse> {
        endpoints::create(cx, input)
    }

    async fn create_event_bus(
        &self,
        cx: &RequestContext,
        input: CreateEventBusRequest,
    ) -> Result<CreateEventBusResponse> {
        event_buses::create(cx, input)
    }

    async fn create_partner_event_source(
        &self,
        cx: &RequestContext,
        input: CreatePartnerEventSourceRequest,
    ) -> Result<CreatePartnerEventSourceResponse> {
        partner_event_sources::create(cx, input)
    }

    async fn deactivate_event_source(
        &self,
        cx: &RequestContext,
        input: DeactivateEventSourceRequest,
    ) -> Result<Unit> {
        event_sources::set_state(cx, &input.name, &EventSourceState::Pending)
    }

    async fn deauthorize_connection(
        &self,
        cx: &RequestContext,
        input: DeauthorizeConnectionRequest,
    ) -> Result<DeauthorizeConnectionResponse> {
        connections::deauthorize(&self.courier(cx), cx, &input).await
    }

    async fn delete_api_destination(
        &self,
        cx: &RequestContext,
        input: DeleteApiDestinationRequest,
    ) -> Result<DeleteApiDestinationResponse> {
        api_destinations::delete(cx, &input)
    }

    async fn delete_archive(
        &self,
        cx: &RequestContext,
        input: DeleteArchiveRequest,
    ) -> Result<DeleteArchiveResponse> {
        archives::delete(cx, &input)
    }

    async fn delete_connection(
        &self,
        cx: &RequestContext,
        input: DeleteConnectionRequest,
    ) -> Result<DeleteConnectionResponse> {
        connections::delete(&self.courier(cx), cx, &input).await
    }

    async fn delete_endpoint(
        &self,
        cx: &RequestContext,
        input: DeleteEndpointRequest,
    ) -> Result<DeleteEndpointResponse> {
        endpoints::delete(cx, &input)
    }

    async fn delete_event_bus(
        &self,
        cx: &RequestContext,
        input: DeleteEventBusRequest,
    ) -> Result<Unit> {
        event_buses::delete(cx, input)
    }

    async fn delete_partner_event_source(
        &self,
        cx: &RequestContext,
        input: DeletePartnerEventSourceRequest,
    ) -> Result<Unit> {
        partner_event_sources::delete(cx, &input)
    }

    async fn delete_rule(&self, cx: &RequestContext, input: DeleteRuleRequest) -> Result<Unit> {
        rules::delete(cx, &input)
    }

    async fn describe_api_destination(
        &self,
        cx: &RequestContext,
        input: DescribeApiDestinationRequest,
    ) -> Result<DescribeApiDestinationResponse> {
        api_destinations::describe(cx, &input)
    }

    async fn describe_archive(
        &self,
        cx: &RequestContext,
        input: DescribeArchiveRequest,
    ) -> Result<DescribeArchiveResponse> {
        archives::describe(cx, &input)
    }

    async fn describe_connection(
        &self,
        cx: &RequestContext,
        input: DescribeConnectionRequest,
    ) -> Result<DescribeConnectionResponse> {
        connections::describe(cx, &input)
    }

    async fn describe_endpoint(
        &self,
        cx: &RequestContext,
        input: DescribeEndpointRequest,
    ) -> Result<DescribeEndpointResponse> {
        endpoints::describe(cx, &input)
    }

    async fn describe_event_bus(
        &self,
        cx: &RequestContext,
        input: DescribeEventBusRequest,
    ) -> Result<DescribeEventBusResponse> {
        event_buses::describe(cx, &input)
    }

    async fn describe_event_source(
        &self,
        cx: &RequestContext,
        input: DescribeEventSourceRequest,
    ) -> Result<DescribeEventSourceResponse> {
        event_sources::describe(cx, &input)
    }

    async fn describe_replay(
        &self,
        cx: &RequestContext,
        input: DescribeReplayRequest,
    ) -> Result<DescribeReplayResponse> {
        replays::describe(cx, &input)
    }

    async fn describe_rule(
        &self,
        cx: &RequestContext,
        input: DescribeRuleRequest,
    ) -> Result<DescribeRuleResponse> {
        rules::describe(cx, &input)
    }

    async fn disable_rule(&self, cx: &RequestContext, input: DisableRuleRequest) -> Result<Unit> {
        {
            let bus = input.event_bus_name.as_deref();
            rules::set_state(&self.courier(cx), cx, bus, &input.name, RuleState::Disabled)
        }
    }

    async fn enable_rule(&self, cx: &RequestContext, input: EnableRuleRequest) -> Result<Unit> {
        {
            let bus = input.event_bus_name.as_deref();
            rules::set_state(&self.courier(cx), cx, bus, &input.name, RuleState::Enabled)
        }
    }

    async fn list_api_destinations(
        &self,
        cx: &RequestContext,
        input: ListApiDestinationsRequest,
    ) -> Result<ListApiDestinationsResponse> {
        api_destinations::list(cx, &input)
    }

    async fn list_archives(
        &self,
        cx: &RequestContext,
        input: ListArchivesRequest,
    ) -> Result<ListArchivesResponse> {
        archives::list(cx, &input)
    }

    async fn list_connections(
        &self,
        cx: &RequestContext,
        input: ListConnectionsRequest,
    ) -> Result<ListConnectionsResponse> {
        connections::list(cx, &input)
    }

    async fn list_endpoints(
        &self,
        cx: &RequestContext,
        input: ListEndpointsRequest,
    ) -> Result<ListEndpointsResponse> {
        endpoints::list(cx, &input)
    }

    async fn list_event_buses(
        &self,
        cx: &RequestContext,
        input: ListEventBusesRequest,
    ) -> Result<ListEventBusesResponse> {
        event_buses::list(cx, &input)
    }

    async fn list_event_sources(
        &self,
        cx: &RequestContext,
        input: ListEventSourcesRequest,
    ) -> Result<ListEventSourcesResponse> {
        event_sources::list(cx, &input)
    }

    async fn list_partner_event_sources(
        &self,
        cx: &RequestContext,
        input: ListPartnerEventSourcesRequest,
    ) -> Result<ListPartnerEventSourcesResponse> {
        partner_event_sources::list(cx, &input)
    }

    async fn list_replays(
        &self,
        cx: &RequestContext,
        input: ListReplaysRequest,
    ) -> Result<ListReplaysResponse> {
        replays::list(cx, &input)
    }

    async fn list_rule_names_by_target(
        &self,
        cx: &RequestContext,
        input: ListRuleNamesByTargetRequest,
    ) -> Result<ListRuleNamesByTargetResponse> {
        rules::list_names_by_target(cx, &input)
    }

    async fn list_rules(
        &self,
        cx: &RequestContext,
        input: ListRulesRequest,
    ) -> Result<ListRulesResponse> {
        rules::list(cx, &input)
    }

    async fn list_tags_for_resource(
        &self,
        cx: &RequestContext,
        input: ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResponse> {
        tags::list(cx, &input)
    }

    async fn list_targets_by_rule(
        &self,
        cx: &RequestContext,
        input: ListTargetsByRuleRequest,
    ) -> Result<ListTargetsByRuleResponse> {
        targets::list(cx, &input)
    }

    async fn put_events(
        &self,
        cx: &RequestContext,
        input: PutEventsRequest,
    ) -> Result<PutEventsResponse> {
        put_events::put(&self.courier(cx), cx, input).await
    }

    async fn put_partner_events(
        &self,
        cx: &RequestContext,
        input: PutPartnerEventsRequest,
    ) -> Result<PutPartnerEventsResponse> {
        put_events::put_partner(&self.courier(cx), cx, input).await
    }

    async fn put_permission(
        &self,
        cx: &RequestContext,
        input: PutPermissionRequest,
    ) -> Result<Unit> {
        permissions::put(cx, input)
    }

    async fn put_rule(
        &self,
        cx: &RequestContext,
        input: PutRuleRequest,
    ) -> Result<PutRuleResponse> {
        rules::put(&self.courier(cx), cx, input)
    }

    async fn put_targets(
        &self,
        cx: &RequestContext,
        input: PutTargetsRequest,
    ) -> Result<PutTargetsResponse> {
        targets::put(cx, input)
    }

    async fn remove_permission(
        &self,
        cx: &RequestContext,
        input: RemovePermissionRequest,
    ) -> Result<Unit> {
        permissions::remove(cx, &input)
    }

    async fn remove_targets(
        &self,
        cx: &RequestContext,
        input: RemoveTargetsRequest,
    ) -> Result<RemoveTargetsResponse> {
        targets::remove(cx, &input)
    }

    async fn start_replay(
        &self,
        cx: &RequestContext,
        input: StartReplayRequest,
    ) -> Result<StartReplayResponse> {
        replays::start(&self.courier(cx), cx, input)
    }

    async fn tag_resource(
        &self,
        cx: &RequestContext,
        input: TagResourceRequest,
    ) -> Result<TagResourceResponse> {
        tags::tag(cx, input)
    }

    async fn test_event_pattern(
        &self,
        _: &RequestContext,
        input: TestEventPatternRequest,
    ) -> Result<TestEventPatternResponse> {
        test_event_pattern::run(&input)
    }

    async fn untag_resource(
        &self,
        cx: &RequestContext,
        input: UntagResourceRequest,
    ) -> Result<UntagResourceResponse> {
        tags::untag(cx, &input)
    }

    async fn update_api_destination(
        &self,
        cx: &RequestContext,
        input: UpdateApiDestinationRequest,
    ) -> Result<UpdateApiDestinationResponse> {
        api_destinations::update(cx, input)
    }

    async fn update_archive(
        &self,
        cx: &RequestContext,
        input: UpdateArchiveRequest,
    ) -> Result<UpdateArchiveResponse> {
        archives::update(cx, input)
    }

    async fn update_connection(
        &self,
        cx: &RequestContext,
        input: UpdateConnectionRequest,
    ) -> Result<UpdateConnectionResponse> {
        connections::update(&self.courier(cx), cx, input).await
    }

    async fn update_endpoint(
        &self,
        cx: &RequestContext,
        input: UpdateEndpointRequest,
    ) -> Result<UpdateEndpointResponse> {
        endpoints::update(cx, input)
    }

    async fn update_event_bus(
        &self,
        cx: &RequestContext,
        input: UpdateEventBusRequest,
    ) -> Result<UpdateEventBusResponse> {
        event_buses::update(cx, input)
    }

    async fn describe_partner_event_source(
        &self,
        cx: &RequestContext,
        input: DescribePartnerEventSourceRequest,
    ) -> Result<DescribePartnerEventSourceResponse> {
        partner_event_sources::describe(cx, &input)
    }

    async fn list_partner_event_source_accounts(
        &self,
        cx: &RequestContext,
        input: ListPartnerEventSourceAccountsRequest,
    ) -> Result<ListPartnerEventSourceAccountsResponse> {
        partner_event_sources::list_accounts(cx, &input)
    }
}
