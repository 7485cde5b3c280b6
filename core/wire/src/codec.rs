//! AWS's codecs, set as lenient as AWS's servers are.

use std::sync::LazyLock;

use aws_smithy_cbor::codec::{CborCodec, CborCodecSettings};
use aws_smithy_json::codec::{JsonCodec, JsonCodecSettings};
use aws_smithy_xml::codec::{XmlCodec, XmlCodecSettings};

pub(crate) static JSON: LazyLock<JsonCodec> = LazyLock::new(|| {
    JsonCodec::new(JsonCodecSettings::builder().allow_integral_float_numbers(true).build())
});

/// rpcv2Cbor and Kinesis's older dialect.
pub(crate) static CBOR: LazyLock<CborCodec> = LazyLock::new(|| {
    CborCodec::new(CborCodecSettings::default().enforce_strictness(true).use_definite_lengths(true))
});

pub(crate) static XML: LazyLock<XmlCodec> =
    LazyLock::new(|| XmlCodec::new(XmlCodecSettings::builder().validate_document(true).build()));
