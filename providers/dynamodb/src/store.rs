//! The state of DynamoDB: tables, and the tokens of transactions that were done.

use fogbank_context::{AccountId, Region, Timestamp};
use fogbank_service::{RequestContext, ServiceError};
use fogbank_state::{Resource, Rows, Table, World, rows, store};
use serde::{Deserialize, Serialize};

use crate::backup::Backup;
use crate::errors;
use crate::streams::closed_stream::ClosedStream;
use crate::table::allowance::Allowance;
use crate::table::definition::TableDefinition;
use crate::table::replication;
use crate::table::state::TableState;
use crate::transfer::{Export, Import};

store! {
    /// Everything that DynamoDB keeps in one account and region.
    pub struct DynamoDbStore: "dynamodb", Regional {
        /// The tables by name.
        pub tables: Table<String, TableState>,
        /// Streams that are no longer written, by ARN: of deleted tables, or replaced by others.
        pub closed_streams: Table<String, ClosedStream>,
        /// The backups by ARN.
        pub backups: Table<String, Backup>,
        /// Exports to S3 by ARN.
        pub exports: Table<String, Export>,
        /// Imports from S3, and bulk operations, by ARN.
        pub imports: Table<String, Import>,
        /// What tables have left of their throughput, by the table's id, where it has an end.
        pub throughput: Table<String, Allowance>,
        /// The client request tokens of transactions, by [`Tokens::key_of`].
        pub tokens: Table<String, Tokens>,
    }
}

store! {
    /// Global tables of version 2017.11.29.
    pub struct GlobalTableStore: "dynamodb", AccountWide {
        /// The global tables by name.
        pub global_tables: Table<String, GlobalTable>,
    }
}

/// A global table of version 2017.11.29: which regions' tables of one name belong together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GlobalTable {
    /// The name, which all its tables have.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// When it was made.
    pub created: Timestamp,
    /// The regions.
    pub regions: Vec<String>,
}

impl Resource for GlobalTable {
    const VERSION: u32 = 1;
}

/// Client request tokens of transactions, for as long as they are remembered.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Tokens {
    #[serde(skip)]
    seen: Rows<String, UsedToken>,
    /// Derived: the tokens in the order of their times.
    #[serde(skip)]
    by_time: Rows<(Timestamp, String), ()>,
}

/// A token that was used.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UsedToken {
    /// By which the request is recognised.
    pub fingerprint: u64,
    /// When it was done.
    pub at: Timestamp,
}

impl Resource for Tokens {
    const VERSION: u32 = 1;
    rows!(seen);

    fn rebuild(&mut self) {
        self.by_time = self.seen.iter().map(|(key, used)| ((used.at, key.clone()), ())).collect();
    }
}

impl Tokens {
    /// The request with this token, if it is still remembered.
    pub fn get(&self, token: &str, now: Timestamp) -> Option<&UsedToken> {
        self.seen.get(token).filter(|used| now.since(used.at) < TOKEN_LIFE)
    }

    /// Remembers a token, and forgets what is too old.
    pub fn insert(&mut self, token: &str, used: UsedToken) {
        let now = used.at;
        while let Some(((at, _), ())) = self.by_time.first()
            && now.since(*at) >= TOKEN_LIFE
        {
            if let Some(((_, old), ())) = self.by_time.pop_first() {
                self.seen.remove(&old);
            }
        }
        self.by_time.insert((now, token.to_owned()), ());
        self.seen.insert(token.to_owned(), used);
    }

    /// The key of the resource that remembers this token; there are several, so that transactions
    /// seldom wait for each other.
    pub fn key_of(token: &str) -> String {
        let sum = token.bytes().fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
        format!("{:x}", sum & 15)
    }
}

/// How long a client request token is remembered.
const TOKEN_LIFE: std::time::Duration = std::time::Duration::from_secs(600);
/// How long AWS keeps expired items: it promises to delete them within a few days.
const EXPIRY_GRACE: std::time::Duration = std::time::Duration::from_secs(48 * 3600);

/// A table's name and the store that it is in.
pub struct TableRef {
    /// The name, without the rest of an ARN.
    pub name: String,
    store: std::sync::Arc<DynamoDbStore>,
    now: Timestamp,
    place: Place,
}

