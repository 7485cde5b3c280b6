//! What a value may be, whatever table it is for.

use std::collections::HashSet;
use std::hash::Hash;

use base64::Engine as _;
use bytes::Bytes;

use super::{Attributes, Number, NumberError, Value};
use crate::engine::validation::Invalid;

/// The largest item, names and values together.
pub const ITEM_BYTES: usize = 400 * 1024;
/// The longest partition key value.
pub const HASH_KEY_BYTES: usize = 2048;
/// The longest sort key value.
pub const RANGE_KEY_BYTES: usize = 1024;
/// The longest name of an attribute that is not part of a key.
pub const ATTRIBUTE_NAME_BYTES: usize = 65_535;
/// What is said of an attribute without a name.
pub const EMPTY_NAME: Invalid =
    Invalid::new("One or more parameter values were invalid: Attribute name must not be empty");
/// How many levels of values a top-level attribute may have, itself counted.
pub const NESTING_LEVELS: usize = 32;

impl From<NumberError> for Invalid {
    fn from(error: NumberError) -> Self {
        Invalid::from(error.to_string())
    }
}

/// Whether no two members are equal. Small sets are compared pair by pair.
fn distinct<T: Eq + Hash>(members: &[T]) -> bool {
    if members.len() <= 16 {
        return members.iter().enumerate().all(|(at, member)| !members[..at].contains(member));
    }
    let mut seen = HashSet::with_capacity(members.len());
    members.iter().all(|member| seen.insert(member))
}

impl Value {
    /// A string set of at least one member, without duplicates and empty strings.
    pub fn string_set(members: Vec<Box<str>>) -> Result<Value, Invalid> {
        if members.is_empty() {
            return Err(Invalid::parameter("An string set  may not be empty"));
        }
        if members.iter().any(|member| member.is_empty()) {
            return Err(Invalid::parameter(
                "An string set may not have a empty string as a member",
            ));
        }
        if !distinct(&members) {
            return Err(Invalid::parameter(format!(
                "Input collection [{}] contains duplicates.",
                members.join(", ")
            )));
        }
        Ok(Value::Ss(members))
    }

    /// A number set of at least one member, without duplicates.
    pub fn number_set<'a>(members: impl IntoIterator<Item = &'a str>) -> Result<Value, Invalid> {
        let numbers = members.into_iter().map(Number::parse).collect::<Result<Vec<_>, _>>()?;
        if numbers.is_empty() {
            return Err(Invalid::parameter("An number set  may not be empty"));
        }
        if !distinct(&numbers) {
            return Err(Invalid::new("Input collection contains duplicates"));
        }
        Ok(Value::Ns(numbers))
    }

    /// A binary set of at least one member, without duplicates and empty members.
    pub fn binary_set(members: Vec<Bytes>) -> Result<Value, Invalid> {
        if members.is_empty() {
            return Err(Invalid::parameter("Binary sets should not be empty"));
        }
        if members.iter().any(Bytes::is_empty) {
            return Err(Invalid::parameter("Binary sets may not contain null or empty values"));
        }
        if !distinct(&members) {
            let base64 = base64::engine::general_purpose::STANDARD;
            let shown: Vec<_> = members.iter().map(|member| base64.encode(member)).collect();
            return Err(Invalid::parameter(format!(
                "Input collection [{}]of type BS contains duplicates.",
                shown.join(", ")
            )));
        }
        Ok(Value::Bs(members))
    }

    /// Whether the value has more levels than `allowed`, itself counted as one.
    pub fn exceeds_levels(&self, allowed: usize) -> bool {
        match self {
            _ if allowed == 0 => true,
            Value::L(list) => list.iter().any(|entry| entry.exceeds_levels(allowed - 1)),
            Value::M(map) => map.iter().any(|(_, entry)| entry.exceeds_levels(allowed - 1)),
            _ => false,
        }
    }

    /// Refuses values that are nested too deeply to be stored.
    pub fn check_levels(&self) -> Result<(), Invalid> {
        if self.exceeds_levels(NESTING_LEVELS) {
            return Err(Invalid::new(
                "Nesting Levels have exceeded supported limits: Attributes in the item have \
                 nested levels beyond supported limit",
            ));
        }
        Ok(())
    }
}

/// What is checked of an item before it is stored, keys aside.
pub fn check_item(item: &Attributes) -> Result<(), Invalid> {
    for (name, value) in item.iter() {
        if name.is_empty() {
            return Err(EMPTY_NAME);
        }
        if name.len() > ATTRIBUTE_NAME_BYTES {
            return Err(Invalid::new("Attribute name is too large, must be less than 65536 bytes"));
        }
        value.check_levels()?;
    }
    if item.size() > ITEM_BYTES {
        return Err(Invalid::new("Item size has exceeded the maximum allowed size"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_that_are_no_sets_are_refused_in_awss_words() {
        let strings =
            |members: &[&str]| Value::string_set(members.iter().map(|&m| m.into()).collect());
        let bytes = |members: &[&'static str]| {
            Value::binary_set(members.iter().map(|m| Bytes::from_static(m.as_bytes())).collect())
        };
        let cases = [
            (
                strings(&[]),
                "One or more parameter values were invalid: An string set  may not be empty",
            ),
            (
                strings(&["a", ""]),
                "One or more parameter values were invalid: An string set may not have a empty string as a member",
            ),
            (
                strings(&["a", "a"]),
                "One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
            ),
            (
                Value::number_set([]),
                "One or more parameter values were invalid: An number set  may not be empty",
            ),
            (Value::number_set(["1", "1.0"]), "Input collection contains duplicates"),
            (
                Value::number_set(["1", "x"]),
                "The parameter cannot be converted to a numeric value: x",
            ),
            (
                bytes(&[]),
                "One or more parameter values were invalid: Binary sets should not be empty",
            ),
            (
                bytes(&["b", "b"]),
                "One or more parameter values were invalid: Input collection [Yg==, Yg==]of type BS contains duplicates.",
            ),
        ];
        for (result, message) in cases {
            assert_eq!(result.expect_err(message).to_string(), message);
        }
    }

    #[test]
    fn large_sets_are_checked_for_duplicates_too() {
        let mut members: Vec<String> = (0..5000).map(|n| n.to_string()).collect();
        assert!(Value::number_set(members.iter().map(String::as_str)).is_ok());
        members.push("77.0".to_owned());
        assert!(Value::number_set(members.iter().map(String::as_str)).is_err());
    }

    #[test]
    fn thirty_two_levels_are_the_limit() {
        let nested = |wraps: usize| (0..wraps).fold(Value::Null, |inner, _| Value::L(vec![inner]));
        assert!(nested(31).check_levels().is_ok());
        assert!(nested(32).check_levels().is_err());
    }

    #[test]
    fn items_may_have_exactly_400_kilobytes() {
        let item = |bytes: usize| [("k".into(), Value::s("x".repeat(bytes)))].into_iter().collect();
        assert!(check_item(&item(ITEM_BYTES - 1)).is_ok());
        assert!(check_item(&item(ITEM_BYTES)).is_err());
    }
}
