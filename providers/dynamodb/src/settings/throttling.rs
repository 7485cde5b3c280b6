//! Requests beyond the throughput of tables and indexes, where the settings give it an end.

use std::collections::BTreeMap;

use fogbank_api_dynamodb::*;
use fogbank_service::{RequestContext, ServiceError};

use super::{Access, Settings};
use crate::store::{self, TableRef};
use crate::table::allowance::{Allowance, Exceeded};

const PROVISIONED: &str = "The level of configured provisioned throughput for the table was exceeded. Consider \
                           increasing your provisioning level with the UpdateTable API.";
const PROVISIONED_INDEX: &str = "The level of configured provisioned throughput for one or more global secondary \
                                 indexes of the table was exceeded. Consider increasing your provisioning level for \
                                 the under-provisioned global secondary indexes with the UpdateTable API";
const ON_DEMAND: &str =
    "Throughput exceeds the maximum OnDemandThroughput configured on table or index";

/// A request about one table, which can say what it costs.
pub trait Metered {
    /// What it answers.
    type Output;

    /// The table.
    fn table(&self) -> &str;

    /// The index that is read.
    fn index(&self) -> Option<&str>;

    /// How exactly the answer says what the request cost.
    fn asked(&mut self) -> &mut Option<ReturnConsumedCapacity>;

    /// What the request cost.
    fn cost(output: &mut Self::Output) -> &mut Option<ConsumedCapacity>;
}

macro_rules! metered {
    ($($input:ty, $output:ty, $index:expr;)*) => {$(
        impl Metered for $input {
            type Output = $output;

            fn table(&self) -> &str {
                &self.table_name
            }

            fn index(&self) -> Option<&str> {
                let index: fn(&$input) -> Option<&str> = $index;
                index(self)
            }

            fn asked(&mut self) -> &mut Option<ReturnConsumedCapacity> {
                &mut self.return_consumed_capacity
            }

            fn cost(output: &mut $output) -> &mut Option<ConsumedCapacity> {
                &mut output.consumed_capacity
            }
        }
    )*};
}

metered! {
    GetItemInput, GetItemOutput, |_| None;
    PutItemInput, PutItemOutput, |_| None;
    UpdateItemInput, UpdateItemOutput, |_| None;
    DeleteItemInput, DeleteItemOutput, |_| None;
    QueryInput, QueryOutput, |it| it.index_name.as_deref();
    ScanInput, ScanOutput, |it| it.index_name.as_deref();
}

/// A transaction, which can say what it costs.
pub trait Transaction {
    /// What it answers.
    type Output;

    /// The table of each of its actions.
    fn tables(&self) -> Vec<String>;

    /// How exactly the answer says what the request cost.
    fn asked(&mut self) -> &mut Option<ReturnConsumedCapacity>;

    /// What the request cost.
    fn cost(output: &mut Self::Output) -> &mut Option<Vec<ConsumedCapacity>>;
}

macro_rules! transaction {
    ($($input:ty, $output:ty, $table:expr;)*) => {$(
        impl Transaction for $input {
            type Output = $output;

            fn tables(&self) -> Vec<String> {
                self.transact_items.iter().map($table).collect()
            }

            fn asked(&mut self) -> &mut Option<ReturnConsumedCapacity> {
                &mut self.return_consumed_capacity
            }

            fn cost(output: &mut $output) -> &mut Option<Vec<ConsumedCapacity>> {
                &mut output.consumed_capacity
            }
        }
    )*};
}

transaction! {
    TransactGetItemsInput, TransactGetItemsOutput, |item| item.get.table_name.clone();
    TransactWriteItemsInput, TransactWriteItemsOutput, written_table;
}

fn written_table(item: &TransactWriteItem) -> String {
    let checked = item.condition_check.as_ref().map(|it| &it.table_name);
    let put = item.put.as_ref().map(|it| &it.table_name);
    let deleted = item.delete.as_ref().map(|it| &it.table_name);
    let updated = item.update.as_ref().map(|it| &it.table_name);
    checked.or(put).or(deleted).or(updated).cloned().unwrap_or_default()
}

