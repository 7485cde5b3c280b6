//! Replacing what was appended by a base.

use fogbank_state::{CompactionWriter, JournalError};
use postgres::Client;

use crate::session::Session;

/// Batches are sent in groups of about this many bytes.
const GROUP: usize = 1024 * 1024;

/// Writes a base over a connection of its own, while appending goes on.
pub(crate) struct PostgresCompaction {
    client: Client,
    epoch: i64,
    group: Vec<Vec<u8>>,
    bytes: usize,
    failed: fn(postgres::Error) -> JournalError,
}

/// What the connection says where no session tells the place.
fn lost(error: postgres::Error) -> JournalError {
    let source = std::sync::Arc::new(std::io::Error::other(error));
    JournalError::Io { path: "STATE_BACKEND".into(), source }
}

impl PostgresCompaction {
    pub(crate) fn start(session: &Session, epoch: i64) -> Result<Self, JournalError> {
        let client = session.beside()?;
        Ok(Self { client, epoch, group: Vec::new(), bytes: 0, failed: lost })
    }

    fn send(&mut self) -> Result<(), JournalError> {
        let insert = "INSERT INTO fogbank_base (epoch, batch) \
            SELECT $1, batch FROM unnest($2::bytea[]) WITH ORDINALITY AS added (batch, nth) \
            ORDER BY nth";
        let group = std::mem::take(&mut self.group);
        self.bytes = 0;
        self.client.execute(insert, &[&self.epoch, &group]).map_err(self.failed)?;
        Ok(())
    }
}

impl CompactionWriter for PostgresCompaction {
    fn write(&mut self, batch: &[u8]) -> Result<(), JournalError> {
        self.group.push(batch.to_vec());
        self.bytes += batch.len();
        if self.bytes >= GROUP { self.send() } else { Ok(()) }
    }

    fn finish(mut self: Box<Self>) -> Result<(), JournalError> {
        self.send()?;
        let (epoch, failed) = (self.epoch, self.failed);
        let finish = |client: &mut Client| {
            let mut transaction = client.transaction()?;
            transaction.execute("UPDATE fogbank_meta SET epoch = $1", &[&epoch])?;
            transaction.execute("DELETE FROM fogbank_base WHERE epoch <> $1", &[&epoch])?;
            transaction.execute("DELETE FROM fogbank_journal WHERE epoch < $1", &[&epoch])?;
            transaction.commit()
        };
        finish(&mut self.client).map_err(failed)
    }
}
