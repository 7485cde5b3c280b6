//! Reading `fogbank.toml`.

use std::path::{Path, PathBuf};

use fogbank_context::{AccountId, Arn};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::credentials::check_access_key_id;
use crate::suggest::nearest;
use crate::{Credential, Credentials, Problem, SETTINGS, Setting, Source};

/// Key of the table of access keys.
const CREDENTIALS: &str = "credentials";
/// Key of the table that chooses providers.
pub(crate) const PROVIDERS: &str = "providers";

/// What a configuration file says.
#[derive(Default)]
pub(crate) struct FileContents {
    /// Settings with their values as text, as they would be written in a variable.
    pub(crate) settings: Vec<(&'static Setting, String, Source)>,
    /// Services with the provider that is chosen for them.
    pub(crate) providers: Vec<(String, String, Source)>,
    /// Access keys.
    pub(crate) credentials: Credentials,
    /// What is wrong.
    pub(crate) problems: Vec<Problem>,
}

/// Reads the text of a configuration file; `path` is named in messages.
pub(crate) fn read(path: &Path, text: &str) -> FileContents {
    let mut reader = Reader { path, text, contents: FileContents::default() };
    match DeTable::parse(text) {
        Ok(root) => reader.table("", root.get_ref()),
        Err(error) => {
            let start = error.span().map_or(0, |span| span.start);
            let source = reader.source(start);
            let found = error.message().to_owned();
            reader.problem(path.display().to_string(), source, found, None, None);
        }
    }
    // Tables iterate by key; users read from top to bottom.
    reader.contents.problems.sort_by_key(|problem| match problem.source {
        Source::File { line, .. } => line,
        _ => 0,
    });
    reader.contents
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    contents: FileContents,
}

impl Reader<'_> {
    fn source(&self, offset: usize) -> Source {
        let before = &self.text.as_bytes()[..offset.min(self.text.len())];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Source::File { path: PathBuf::from(self.path), line }
    }

