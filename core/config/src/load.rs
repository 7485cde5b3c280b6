//! Putting the sources together.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use crate::file::{self, FileContents};
use crate::foreign::{Renamed, foreign, renamed};
use crate::providers::{self, service_name};
use crate::setting::{Effect, Entry, Setting};
use crate::suggest::nearest;
use crate::values::LogLevel;
use crate::{
    Config, ConfigError, Notice, NoticeKind, PROVIDER_OVERRIDE, Problem, ProviderChoice, SETTINGS,
    Source,
};

/// Name of the configuration file that is read from the current folder.
const FILE_NAME: &str = "fogbank.toml";
/// Prefixes that may stand before the name of a variable, the strongest first.
const PREFIXES: [&str; 3] = ["FOGBANK_", "LOCALSTACK_", ""];

/// Variables of ours that are no settings of the server, each with its meaning.
pub const OTHER_VARIABLES: &[(&str, &str)] = &[
    ("FOGBANK_CONFIG", "Path of the configuration file, instead of `fogbank.toml` here."),
    ("FOGBANK_STATE_DIR", "Folder of the pid and log files of detached servers."),
    ("FOGBANK_ENDPOINT", "URL of the server that the other commands talk to."),
    ("FOGBANK_BINARY", "Path of the binary that test kits start."),
];

/// Reads the configuration from its sources.
///
/// A new loader reads nothing by itself: the caller says which sources there are, so that tests
/// do not depend on where they run.
#[derive(Debug, Default)]
pub struct Loader<'a> {
    variables: BTreeMap<String, String>,
    file: Option<PathBuf>,
    folder: Option<PathBuf>,
    flags: Vec<(&'static Setting, String)>,
    provider_flags: Vec<String>,
    services: Option<&'a [&'a str]>,
}

/// A configuration, and what its author should know about it.
#[derive(Debug)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// What was written and does not do what it says.
    pub notices: Vec<Notice>,
    /// The configuration file that was read.
    pub file: Option<PathBuf>,
}

impl<'a> Loader<'a> {
    /// Nothing but defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the process's environment, and `fogbank.toml` of the current folder if it exists.
    pub fn from_process() -> Self {
        // A variable that is not Unicode has a name or a value that no setting has.
        let variables = env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::new().variables(variables).folder(".")
    }

    /// Reads these variables.
    pub fn variables(
        mut self,
        variables: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.variables.extend(variables);
        self
    }

    /// Reads `fogbank.toml` of the folder if it exists and no other file is named.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Reads this file, which must exist; it replaces `FOGBANK_CONFIG` and the folder's file.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = Some(path.into());
        self
    }

    /// Takes the value of a flag.
    pub fn flag(mut self, setting: &'static Setting, value: impl Into<String>) -> Self {
        self.flags.push((setting, value.into()));
        self
    }

    /// Takes the value of `--provider SERVICE=PROVIDER`.
    pub fn provider_flag(mut self, value: impl Into<String>) -> Self {
        self.provider_flags.push(value.into());
        self
    }

    /// States which services exist, so that misspelt names in `SERVICES` and
    /// `PROVIDER_OVERRIDE_*` are found; otherwise only their form is checked.
    pub fn known_services(mut self, names: &'a [&'a str]) -> Self {
        self.services = Some(names);
        self
    }

    /// Puts the sources together.
    ///
    /// # Errors
    ///
    /// Fails with everything that is wrong in any source, overridden values included.
    pub fn load(self) -> Result<Loaded, ConfigError> {
        let mut merge = Merge { services: self.services, ..Merge::default() };
        let file = self.file_contents(&mut merge);
        merge.environment(&self.variables);
        merge.flags(&self.flags, &self.provider_flags);
        merge.finish(file)
    }

    /// Reads the configuration file into `merge`; returns its path.
    fn file_contents(&self, merge: &mut Merge<'_>) -> Option<PathBuf> {
        let from_variable = self.variables.get("FOGBANK_CONFIG").filter(|path| !path.is_empty());
        let (path, source) = match (&self.file, from_variable) {
            (Some(path), _) => (path.clone(), Source::Flag("--config".into())),
            (None, Some(path)) => {
                (PathBuf::from(path), Source::Environment("FOGBANK_CONFIG".into()))
            }
            (None, None) => (self.default_file()?, Source::Default),
        };
        match fs::read_to_string(&path) {
            Ok(text) => {
                merge.file(file::read(&path, &text));
                Some(path)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && source == Source::Default => {
                None
            }
            Err(error) => {
                merge.problems.push(Problem {
                    setting: "configuration file".into(),
                    source,
                    found: format!("{} cannot be read: {error}", path.display()),
                    allowed: None,
                    hint: None,
                });
                None
            }
        }
    }

    fn default_file(&self) -> Option<PathBuf> {
        let folder = self.folder.as_ref()?;
        Some(if folder == Path::new(".") { FILE_NAME.into() } else { folder.join(FILE_NAME) })
    }
}

