//! Lists in pages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_service::ServiceError;

use crate::errors;

/// The part of `items` that a token points to, and the token of the next part.
pub(crate) fn page<T>(
    items: Vec<T>,
    limit: Option<i32>,
    default: usize,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(default);
    let start: usize = match token {
        None => 0,
        Some(token) => {
            let bytes = STANDARD.decode(token).map_err(|_| errors::invalid_next_token())?;
            let text = String::from_utf8(bytes).map_err(|_| errors::invalid_next_token())?;
            let start = text.strip_prefix("from ").and_then(|start| start.parse().ok());
            start.ok_or_else(errors::invalid_next_token)?
        }
    };
    let end = items.len().min(start.saturating_add(limit));
    let next = (end < items.len()).then(|| STANDARD.encode(format!("from {end}")));
    let page = items.into_iter().skip(start).take(limit).collect();
    Ok((page, next))
}
