//! `ExecuteStatement`, `BatchExecuteStatement`, `ExecuteTransaction`: PartiQL.

mod read;
mod write;

use fogbank_api_dynamodb::{
    BatchExecuteStatementInput, BatchExecuteStatementOutput, BatchStatementError,
    BatchStatementErrorCodeEnum, BatchStatementRequest, BatchStatementResponse,
    ExecuteStatementInput, ExecuteStatementOutput, ExecuteTransactionInput,
    ExecuteTransactionOutput, ItemResponse, ParameterizedStatement, ReturnConsumedCapacity,
};
use fogbank_service::{RequestContext, ServiceError};

use super::transactions::transact_get_items::read_all;
use super::transactions::transact_write_items::{self, Sum};
use crate::conversion::{HeldMap, values_in};
use crate::engine::partiql::{self, Statement};
use crate::engine::validation::Invalid;
use crate::table::capacity::{ReadMode, Side, Units, read_units};
use crate::{errors, parameters};

/// Runs one statement.
pub fn execute_statement(
    cx: &RequestContext,
    input: ExecuteStatementInput,
) -> Result<ExecuteStatementOutput, ServiceError> {
    let statement =
        partiql::parse(&input.statement, values_in(input.parameters.unwrap_or_default())?)?;
    let capacity = input.return_consumed_capacity.as_ref();
    let show =
        parameters::shows_item_on_failure(input.return_values_on_condition_check_failure.as_ref());
    match statement {
        Statement::Select(select) => read::select(
            cx,
            select,
            &read::Options {
                consistent: input.consistent_read == Some(true),
                limit: input.limit,
                token: input.next_token,
                capacity: capacity.cloned(),
            },
        ),
        Statement::Exists(_) => Err(errors::validation(
            "EXISTS can only be used in transactions, through ExecuteTransaction",
        )),
        statement => {
            let (items, units, table) = write::run(cx, statement, show)?;
            Ok(ExecuteStatementOutput {
                items: Some(items.into_iter().collect()),
                consumed_capacity: units.report(&table, capacity),
                ..ExecuteStatementOutput::default()
            })
        }
    }
}

/// Runs up to 25 statements on single items, each by itself.
pub fn batch_execute_statement(
    cx: &RequestContext,
    input: BatchExecuteStatementInput,
) -> Result<BatchExecuteStatementOutput, ServiceError> {
    let capacity = input.return_consumed_capacity.as_ref();
    let mut sum = Sum::default();
    let mut responses = Vec::with_capacity(input.statements.len());
    let mut writes = 0;
    let count = input.statements.len();
    let statements: Vec<_> = input.statements.into_iter().map(prepared).collect();
    for (statement, ..) in statements.iter().flatten() {
        writes += usize::from(!statement.reads());
    }
    if writes > 0 && writes < count && statements.iter().all(Result::is_ok) {
        return Err(Invalid::new(
            "BatchExecuteStatement API does not support both read and write operations in the \
             same request.",
        )
        .into());
    }
    for statement in statements {
        let table = statement.as_ref().ok().map(|(statement, ..)| statement.table().to_owned());
        let outcome =
            statement.map_err(ServiceError::from).and_then(|(statement, consistent, show)| {
                one_item(cx, statement, consistent, show, &mut sum)
            });
        responses.push(response(table, outcome));
    }
    let side = if writes > 0 { Side::Write } else { Side::Read };
    Ok(BatchExecuteStatementOutput {
        responses: Some(responses),
        consumed_capacity: sum.report(capacity, side),
    })
}

type Prepared = (Statement, bool, bool);

fn prepared(request: BatchStatementRequest) -> Result<Prepared, Invalid> {
    let values = values_in(request.parameters.unwrap_or_default())?;
    let statement = partiql::parse(&request.statement, values)?;
    let show = parameters::shows_item_on_failure(
        request.return_values_on_condition_check_failure.as_ref(),
    );
    Ok((statement, request.consistent_read == Some(true), show))
}

