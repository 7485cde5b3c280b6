//! The state of DynamoDB: tables, and the tokens of transactions that were done.

use std::collections::BTreeMap;

use fogbank_context::{AccountId, Region, Timestamp};
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::{Resource, Table, store};
use serde::{Deserialize, Serialize};

use crate::errors;
use crate::streams::closed_stream::ClosedStream;
use crate::table::definition::TableDefinition;
use crate::table::state::TableState;

store! {
    /// Everything that DynamoDB keeps in one account and region.
    pub struct DynamoDbStore: "dynamodb", Regional {
        /// The tables by name.
        pub tables: Table<String, TableState>,
        /// Streams that are no longer written, by ARN: of deleted tables, or replaced by others.
        pub closed_streams: Table<String, ClosedStream>,
        /// The client request tokens of transactions, one resource for all.
        pub tokens: Table<String, Tokens>,
    }
}

/// The client request tokens that are remembered: what the request was, and when it was done.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tokens {
    /// By token: the fingerprint of the request and the time.
    pub seen: BTreeMap<String, (u64, Timestamp)>,
}

impl Resource for Tokens {
    const VERSION: u32 = 1;
}

/// How long AWS keeps expired items: it promises to delete them within a few days.
const EXPIRY_GRACE: std::time::Duration = std::time::Duration::from_secs(48 * 3600);

/// A table's name and the store that it is in.
pub struct TableRef {
    /// The name, without the rest of an ARN.
    pub name: String,
    store: std::sync::Arc<DynamoDbStore>,
    now: Timestamp,
}

/// What keeps a text from being the name of a table.
fn check_name(name: &str) -> Result<(), ServiceError> {
    if !(3..=255).contains(&name.len()) {
        return Err(errors::validation(
            "TableName must be at least 3 characters long and at most 255 characters long",
        ));
    }
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)) {
        return Err(errors::validation(
            "Invalid table/index name.  Table/index names must be between 3 and 255 characters \
             long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
        ));
    }
    Ok(())
}

/// The parts of a table's ARN that say where it is: region, account, name.
fn arn_parts(arn: &str) -> Option<(Region, AccountId, &str)> {
    let mut parts = arn.splitn(6, ':');
    let (scheme, _, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    if scheme != "arn" || service != "dynamodb" {
        return None;
    }
    let name = resource.strip_prefix("table/")?.split('/').next()?;
    Some((Region::new(region), account.parse().ok()?, name))
}

/// Finds the store and the name behind a `TableName`, which may be an ARN.
pub fn table(cx: &RequestContext, name_or_arn: &str) -> Result<TableRef, ServiceError> {
    let now = cx.now();
    if let Some((region, account, name)) = arn_parts(name_or_arn) {
        check_name(name)?;
        let store = cx.world.regional::<DynamoDbStore>(account, &region);
        return Ok(TableRef { name: name.to_owned(), store, now });
    }
    check_name(name_or_arn)?;
    Ok(TableRef { name: name_or_arn.to_owned(), store: tables(cx), now })
}

/// The store of the request's account and region.
pub fn tables(cx: &RequestContext) -> std::sync::Arc<DynamoDbStore> {
    cx.world.regional::<DynamoDbStore>(cx.account, &cx.region)
}

impl TableRef {
    /// The store that the table is in.
    pub fn store(&self) -> &DynamoDbStore {
        &self.store
    }

    /// The time of the request.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Expired items are there until this time. AWS deletes them some time after they expired.
    fn deadline(&self) -> Timestamp {
        self.now - EXPIRY_GRACE
    }

    fn remove_expired(&self) {
        let deadline = self.deadline();
        self.store.tables.update(&self.name, |table| table.remove_expired(deadline, self.now));
    }

    /// Looks at the table under its lock.
    pub fn read<T>(&self, look: impl FnOnce(&TableState) -> T) -> Result<T, ServiceError> {
        let deadline = self.deadline();
        let mut look = Some(look);
        loop {
            let seen = self.store.tables.read(&self.name, |table| {
                if table.has_expired(deadline) { None } else { look.take().map(|look| look(table)) }
            });
            match seen {
                None => return Err(errors::no_table()),
                Some(Some(output)) => return Ok(output),
                Some(None) => self.remove_expired(),
            }
        }
    }

    /// The table as it is now, for reads that take long.
    pub fn snapshot(&self) -> Result<std::sync::Arc<TableState>, ServiceError> {
        let deadline = self.deadline();
        loop {
            let table = self.store.tables.get(&self.name).ok_or_else(errors::no_table)?;
            if !table.has_expired(deadline) {
                return Ok(table);
            }
            drop(table);
            self.remove_expired();
        }
    }

    /// Changes the table under its lock.
    pub fn update<T>(
        &self,
        edit: impl FnOnce(&mut fogbank_state::Edit<'_, TableState>) -> T,
    ) -> Result<T, ServiceError> {
        let deadline = self.deadline();
        let edited = self.store.tables.update(&self.name, |table| {
            if table.has_expired(deadline) {
                table.remove_expired(deadline, self.now);
            }
            edit(table)
        });
        edited.ok_or_else(errors::no_table)
    }

    /// Looks at the table's definition; the error is that of requests about tables.
    pub fn describe<T>(&self, look: impl FnOnce(&TableState) -> T) -> Result<T, ServiceError> {
        self.store.tables.read(&self.name, look).ok_or_else(|| errors::no_such_table(&self.name))
    }

    /// Changes the table's definition, and what is derived from it.
    pub fn redefine<T>(
        &self,
        change: impl FnOnce(&mut TableDefinition) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let edited = self.store.tables.update(&self.name, |table| {
            let mut definition = (*table.definition).clone();
            let output = change(&mut definition)?;
            if definition != *table.definition {
                table.redefine(definition);
            }
            Ok(output)
        });
        edited.unwrap_or_else(|| Err(errors::no_such_table(&self.name)))
    }
}
