//! Parameters that are accepted and have less effect than at AWS.
//!
//! A provider lists them in a table ([`crate::Provider::with_unheeded`]) and reports each where it
//! meets it ([`RequestContext::unheeded`]): the log says so, `docs/fidelity.md` lists them, and a
//! server with `STRICT=1` refuses them.

use crate::{RequestContext, ServiceError};

/// A parameter that is accepted and has less effect than at AWS.
#[derive(Debug)]
pub struct Unheeded {
    /// The operations that take it, as people read them: `CreateQueue`, or `CreateQueue, SetQueueAttributes`.
    pub operations: &'static str,
    /// Its name in the model.
    pub parameter: &'static str,
    /// What becomes of it, as a sentence without its full stop: `kept and returned; nothing is encrypted`.
    pub effect: &'static str,
}

impl RequestContext {
    /// Reports that the request has a parameter that does less than at AWS.
    ///
    /// # Errors
    ///
    /// `NotImplemented` with status 501 on a strict server.
    pub fn unheeded(&self, row: &'static Unheeded) -> Result<(), ServiceError> {
        let (service, operation) = (self.model.metadata.name, self.operation.name);
        if self.invoker.is_strict() {
            let version = env!("CARGO_PKG_VERSION");
            let message = format!(
                "The parameter {} of {service}.{operation} is not emulated by fogbank {version}: it would be {}.",
                row.parameter, row.effect
            );
            return Err(ServiceError::new("NotImplemented", 501, message));
        }
        tracing::info!(
            request_id = self.request_id,
            "{service}.{operation}: {} is {}; STRICT=1 refuses it",
            row.parameter,
            row.effect
        );
        Ok(())
    }
}
