//! Lets the service adjust the head of its responses, as S3 does by a bucket's CORS rules.

use crate::exchange::{Exchange, Response};

/// Asks the service's raw handler; it has the last word.
pub(crate) fn handle(x: &Exchange, response: &mut Response) {
    if let Some(raw) = x.provider.as_ref().and_then(|provider| provider.raw.as_ref()) {
        raw.finish(&x.world, x.http(), response.headers_mut());
    }
}
