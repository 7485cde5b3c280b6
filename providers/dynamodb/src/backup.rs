//! Backups: a table's definition and items at one moment.

use std::sync::Arc;

use fogbank_context::Timestamp;
use fogbank_state::{Resource, rows};
use serde::{Deserialize, Serialize};

use crate::table::definition::TableDefinition;
use crate::table::state::{ItemRows, TableState};

/// How long the backup is kept that AWS makes of a deleted table which could be recovered.
const SYSTEM_BACKUP_LIFE: std::time::Duration = std::time::Duration::from_secs(35 * 86_400);

/// A backup. Its items are shared with the table until the table changes them.
#[derive(Clone, Serialize, Deserialize)]
pub struct Backup {
    /// The ARN.
    pub arn: String,
    /// The name, which several backups may have.
    pub name: String,
    /// Whether DynamoDB made it by itself.
    pub system: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it goes, if it does.
    pub expires: Option<Timestamp>,
    /// The bytes of its items.
    pub bytes: u64,
    /// The table as it was.
    pub definition: Arc<TableDefinition>,
    /// The items.
    #[serde(skip)]
    pub items: ItemRows,
}

impl Resource for Backup {
    const VERSION: u32 = 1;
    rows!(items);
}

impl Backup {
    /// A backup of a table that somebody asked for.
    pub fn of(table: &TableState, name: String, now: Timestamp, suffix: &str) -> Backup {
        Backup {
            arn: format!("{}/backup/{:014}-{suffix}", table.definition.arn, now.as_millis()),
            name,
            system: false,
            created: now,
            expires: None,
            bytes: table.bytes(),
            definition: Arc::clone(&table.definition),
            items: table.items.clone(),
        }
    }

    /// The backup that is made of a table which is deleted although it could be recovered.
    pub fn of_deleted(table: &TableState, now: Timestamp, suffix: &str) -> Backup {
        let name = format!("{}$DeletedTableBackup", table.definition.name);
        let expires = Some(now + SYSTEM_BACKUP_LIFE);
        Backup { system: true, expires, ..Backup::of(table, name, now, suffix) }
    }

    /// Whether the backup is gone by now.
    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}
