//! A map from attribute names to values: an item, or a value of type `M`.

use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize, Serializer};

use super::Value;

/// Attributes in the order of their names. Lookups are binary searches: items are small, and a
/// sorted vector is half the size of a tree.
#[derive(Default, Deserialize)]
#[serde(from = "Vec<(Box<str>, Value)>")]
pub struct Attributes {
    entries: Vec<(Box<str>, Value)>,
    /// The size, once it was asked for; zero before.
    size: AtomicU32,
}

impl Attributes {
    /// No attributes.
    pub const fn new() -> Self {
        Self { entries: Vec::new(), size: AtomicU32::new(0) }
    }

    /// The number of attributes.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are no attributes.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The size, which is computed the first time.
    pub(super) fn size_or(&self, compute: impl FnOnce(&Self) -> usize) -> usize {
        match self.size.load(Ordering::Relaxed) {
            0 => {
                let size = compute(self);
                // What does not fit is computed each time.
                self.size.store(u32::try_from(size).unwrap_or(0), Ordering::Relaxed);
                size
            }
            known => known as usize,
        }
    }

    /// The entries, to be changed.
    fn entries_mut(&mut self) -> &mut Vec<(Box<str>, Value)> {
        *self.size.get_mut() = 0;
        &mut self.entries
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(own, _)| own.as_ref().cmp(name))
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.position(name).ok().map(|at| &self.entries[at].1)
    }

    /// The value of an attribute, to be changed in place.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.position(name).ok().map(|at| &mut self.entries_mut()[at].1)
    }

    /// Whether the attribute exists.
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_ok()
    }

    /// Sets an attribute and returns the value it had.
    pub fn insert(&mut self, name: impl Into<Box<str>>, value: Value) -> Option<Value> {
        let name = name.into();
        match self.position(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.entries_mut()[at].1, value)),
            Err(at) => {
                self.entries_mut().insert(at, (name, value));
                None
            }
        }
    }

    /// Removes an attribute and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.position(name).ok().map(|at| self.entries_mut().remove(at).1)
    }

    /// Names and values in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// Only the attributes whose names are given, as far as they exist.
    pub fn only<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Attributes {
        names.into_iter().filter_map(|name| Some((name.into(), self.get(name)?.clone()))).collect()
    }
}

impl Clone for Attributes {
    fn clone(&self) -> Self {
        let size = AtomicU32::new(self.size.load(Ordering::Relaxed));
        Self { entries: self.entries.clone(), size }
    }
}

impl PartialEq for Attributes {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl Eq for Attributes {}

impl std::fmt::Debug for Attributes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Attributes").field(&self.entries).finish()
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.entries.serialize(serializer)
    }
}

impl From<Vec<(Box<str>, Value)>> for Attributes {
    /// Entries that were written in the order of their names.
    fn from(entries: Vec<(Box<str>, Value)>) -> Self {
        Self { entries, size: AtomicU32::new(0) }
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
        Self { entries: sorted, size: AtomicU32::new(0) }
    }
}

impl IntoIterator for Attributes {
    type Item = (Box<str>, Value);
    type IntoIter = std::vec::IntoIter<(Box<str>, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
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
    fn the_size_follows_the_changes() {
        let mut attributes = Attributes::new();
        let mut sizes = vec![attributes.size()];
        attributes.insert("abc", Value::s("de"));
        sizes.push(attributes.size());
        if let Some(value) = attributes.get_mut("abc") {
            *value = Value::s("defg");
        }
        sizes.push(attributes.clone().size());
        attributes.insert("abc", Value::Null);
        sizes.push(attributes.size());
        attributes.remove("abc");
        sizes.push(attributes.size());
        assert_eq!(sizes, [0, 5, 7, 4, 0]);
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
