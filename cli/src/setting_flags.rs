//! The flags that the table of settings defines.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use fogbank_config::{Effect, Group, SETTINGS, Setting};

/// What was given by flags.
#[derive(Debug, Clone, Default)]
pub(crate) struct SettingFlags {
    /// `--config`.
    pub(crate) file: Option<PathBuf>,
    /// Settings with the text of their values.
    pub(crate) values: Vec<(&'static Setting, String)>,
    /// `--provider`, each `SERVICE=PROVIDER`.
    pub(crate) providers: Vec<String>,
}

const FILE: &str = "config-file";
const PROVIDER: &str = "provider";

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new(FILE)
            .long("config")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("Configuration file instead of fogbank.toml of the current folder");
        let provider = Arg::new(PROVIDER)
            .long("provider")
            .value_name("SERVICE=PROVIDER")
            .action(ArgAction::Append)
            .help_heading(Group::Services.title())
            .help("Who answers for a service: a provider's name, or upstream:URL");
        command.arg(file).args(SETTINGS.iter().map(flag)).arg(provider)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let values = SETTINGS
            .iter()
            .filter_map(|setting| Some((setting, matches.get_one::<String>(setting.env)?.clone())));
        Ok(Self {
            file: matches.get_one(FILE).cloned(),
            values: values.collect(),
            providers: matches.get_many(PROVIDER).into_iter().flatten().cloned().collect(),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// A setting's flag. The value is read by the table, so that it is judged as in every source.
fn flag(setting: &'static Setting) -> Arg {
    let summary = setting.summary();
    let flag = Arg::new(setting.env)
        .long(setting.flag)
        .value_name(setting.kind.placeholder)
        .help_heading(setting.group.title())
        .help(summary.trim_end_matches('.').to_owned())
        .long_help(long_help(setting))
        .hide_short_help(is_rare(setting.group));
    if setting.kind.name == "switch" {
        return flag.num_args(0..=1).require_equals(true).default_missing_value("1");
    }
    flag
}

fn long_help(setting: &Setting) -> String {
    let mut text = setting.paragraphs().join("\n\n");
    if let Effect::Pending(reason) = setting.effect {
        text.push_str(&format!("\n\nNo effect yet: {reason}."));
    }
    text.push_str(&format!("\n\nAllowed: {}.", setting.allowed()));
    if !setting.default.is_empty() {
        text.push_str(&format!("\nDefault: {}.", setting.default));
    }
    text.push_str(&format!("\nVariable: {}. File: {}.", setting.env, setting.key));
    text
}

/// Chapters that `-h` leaves out.
fn is_rare(group: Group) -> bool {
    matches!(
        group,
        Group::Limits | Group::Cors | Group::Upstream | Group::S3 | Group::Sqs | Group::DynamoDb
    )
}