/// Runs a statement of a batch and returns the item that it read or returns.
fn one_item(
    cx: &RequestContext,
    statement: Statement,
    consistent: bool,
    show: bool,
    sum: &mut Sum,
) -> Result<Option<HeldMap>, ServiceError> {
    match statement {
        Statement::Select(select) => {
            let read = read::by_key(cx, select, "BatchExecuteStatement")?;
            let item = read_all(cx, std::slice::from_ref(&read))?.pop().flatten();
            let mode = if consistent { ReadMode::Consistent } else { ReadMode::Eventual };
            let bytes = item.as_deref().map_or(0, |item| item.size());
            sum.add(&read.name, Units::of_table(read_units(bytes, mode)));
            Ok(item.as_ref().map(|item| parameters::shown(item, read.projection.as_ref())))
        }
        Statement::Exists(_) => Err(errors::validation(
            "EXISTS can only be used in transactions, through ExecuteTransaction",
        )),
        statement => {
            let (item, units, table) = write::run(cx, statement, show)?;
            sum.add(&table, units);
            Ok(item)
        }
    }
}

/// What a batch calls the errors of its statements.
const BATCH_CODES: [(&str, BatchStatementErrorCodeEnum); 4] = [
    ("ConditionalCheckFailedException", BatchStatementErrorCodeEnum::ConditionalCheckFailed),
    ("ResourceNotFoundException", BatchStatementErrorCodeEnum::ResourceNotFound),
    ("DuplicateItemException", BatchStatementErrorCodeEnum::DuplicateItem),
    ("ValidationException", BatchStatementErrorCodeEnum::ValidationError),
];

fn response(
    table_name: Option<String>,
    outcome: Result<Option<HeldMap>, ServiceError>,
) -> BatchStatementResponse {
    let (item, error) = match outcome {
        Ok(item) => (item, None),
        Err(error) => (None, Some(error)),
    };
    let error = error.map(|error| {
        let known = BATCH_CODES.iter().find(|(name, _)| *name == error.name());
        let code =
            known.map_or(BatchStatementErrorCodeEnum::InternalServerError, |it| it.1.clone());
        BatchStatementError {
            code: Some(code),
            message: error.message().map(str::to_owned),
            item: None,
        }
    });
    BatchStatementResponse { error, table_name, item }
}

/// Runs up to 100 statements on single items, all of them or none; reads or writes, not both.
pub fn execute_transaction(
    cx: &RequestContext,
    input: ExecuteTransactionInput,
) -> Result<ExecuteTransactionOutput, ServiceError> {
    let capacity = input.return_consumed_capacity.as_ref();
    let statements =
        input.transact_statements.into_iter().map(parsed).collect::<Result<Vec<_>, Invalid>>()?;
    let reads = statements.iter().filter(|(statement, _)| statement.reads()).count();
    if reads == statements.len() {
        return read_transaction(cx, statements, capacity);
    }
    if reads > 0 {
        return Err(Invalid::new(
            "ExecuteTransaction API does not support both read and write operations in the same \
             request.",
        )
        .into());
    }
    let actions = statements
        .into_iter()
        .map(|(statement, show)| write::action(cx, statement, show).map(|(action, _)| action))
        .collect::<Result<Vec<_>, _>>()?;
    let done = transact_write_items::run(cx, &actions, input.client_request_token, capacity, None)?;
    Ok(ExecuteTransactionOutput {
        responses: Some(Vec::new()),
        consumed_capacity: done.consumed_capacity,
    })
}

fn parsed(request: ParameterizedStatement) -> Result<(Statement, bool), Invalid> {
    let values = values_in(request.parameters.unwrap_or_default())?;
    let show = parameters::shows_item_on_failure(
        request.return_values_on_condition_check_failure.as_ref(),
    );
    Ok((partiql::parse(&request.statement, values)?, show))
}

fn read_transaction(
    cx: &RequestContext,
    statements: Vec<(Statement, bool)>,
    capacity: Option<&ReturnConsumedCapacity>,
) -> Result<ExecuteTransactionOutput, ServiceError> {
    let selects = statements.into_iter().filter_map(|(statement, _)| match statement {
        Statement::Select(select) => Some(select),
        _ => None,
    });
    let reads = selects
        .map(|select| read::by_key(cx, select, "ExecuteTransaction"))
        .collect::<Result<Vec<_>, _>>()?;
    let found = read_all(cx, &reads)?;
    let mut sum = Sum::default();
    let mut responses = Vec::with_capacity(found.len());
    for (read, item) in reads.iter().zip(&found) {
        let bytes = item.as_deref().map_or(0, |item| item.size());
        sum.add(&read.name, Units::of_table(read_units(bytes, ReadMode::Transactional)));
        let shown = |item| parameters::shown(item, read.projection.as_ref());
        responses.push(ItemResponse { item: item.as_ref().map(shown) });
    }
    Ok(ExecuteTransactionOutput {
        responses: Some(responses),
        consumed_capacity: sum.report(capacity, Side::Read),
    })
}
