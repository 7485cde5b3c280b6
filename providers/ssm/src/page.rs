//! Lists page by page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_service::ServiceError;

use crate::errors;

/// The token of a list that is empty and so has given out none.
///
/// # Errors
/// `InvalidNextToken`.
pub(crate) fn of_nothing(token: Option<&str>) -> Result<(), ServiceError> {
    match token.filter(|token| !token.is_empty()) {
        Some(_) => Err(errors::next_token()),
        None => Ok(()),
    }
}

/// A page of a list, and the token of the next page where there is one.
///
/// The token is the key of the page's last item, so pages stay right while items come and go.
///
/// # Errors
/// `InvalidNextToken` when the token names no item of the list.
pub(crate) fn page<T>(
    mut items: Vec<T>,
    key: impl Fn(&T) -> String,
    most: Option<i32>,
    usual: usize,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        let last = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let last = last.ok_or_else(errors::next_token)?;
        let position = items.iter().position(|item| key(item) == last);
        items.drain(..=position.ok_or_else(errors::next_token)?);
    }
    let size = most.and_then(|most| usize::try_from(most).ok()).filter(|most| *most > 0);
    let size = size.unwrap_or(usual);
    let more = items.len() > size;
    items.truncate(size);
    let next = items.last().filter(|_| more).map(|item| STANDARD.encode(key(item)));
    Ok((items, next))
}
