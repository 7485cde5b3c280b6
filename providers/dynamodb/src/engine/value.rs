//! Attribute values: the ten types, their limits, their sizes and their order.

pub mod attributes;
pub mod key_bytes;
pub mod limits;
pub mod number;
pub mod size;

pub use attributes::Attributes;
pub use number::{Number, NumberError};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// An attribute value. Sets keep the order in which they were given; equality ignores it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Value {
    /// A string.
    S(Box<str>),
    /// A number with up to 38 significant digits.
    N(Number),
    /// Bytes.
    B(Bytes),
    /// A set of strings, never empty.
    Ss(Vec<Box<str>>),
    /// A set of numbers, never empty.
    Ns(Vec<Number>),
    /// A set of byte strings, never empty.
    Bs(Vec<Bytes>),
    /// A map from names to values.
    M(Attributes),
    /// A list of values.
    L(Vec<Value>),
    /// The null value.
    Null,
    /// A truth value.
    Bool(bool),
}

/// The type of a [`Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// String.
    S,
    /// Number.
    N,
    /// Binary.
    B,
    /// String set.
    Ss,
    /// Number set.
    Ns,
    /// Binary set.
    Bs,
    /// Map.
    M,
    /// List.
    L,
    /// Null.
    Null,
    /// Boolean.
    Bool,
}

/// Each type with its short name on the wire and the long name that some messages use.
const KINDS: [(Kind, &str, &str); 10] = [
    (Kind::S, "S", "STRING"),
    (Kind::N, "N", "NUMBER"),
    (Kind::B, "B", "BINARY"),
    (Kind::Ss, "SS", "STRING_SET"),
    (Kind::Ns, "NS", "NUMBER_SET"),
    (Kind::Bs, "BS", "BINARY_SET"),
    (Kind::M, "M", "MAP"),
    (Kind::L, "L", "LIST"),
    (Kind::Null, "NULL", "NULL"),
    (Kind::Bool, "BOOL", "BOOLEAN"),
];

impl Kind {
    /// The name on the wire: `S`, `NS`, `BOOL`…
    pub fn name(self) -> &'static str {
        KINDS[self as usize].1
    }

    /// The name that messages about update operands use: `STRING`, `NUMBER_SET`…
    pub fn long_name(self) -> &'static str {
        KINDS[self as usize].2
    }

    /// The type with this name on the wire.
    pub fn from_name(name: &str) -> Option<Kind> {
        KINDS.iter().find(|kind| kind.1 == name).map(|kind| kind.0)
    }

    /// Whether values of this type have an order (`<`, `BETWEEN`…) and may be keys.
    pub fn is_ordered(self) -> bool {
        matches!(self, Kind::S | Kind::N | Kind::B)
    }

    /// Whether this is one of the three set types.
    pub fn is_set(self) -> bool {
        matches!(self, Kind::Ss | Kind::Ns | Kind::Bs)
    }
}

impl Value {
    /// A string value.
    pub fn s(text: impl Into<Box<str>>) -> Value {
        Value::S(text.into())
    }

    /// The type of this value.
    pub fn kind(&self) -> Kind {
        match self {
            Value::S(_) => Kind::S,
            Value::N(_) => Kind::N,
            Value::B(_) => Kind::B,
            Value::Ss(_) => Kind::Ss,
            Value::Ns(_) => Kind::Ns,
            Value::Bs(_) => Kind::Bs,
            Value::M(_) => Kind::M,
            Value::L(_) => Kind::L,
            Value::Null => Kind::Null,
            Value::Bool(_) => Kind::Bool,
        }
    }

    /// The order of two values of one ordered type (`S`, `N`, `B`); `None` otherwise.
    pub fn order(&self, other: &Value) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Value::S(a), Value::S(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Value::N(a), Value::N(b)) => Some(a.cmp(b)),
            (Value::B(a), Value::B(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// Whether this `S` or `B` value starts with a value of the same type.
    pub fn starts_with(&self, prefix: &Value) -> bool {
        match (self, prefix) {
            (Value::S(a), Value::S(b)) => a.as_bytes().starts_with(b.as_bytes()),
            (Value::B(a), Value::B(b)) => a.starts_with(b),
            _ => false,
        }
    }

    /// DynamoDB's `contains`: a substring of `S` or `B`, or a member of a set or list.
    pub fn contains(&self, part: &Value) -> bool {
        match (self, part) {
            (Value::S(a), Value::S(b)) => a.contains(b.as_ref()),
            (Value::B(a), Value::B(b)) => {
                b.is_empty() || a.windows(b.len()).any(|window| window == b.as_ref())
            }
            (Value::Ss(set), Value::S(b)) => set.contains(b),
            (Value::Ns(set), Value::N(b)) => set.contains(b),
            (Value::Bs(set), Value::B(b)) => set.contains(b),
            (Value::L(list), _) => list.contains(part),
            _ => false,
        }
    }

    /// DynamoDB's `size`: bytes of `S` and `B`, entries of sets, lists and maps.
    pub fn length(&self) -> Option<usize> {
        match self {
            Value::S(text) => Some(text.chars().map(char::len_utf16).sum()),
            Value::B(bytes) => Some(bytes.len()),
            Value::Ss(set) => Some(set.len()),
            Value::Ns(set) => Some(set.len()),
            Value::Bs(set) => Some(set.len()),
            Value::M(map) => Some(map.len()),
            Value::L(list) => Some(list.len()),
            Value::N(_) | Value::Null | Value::Bool(_) => None,
        }
    }
}

/// Whether two sets hold the same members; both are free of duplicates.
fn same_members<T: PartialEq>(a: &[T], b: &[T]) -> bool {
    a.len() == b.len() && a.iter().all(|member| b.contains(member))
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::S(a), Value::S(b)) => a == b,
            (Value::N(a), Value::N(b)) => a == b,
            (Value::B(a), Value::B(b)) => a == b,
            (Value::Ss(a), Value::Ss(b)) => same_members(a, b),
            (Value::Ns(a), Value::Ns(b)) => same_members(a, b),
            (Value::Bs(a), Value::Bs(b)) => same_members(a, b),
            (Value::M(a), Value::M(b)) => a == b,
            (Value::L(a), Value::L(b)) => a == b,
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}

/// The form in which AWS names a value inside a message: `{S:abc}`.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use base64::Engine as _;
        let base64 = base64::engine::general_purpose::STANDARD;
        match self {
            Value::S(text) => write!(f, "{{S:{text}}}"),
            Value::N(number) => write!(f, "{{N:{number}}}"),
            Value::B(bytes) => write!(f, "{{B:{}}}", base64.encode(bytes)),
            other => write!(f, "{{{}}}", other.kind().name()),
        }
    }
}