/// Where a table is.
#[derive(Clone)]
pub struct Place {
    /// The world.
    pub world: std::sync::Arc<World>,
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
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

/// What keeps a text from being the name of a new table, in the words of the general validation.
pub fn check_new_name(name: &str) -> Result<(), ServiceError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let rules = [
        (
            !name.is_empty() && name.bytes().all(fits),
            "satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        ),
        (name.len() >= 3, "have length greater than or equal to 3"),
        (name.len() <= 255, "have length less than or equal to 255"),
    ];
    let faults: Vec<String> = rules
        .iter()
        .filter(|(kept, _)| !kept)
        .map(|(_, rule)| {
            format!(
                "Value '{name}' at 'tableName' failed to satisfy constraint: Member must {rule}"
            )
        })
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    let plural = if faults.len() > 1 { "s" } else { "" };
    Err(errors::validation(format!(
        "{} validation error{plural} detected: {}",
        faults.len(),
        faults.join("; ")
    )))
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

/// Finds the store and the name behind a `TableName`, which may be an ARN of the same region.
pub fn table(cx: &RequestContext, name_or_arn: &str) -> Result<TableRef, ServiceError> {
    let elsewhere = arn_parts(name_or_arn).is_some_and(|(region, ..)| region != cx.region);
    if elsewhere {
        return Err(errors::validation(format!(
            "1 validation error detected: Invalid AWS region in '{name_or_arn}'"
        )));
    }
    table_of_any_region(cx, name_or_arn)
}

/// As [`table`], also in other regions.
pub fn table_of_any_region(
    cx: &RequestContext,
    name_or_arn: &str,
) -> Result<TableRef, ServiceError> {
    let now = cx.now();
    if let Some((region, account, name)) = arn_parts(name_or_arn) {
        check_name(name)?;
        let store = cx.world.regional::<DynamoDbStore>(account, &region);
        let place = Place { world: cx.world.clone(), account, region };
        return Ok(TableRef { name: name.to_owned(), store, now, place });
    }
    check_name(name_or_arn)?;
    let place = Place { world: cx.world.clone(), account: cx.account, region: cx.region.clone() };
    Ok(TableRef { name: name_or_arn.to_owned(), store: tables(cx), now, place })
}

/// The store of the request's account and region.
pub fn tables(cx: &RequestContext) -> std::sync::Arc<DynamoDbStore> {
    cx.world.regional::<DynamoDbStore>(cx.account, &cx.region)
}

impl DynamoDbStore {
    /// Keeps a stream that is no longer written, and forgets those that nobody can read any more.
    pub fn close_stream(&self, stream: ClosedStream) {
        for (arn, old) in self.closed_streams.iter() {
            if old.is_forgotten(stream.closed) {
                self.closed_streams.remove(&arn);
            }
        }
        self.closed_streams.insert(stream.arn.clone(), stream);
    }
}

impl TableRef {
    /// The store that the table is in.
    pub fn store(&self) -> &DynamoDbStore {
        &self.store
    }

    /// Whether this is the same table as another one.
    pub fn is(&self, other: &TableRef) -> bool {
        self.name == other.name && std::sync::Arc::ptr_eq(&self.store, &other.store)
    }

    /// The time of the request.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Whether something of the table ends with this time: items, or phases of indexes.
    fn is_due(&self, table: &TableState) -> bool {
        table.has_expired(self.deadline())
            || table.definition.next_phase().is_some_and(|until| until <= self.now)
    }

    /// Expired items are there until this time. AWS deletes them some time after they expired.
    fn deadline(&self) -> Timestamp {
        self.now - EXPIRY_GRACE
    }

    fn settle(&self) {
        let deadline = self.deadline();
        self.store.tables.update(&self.name, |table| table.settle(deadline, self.now));
        self.deliver();
    }

    /// Where the table is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Lets the other regions of a global table see what was written here.
    pub fn deliver(&self) {
        if self.store.tables.read(&self.name, TableState::has_posted) == Some(true) {
            let Place { world, account, region } = &self.place;
            replication::deliver(world, *account, region, &self.name);
        }
    }

    fn look<T>(&self, look: impl FnOnce(&TableState) -> T) -> Option<T> {
        let mut look = Some(look);
        loop {
            let seen = self.store.tables.read(&self.name, |table| {
                if self.is_due(table) { None } else { look.take().map(|look| look(table)) }
            })?;
            match seen {
                Some(output) => return Some(output),
                None => self.settle(),
            }
        }
    }

    /// Looks at the table under its lock.
    pub fn read<T>(&self, look: impl FnOnce(&TableState) -> T) -> Result<T, ServiceError> {
        self.look(look).ok_or_else(errors::no_table)
    }

    /// The table as it is now, for reads that take long.
    pub fn snapshot(&self) -> Result<std::sync::Arc<TableState>, ServiceError> {
        loop {
            let table = self.store.tables.get(&self.name).ok_or_else(errors::no_table)?;
            if !self.is_due(&table) {
                return Ok(table);
            }
            drop(table);
            self.settle();
        }
    }

    /// Changes the table under its lock.
    pub fn update<T>(
        &self,
        edit: impl FnOnce(&mut fogbank_state::Edit<'_, TableState>) -> T,
    ) -> Result<T, ServiceError> {
        let deadline = self.deadline();
        let edited = self.store.tables.update(&self.name, |table| {
            if self.is_due(table) {
                table.settle(deadline, self.now);
            }
            let output = edit(table);
            (output, table.has_posted())
        });
        let (output, posted) = edited.ok_or_else(errors::no_table)?;
        if posted {
            self.deliver();
        }
        Ok(output)
    }

    /// Looks at the table's definition; the error is that of requests about tables.
    pub fn describe<T>(&self, look: impl FnOnce(&TableState) -> T) -> Result<T, ServiceError> {
        self.look(look).ok_or_else(|| errors::no_such_table(&self.name))
    }

    /// Changes the table's definition, and what is derived from it.
    pub fn redefine<T>(
        &self,
        change: impl FnOnce(&mut TableDefinition) -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        let edited = self.store.tables.update(&self.name, |table| {
            let mut definition = (*table.definition).clone();
            definition.settle(self.now);
            let output = change(&mut definition)?;
            let changed = definition != *table.definition;
            if changed {
                table.redefine(definition);
            }
            Ok((output, changed && !table.definition.features.replicas.is_empty()))
        });
        let (output, global) = edited.unwrap_or_else(|| Err(errors::no_such_table(&self.name)))?;
        if global {
            let Place { world, account, region } = &self.place;
            replication::synchronise(world, *account, region, &self.name);
        }
        Ok(output)
    }
}
