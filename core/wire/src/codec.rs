//! AWS's codecs, set as lenient as AWS's servers are.

use std::sync::LazyLock;

use aws_smithy_cbor::codec::{CborCodec, CborCodecSettings};
use aws_smithy_json::codec::{JsonCodec, JsonCodecSettings};
use aws_smithy_xml::codec::{XmlCodec, XmlCodecSettings};

use crate::limits::Limits;

/// Writes the values of JSON that [`crate::json_writer`] leaves to the library.
pub(crate) static JSON: LazyLock<JsonCodec> = LazyLock::new(|| json(Limits::default()));

/// rpcv2Cbor and Kinesis's older dialect, written and read.
pub(crate) static CBOR: LazyLock<CborCodec> = LazyLock::new(|| {
    CborCodec::new(CborCodecSettings::default().enforce_strictness(true).use_definite_lengths(true))
});

/// Reads JSON of so many levels.
pub(crate) fn json(limits: Limits) -> JsonCodec {
    let settings = JsonCodecSettings::builder()
        .allow_integral_float_numbers(true)
        .max_depth(limits.codec_levels());
    JsonCodec::new(settings.build())
}

/// Reads XML of so many levels.
pub(crate) fn xml(limits: Limits) -> XmlCodec {
    let settings =
        XmlCodecSettings::builder().validate_document(true).max_depth(limits.codec_levels());
    XmlCodec::new(settings.build())
}
