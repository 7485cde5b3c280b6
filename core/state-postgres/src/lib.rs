//! The journal of changes in a PostgreSQL database.
//!
//! For those whose servers come and go while their database stays: the same [`Journal`] as the one in
//! files, with the same guarantees. Three tables hold it (`fogbank_journal`, `fogbank_base`,
//! `fogbank_meta`), which are made where they are missing; a schema of its own for each server is
//! chosen by `?options=-csearch_path%3DNAME` in the URL.
//!
//! - A group of batches is one transaction. `Durability::Always` commits synchronously;
//!   `EverySecond` leaves the flush to the server, so a crash of *PostgreSQL* may lose the last
//!   moment, and a crash of this process nothing.
//! - An advisory lock keeps a second server away; it goes with the connection.
//! - The state begins with the newest complete base, which compaction replaces in one transaction.
//! - Payloads of large objects are files in `DATA_DIR`, as always.
//! - Connections are not encrypted: a URL that asks for TLS is refused by the driver.

mod compaction;
mod session;

use bytes::Bytes;
use fogbank_state::{CompactionWriter, Journal, JournalError, LoadReport, Op, Sync};

use compaction::PostgresCompaction;
use session::Session;

/// The base is not replaced before this many bytes were appended to it.
const COMPACT_FROM: i64 = 64 * 1024 * 1024;

/// Keeps batches in a PostgreSQL database that no other server uses meanwhile.
pub struct PostgresJournal {
    session: Session,
    /// Whether a commit waits until it is on the disk.
    synchronous: bool,
    /// Counts bases: what is appended belongs to the epoch of the base that it follows.
    epoch: i64,
    appended: i64,
    base: i64,
}

impl PostgresJournal {
    /// Connects to the database of a URL (`postgres://user:password@host/database`). Blocks.
    ///
    /// # Errors
    /// When it cannot be connected to, or another server uses it.
    pub fn open(url: &str, synchronous: bool) -> Result<Self, JournalError> {
        let mut session = Session::open(url, synchronous)?;
        let tables = "CREATE TABLE IF NOT EXISTS fogbank_journal \
                (place bigserial PRIMARY KEY, epoch bigint NOT NULL, batch bytea NOT NULL); \
            CREATE TABLE IF NOT EXISTS fogbank_base \
                (place bigserial PRIMARY KEY, epoch bigint NOT NULL, batch bytea NOT NULL); \
            CREATE TABLE IF NOT EXISTS fogbank_meta (format int NOT NULL, epoch bigint NOT NULL); \
            INSERT INTO fogbank_meta SELECT 1, 0 WHERE NOT EXISTS (SELECT FROM fogbank_meta);";
        session.run(|client| client.batch_execute(tables))?;
        let found: i32 =
            session.run(|client| client.query_one("SELECT format FROM fogbank_meta", &[]))?.get(0);
        if found != 1 {
            let found = u32::try_from(found).unwrap_or(u32::MAX);
            return Err(JournalError::Format { path: session.place(), found, known: 1 });
        }
        Ok(Self { session, synchronous, epoch: 0, appended: 0, base: 0 })
    }
}

impl Journal for PostgresJournal {
    fn load(&mut self, replay: &mut dyn FnMut(Op)) -> Result<LoadReport, JournalError> {
        let mut report = LoadReport::default();
        let place = self.session.place();
        let complete = self.session.run(|client| {
            let mut complete = true;
            let mut sizes = [0, 0];
            let epoch: i64 = client.query_one("SELECT epoch FROM fogbank_meta", &[])?.get(0);
            // Bases that were never completed, and what an interrupted compaction left behind.
            client.execute("DELETE FROM fogbank_base WHERE epoch <> $1", &[&epoch])?;
            client.execute("DELETE FROM fogbank_journal WHERE epoch < $1", &[&epoch])?;
            for (table, size) in ["fogbank_base", "fogbank_journal"].iter().zip(&mut sizes) {
                let mut transaction = client.transaction()?;
                let query = format!("SELECT batch FROM {table} ORDER BY epoch, place");
                let portal = transaction.bind(&query, &[])?;
                loop {
                    let rows = transaction.query_portal(&portal, 1000)?;
                    if rows.is_empty() {
                        break;
                    }
                    for row in rows {
                        let batch: &[u8] = row.get(0);
                        *size += i64::try_from(batch.len()).unwrap_or(i64::MAX);
                        report.batches += 1;
                        complete &= Op::read_all(Bytes::copy_from_slice(batch), |op| {
                            report.changes += 1;
                            replay(op);
                        });
                    }
                }
            }
            let last = "SELECT max(epoch) FROM fogbank_journal";
            let last: Option<i64> = client.query_one(last, &[])?.get(0);
            Ok((complete, epoch.max(last.unwrap_or(0)), sizes))
        })?;
        let (whole, epoch, [base, appended]) = complete;
        if !whole {
            return Err(JournalError::Damaged { path: place, at: 0 });
        }
        (self.epoch, self.base, self.appended) = (epoch, base, appended);
        Ok(report)
    }

    fn append(&mut self, batches: &[Vec<u8>]) -> Result<(), JournalError> {
        let epoch = self.epoch;
        self.session.run(|client| {
            let insert = "INSERT INTO fogbank_journal (epoch, batch) \
                SELECT $1, batch FROM unnest($2::bytea[]) WITH ORDINALITY AS added (batch, nth) \
                ORDER BY nth";
            client.execute(insert, &[&epoch, &batches])
        })?;
        let bytes: usize = batches.iter().map(Vec::len).sum();
        self.appended += i64::try_from(bytes).unwrap_or(i64::MAX);
        Ok(())
    }

    fn start_sync(&mut self) -> Result<Sync, JournalError> {
        if !self.synchronous {
            // A synchronous commit flushes all that was committed before it.
            let commit = "BEGIN; SET LOCAL synchronous_commit = on; \
                UPDATE fogbank_meta SET format = format; COMMIT;";
            self.session.run(|client| client.batch_execute(commit))?;
        }
        Ok(Box::new(|| Ok(())))
    }

    fn wants_compaction(&self) -> bool {
        self.appended > COMPACT_FROM.max(self.base)
    }

    fn compact(
        &mut self,
        definitions: &[u8],
    ) -> Result<Option<Box<dyn CompactionWriter>>, JournalError> {
        self.epoch += 1;
        self.base = self.appended;
        self.appended = 0;
        self.append(&[definitions.to_vec()])?;
        let writer = PostgresCompaction::start(&self.session, self.epoch)?;
        Ok(Some(Box::new(writer)))
    }
}

impl std::fmt::Debug for PostgresJournal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresJournal")
            .field("place", &self.session.place())
            .finish_non_exhaustive()
    }
}
