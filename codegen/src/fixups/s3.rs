//! S3.

use super::{Fixup, shape};
use crate::model::ModelError;
use crate::model::ir::{Kind, Service};

pub(super) const FIXUPS: &[Fixup] = &[Fixup {
    service: "s3",
    reason: "S3 keeps the header Expires as it came, date or not, and gives it back so; SDKs read \
             it as a text beside the date for that reason",
    apply: keep_expires,
}];

fn keep_expires(service: &mut Service) -> Result<(), ModelError> {
    for name in ["Expires", "ResponseExpires"] {
        let shape = shape(service, name)?;
        shape.kind = Kind::String;
        shape.timestamp_format = None;
    }
    Ok(())
}
