//! S3 Select: queries over the records of one object.

mod aggregate;
mod calendar;
mod eval;
mod input;
mod output;
mod parquet;
mod pattern;
mod sql;
mod timestamp;
mod value;

pub(crate) use input::{Format, Records, records};
pub(crate) use output::Writer;
pub(crate) use sql::Query;

use std::collections::BTreeMap;

use fogbank_service::ServiceError;

use aggregate::Aggregates;
use eval::Scope;
use sql::{Expression, Items};
use timestamp::Timestamp;
use value::Value;

use crate::errors::error;

/// An error of a query or of its data.
fn failed(code: &'static str, message: impl Into<String>) -> ServiceError {
    error(code, 400, message, &[])
}

/// Runs a query over records; each row of the result goes to the writer. `now` is what `UTCNOW` says.
pub(crate) fn run(
    query: &Query,
    records: impl Iterator<Item = Result<Value, ServiceError>>,
    writer: &mut Writer,
    now: fogbank_context::Timestamp,
) -> Result<(), ServiceError> {
    let now = Timestamp::of(now);
    let limit = query.limit.unwrap_or(usize::MAX);
    let mut aggregates = Aggregates::of(query);
    let mut rows = 0;
    for record in records {
        if rows >= limit {
            break;
        }
        for record in eval::unnest(&query.from, record?) {
            let scope = Scope { record: &record, alias: query.alias.as_deref(), totals: None, now };
            let wanted = match &query.filter {
                Some(filter) => scope.eval(filter)?.is_true(),
                None => true,
            };
            if !wanted || rows >= limit {
                continue;
            }
            if let Some(aggregates) = &mut aggregates {
                aggregates.add(&scope)?;
                continue;
            }
            writer.row(&row(query, &scope)?);
            rows += 1;
        }
    }
    if let Some(aggregates) = aggregates
        && limit > 0
    {
        let totals: BTreeMap<usize, Value> = aggregates.finish();
        let scope = Scope {
            record: &Value::Missing,
            alias: query.alias.as_deref(),
            totals: Some(&totals),
            now,
        };
        writer.row(&row(query, &scope)?);
    }
    Ok(())
}

/// The columns of a row with their names.
fn row(query: &Query, scope: &Scope<'_>) -> Result<Vec<(String, Value)>, ServiceError> {
    match &query.items {
        Items::All => Ok(match scope.record {
            Value::Object(members) => members.clone(),
            other => vec![("_1".to_owned(), other.clone())],
        }),
        Items::Listed(items) => {
            let mut row = Vec::with_capacity(items.len());
            for (index, (expression, alias)) in items.iter().enumerate() {
                let name = alias.clone().or_else(|| name_of(expression));
                let value = scope.eval(expression)?;
                row.push((name.unwrap_or_else(|| format!("_{}", index + 1)), value));
            }
            Ok(row)
        }
    }
}

/// The name that a column has by itself: the last step of a path.
fn name_of(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Path(steps) => match steps.last() {
            Some(sql::Step::Name(name, _)) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}