/// The limit that the table has reached, if it has.
fn exceeded(table: &TableRef, access: Access, index: Option<&str>) -> Option<(Exceeded, String)> {
    let definition = table.describe(|state| state.definition.clone()).ok()?;
    let left = table.store().throughput.get(&definition.id)?;
    let exceeded = left.exceeded(&definition, access, index, table.now())?;
    Some((exceeded, definition.arn.clone()))
}

/// Takes what a request used from what its table has left.
fn take(table: &TableRef, access: Access, used: &ConsumedCapacity) {
    let Ok(definition) = table.describe(|state| state.definition.clone()) else { return };
    let throughput = &table.store().throughput;
    throughput.update_or_insert(definition.id.clone(), Allowance::default, |left| {
        left.take(&definition, access, used, table.now());
    });
}

/// What was asked for of what is known.
fn reported(
    used: ConsumedCapacity,
    asked: Option<&ReturnConsumedCapacity>,
) -> Option<ConsumedCapacity> {
    match asked? {
        ReturnConsumedCapacity::Indexes => Some(used),
        ReturnConsumedCapacity::Total => Some(ConsumedCapacity {
            table: None,
            local_secondary_indexes: None,
            global_secondary_indexes: None,
            vector_indexes: None,
            ..used
        }),
        _ => None,
    }
}

fn message(exceeded: &Exceeded) -> &'static str {
    match (exceeded.provisioned, &exceeded.index) {
        (true, None) => PROVISIONED,
        (true, Some(_)) => PROVISIONED_INDEX,
        (false, _) => ON_DEMAND,
    }
}

fn reasons(exceeded: &Exceeded, arn: &str) -> Vec<ThrottlingReason> {
    let resource = if exceeded.index.is_some() { "Index" } else { "Table" };
    let access = match exceeded.access {
        Access::Read => "Read",
        Access::Write => "Write",
    };
    let limit = match exceeded.provisioned {
        true => "ProvisionedThroughputExceeded",
        false => "MaxOnDemandThroughputExceeded",
    };
    let index = exceeded.index.iter().map(|index| format!("/index/{index}"));
    vec![ThrottlingReason {
        reason: Some(format!("{resource}{access}{limit}")),
        resource: Some(std::iter::once(arn.to_owned()).chain(index).collect()),
    }]
}

fn error((exceeded, arn): &(Exceeded, String)) -> ServiceError {
    let (message, reasons) = (Some(message(exceeded).to_owned()), Some(reasons(exceeded, arn)));
    match exceeded.provisioned {
        true => {
            ProvisionedThroughputExceededException { message, throttling_reasons: reasons }.into()
        }
        false => ThrottlingException { message, throttling_reasons: reasons }.into(),
    }
}

impl Settings {
    /// Runs a request about one table, unless the table has no throughput left.
    ///
    /// # Errors
    /// That, and what the operation answers.
    pub fn run<I: Metered>(
        &self,
        cx: &RequestContext,
        access: Access,
        mut input: I,
        operation: impl FnOnce(&RequestContext, I) -> Result<I::Output, ServiceError>,
    ) -> Result<I::Output, ServiceError> {
        self.before(cx, access)?;
        let table = match self.throttles {
            true => store::table(cx, input.table()).ok(),
            false => None,
        };
        let Some(table) = table else { return operation(cx, input) };
        if let Some(exceeded) = exceeded(&table, access, input.index()) {
            return Err(error(&exceeded));
        }
        let asked = input.asked().replace(ReturnConsumedCapacity::Indexes);
        let mut output = operation(cx, input)?;
        let used = I::cost(&mut output).take();
        used.iter().for_each(|used| take(&table, access, used));
        *I::cost(&mut output) = used.and_then(|used| reported(used, asked.as_ref()));
        Ok(output)
    }

