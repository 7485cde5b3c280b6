//! `fogbank config`.

use fogbank_config::{Config, Effect, Source};
use serde_json::{Value, json};

use crate::arguments::{ConfigCommand, Format};
use crate::configuration;
use crate::exit::{Exit, Failure};
use crate::style::{FAINT, GOOD, STRONG, say};

pub(crate) fn run(command: &ConfigCommand) -> Result<Exit, Failure> {
    match command {
        ConfigCommand::List { format, settings } => {
            let loaded = configuration::load(settings)?;
            match format {
                Format::Json => say!("{:#}", as_json(&loaded.config)),
                Format::Table => print_table(&loaded.config),
            }
        }
        ConfigCommand::Validate { settings } => {
            let loaded = configuration::load(settings)?;
            configuration::show_notices(&loaded);
            let file = match &loaded.file {
                Some(path) => format!("with {}", path.display()),
                None => "without a configuration file".to_owned(),
            };
            say!("{GOOD}the configuration is well-formed{GOOD:#} {FAINT}({file}){FAINT:#}");
        }
    }
    Ok(Exit::Done)
}

fn as_json(config: &Config) -> Value {
    let settings = config.entries().map(|entry| {
        json!({
            "name": entry.setting.env,
            "key": entry.setting.key,
            "flag": format!("--{}", entry.setting.flag),
            "value": entry.value,
            "default": entry.setting.default,
            "source": entry.source,
            "allowed": entry.setting.allowed(),
            "description": entry.setting.summary(),
            "pending": match entry.setting.effect {
                Effect::Full => None,
                Effect::Pending(reason) => Some(reason),
            },
        })
    });
    let providers = config
        .providers
        .iter()
        .map(|(service, choice)| (service.clone(), Value::from(choice.to_string())));
    let credentials = config.credentials.iter().map(|(id, credential)| {
        let principal = credential.principal.as_ref().map(ToString::to_string);
        let known = json!({ "account": credential.account.to_string(), "principal": principal });
        (id.clone(), known)
    });
    json!({
        "settings": settings.collect::<Vec<_>>(),
        "providers": Value::Object(providers.collect()),
        "credentials": Value::Object(credentials.collect()),
    })
}

fn print_table(config: &Config) {
    let width = config.entries().map(|entry| entry.setting.env.len()).max().unwrap_or(0);
    let values = config.entries().map(|entry| entry.value.len()).max().unwrap_or(0).min(40);
    let mut group = None;
    for entry in config.entries() {
        if group != Some(entry.setting.group) {
            let gap = if group.is_some() { "\n" } else { "" };
            say!("{gap}{STRONG}{}{STRONG:#}", entry.setting.group.title());
            group = Some(entry.setting.group);
        }
        let style = if *entry.source == Source::Default { FAINT } else { GOOD };
        let value = if entry.value.is_empty() { "-" } else { &entry.value };
        say!("  {:width$}  {value:values$}  {style}{}{style:#}", entry.setting.env, entry.source);
    }
    if !config.providers.is_empty() {
        say!("\n{STRONG}Providers{STRONG:#}");
    }
    for (service, choice) in &config.providers {
        say!("  {service:width$}  {choice}");
    }
    if !config.credentials.is_empty() {
        say!("\n{STRONG}Access keys{STRONG:#}");
    }
    for (id, credential) in &config.credentials {
        let principal =
            credential.principal.as_ref().map_or_else(|| "root".to_owned(), ToString::to_string);
        say!("  {id:width$}  {}  {principal}", credential.account);
    }
}
