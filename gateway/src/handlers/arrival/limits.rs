//! Limits of the request's head. The body's limit is applied where it is read.

use crate::exchange::{Exchange, Step};
use crate::faults;

/// What a line of the head has besides name and value: the colon, a space and the line's end.
const LINE: usize = 4;

/// Refuses heads that are larger, or have more headers, than the settings allow.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    let headers = &x.http().headers;
    let config = &x.core.config;
    if headers.len() > config.max_header_count {
        return Err(faults::head_too_large(config.max_header_count).into());
    }
    let limit = config.max_header_size.as_len();
    let size = x.noted().size + headers.len() * LINE;
    if size > limit { Err(faults::head_too_large(limit).into()) } else { Ok(()) }
}