    /// Runs a batch on the tables that have throughput left, and adds the others to what was not
    /// processed.
    fn run_batch<T, I, O>(
        &self,
        cx: &RequestContext,
        access: Access,
        mut input: I,
        parts: impl FnOnce(&mut I) -> (&mut BTreeMap<String, T>, &mut Option<ReturnConsumedCapacity>),
        operation: impl FnOnce(&RequestContext, I) -> Result<O, ServiceError>,
        result: impl FnOnce(
            &mut O,
        )
            -> (&mut Option<BTreeMap<String, T>>, &mut Option<Vec<ConsumedCapacity>>),
    ) -> Result<O, ServiceError> {
        self.before(cx, access)?;
        if !self.throttles {
            return operation(cx, input);
        }
        let (requests, asked) = parts(&mut input);
        let asked = asked.replace(ReturnConsumedCapacity::Indexes);
        let mut last = None;
        let refused: Vec<String> = requests
            .keys()
            .filter(|name| {
                let table = store::table(cx, name).ok();
                let found = table.and_then(|table| exceeded(&table, access, None));
                found.map(|found| last = Some(found)).is_some()
            })
            .cloned()
            .collect();
        if let Some(last) = last
            && refused.len() == requests.len()
        {
            return Err(error(&last));
        }
        let unprocessed: Vec<_> =
            refused.iter().filter_map(|name| requests.remove_entry(name)).collect();
        let mut output = operation(cx, input)?;
        let (rest, used) = result(&mut output);
        rest.get_or_insert_default().extend(unprocessed);
        *used = taken(cx, access, used.take(), asked.as_ref());
        Ok(output)
    }

    /// `BatchGetItem`.
    ///
    /// # Errors
    /// No throughput left, and what the operation answers.
    pub fn batch_get(
        &self,
        cx: &RequestContext,
        input: BatchGetItemInput,
    ) -> Result<BatchGetItemOutput, ServiceError> {
        self.run_batch(
            cx,
            Access::Read,
            input,
            |it| (&mut it.request_items, &mut it.return_consumed_capacity),
            crate::ops::batch_get_item::batch_get_item,
            |it| (&mut it.unprocessed_keys, &mut it.consumed_capacity),
        )
    }

    /// `BatchWriteItem`.
    ///
    /// # Errors
    /// No throughput left, and what the operation answers.
    pub fn batch_write(
        &self,
        cx: &RequestContext,
        input: BatchWriteItemInput,
    ) -> Result<BatchWriteItemOutput, ServiceError> {
        self.run_batch(
            cx,
            Access::Write,
            input,
            |it| (&mut it.request_items, &mut it.return_consumed_capacity),
            crate::ops::batch_write_item::batch_write_item,
            |it| (&mut it.unprocessed_items, &mut it.consumed_capacity),
        )
    }

    /// Runs a transaction, unless one of its tables has no throughput left.
    ///
    /// # Errors
    /// That, and what the operation answers.
    pub fn run_transaction<I: Transaction>(
        &self,
        cx: &RequestContext,
        access: Access,
        mut input: I,
        operation: impl FnOnce(&RequestContext, I) -> Result<I::Output, ServiceError>,
    ) -> Result<I::Output, ServiceError> {
        self.before(cx, access)?;
        if !self.throttles {
            return operation(cx, input);
        }
        let found: Vec<Option<Exceeded>> = input
            .tables()
            .iter()
            .map(|name| Some(exceeded(&store::table(cx, name).ok()?, access, None)?.0))
            .collect();
        if found.iter().any(Option::is_some) {
            let reasons = found.iter().map(|found| match found {
                None => CancellationReason { code: Some("None".to_owned()), ..Default::default() },
                Some(exceeded) => CancellationReason {
                    item: None,
                    code: Some(match exceeded.provisioned {
                        true => "ProvisionedThroughputExceeded".to_owned(),
                        false => "ThrottlingError".to_owned(),
                    }),
                    message: Some(message(exceeded).to_owned()),
                },
            });
            return Err(crate::ops::transactions::transact_write_items::cancelled(
                reasons.collect(),
            ));
        }
        let asked = input.asked().replace(ReturnConsumedCapacity::Indexes);
        let mut output = operation(cx, input)?;
        let used = I::cost(&mut output);
        *used = taken(cx, access, used.take(), asked.as_ref());
        Ok(output)
    }
}

/// Takes what a request used on its tables, and says of it what was asked for.
fn taken(
    cx: &RequestContext,
    access: Access,
    used: Option<Vec<ConsumedCapacity>>,
    asked: Option<&ReturnConsumedCapacity>,
) -> Option<Vec<ConsumedCapacity>> {
    let mut shown = Vec::new();
    for used in used.unwrap_or_default() {
        if let Ok(table) = store::table(cx, used.table_name.as_deref().unwrap_or_default()) {
            take(&table, access, &used);
        }
        shown.extend(reported(used, asked));
    }
    (!shown.is_empty()).then_some(shown)
}