#[derive(Default)]
struct Merge<'a> {
    config: Config,
    problems: Vec<Problem>,
    notices: Vec<Notice>,
    services: Option<&'a [&'a str]>,
}

impl Merge<'_> {
    fn file(&mut self, contents: FileContents) {
        self.problems.extend(contents.problems);
        for (setting, text, source) in contents.settings {
            self.set(setting, setting.key, text.trim(), source);
        }
        for (service, provider, source) in contents.providers {
            let written = format!("{}.{service}", file::PROVIDERS);
            self.provider(&service, written, &provider, source);
        }
        self.config.credentials = contents.credentials;
    }

    fn environment(&mut self, variables: &BTreeMap<String, String>) {
        // Weaker spellings first, so that stronger ones replace them.
        for prefix in PREFIXES.into_iter().rev() {
            for (name, value) in variables.iter().filter(|(name, _)| matches_prefix(name, prefix)) {
                let value = value.trim();
                // Compose files pass variables on that may be empty: that is not a value.
                if !value.is_empty() {
                    self.variable(name, &name[prefix.len()..], value, variables);
                }
            }
        }
        // After all settings, because a setting's own name wins over its older one.
        for (name, value) in variables.iter().filter(|(_, value)| !value.trim().is_empty()) {
            if let Some(renamed) = renamed_variable(name) {
                self.renamed(renamed, name, value.trim());
            }
        }
    }

    /// Takes one variable; `bare` is its name without the prefix.
    fn variable(
        &mut self,
        name: &str,
        bare: &str,
        value: &str,
        variables: &BTreeMap<String, String>,
    ) {
        let source = Source::Environment(name.to_owned());
        if renamed_variable(name).is_some() {
            return;
        }
        if let Some(setting) = setting_of_variable(name, bare) {
            if !is_overridden(name, bare, variables) {
                self.set(setting, name, value, source);
            }
        } else if let Some(service) = bare.strip_prefix(PROVIDER_OVERRIDE) {
            self.provider(service, name.to_owned(), value, source);
        } else if let Some(foreign) = foreign(name).or_else(|| foreign(bare)) {
            self.notice(NoticeKind::Ignored, name, source, foreign.reason.to_owned());
        } else if name.starts_with("FOGBANK_") {
            self.unknown_variable(name, source);
        } else if name.starts_with("LOCALSTACK_") {
            let message = "fogbank has no such setting".to_owned();
            self.notice(NoticeKind::Ignored, name, source, message);
        }
    }

    fn unknown_variable(&mut self, name: &str, source: Source) {
        let others = OTHER_VARIABLES.iter().map(|(name, _)| *name);
        if others.clone().any(|other| other == name) || name.starts_with("FOGBANK_TEST_") {
            return;
        }
        let prefixed: Vec<String> =
            SETTINGS.iter().map(|setting| with_prefix("FOGBANK_", setting.env)).collect();
        let known = prefixed.iter().map(String::as_str).chain(others);
        self.problems.push(Problem {
            setting: name.to_owned(),
            source,
            found: "there is no such setting".into(),
            allowed: None,
            hint: nearest(name, known).map(|meant| format!("did you mean {meant}?")),
        });
    }

    fn flags(&mut self, flags: &[(&'static Setting, String)], provider_flags: &[String]) {
        for (setting, value) in flags {
            let flag = format!("--{}", setting.flag);
            self.set(setting, &flag, value.trim(), Source::Flag(flag.clone()));
        }
        for value in provider_flags {
            let source = Source::Flag("--provider".into());
            match value.split_once('=') {
                Some((service, provider)) => {
                    self.provider(service, "--provider".into(), provider, source);
                }
                None => self.problems.push(Problem {
                    setting: "--provider".into(),
                    source,
                    found: format!("{value:?} has no ="),
                    allowed: Some("SERVICE=PROVIDER".into()),
                    hint: None,
                }),
            }
        }
    }

    fn set(&mut self, setting: &'static Setting, written: &str, text: &str, source: Source) {
        if let Err(found) = (setting.set)(&mut self.config, text) {
            let words = setting.choices.iter().map(|choice| choice.name);
            self.problems.push(Problem {
                setting: written.to_owned(),
                source,
                found,
                allowed: Some(setting.allowed()),
                hint: nearest(text, words).map(|meant| format!("did you mean {meant}?")),
            });
            return;
        }
        if setting.env == "SERVICES" {
            self.check_services(written, &source);
        }
        self.config.sources.insert(setting.env, source);
    }

    fn check_services(&mut self, written: &str, source: &Source) {
        for name in self.config.services.names().to_vec() {
            self.check_service(&name, written, source);
        }
    }

    fn check_service(&mut self, name: &str, written: &str, source: &Source) -> bool {
        let Some(known) = self.services else { return true };
        if known.contains(&name) {
            return true;
        }
        self.problems.push(Problem {
            setting: written.to_owned(),
            source: source.clone(),
            found: format!("AWS has no service {name:?}"),
            allowed: None,
            hint: nearest(name, known.iter().copied())
                .map(|meant| format!("did you mean {meant}?")),
        });
        false
    }

    fn provider(&mut self, service: &str, written: String, text: &str, source: Source) {
        let service = service_name(service);
        if !self.check_service(&service, &written, &source) {
            return;
        }
        match ProviderChoice::from_text(text) {
            Ok(choice) => {
                self.config.providers.insert(service, choice);
            }
            Err(found) => self.problems.push(Problem {
                setting: written,
                source,
                found,
                allowed: Some(providers::ALLOWED.to_owned()),
                hint: None,
            }),
        }
    }

    fn renamed(&mut self, renamed: &Renamed, name: &str, value: &str) {
        let setting = setting_by_variable(renamed.now).expect("a renamed setting exists");
        let source = Source::Environment(name.to_owned());
        if let Source::Environment(winner) = self.config.source(setting.env) {
            let message = format!("{winner} is set too and wins");
            self.notice(NoticeKind::Deprecated, name, source, message);
            return;
        }
        let value = (renamed.value)(value);
        let message = format!("write {}={value}", setting.env);
        self.notice(NoticeKind::Deprecated, name, source.clone(), message);
        self.set(setting, name, &value, source);
    }

    fn notice(&mut self, kind: NoticeKind, setting: &str, source: Source, message: String) {
        self.notices.push(Notice { kind, setting: setting.to_owned(), source, message });
    }

    fn finish(mut self, file: Option<PathBuf>) -> Result<Loaded, ConfigError> {
        for setting in SETTINGS {
            let (Effect::Pending(reason), Some(source)) =
                (setting.effect, self.config.sources.get(setting.env).cloned())
            else {
                continue;
            };
            self.notice(NoticeKind::Pending, setting.env, source, reason.to_owned());
        }
        if self.config.strict {
            let refused = |notice: &Notice| notice.kind != NoticeKind::Deprecated;
            let (refused, kept) = self.notices.into_iter().partition(refused);
            self.notices = kept;
            self.problems.extend(Vec::into_iter(refused).map(|notice: Notice| Problem {
                setting: notice.setting,
                source: notice.source,
                found: format!("{}: {}", notice.kind, notice.message),
                allowed: None,
                hint: Some("STRICT refuses settings without effect".into()),
            }));
        }
        if !self.problems.is_empty() {
            return Err(ConfigError { problems: self.problems });
        }
        Ok(Loaded { config: self.config, notices: self.notices, file })
    }
}

impl Config {
    /// Where the value of a setting came from, by the name of its variable in the table.
    pub fn source(&self, env: &str) -> &Source {
        self.sources.get(env).unwrap_or(&Source::Default)
    }

    /// Every setting with its value and its source, in the order of the table.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        SETTINGS.iter().map(|setting| Entry {
            setting,
            value: (setting.show)(self).into(),
            source: self.source(setting.env),
        })
    }

    /// The log level that `LS_LOG` and `DEBUG` lead to.
    pub fn log_level(&self) -> LogLevel {
        match (self.ls_log, self.debug) {
            (Some(level), _) => level,
            (None, true) => LogLevel::Debug,
            (None, false) => LogLevel::Info,
        }
    }
}

