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
        placeholders.define_names(names)?;
        let values: Vec<(String, Value)> = values.into_iter().flatten().collect();
        Self::check_values(values.iter().map(|(placeholder, _)| placeholder))?;
        placeholders.define_values(values);
        Ok(placeholders)
    }

    /// Takes definitions of names.
    ///
    /// # Errors
    /// A placeholder of the wrong form.
    pub fn define_names(
        &mut self,
        names: Option<impl IntoIterator<Item = (String, String)>>,
    ) -> Result<(), Invalid> {
        for (placeholder, name) in names.into_iter().flatten() {
            if !well_formed(&placeholder, b'#') {
                return Err(bad_key("ExpressionAttributeNames", &placeholder));
            }
            let defined = Defined { value: name.into_boxed_str(), used: false };
            self.names.insert(placeholder, defined);
        }
        Ok(())
    }

    /// Refuses a placeholder of a value that has the wrong form.
    pub fn check_values<'a>(
        mut placeholders: impl Iterator<Item = &'a String>,
    ) -> Result<(), Invalid> {
        match placeholders.find(|placeholder| !well_formed(placeholder, b':')) {
            Some(bad) => Err(bad_key("ExpressionAttributeValues", bad)),
            None => Ok(()),
        }
    }

    /// Takes definitions of values whose placeholders were checked.
    pub fn define_values(&mut self, values: impl IntoIterator<Item = (String, Value)>) {
        for (placeholder, value) in values {
            let defined = Defined { value: Arc::new(value), used: false };
            self.values.insert(placeholder, defined);
        }
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
