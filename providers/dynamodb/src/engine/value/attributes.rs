//! A map from attribute names to values: an item, or a value of type `M`.

use serde::{Deserialize, Serialize};

use super::Value;

/// Attributes in the order of their names. Lookups are binary searches: items are small, and a
/// sorted vector is half the size of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes(Vec<(Box<str>, Value)>);

impl Attributes {
    /// No attributes.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The number of attributes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no attributes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| own.as_ref().cmp(name))
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.position(name).ok().map(|at| &self.0[at].1)
    }

    /// The value of an attribute, to be changed in place.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.position(name).ok().map(|at| &mut self.0[at].1)
    }

    /// Whether the attribute exists.
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_ok()
    }

    /// Sets an attribute and returns the value it had.
    pub fn insert(&mut self, name: impl Into<Box<str>>, value: Value) -> Option<Value> {
        let name = name.into();
        match self.position(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0[at].1, value)),
            Err(at) => {
                self.0.insert(at, (name, value));
                None
            }
        }
    }

    /// Removes an attribute and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.position(name).ok().map(|at| self.0.remove(at).1)
    }

    /// Names and values in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Only the attributes whose names are given, as far as they exist.
    pub fn only<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Attributes {
        names.into_iter().filter_map(|name| Some((name.into(), self.get(name)?.clone()))).collect()
    }
}

impl FromIterator<(Box<str>, Value)> for Attributes {
    /// A later value of the same name replaces an earlier one.
    fn from_iter<I: IntoIterator<Item = (Box<str>, Value)>>(entries: I) -> Self {
        let mut sorted: Vec<_> = entries.into_iter().collect();
        if !sorted.is_sorted_by(|a, b| a.0 < b.0) {
            sorted.reverse();
            sorted.sort_by(|a, b| a.0.cmp(&b.0));
            sorted.dedup_by(|later, first| later.0 == first.0);
        }
        Self(sorted)
    }
}

impl IntoIterator for Attributes {
    type Item = (Box<str>, Value);
    type IntoIter = std::vec::IntoIter<(Box<str>, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_name_wins() {
        let built: Attributes = [("b", "1"), ("a", "2"), ("b", "3")]
            .into_iter()
            .map(|(name, value)| (name.into(), Value::s(value)))
            .collect();
        assert_eq!(built.len(), 2);
        assert_eq!(built.get("b"), Some(&Value::s("3")));
        assert_eq!(built.iter().next(), Some(("a", &Value::s("2"))));
    }

    #[test]
    fn insert_replaces_and_remove_returns() {
        let mut attributes = Attributes::new();
        assert_eq!(attributes.insert("a", Value::Null), None);
        assert_eq!(attributes.insert("a", Value::Bool(true)), Some(Value::Null));
        assert_eq!(attributes.remove("a"), Some(Value::Bool(true)));
        assert!(attributes.is_empty());
    }
}
