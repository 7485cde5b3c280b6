//! Opens the state that the configuration describes.

use std::sync::Arc;

use fogbank_config::{Config, Durability, StateBackend};
use fogbank_context::{Clock, IdSource};
use fogbank_state::{OpenOptions, World};
use fogbank_state_postgres::PostgresJournal;

use crate::server::ServeError;

/// The main world: kept in `DATA_DIR` with `PERSISTENCE=1`, in memory otherwise.
pub(crate) async fn open(config: &Config) -> Result<Arc<World>, ServeError> {
    let ids = config.seed.map_or_else(IdSource::random, IdSource::seeded);
    if !config.persistence {
        return Ok(World::with(Clock::default(), ids));
    }
    let mut options = OpenOptions::new(&config.data_dir);
    options.ids = ids;
    options.durability = match config.durability {
        Durability::Always => fogbank_state::Durability::Always,
        Durability::EverySecond => fogbank_state::Durability::EverySecond,
    };
    let backend = config.state_backend.clone();
    let opening = tokio::task::spawn_blocking(move || match backend {
        StateBackend::Embedded => World::open(options),
        StateBackend::Postgres(url) => {
            let synchronous = options.durability == fogbank_state::Durability::Always;
            let journal = PostgresJournal::open(&url, synchronous)?;
            World::open_in(Box::new(journal), options)
        }
    });
    let opened =
        opening.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    let (world, report) = opened?;
    tracing::info!(batches = report.batches, changes = report.changes, "the state is back");
    if let Some(dropped) = &report.dropped {
        tracing::warn!("the journal did not end properly: {dropped} were left out");
    }
    Ok(world)
}

/// Brings everything to the disk.
pub(crate) async fn close(world: Arc<World>) {
    if world.is_persistent()
        && let Err(error) = tokio::task::spawn_blocking(move || world.close()).await
    {
        tracing::error!(%error, "the state was not closed properly");
    }
}
