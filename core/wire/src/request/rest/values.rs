//! Values that stand in the head of a request: one or several texts, and names with texts.

use std::borrow::Cow;

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};

use crate::scalar::{DefaultTimestamp, TextReader, not_an_aggregate, read_scalars_as_text};

/// The texts of one parameter or header: a scalar, or the elements of a list.
pub(super) struct Texts<'a> {
    pub(super) texts: Vec<Cow<'a, str>>,
    pub(super) default: DefaultTimestamp,
}

impl Texts<'_> {
    fn text(&self) -> Result<&str, SerdeError> {
        let first = self.texts.first().map(AsRef::as_ref);
        first.ok_or_else(|| SerdeError::type_mismatch("a scalar cannot be absent"))
    }
}

type Members<'m> =
    &'m mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>;
type Elements<'e> = &'e mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>;
type Entries<'e> = &'e mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>;

impl ShapeDeserializer for Texts<'_> {
    fn read_struct(&mut self, _: &Schema<'_>, _: Members<'_>) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    fn read_list(&mut self, _: &Schema<'_>, state: Elements<'_>) -> Result<(), SerdeError> {
        let default = self.default;
        self.texts.iter().try_for_each(|text| state(&mut TextReader { text, default }))
    }

    fn read_map(&mut self, _: &Schema<'_>, _: Entries<'_>) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    read_scalars_as_text!();
}

/// Names with their texts: a map.
#[derive(Default)]
pub(super) struct Pairs {
    entries: Vec<(String, Vec<String>)>,
}

impl Pairs {
    pub(super) fn push(&mut self, name: &str, value: &str) {
        match self.entries.iter_mut().find(|(key, _)| key == name) {
            Some((_, values)) => values.push(value.to_owned()),
            None => self.entries.push((name.to_owned(), vec![value.to_owned()])),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl ShapeDeserializer for Pairs {
    fn read_struct(&mut self, _: &Schema<'_>, _: Members<'_>) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    fn read_list(&mut self, _: &Schema<'_>, _: Elements<'_>) -> Result<(), SerdeError> {
        not_an_aggregate()
    }

    fn read_map(&mut self, _: &Schema<'_>, state: Entries<'_>) -> Result<(), SerdeError> {
        self.entries.iter().try_for_each(|(key, values)| {
            let texts = values.iter().map(|text| Cow::Borrowed(text.as_str())).collect();
            state(key.clone(), &mut Texts { texts, default: DefaultTimestamp::DateTime })
        })
    }

    crate::scalar::refuse_reads! {
        read_boolean -> bool;
        read_byte -> i8;
        read_short -> i16;
        read_integer -> i32;
        read_long -> i64;
        read_float -> f32;
        read_double -> f64;
        read_big_integer -> BigInteger;
        read_big_decimal -> BigDecimal;
        read_string -> String;
        read_blob -> Blob;
        read_timestamp -> DateTime;
        read_document -> Document;
    }
}
