//! Switches, paths, names, and the wrappers for optional and repeated values.

use std::path::PathBuf;

use fogbank_context::{AccountId, Region};
use http::HeaderName;

use crate::setting::{Bounds, Choice, Kind, SettingType};

const fn kind(name: &'static str, placeholder: &'static str, form: &'static str) -> Kind {
    Kind { name, placeholder, form, render: |number| number.to_string() }
}

static SWITCH: Kind = kind("switch", "BOOL", "1, true, yes or on; 0, false, no or off");
static PATH: Kind = kind("path", "PATH", "a path");
static ACCOUNT: Kind = kind("account", "ACCOUNT", "twelve digits");
static REGION: Kind = kind("region", "REGION", "the name of a region, such as us-east-1");
static SERVICES: Kind =
    kind("services", "SERVICES", "names of services, separated by commas, such as s3,sqs");
static HEADERS: Kind = kind("headers", "HEADERS", "names of HTTP headers, separated by commas");

impl SettingType for bool {
    const KIND: &'static Kind = &SWITCH;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(true),
            "0" | "false" | "no" | "off" => Ok(false),
            _ => Err(format!("{text:?} is neither on nor off")),
        }
    }

    fn to_text(&self) -> String {
        if *self { "1" } else { "0" }.to_owned()
    }
}

impl SettingType for PathBuf {
    const KIND: &'static Kind = &PATH;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        if text.is_empty() {
            return Err("an empty path names nothing".to_owned());
        }
        Ok(PathBuf::from(text))
    }

    fn to_text(&self) -> String {
        self.display().to_string()
    }
}

impl SettingType for AccountId {
    const KIND: &'static Kind = &ACCOUNT;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        text.parse().map_err(|_| format!("{text:?} is not an account id"))
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl SettingType for Region {
    const KIND: &'static Kind = &REGION;

    /// Checks the form only: which regions exist is the gateway's question.
    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        let byte = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !(1..=32).contains(&text.len()) || !text.bytes().all(byte) {
            return Err(format!("{text:?} is not the name of a region"));
        }
        Ok(Region::new(text))
    }

    fn to_text(&self) -> String {
        self.as_str().to_owned()
    }
}

/// The services that answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceFilter(Vec<String>);

impl ServiceFilter {
    /// Only these services.
    pub fn only<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// Whether every service answers.
    pub fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the service answers; the name is the one of the AWS CLI, such as `sqs`.
    pub fn allows(&self, service: &str) -> bool {
        self.is_all() || self.0.iter().any(|name| name == service)
    }

    /// The names as they were written, in lower case; empty for all services.
    pub fn names(&self) -> &[String] {
        &self.0
    }
}

impl SettingType for ServiceFilter {
    const KIND: &'static Kind = &SERVICES;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        let mut names = Vec::new();
        for written in items(text) {
            let name = written.to_ascii_lowercase().replace('_', "-");
            let byte = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
            if !name.bytes().all(byte) {
                return Err(format!("{written:?} is not the name of a service"));
            }
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(Self(names))
    }

    fn to_text(&self) -> String {
        self.0.join(",")
    }
}

impl SettingType for HeaderName {
    const KIND: &'static Kind = &HEADERS;

    fn from_text(text: &str, _: Bounds) -> Result<Self, String> {
        text.parse().map_err(|_| format!("{text:?} is not the name of an HTTP header"))
    }

    fn to_text(&self) -> String {
        self.to_string()
    }
}

impl<T: SettingType> SettingType for Option<T> {
    const KIND: &'static Kind = T::KIND;
    const CHOICES: &'static [Choice] = T::CHOICES;

    fn from_text(text: &str, bounds: Bounds) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::from_text(text, bounds).map(Some) }
    }

    fn to_text(&self) -> String {
        self.as_ref().map(T::to_text).unwrap_or_default()
    }
}

impl<T: SettingType> SettingType for Vec<T> {
    const KIND: &'static Kind = T::KIND;

    fn from_text(text: &str, bounds: Bounds) -> Result<Self, String> {
        items(text).map(|item| T::from_text(item, bounds)).collect()
    }

    fn to_text(&self) -> String {
        self.iter().map(T::to_text).collect::<Vec<_>>().join(",")
    }
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}
