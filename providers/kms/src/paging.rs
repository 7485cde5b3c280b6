//! Lists in pages, as all of KMS's list operations have them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fogbank_service::ServiceError;

use crate::errors;

/// A page of a list.
pub(crate) struct Page<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Where the next page starts; none on the last.
    pub(crate) next: Option<String>,
}

impl<T> Page<T> {
    /// Whether there is more.
    pub(crate) fn truncated(&self) -> Option<bool> {
        Some(self.next.is_some())
    }
}

/// The page of `items`, which come in the order of their keys, that follows a marker.
pub(crate) fn page<T>(
    items: impl IntoIterator<Item = (String, T)>,
    limit: Option<i32>,
    default: usize,
    marker: Option<&str>,
) -> Result<Page<T>, ServiceError> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(default);
    let after = marker.map(decode).transpose()?;
    let mut items = items
        .into_iter()
        .filter(|(key, _)| after.as_ref().is_none_or(|after| key > after))
        .peekable();
    let mut page = Vec::new();
    let mut last = String::new();
    while page.len() < limit
        && let Some((key, item)) = items.next()
    {
        page.push(item);
        last = key;
    }
    let next = items.peek().map(|_| URL_SAFE_NO_PAD.encode(last));
    Ok(Page { items: page, next })
}

fn decode(marker: &str) -> Result<String, ServiceError> {
    let bytes = URL_SAFE_NO_PAD.decode(marker).map_err(|_| errors::invalid_marker())?;
    String::from_utf8(bytes).map_err(|_| errors::invalid_marker())
}
