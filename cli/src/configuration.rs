//! Reading the configuration, with its problems and notices shown.

use fogbank_config::{Config, ConfigError, Loaded, Loader};

use crate::exit::{Exit, Failure};
use crate::setting_flags::SettingFlags;
use crate::style::{FAINT, WARNING, note};

/// Reads the configuration of this process with these flags.
pub(crate) fn load(flags: &SettingFlags) -> Result<Loaded, Failure> {
    let services: Vec<&str> = fogbank_index::services().iter().map(|entry| entry.name).collect();
    let mut loader = Loader::from_process().known_services(&services);
    if let Some(file) = &flags.file {
        loader = loader.file(file);
    }
    for (setting, value) in &flags.values {
        loader = loader.flag(setting, value);
    }
    for provider in &flags.providers {
        loader = loader.provider_flag(provider);
    }
    loader.load().map_err(|error| failure(&error))
}

/// Reads the configuration of this process for a command that has no settings of its own.
pub(crate) fn ambient() -> Result<Config, Failure> {
    Ok(load(&SettingFlags::default())?.config)
}

fn failure(error: &ConfigError) -> Failure {
    let count = match error.problems.len() {
        1 => "the configuration is wrong".to_owned(),
        count => format!("the configuration is wrong in {count} places"),
    };
    let problems = error.to_string().replace('\n', "\n  ");
    Failure::new(Exit::Configuration, format!("{count}\n  {problems}"))
}

/// Shows what was written and does not do what it says.
pub(crate) fn show_notices(loaded: &Loaded) {
    for notice in &loaded.notices {
        note!("{WARNING}warning:{WARNING:#} {notice} {FAINT}({}){FAINT:#}", notice.source);
    }
}
