//! Lists in pages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_service::ServiceError;

use crate::errors;

/// How much a page holds when nothing is said.
const DEFAULT: usize = 100;

/// The part of `items`, which come in the order of their names, that follows a token, and the token of
/// the next part.
pub(crate) fn page<T>(
    items: impl IntoIterator<Item = (String, T)>,
    limit: Option<i32>,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(DEFAULT);
    let after = token.map(decode).transpose()?;
    let mut items = items
        .into_iter()
        .filter(|(name, _)| after.as_ref().is_none_or(|after| name > after))
        .peekable();
    let mut page = Vec::new();
    let mut last = String::new();
    while page.len() < limit
        && let Some((name, item)) = items.next()
    {
        page.push(item);
        last = name;
    }
    let next = items.peek().map(|_| STANDARD.encode(format!("after {last}")));
    Ok((page, next))
}

fn decode(token: &str) -> Result<String, ServiceError> {
    let bytes = STANDARD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let after = text.as_deref().and_then(|text| text.strip_prefix("after "));
    after.map(str::to_owned).ok_or_else(|| {
        errors::not_valid_because("NextToken", "Invalid or expired pagination token.")
    })
}
