//! `DescribeTable`, `DeleteTable`, `ListTables`.

use fogbank_api_dynamodb::{
    DeleteTableInput, DeleteTableOutput, DescribeTableInput, DescribeTableOutput, ListTablesInput,
    ListTablesOutput,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::backup::Backup;
use crate::streams::closed_stream::ClosedStream;
use crate::table::description::{Moment, describe};
use crate::table::replication;
use crate::{errors, store};

/// How many names one answer of `ListTables` holds unless asked for fewer.
const NAMES: usize = 100;

/// Shows a table.
pub fn describe_table(
    cx: &RequestContext,
    input: &DescribeTableInput,
) -> Result<DescribeTableOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    let description = table.describe(|state| describe(state, Moment::Described))?;
    Ok(DescribeTableOutput { table: Some(description) })
}

/// Deletes a table with all that it holds, unless it is protected.
pub fn delete_table(
    cx: &RequestContext,
    input: &DeleteTableInput,
) -> Result<DeleteTableOutput, ServiceError> {
    let table = store::table(cx, &input.table_name)?;
    table.describe(|state| errors::check_not_updating(&state.definition))??;
    let mut protected = false;
    let removed = table.store().tables.remove_if(&table.name, |state| {
        protected = state.definition.deletion_protection;
        !protected
    });
    if protected {
        return Err(errors::validation(
            "Resource cannot be deleted as it is currently protected against deletion. Disable \
             deletion protection first.",
        ));
    }
    let state = removed.ok_or_else(|| errors::no_such_table(&table.name))?;
    if let Some(closed) = ClosedStream::of(&state, cx.now()) {
        table.store().close_stream(closed);
    }
    if state.definition.recovery.is_some() {
        let backup = Backup::of_deleted(&state, cx.now(), &cx.ids().hex(8));
        table.store().backups.insert(backup.arn.clone(), backup);
    }
    let replicas = &state.definition.features.replicas;
    let place = table.place();
    replication::forget(&place.world, place.account, &place.region, &table.name, replicas);
    Ok(DeleteTableOutput { table_description: Some(describe(&state, Moment::Deleted)) })
}

/// Lists the names of tables, in order.
pub fn list_tables(cx: &RequestContext, input: ListTablesInput) -> ListTablesOutput {
    let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(NAMES);
    let mut names = store::tables(cx).tables.keys();
    if let Some(start) = input.exclusive_start_table_name {
        names.retain(|name| *name > start);
    }
    let more = names.len() > limit;
    names.truncate(limit);
    ListTablesOutput {
        last_evaluated_table_name: names.last().filter(|_| more).cloned(),
        table_names: Some(names),
    }
}
