//! `ExpressionAttributeNames` and `ExpressionAttributeValues` of a request.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::validation::Invalid;
use crate::engine::value::Value;

/// A definition and whether an expression used it.
#[derive(Debug)]
struct Defined<T> {
    value: T,
    used: bool,
}

/// The placeholders that the expressions of one request share.
#[derive(Debug, Default)]
pub struct Placeholders {
    names: BTreeMap<String, Defined<Box<str>>>,
    values: BTreeMap<String, Defined<Arc<Value>>>,
}

/// Whether a placeholder is the mark and then letters, digits or underscores.
fn well_formed(placeholder: &str, mark: u8) -> bool {
    placeholder.len() > 1
        && placeholder.as_bytes()[0] == mark
        && placeholder.bytes().skip(1).all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl Placeholders {
    /// Takes the definitions of a request.
    ///
    /// # Errors
    /// An empty map, a placeholder of the wrong form, or an empty attribute name.
    pub fn new(
        names: Option<impl IntoIterator<Item = (String, String)>>,
        values: Option<impl IntoIterator<Item = (String, Value)>>,
    ) -> Result<Placeholders, Invalid> {
        let mut placeholders = Placeholders::default();
        for (placeholder, name) in names.into_iter().flatten() {
            if !well_formed(&placeholder, b'#') {
                return Err(bad_key("ExpressionAttributeNames", &placeholder));
            }
            let defined = Defined { value: name.into_boxed_str(), used: false };
            placeholders.names.insert(placeholder, defined);
        }
        for (placeholder, value) in values.into_iter().flatten() {
            if !well_formed(&placeholder, b':') {
                return Err(bad_key("ExpressionAttributeValues", &placeholder));
            }
            let defined = Defined { value: Arc::new(value), used: false };
            placeholders.values.insert(placeholder, defined);
        }
        Ok(placeholders)
    }

    /// The attribute name behind `#placeholder`, which is used from now on.
    pub(super) fn name(&mut self, placeholder: &str) -> Option<Box<str>> {
        let defined = self.names.get_mut(placeholder)?;
        defined.used = true;
        Some(defined.value.clone())
    }

    /// The value behind `:placeholder`, which is used from now on.
    pub(super) fn value(&mut self, placeholder: &str) -> Option<Arc<Value>> {
        let defined = self.values.get_mut(placeholder)?;
        defined.used = true;
        Some(Arc::clone(&defined.value))
    }

    /// Refuses placeholders that no expression used. To be called when all have been parsed.
    pub fn check_all_used(&self) -> Result<(), Invalid> {
        fn unused<T>(map: &BTreeMap<String, Defined<T>>) -> Vec<&str> {
            map.iter().filter(|(_, own)| !own.used).map(|(key, _)| key.as_str()).collect()
        }
        let lists = [
            ("ExpressionAttributeNames", unused(&self.names)),
            ("ExpressionAttributeValues", unused(&self.values)),
        ];
        match lists.iter().find(|(_, unused)| !unused.is_empty()) {
            None => Ok(()),
            Some((parameter, unused)) => Err(Invalid::from(format!(
                "Value provided in {parameter} unused in expressions: keys: {{{}}}",
                unused.join(", ")
            ))),
        }
    }
}

fn bad_key(parameter: &str, key: &str) -> Invalid {
    Invalid::from(format!("{parameter} contains invalid key: Syntax error; key: \"{key}\""))
}
