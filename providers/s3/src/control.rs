//! Amazon S3 Control: what an account has beside its buckets.
//!
//! Emulated: the account's public access block, access points (their names, aliases and ARNs address
//! buckets), tags of resources, multi-region access points (which stand for a bucket whose route is
//! open), batch jobs over manifests and generated lists, access grants with the credentials that they
//! give; Object Lambda access points and Storage Lens as records.
//!
//! Knowingly different from AWS:
//!
//! - Access point policies are kept and judged nowhere; requests through an access point are
//!   judged as requests to its bucket.
//! - Nothing is measured for Storage Lens, and no function runs behind an Object Lambda access point.
//! - Batch jobs go on after one second in each status, one after the other. Those that invoke functions are
//!   refused; the words of failed jobs are AWS's where AWS documents them.
//! - Grants to users and groups of a directory are kept and give nothing.
//! - No account has an Outpost, so no bucket is on one.

mod access_points;
mod data_access;
mod grants;
mod jobs;
mod multi_region;
mod object_lambda;
mod outposts;
mod provider;
mod public_access;
mod raw;
mod storage_lens;
mod store;
mod tags;

use fogbank_service::{RequestContext, ServiceError};

use crate::errors::{access_denied, error};

pub use provider::{S3ControlProvider, provider};
pub(crate) use store::{AccessPoint, Block, account_block, bucket_behind};

/// Every operation names an account, which has to be the caller's.
fn check_account(cx: &RequestContext, account: &str) -> Result<(), ServiceError> {
    if account.parse() == Ok(cx.account) { Ok(()) } else { Err(access_denied()) }
}

fn not_found(
    code: &'static str,
    message: &'static str,
    name: (&'static str, &str),
) -> ServiceError {
    error(code, 404, message, &[name])
}

/// A page of names: at most so many, from after a token.
fn page<T>(
    all: impl Iterator<Item = (String, T)>,
    token: Option<&str>,
    most: Option<i32>,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    let after = token.map(crate::listing::parse_token).transpose()?.unwrap_or_default();
    let limit = usize::try_from(most.unwrap_or(1000).clamp(1, 1000)).unwrap_or(1000);
    let mut rest = all.filter(|(name, _)| *name > after).peekable();
    let (mut shown, mut last) = (Vec::new(), String::new());
    while shown.len() < limit
        && let Some((name, value)) = rest.next()
    {
        last = name;
        shown.push(value);
    }
    let next = rest.peek().map(|_| crate::listing::token(&last));
    Ok((shown, next))
}
