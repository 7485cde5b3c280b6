//! Gives web pages leave to read the response.

use crate::exchange::{Exchange, Response};
use crate::handlers::arrival::cors::Verdict;

/// Adds the headers that the verdict of the CORS handler calls for.
pub(crate) fn handle(x: &Exchange, response: &mut Response) {
    if !matches!(x.cors, Verdict::Silent) {
        x.core.cors.write(&x.cors, response.headers_mut());
    }
}
