//! Typed in-process calls from one service to another.

use std::any::Any;
use std::sync::Arc;

use fogbank_context::{AccountId, Region};
use fogbank_state::World;

use crate::{BoxFuture, Intent, LateText, OperationResult, Principal, ServiceError};

/// The gateway, as typed clients see it: loads the service, authorises, traces and dispatches.
pub trait Invoker: Send + Sync + 'static {
    /// Runs one operation with a typed input; the reply holds the typed output.
    fn invoke(&self, call: Invocation) -> BoxFuture<'static, OperationResult>;

    /// The server refuses parameters that would have less effect than at AWS.
    fn is_strict(&self) -> bool {
        false
    }

    /// Who has an access key, and its secret: for what is signed elsewhere than in the headers and
    /// the query of a request. None when nobody has it.
    fn signer(&self, world: &World, access_key_id: &str) -> Option<Signer> {
        let _ = (world, access_key_id);
        None
    }

    /// Whether who answers for a service here takes [`Caller::late`]; others would miss the text.
    fn takes_late(&self, service: &str) -> bool {
        let _ = service;
        false
    }

    /// Policies decide on what services do at each other.
    fn decides(&self) -> bool {
        false
    }

    /// Asks the policies whether a service may do something at another, in the account and region
    /// that the caller addresses.
    fn permit(&self, caller: Caller, intent: Intent) -> BoxFuture<'_, Result<(), ServiceError>> {
        drop((caller, intent));
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Who has an access key.
pub struct Signer {
    /// The secret.
    pub secret: String,
    /// The token that goes with a temporary key.
    pub token: Option<String>,
    /// The principal.
    pub principal: Arc<Principal>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("principal", &self.principal.arn).finish_non_exhaustive()
    }
}

/// One call of a typed client.
pub struct Invocation {
    /// The service's name in botocore.
    pub service: &'static str,
    /// The operation's position in the model.
    pub operation: usize,
    /// Who calls, where, and in which world.
    pub caller: Caller,
    /// The operation's input type.
    pub input: Box<dyn Any + Send>,
}

/// Who a typed client calls for.
#[derive(Clone)]
pub struct Caller {
    /// The way to other services.
    pub invoker: Arc<dyn Invoker>,
    /// The id of the request that is answered with its help; empty when there is none.
    pub request_id: String,
    /// Who asks.
    pub principal: Arc<Principal>,
    /// The account whose resources are addressed.
    pub account: AccountId,
    /// The region that is addressed.
    pub region: Region,
    /// The world whose state is seen.
    pub world: Arc<World>,
    /// What the next call brings in place of its input's text, where the service
    /// [takes it](Invoker::takes_late): `SendMessage` of SQS as the message's body.
    pub late: Option<LateText>,
}

impl Caller {
    /// The same caller, addressing another region.
    #[must_use]
    pub fn in_region(mut self, region: Region) -> Self {
        self.region = region;
        self
    }

    /// The same caller, addressing another account.
    #[must_use]
    pub fn in_account(mut self, account: AccountId) -> Self {
        self.account = account;
        self
    }

    /// The caller as a service principal, such as `sns.amazonaws.com`. What such a caller calls is
    /// not decided on; [`Caller::permit`] is for what policies have a say in.
    #[must_use]
    pub fn as_service(mut self, service: &'static str) -> Self {
        Arc::make_mut(&mut self.principal).service = Some(service);
        self
    }

    /// Asks the policies whether a service may do something at another, in the account and region
    /// that this caller addresses. Nothing is asked where the settings enforce no policies.
    ///
    /// # Errors
    ///
    /// The denial, as the other service words it.
    pub async fn permit(&self, intent: impl FnOnce() -> Intent) -> Result<(), ServiceError> {
        if !self.invoker.decides() {
            return Ok(());
        }
        self.invoker.permit(self.clone(), intent()).await
    }

    /// Calls one operation; generated clients use it.
    ///
    /// # Errors
    ///
    /// What the operation answers.
    pub async fn call<O: 'static>(
        &self,
        service: &'static str,
        operation: usize,
        input: impl Any + Send,
    ) -> Result<O, ServiceError> {
        let invocation =
            Invocation { service, operation, caller: self.clone(), input: Box::new(input) };
        let reply = self.invoker.invoke(invocation).await?;
        let output = reply.into_any().downcast::<O>();
        Ok(*output.expect("an operation replies with its own output type"))
    }
}
