//! Operations on tables.

pub mod backups;
pub mod continuous_backups;
pub mod contributor_insights;
pub mod create_table;
pub mod describe_tables;
pub mod export;
pub mod global;
pub mod import;
pub mod kinesis;
pub mod resource_policy;
pub mod restore;
pub mod tags;
pub mod time_to_live;
pub mod update_table;

use fogbank_service::ServiceError;

/// A page of a list and the token of the next one; a token is where its page starts.
fn page<T>(
    mut all: Vec<T>,
    token: Option<String>,
    limit: usize,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    let start = match token {
        None => 0,
        Some(token) => {
            token.parse::<usize>().map_err(|_| crate::errors::validation("Invalid NextToken"))?
        }
    };
    all.drain(..start.min(all.len()));
    let more = all.len() > limit;
    all.truncate(limit);
    let next = more.then(|| (start + all.len()).to_string());
    Ok((all, next))
}
