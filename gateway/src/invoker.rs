//! Typed calls from one service to another, on the same way as requests from outside.

use std::sync::Weak;

use fogbank_config::IamEnforcement;
use fogbank_schema::Protocol;
use fogbank_service::{
    BoxFuture, Caller, HttpRequest, Input, Intent, Invocation, Invoker, OperationResult,
    RequestContext, ServiceError, Signer,
};
use fogbank_state::World;

use crate::faults;
use crate::gateway::Core;
use crate::handlers::addressing::signatures;
use crate::handlers::operation::authorization;

/// The gateway as typed clients see it.
pub(crate) struct GatewayInvoker(Weak<Core>);

impl GatewayInvoker {
    /// An invoker of this gateway, which it does not keep alive.
    pub(crate) fn new(core: Weak<Core>) -> Self {
        Self(core)
    }
}

impl Invoker for GatewayInvoker {
    fn is_strict(&self) -> bool {
        self.0.upgrade().is_some_and(|core| core.config.strict)
    }

    fn signer(&self, world: &World, access_key_id: &str) -> Option<Signer> {
        let core = self.0.upgrade()?;
        signatures::signer(&core, world, access_key_id)
    }

    fn takes_late(&self, service: &str) -> bool {
        let core = self.0.upgrade();
        let slot = core.as_ref().and_then(|core| core.services.by_name(service));
        slot.and_then(|slot| slot.running()).is_some_and(|provider| provider.takes_late)
    }

    fn decides(&self) -> bool {
        let core = self.0.upgrade();
        core.is_some_and(|core| core.config.iam_enforcement != IamEnforcement::Off)
    }

    fn permit(&self, caller: Caller, intent: Intent) -> BoxFuture<'_, Result<(), ServiceError>> {
        let core = self.0.upgrade();
        Box::pin(async move {
            let core = core.ok_or_else(faults::stopping)?;
            authorization::permit(&core, &caller, &intent).await
        })
    }

    fn invoke(&self, call: Invocation) -> BoxFuture<'static, OperationResult> {
        let core = self.0.upgrade();
        Box::pin(async move {
            let core = core.ok_or_else(faults::stopping)?;
            let slot = core.services.by_name(call.service).ok_or_else(faults::unknown_service)?;
            let model = slot.model();
            let operation = &model.operations[call.operation];
            let provider = slot.load(&core.config, || core.invoker()).await?;
            let Some(provider) = provider else {
                return Err(ServiceError::not_implemented(call.service, operation.name));
            };
            let caller = call.caller;
            let http = HttpRequest {
                scheme: "http",
                host: core.config.localstack_host.authority(core.port()),
                ..HttpRequest::default()
            };
            let context = RequestContext {
                request_id: caller.world.request_ids().uuid(),
                model,
                operation,
                protocol: model.metadata.protocols.first().copied().unwrap_or(Protocol::AwsJson1_1),
                account: caller.account,
                region: caller.region,
                principal: caller.principal,
                world: caller.world,
                http,
                invoker: caller.invoker,
                late: caller.late,
            };
            provider.service.invoke(call.operation, &context, Input::Typed(call.input)).await
        })
    }
}
