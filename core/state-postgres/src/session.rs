//! A connection that is made again when it is lost.

use std::path::PathBuf;
use std::sync::Arc;

use fogbank_state::JournalError;
use postgres::{Client, Config, NoTls};

/// The advisory lock that a server holds: "fogbank" in ASCII.
const LOCK: i64 = 0x66_6f67_6261_6e6b;

/// A connection to a database, with the lock on it.
pub(crate) struct Session {
    config: Config,
    synchronous: bool,
    client: Option<Client>,
}

impl Session {
    pub(crate) fn open(url: &str, synchronous: bool) -> Result<Self, JournalError> {
        let wrong = |error| JournalError::Io {
            path: PathBuf::from("STATE_BACKEND"),
            source: Arc::new(std::io::Error::other(error)),
        };
        let config = url.parse::<Config>().map_err(wrong)?;
        let mut session = Self { config, synchronous, client: None };
        let client = session.connect()?;
        session.client = Some(client);
        Ok(session)
    }

    /// A second connection to the same database, without the lock.
    pub(crate) fn beside(&self) -> Result<Client, JournalError> {
        self.config.connect(NoTls).map_err(|error| self.failed(error))
    }

    /// Runs queries; after a lost connection the next run connects anew.
    pub(crate) fn run<T>(
        &mut self,
        queries: impl FnOnce(&mut Client) -> Result<T, postgres::Error>,
    ) -> Result<T, JournalError> {
        let mut client = match self.client.take() {
            Some(client) if !client.is_closed() => client,
            _ => self.connect()?,
        };
        let done = queries(&mut client).map_err(|error| self.failed(error));
        self.client = Some(client);
        done
    }

    /// Host and database, without user and password.
    pub(crate) fn place(&self) -> PathBuf {
        let host = self.config.get_hosts().first().map_or_else(
            || "localhost".to_owned(),
            |host| match host {
                postgres::config::Host::Tcp(name) => name.clone(),
                #[cfg(unix)]
                postgres::config::Host::Unix(path) => path.display().to_string(),
            },
        );
        PathBuf::from(format!("postgres://{host}/{}", self.config.get_dbname().unwrap_or_default()))
    }

    pub(crate) fn failed(&self, error: postgres::Error) -> JournalError {
        use postgres::error::SqlState;
        match error.code() {
            Some(code) if *code == SqlState::DISK_FULL => JournalError::Full(self.place()),
            Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => {
                JournalError::ReadOnly(self.place())
            }
            _ => {
                let source = Arc::new(std::io::Error::other(error));
                JournalError::Io { path: self.place(), source }
            }
        }
    }

    fn connect(&self) -> Result<Client, JournalError> {
        let mut client = self.beside()?;
        let commit = if self.synchronous { "on" } else { "off" };
        let set = format!("SET synchronous_commit = {commit}; SET client_min_messages = warning;");
        client.batch_execute(&set).map_err(|error| self.failed(error))?;
        let locked = client.query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK]);
        if locked.map_err(|error| self.failed(error))?.get(0) {
            Ok(client)
        } else {
            Err(JournalError::InUse { path: self.place(), holder: String::new() })
        }
    }
}
