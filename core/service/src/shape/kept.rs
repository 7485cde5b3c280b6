//! Structures of the API kept in the state.

use std::fmt;
use std::ops::{Deref, DerefMut};

use aws_smithy_json::codec::{JsonCodec, JsonCodecSettings};
use aws_smithy_schema::Schema;
use aws_smithy_schema::codec::Codec as _;
use aws_smithy_schema::serde::{SerializableStruct, ShapeSerializer as _};
use fogbank_state::Resource;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::shape::ReadValue;

/// A structure of the API, saved as JSON under the names of the model.
///
/// The generated types are not made to be saved; their schemas are, so that what is kept survives
/// new members of the model.
#[derive(Clone, Default)]
pub struct Kept<T>(
    /// The structure.
    pub T,
);

fn codec() -> JsonCodec {
    JsonCodec::new(JsonCodecSettings::default())
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Kept<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A structure as JSON under the names of the model.
pub fn json<T: SerializableStruct>(value: &T) -> String {
    let mut serializer = codec().create_serializer();
    serializer.write_struct(value.schema(), value).expect("JSON carries every value of the model");
    String::from_utf8(serializer.finish()).expect("JSON is UTF-8")
}

impl<T: SerializableStruct> Serialize for Kept<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json(&self.0).serialize(serializer)
    }
}

impl<'de, T: ReadValue> Deserialize<'de> for Kept<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = String::deserialize(deserializer)?;
        let codec = codec();
        let mut shapes = codec.create_deserializer(json.as_bytes());
        // Generated structures know their own schema.
        let unused: &Schema<'_> = &aws_smithy_schema::prelude::UNIT;
        T::read_value(unused, &mut shapes).map(Self).map_err(D::Error::custom)
    }
}

impl<T> Resource for Kept<T>
where
    T: SerializableStruct + ReadValue + Clone + Send + Sync + 'static,
{
    const VERSION: u32 = 1;
}
