//! Lets the service adjust the head of its responses, as S3 does by a bucket's CORS rules.

use fogbank_service::Served;

use crate::exchange::{Exchange, Response};

/// Asks the service's raw handler; it has the last word.
pub(crate) fn handle(x: &Exchange, response: &mut Response) {
    if let Some(raw) = x.provider.as_ref().and_then(|provider| provider.raw.as_ref()) {
        let operations = x.service.as_ref().map(|slot| &slot.model().operations);
        let operation = x.operation.and_then(|at| Some(operations?.get(at)?.name));
        let mut status = response.status();
        raw.finish(&x.world, x.http(), operation, &mut status, response.headers_mut());
        *response.status_mut() = status;
        let served = Served {
            request: x.http(),
            operation,
            principal: x.principal(),
            status,
            headers: response.headers(),
            error: x.failed.as_deref(),
        };
        raw.served(&x.world, &served);
    }
}
