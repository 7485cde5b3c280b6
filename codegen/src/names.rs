//! From the model's names to Rust's.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, Span};

/// Names that generated files use themselves; a shape of such a name takes the service's as prefix.
const TAKEN: &[&str] = &[
    "Arc",
    "AsRef",
    "BTreeMap",
    "Box",
    "BoxFuture",
    "ByteStream",
    "Bytes",
    "Caller",
    "Clone",
    "Copy",
    "DateTime",
    "Debug",
    "Default",
    "Document",
    "Drop",
    "Eq",
    "Err",
    "ErrorShape",
    "EventStream",
    "Fault",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Future",
    "InputShape",
    "Into",
    "Iterator",
    "MapKey",
    "None",
    "Ok",
    "Option",
    "Ord",
    "OutputShape",
    "PartialEq",
    "PartialOrd",
    "ReadValue",
    "RequestContext",
    "RequestStream",
    "ResponseStream",
    "Result",
    "SCHEMAS",
    "Schema",
    "Schemas",
    "Self",
    "Send",
    "SerdeError",
    "SerializableStruct",
    "ServiceError",
    "ShapeDeserializer",
    "ShapeSerializer",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "Unit",
    "Vec",
    "WriteValue",
];

/// The name of a service's trait: `DynamoDB` is `DynamoDb`, `Cognito Identity Provider` is
/// `CognitoIdentityProvider`.
pub fn service_trait(service_id: &str) -> String {
    service_id.to_upper_camel_case()
}

/// The name of a package: `fogbank-api-sqs`.
pub fn api_package(service: &str) -> String {
    format!("fogbank-api-{service}")
}

/// The Rust type of a shape; the model's name wherever Rust allows it.
pub fn type_name(shape: &str, service_trait: &str) -> String {
    let mut name: String = shape.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let own = name == service_trait || name == format!("{service_trait}Client");
    if own || TAKEN.contains(&name.as_str()) || name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert_str(0, service_trait);
    }
    name
}

/// A name in snake case, with Rust's keywords escaped.
pub fn snake(name: &str) -> String {
    let snake = name.to_snake_case();
    match snake.as_str() {
        "self" | "super" | "crate" | "" => format!("{snake}_"),
        _ if snake.starts_with(|c: char| c.is_ascii_digit()) => format!("_{snake}"),
        _ => snake,
    }
}

/// A name in upper camel case that is an identifier.
pub fn camel(text: &str) -> String {
    let camel = text.to_upper_camel_case();
    if camel.is_empty() {
        return "Empty".to_owned();
    }
    if camel.starts_with(|c: char| !c.is_ascii_alphabetic()) {
        return format!("V{}", camel.trim_start_matches('_'));
    }
    camel
}

/// The identifier of a name; keywords become raw identifiers.
pub fn ident(name: &str) -> Ident {
    syn::parse_str::<Ident>(name).unwrap_or_else(|_| Ident::new_raw(name, Span::call_site()))
}

/// Distinct names out of a row of names: the second of two equal ones gets a number.
#[derive(Default)]
pub struct Distinct(BTreeSet<String>);

impl Distinct {
    /// With names that are taken from the start.
    pub fn without(taken: &[&str]) -> Self {
        Self(taken.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The name, or the name with the first free number.
    pub fn pick(&mut self, name: String) -> String {
        let mut candidate = name.clone();
        let mut number = 2;
        while !self.0.insert(candidate.clone()) {
            candidate = format!("{name}{number}");
            number += 1;
        }
        candidate
    }
}

/// The variants of an enum with these values, in their order.
pub fn variants<'a>(values: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut distinct = Distinct::without(&["Unknown", "Self"]);
    values.into_iter().map(|value| distinct.pick(variant(value))).collect()
}

/// Signs that would leave two values without a difference, or one without a name.
const SIGNS: &[(&str, &str)] =
    &[("*", " Any "), ("<", " Less "), (">", " Greater "), ("=", " Equal ")];

fn variant(value: &str) -> String {
    let mut text = value.to_owned();
    for (sign, word) in SIGNS {
        text = text.replace(sign, word);
    }
    match camel(&text).as_str() {
        "Self" => "SelfValue".to_owned(),
        "Unknown" => "UnknownValue".to_owned(),
        name => name.chars().filter(char::is_ascii_alphanumeric).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_get_traits() {
        for (id, name) in [
            ("SQS", "Sqs"),
            ("DynamoDB", "DynamoDb"),
            ("S3", "S3"),
            ("Cognito Identity Provider", "CognitoIdentityProvider"),
        ] {
            assert_eq!(service_trait(id), name);
        }
    }

    #[test]
    fn shapes_keep_their_names_unless_rust_objects() {
        for (shape, name) in [
            ("SendMessageRequest", "SendMessageRequest"),
            ("DBInstance", "DBInstance"),
            ("Option", "RdsOption"),
            ("_Thing", "Thing"),
            ("deviceInfo", "DeviceInfo"),
            ("Rds", "RdsRds"),
        ] {
            assert_eq!(type_name(shape, "Rds"), name);
        }
    }

    #[test]
    fn members_are_snake_case_identifiers() {
        for (member, field) in [
            ("QueueUrl", "queue_url"),
            ("MD5OfMessageBody", "md5_of_message_body"),
            ("ETag", "e_tag"),
            ("Type", "r#type"),
            ("Self", "self_"),
        ] {
            assert_eq!(ident(&snake(member)).to_string(), field);
        }
    }

    #[test]
    fn values_become_distinct_variants() {
        let values = ["t2.micro", "a-b", "a_b", "Unknown", "Self", "2xl", "*", ""];
        let names = ["T2Micro", "AB", "AB2", "UnknownValue", "SelfValue", "V2xl", "Any", "Empty"];
        assert_eq!(variants(values), names);
    }
}
