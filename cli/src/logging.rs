//! The log, on standard error.

use std::io::{self, IsTerminal};

use fogbank_config::LogLevel;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Begins to log; messages of other crates count one level less.
pub(crate) fn start(level: LogLevel) {
    let (ours, others) = match level {
        LogLevel::Trace => (LevelFilter::TRACE, LevelFilter::DEBUG),
        LogLevel::Debug => (LevelFilter::DEBUG, LevelFilter::INFO),
        LogLevel::Info => (LevelFilter::INFO, LevelFilter::WARN),
        LogLevel::Warn => (LevelFilter::WARN, LevelFilter::ERROR),
        LogLevel::Error => (LevelFilter::ERROR, LevelFilter::ERROR),
    };
    let colours =
        io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(colours);
    let filter = Targets::new().with_default(others).with_target("fogbank", ours);
    // A subscriber that exists already is a test's, which keeps it.
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
}
