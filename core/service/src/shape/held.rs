//! Values of outputs that a provider keeps in a form of its own, and that are written from there.
//!
//! The types of an API are made for whoever calls it. A provider that answers with much of what it
//! stores would copy all of it into them only to have it written; where the generator was told so,
//! an output has a [`Held`] instead.

use std::fmt;
use std::sync::Arc;

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeSerializer};

use super::{WriteValue, json};

/// A value of type `T` of the API, in the form in which a provider keeps it.
pub trait Holds<T>: Send + Sync + 'static {
    /// The value in the API's form.
    fn to_value(&self) -> T;

    /// Writes the value as its API's form would be written.
    ///
    /// # Errors
    ///
    /// When the protocol cannot carry the value.
    fn write(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError>;

    /// Appends the value as the JSON of the JSON protocols, where that is known to be faster; says
    /// whether it did.
    fn write_json(&self, out: &mut String) -> bool {
        let _ = out;
        false
    }
}

/// A shared value that is of type `T` for whoever asks.
pub struct Held<T>(Arc<dyn Holds<T>>);

/// A value that is held in the API's own form.
struct Plain<T>(T);

impl<T: WriteValue + Clone + Send + Sync + 'static> Holds<T> for Plain<T> {
    fn to_value(&self) -> T {
        self.0.clone()
    }

    fn write(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        self.0.write_value(schema, serializer)
    }
}

impl<T: 'static> Held<T> {
    /// A value in a provider's form.
    pub fn new(value: Arc<impl Holds<T>>) -> Self {
        Self(value)
    }

    /// The value in the API's form, made from the provider's.
    pub fn to_value(&self) -> T {
        self.0.to_value()
    }
}

impl<T: WriteValue + Clone + Send + Sync + 'static> From<T> for Held<T> {
    fn from(value: T) -> Self {
        Self(Arc::new(Plain(value)))
    }
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Default + WriteValue + Clone + Send + Sync + 'static> Default for Held<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T: fmt::Debug + 'static> fmt::Debug for Held<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_value().fmt(f)
    }
}

impl<T: 'static> WriteValue for Held<T> {
    fn write_value(
        &self,
        schema: &Schema<'_>,
        serializer: &mut dyn ShapeSerializer,
    ) -> Result<(), SerdeError> {
        if !json::is_written() {
            return self.0.write(schema, serializer);
        }
        json::with_scratch(|text| {
            if !self.0.write_json(text) {
                return self.0.write(schema, serializer);
            }
            serializer.write_null(&json::JSON_FOLLOWS)?;
            serializer.write_string(schema, text)
        })
    }
}