    fn problem(
        &mut self,
        setting: String,
        source: Source,
        found: String,
        allowed: Option<String>,
        hint: Option<String>,
    ) {
        self.contents.problems.push(Problem { setting, source, found, allowed, hint });
    }

    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table.iter() {
            let path = join(prefix, key.get_ref());
            let source = self.source(key.span().start);
            if path == CREDENTIALS {
                self.credentials(value);
            } else if path == PROVIDERS {
                self.providers(value);
            } else if let Some(setting) = SETTINGS.iter().find(|setting| setting.key == path) {
                self.setting(setting, value, source);
            } else if let (true, DeValue::Table(inner)) = (is_section(&path), value.get_ref()) {
                self.table(&path, inner);
            } else if is_section(&path) {
                let found = format!("{} stands where a table belongs", kind(value.get_ref()));
                self.problem(path, source, found, Some("a table of settings".into()), None);
            } else {
                let hint = hint_for_key(&path);
                self.problem(path, source, "there is no such setting".into(), None, hint);
            }
        }
    }

    fn setting(&mut self, setting: &'static Setting, value: &Spanned<DeValue<'_>>, source: Source) {
        match as_text(value.get_ref()) {
            Some(text) => self.contents.settings.push((setting, text, source)),
            None => {
                let found = format!("{} is not a value of this setting", kind(value.get_ref()));
                let allowed = Some(setting.allowed());
                self.problem(setting.key.into(), source, found, allowed, None);
            }
        }
    }

    fn providers(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(table) = self.expect_table(PROVIDERS, value) else { return };
        for (service, provider) in table.iter() {
            let source = self.source(service.span().start);
            match provider.get_ref() {
                DeValue::String(text) => {
                    let row = (service.get_ref().to_string(), text.to_string(), source);
                    self.contents.providers.push(row);
                }
                other => {
                    let found = format!("{} is not a provider", kind(other));
                    let allowed = Some(crate::providers::ALLOWED.to_owned());
                    self.problem(join(PROVIDERS, service.get_ref()), source, found, allowed, None);
                }
            }
        }
    }

    fn credentials(&mut self, value: &Spanned<DeValue<'_>>) {
        let Some(table) = self.expect_table(CREDENTIALS, value) else { return };
        for (id, value) in table.iter() {
            let path = join(CREDENTIALS, id.get_ref());
            let source = self.source(id.span().start);
            let credential =
                check_access_key_id(id.get_ref()).and_then(|()| self.credential(&path, value));
            match credential {
                Ok(Some(credential)) => {
                    self.contents.credentials.insert(id.get_ref().to_string(), credential);
                }
                Ok(None) => {}
                Err(found) => self.problem(path, source, found, None, None),
            }
        }
    }

    /// One access key; `None` when its problems have been noted already.
    fn credential(
        &mut self,
        path: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Option<Credential>, String> {
        let fields = match value.get_ref() {
            DeValue::String(account) => {
                let account = account_id(account)?;
                return Ok(Some(Credential { account, secret: None, principal: None }));
            }
            DeValue::Table(fields) => fields,
            other => return Err(format!("{} is not an account or a table", kind(other))),
        };
        let (mut account, mut secret, mut principal) = (None, None, None);
        let mut complete = true;
        for (key, value) in fields.iter() {
            let field = join(path, key.get_ref());
            let source = self.source(key.span().start);
            let known = ["account", "secret", "principal"];
            let taken = match (key.get_ref().as_ref(), value.get_ref()) {
                ("account", DeValue::String(text)) => account_id(text).map(|id| account = Some(id)),
                ("secret", DeValue::String(text)) if !text.is_empty() => {
                    secret = Some(text.to_string());
                    Ok(())
                }
                ("principal", DeValue::String(text)) => text
                    .parse::<Arn>()
                    .map(|arn| principal = Some(arn))
                    .map_err(|error| error.to_string()),
                (name, _) if known.contains(&name) => Err("a string belongs here".to_owned()),
                (name, _) => Err(match nearest(name, known) {
                    Some(meant) => format!("there is no such field; did you mean {meant}?"),
                    None => format!("there is no such field, only {}", known.join(", ")),
                }),
            };
            if let Err(found) = taken {
                complete = false;
                self.problem(field, source, found, None, None);
            }
        }
        if !complete {
            return Ok(None);
        }
        let account = account.ok_or("account is missing")?;
        if let Some(arn) = principal.as_ref().filter(|arn| arn.account_id() != Some(account)) {
            return Err(format!("the principal {arn} is not of the account {account}"));
        }
        Ok(Some(Credential { account, secret, principal }))
    }

    fn expect_table<'v, 't>(
        &mut self,
        path: &str,
        value: &'v Spanned<DeValue<'t>>,
    ) -> Option<&'v DeTable<'t>> {
        if let DeValue::Table(table) = value.get_ref() {
            return Some(table);
        }
        let source = self.source(value.span().start);
        let found = format!("{} stands where a table belongs", kind(value.get_ref()));
        self.problem(path.to_owned(), source, found, None, None);
        None
    }
}

fn account_id(text: &str) -> Result<AccountId, String> {
    text.parse().map_err(|_| format!("{text:?} is not an account id, which is twelve digits"))
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

fn is_section(path: &str) -> bool {
    SETTINGS
        .iter()
        .any(|setting| setting.key.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}

fn hint_for_key(path: &str) -> Option<String> {
    let last = path.rsplit('.').next().unwrap_or(path);
    let variable = SETTINGS.iter().find(|setting| setting.env.eq_ignore_ascii_case(last));
    if let Some(setting) = variable {
        return Some(format!("the key of {} is {}", setting.env, setting.key));
    }
    let sections = [CREDENTIALS, PROVIDERS];
    let keys = SETTINGS.iter().map(|setting| setting.key).chain(sections);
    let endings = SETTINGS.iter().filter_map(|setting| {
        let ending = setting.key.rsplit('.').next()?;
        nearest(last, [ending]).map(|_| setting.key)
    });
    let meant = nearest(path, keys).or_else(|| endings.into_iter().next())?;
    Some(format!("did you mean {meant}?"))
}

/// The value as it would be written in a variable; tables, dates and nested arrays have no such
/// form.
fn as_text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(|n| n.to_string())
        }
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(on) => Some(on.to_string()),
        DeValue::Array(items) => {
            let texts: Option<Vec<String>> = items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::Array(_) => None,
                    simple => as_text(simple),
                })
                .collect();
            texts.map(|texts| texts.join(","))
        }
        DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
