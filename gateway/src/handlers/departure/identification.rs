//! Says who answered, and which operation.

use aws_smithy_types::date_time::Format;
use fogbank_context::{ClockMode, Timestamp};
use http::{HeaderName, HeaderValue, header};

use crate::exchange::{Exchange, Response};

/// The header that names service and operation.
const OPERATION: HeaderName = HeaderName::from_static("x-fogbank-operation");

/// Adds `x-fogbank-operation` once the operation is known, `Server`, and `Date` where the world's clock
/// does not show real time.
pub(crate) fn handle(x: &Exchange, response: &mut Response) {
    let headers = response.headers_mut();
    if let Some(label) = x.label() {
        headers.insert(OPERATION, label.clone());
    }
    headers.entry(header::SERVER).or_insert(HeaderValue::from_static("fogbank"));
    if x.world.clock().mode() != ClockMode::Real
        && let Some(date) = date(x.world.clock().now())
    {
        headers.insert(header::DATE, date);
    }
}

fn date(now: Timestamp) -> Option<HeaderValue> {
    let text = Timestamp::from_secs(now.as_secs()).to_wire().fmt(Format::HttpDate).ok()?;
    HeaderValue::try_from(text).ok()
}
