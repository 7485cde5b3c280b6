//! The command line of worlds, clocks and snapshots.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use crate::arguments::Format;
use crate::target::Target;

#[derive(Debug, Args)]
pub(crate) struct World {
    #[command(subcommand)]
    pub(crate) command: WorldCommand,
    #[command(flatten)]
    pub(crate) target: Target,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WorldCommand {
    /// Make a world that begins as a copy of another; prints its endpoint
    Fork {
        /// Name of the new world; the server makes one up when absent
        #[arg(value_parser = world_name)]
        name: Option<String>,
        /// World to copy
        #[arg(long, value_name = "WORLD", value_parser = world_name)]
        from: Option<String>,
    },
    /// List the worlds
    List {
        /// How to show it
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
    /// Throw worlds away, with all that is in them
    Drop {
        /// Worlds to drop
        #[arg(required = true, value_parser = world_name)]
        names: Vec<String>,
    },
    /// Empty a world
    Reset {
        /// World to empty
        #[arg(default_value = "main", value_parser = world_name)]
        name: String,
    },
    /// Give a world another name
    Rename {
        /// Its name now
        #[arg(value_parser = world_name)]
        name: String,
        /// Its new name
        #[arg(value_parser = world_name)]
        to: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Clock {
    #[command(subcommand)]
    pub(crate) command: ClockCommand,
    #[command(flatten)]
    pub(crate) place: InWorld,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClockCommand {
    /// Show the time of a world
    Show,
    /// Stop the time
    Freeze,
    /// Set the time; what falls due until then is run first
    Set {
        /// A point in time such as 2030-01-01T00:00:00Z
        time: String,
    },
    /// Move the time forward; what falls due is run in order
    Advance {
        /// How far, such as 90 (seconds), 15m or '1h 30m'
        #[arg(value_parser = duration)]
        by: Duration,
    },
    /// Let the time run faster or slower
    Scale {
        /// Seconds of the world in a real second
        rate: f64,
    },
    /// Return to real time
    Real,
}

#[derive(Debug, Args)]
pub(crate) struct Snapshot {
    #[command(subcommand)]
    pub(crate) command: SnapshotCommand,
    #[command(flatten)]
    pub(crate) place: InWorld,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SnapshotCommand {
    /// Keep the state of a world under a name
    Save {
        /// Name of the snapshot
        #[arg(value_parser = snapshot_name)]
        name: String,
        /// Services to keep; all when absent
        #[arg(long, value_delimiter = ',')]
        services: Vec<String>,
    },
    /// Put a world into the state of a snapshot
    Load {
        /// Name of the snapshot
        #[arg(value_parser = snapshot_name)]
        name: String,
    },
    /// List the snapshots
    List {
        /// How to show it
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
    /// Delete snapshots
    Drop {
        /// Snapshots to delete
        #[arg(required = true, value_parser = snapshot_name)]
        names: Vec<String>,
    },
    /// Show which resources differ; exit code 1 when some do
    Diff {
        /// A snapshot, or world:NAME
        from: String,
        /// A snapshot, or world:NAME
        #[arg(default_value = "world:main")]
        to: String,
    },
    /// Write a snapshot to a file that another server can import
    Export {
        /// Name of the snapshot
        #[arg(value_parser = snapshot_name)]
        name: String,
        /// The file
        file: PathBuf,
    },
    /// Read a snapshot from a file
    Import {
        /// The file
        file: PathBuf,
        /// Name of the snapshot
        #[arg(value_parser = snapshot_name)]
        name: String,
    },
}

/// A world of a server.
#[derive(Debug, Args)]
pub(crate) struct InWorld {
    /// World that is meant; the main one when absent
    #[arg(short, long, global = true, value_parser = world_name)]
    pub(crate) world: Option<String>,
    #[command(flatten)]
    pub(crate) target: Target,
}

/// World names are labels of host names, because a world is reached by one.
fn world_name(text: &str) -> Result<String, String> {
    let byte = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let edges = text.starts_with('-') || text.ends_with('-');
    if !(1..=63).contains(&text.len()) || edges || !text.bytes().all(byte) {
        return Err("a world's name is 1 to 63 of a-z, 0-9 and -, no - at its ends".to_owned());
    }
    Ok(text.to_owned())
}

fn snapshot_name(text: &str) -> Result<String, String> {
    let byte = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if !(1..=128).contains(&text.len()) || text.starts_with('.') || !text.bytes().all(byte) {
        return Err(
            "a snapshot's name is 1 to 128 of letters, digits, . _ and -, no . at its start"
                .to_owned(),
        );
    }
    Ok(text.to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => humantime::parse_duration(text).map_err(|error| error.to_string()),
    }
}
