//! Amazon EventBridge.
//!
//! All 57 operations. Event buses with policies, rules with event patterns and schedules, targets with
//! inputs, retry policies and dead-letter queues, archives and replays, connections and API destinations,
//! partner event sources, global endpoints. Events go to queues, topics, event buses (also of other accounts
//! and regions) and API destinations. All of it happens on the world's clock; what is scheduled, or to be
//! tried again, is part of its state.
//!
//! Event patterns are AWS's language with AWS's errors ([`pattern`]).
//!
//! Knowingly different from AWS:
//!
//! - Events are delivered as soon as they come: to queues, topics and buses before `PutEvents` answers.
//! - Targets of services that are not emulated are accepted; what goes to them ends in the target's dead-letter
//!   queue or as a warning in the log.
//! - Archives have events at once. A replay takes a second to start and then brings all its events at once,
//!   in the order in which they came. Archives have no managed rule.
//! - The authorization server of a connection is asked for a token a second after the connection was made and
//!   with each request.
//! - A global endpoint has no health check: it is active at once, and what is sent to it goes to the bus of the
//!   region that it is sent to. A connection to a private API goes over the network like any other.
//! - Events that have passed twenty buses are not passed on.
//! - Requests for tokens are forms (`application/x-www-form-urlencoded`); path parameters that an endpoint has no
//!   `*` for follow its path.
//! - Which wildcards make a pattern too complex is not known; six or more of them do here, or fewer before texts
//!   that repeat themselves.
//! - Policies of buses are looked at where `IAM_ENFORCEMENT` asks for it.

mod access;
mod delivery;
mod errors;
mod event;
mod ops;
mod paging;
pub mod pattern;
mod provider;
mod store;

pub use provider::EventBridgeProvider;

use std::sync::Arc;

use fogbank_service::Unheeded;

/// Targets of services that are not emulated.
pub(crate) static TARGETS: Unheeded = Unheeded {
    operations: "PutTargets",
    parameter: "Targets.Arn (of a service other than SQS, SNS and EventBridge)",
    effect: "kept and returned; events do not get there, but to the dead-letter queue",
};

/// Logs of event buses.
pub(crate) static LOGS: Unheeded = Unheeded {
    operations: "CreateEventBus, UpdateEventBus",
    parameter: "LogConfig",
    effect: "kept and returned; nothing is logged",
};

/// The failover of global endpoints.
pub(crate) static FAILOVER: Unheeded = Unheeded {
    operations: "CreateEndpoint",
    parameter: "RoutingConfig, ReplicationConfig",
    effect: "kept and returned; events go to the bus of the region that they are sent to",
};

/// Connections to private APIs.
pub(crate) static CONNECTIVITY: Unheeded = Unheeded {
    operations: "CreateConnection",
    parameter: "InvocationConnectivityParameters, AuthParameters.ConnectivityParameters",
    effect: "kept and returned; requests go over the network",
};

/// Parameters that have less effect than at AWS.
static UNHEEDED: &[&Unheeded] = &[&TARGETS, &LOGS, &FAILOVER, &CONNECTIVITY];

/// The provider, ready for the gateway.
pub fn provider(_: &fogbank_config::Config) -> fogbank_service::Provider {
    let provider = EventBridgeProvider::new();
    let background = provider.background();
    fogbank_service::Provider::from(fogbank_api_events::service(Arc::new(provider)))
        .with_background(background)
        .with_resource_policies(Arc::new(access::BusPolicies))
        .with_unheeded(UNHEEDED)
}
