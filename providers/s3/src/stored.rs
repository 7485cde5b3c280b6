//! Documents of the API kept as they came.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use aws_smithy_json::codec::{JsonCodec, JsonCodecSettings};
use aws_smithy_schema::Schema;
use aws_smithy_schema::codec::Codec as _;
use aws_smithy_schema::serde::{SerializableStruct, ShapeSerializer as _};
use fogbank_service::generated::ReadValue;
use serde::{Deserialize, Serialize};

/// A configuration document, kept as JSON under the names of the model.
///
/// The types of the API are generated and not made to be saved; their schemas are, so that a
/// document survives new members of the model.
pub(crate) struct Stored<T> {
    json: Arc<str>,
    document: PhantomData<fn() -> T>,
}

fn codec() -> JsonCodec {
    JsonCodec::new(JsonCodecSettings::default())
}

impl<T: SerializableStruct + ReadValue> Stored<T> {
    /// Keeps a document.
    pub(crate) fn new(document: &T) -> Self {
        let mut serializer = codec().create_serializer();
        serializer
            .write_struct(document.schema(), document)
            .expect("JSON carries every value of the model");
        let json = String::from_utf8(serializer.finish()).expect("JSON is UTF-8");
        Self { json: Arc::from(json), document: PhantomData }
    }

    /// The document.
    pub(crate) fn get(&self) -> T {
        let codec = codec();
        let mut deserializer = codec.create_deserializer(self.json.as_bytes());
        // Generated structures know their own schema.
        let unused: &Schema<'_> = &aws_smithy_schema::prelude::UNIT;
        T::read_value(unused, &mut deserializer).expect("a kept document was written by its schema")
    }
}

impl<T> Clone for Stored<T> {
    fn clone(&self) -> Self {
        Self { json: self.json.clone(), document: PhantomData }
    }
}

impl<T> fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.json)
    }
}

impl<T> PartialEq for Stored<T> {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl<T> Serialize for Stored<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Stored<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Arc::<str>::deserialize(deserializer)?;
        Ok(Self { json, document: PhantomData })
    }
}
