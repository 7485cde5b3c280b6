//! Values of outputs that providers write from a form of their own.
//!
//! An output has a `Held` of the API's type where one of these shapes is a member, an element or a
//! value; only in structures that no request has.

/// Services and the shapes that their providers hold.
const HELD: &[(&str, &[&str])] = &[
    ("dynamodb", &["AttributeMap", "ItemCollectionKeyAttributeMap", "Key"]),
    ("dynamodbstreams", &["AttributeMap"]),
];

/// The shapes that a service's provider holds.
pub(crate) fn of(service: &str) -> &'static [&'static str] {
    HELD.iter().find(|row| row.0 == service).map_or(&[], |row| row.1)
}
