//! What all batch operations have in common.

use fogbank_api_sqs::BatchResultErrorEntry;
use fogbank_service::{Fault, ServiceError};

use crate::errors;

/// The most entries of a batch.
const MOST: usize = 10;
/// The longest id of an entry, in characters.
const LONGEST_ID: usize = 80;
/// The most bytes of all messages of a batch together, attributes included: 1 MiB.
pub(crate) const MOST_BYTES: usize = 1_048_576;

/// Checks the number of entries and their ids. `entry` is the name of an entry's shape.
///
/// # Errors
/// The error of the whole batch.
pub(crate) fn check<'a>(
    entry: &str,
    ids: impl ExactSizeIterator<Item = &'a str> + Clone,
) -> Result<(), ServiceError> {
    if ids.len() == 0 {
        return Err(errors::empty_batch(entry));
    }
    if ids.len() > MOST {
        return Err(errors::too_many_entries(ids.len()));
    }
    let allowed = |id: &str| {
        (1..=LONGEST_ID).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if !ids.clone().all(allowed) {
        return Err(errors::invalid_batch_entry_id());
    }
    let mut sorted: Vec<_> = ids.collect();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(errors::batch_ids_not_distinct(pair[0])),
        None => Ok(()),
    }
}

/// The result of an entry that failed.
pub(crate) fn failed(id: String, error: &ServiceError) -> BatchResultErrorEntry {
    BatchResultErrorEntry {
        id,
        sender_fault: error.fault() == Fault::Client,
        code: error.code().to_owned(),
        message: error.message().map(str::to_owned),
    }
}

/// A list of results as it goes out: AWS leaves empty ones out.
pub(crate) fn non_empty<T>(results: Vec<T>) -> Option<Vec<T>> {
    Some(results).filter(|results| !results.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_checked_before_anything_is_done() {
        let longest = "x".repeat(80);
        let too_long = "x".repeat(81);
        let eleven: Vec<_> = (0..11).map(|n| n.to_string()).collect();
        let eleven: Vec<_> = eleven.iter().map(String::as_str).collect();
        for (ids, code, message) in [
            (&["a", "B-_9", &longest][..], "", ""),
            (&eleven[..10], "", ""),
            (
                &[],
                "AWS.SimpleQueueService.EmptyBatchRequest",
                "There should be at least one Entry in the request.",
            ),
            (
                &eleven[..],
                "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
                "Maximum number of entries per request are 10. You have sent 11.",
            ),
            (&["a", "a"], "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", "Id a repeated."),
            (&["a:b"], "AWS.SimpleQueueService.InvalidBatchEntryId", ""),
            (&[""], "AWS.SimpleQueueService.InvalidBatchEntryId", ""),
            (&[&too_long], "AWS.SimpleQueueService.InvalidBatchEntryId", ""),
        ] {
            let result = check("Entry", ids.iter().copied());
            let error = result.as_ref().err();
            assert_eq!(error.map_or("", ServiceError::code), code, "{ids:?}");
            if !message.is_empty() {
                assert_eq!(error.and_then(ServiceError::message), Some(message));
            }
        }
    }
}
