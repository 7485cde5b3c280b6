//! Sizes as AWS counts them for limits and capacity units.

use super::{Attributes, Value};

/// Bytes of an empty list or map, before its entries.
const CONTAINER: usize = 3;
/// Bytes that each entry of a list or map costs beyond its content.
const ENTRY: usize = 1;

impl Value {
    /// The size of the value in bytes.
    pub fn size(&self) -> usize {
        match self {
            Value::S(text) => text.len(),
            Value::N(number) => number.size(),
            Value::B(bytes) => bytes.len(),
            Value::Ss(set) => set.iter().map(|member| member.len()).sum(),
            Value::Ns(set) => set.iter().map(super::Number::size).sum(),
            Value::Bs(set) => set.iter().map(bytes::Bytes::len).sum(),
            Value::M(map) => CONTAINER + map.size() + ENTRY * map.len(),
            Value::L(list) => {
                CONTAINER + list.iter().map(|entry| ENTRY + entry.size()).sum::<usize>()
            }
            Value::Null | Value::Bool(_) => 1,
        }
    }
}

impl Attributes {
    /// The size in bytes: names in UTF-8, and values.
    pub fn size(&self) -> usize {
        self.size_or(|all| all.iter().map(|(name, value)| name.len() + value.size()).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_follow_the_developer_guide() {
        let text = |text: &str| Value::s(text);
        let map = Value::M([("ab".into(), text("xyz"))].into_iter().collect());
        let cases = [
            (text("héllo"), 6),
            (Value::Null, 1),
            (Value::Bool(true), 1),
            (Value::B(vec![1, 2, 3].into()), 3),
            (Value::Ss(vec!["a".into(), "bc".into()]), 3),
            (Value::L(vec![]), 3),
            (Value::L(vec![text("a"), text("b")]), 7),
            (map, 9),
        ];
        for (value, size) in cases {
            assert_eq!(value.size(), size, "{value:?}");
        }
    }
}