fn renamed_variable(name: &str) -> Option<&'static Renamed> {
    let bare = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    renamed(name).or_else(|| renamed(bare))
}

fn setting_by_variable(env: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.env == env)
}

/// The setting that a variable gives a value: named exactly, or with a prefix that the name in
/// the table does not have.
fn setting_of_variable(name: &str, bare: &str) -> Option<&'static Setting> {
    setting_by_variable(name)
        .or_else(|| setting_by_variable(bare).filter(|setting| !has_prefix(setting.env)))
}

fn has_prefix(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| !prefix.is_empty() && name.starts_with(prefix))
}

/// Whether the name belongs to the turn of this prefix.
fn matches_prefix(name: &str, prefix: &str) -> bool {
    if prefix.is_empty() { !has_prefix(name) } else { name.starts_with(prefix) }
}

fn with_prefix(prefix: &str, env: &str) -> String {
    if has_prefix(env) { env.to_owned() } else { format!("{prefix}{env}") }
}

/// Whether a stronger spelling of the same variable is set.
fn is_overridden(name: &str, bare: &str, variables: &BTreeMap<String, String>) -> bool {
    PREFIXES
        .into_iter()
        .map(|prefix| format!("{prefix}{bare}"))
        .take_while(|spelling| spelling != name)
        .any(|spelling| variables.get(&spelling).is_some_and(|value| !value.trim().is_empty()))
}
