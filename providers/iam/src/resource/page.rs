//! Pages: `MaxItems`, `Marker` and `IsTruncated`.

use data_encoding::BASE64;
use fogbank_service::ServiceError;

use crate::errors;

/// How many items a page has unless the request says otherwise.
const DEFAULT: i32 = 100;

/// One page of a list.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// Where the next page goes on.
    pub(crate) marker: Option<String>,
}

impl<T> Page<T> {
    /// `IsTruncated`.
    #[allow(clippy::unnecessary_wraps)]
    pub(crate) fn is_truncated(&self) -> Option<bool> {
        Some(self.marker.is_some())
    }

    /// The same page of other items.
    pub(crate) fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), marker: self.marker }
    }
}

/// The page of a request: of items in the order of their keys, those after the marker.
pub(crate) fn page<T>(
    items: impl IntoIterator<Item = (String, T)>,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<Page<T>, ServiceError> {
    let after = marker.map(read_marker).transpose()?;
    let limit = usize::try_from(max_items.unwrap_or(DEFAULT)).unwrap_or(1).max(1);
    let mut items = items.into_iter().filter(|(key, _)| Some(key) > after.as_ref());
    let mut last = None;
    let mut taken = Vec::new();
    for (key, item) in items.by_ref().take(limit) {
        last = Some(key);
        taken.push(item);
    }
    let marker = items.next().and(last).map(|key| BASE64.encode(key.as_bytes()));
    Ok(Page { items: taken, marker })
}

/// As [`page`], of items that are their own keys.
pub(crate) fn page_of_names(
    names: impl IntoIterator<Item = String>,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<Page<String>, ServiceError> {
    page(names.into_iter().map(|name| (name.clone(), name)), marker, max_items)
}

/// As [`page`], of items whose order is their place.
pub(crate) fn page_in_order<T>(
    items: impl IntoIterator<Item = T>,
    marker: Option<&str>,
    max_items: Option<i32>,
) -> Result<Page<T>, ServiceError> {
    let keyed = items.into_iter().enumerate().map(|(place, item)| (format!("{place:08}"), item));
    page(keyed, marker, max_items)
}

fn read_marker(marker: &str) -> Result<String, ServiceError> {
    let invalid = || errors::validation("Invalid Marker.");
    let bytes = BASE64.decode(marker.as_bytes()).map_err(|_| invalid())?;
    String::from_utf8(bytes).map_err(|_| invalid())
}
