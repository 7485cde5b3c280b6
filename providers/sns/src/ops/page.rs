//! Pages of results. A token is the key of the last result, in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fogbank_service::ServiceError;

use crate::errors;

/// How many results a page has.
pub(crate) const SIZE: usize = 100;

/// One page of sorted results, and the token of the next.
///
/// # Errors
/// `InvalidParameter` when the token is none that was given out.
pub(crate) fn page<T>(
    results: impl Iterator<Item = (String, T)>,
    token: Option<&str>,
    size: usize,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    let after = match token.filter(|token| !token.is_empty()) {
        None => None,
        Some(token) => {
            let key = STANDARD.decode(token).ok().and_then(|key| String::from_utf8(key).ok());
            Some(key.ok_or_else(|| errors::parameter("NextToken"))?)
        }
    };
    let mut rest = results.skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after));
    let (mut page, mut last) = (Vec::new(), None);
    for (key, result) in rest.by_ref().take(size) {
        page.push(result);
        last = Some(key);
    }
    let more = rest.next().is_some();
    Ok((page, last.filter(|_| more).map(|key| STANDARD.encode(key))))
}
