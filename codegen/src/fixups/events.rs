//! EventBridge.

use super::{Fixup, shape};
use crate::model::ModelError;
use crate::model::ir::{Kind, Service};

pub(super) const FIXUPS: &[Fixup] = &[Fixup {
    service: "events",
    reason: "AWS takes the method of an authorization server in any case of letters (recorded: put)",
    apply: take_any_method,
}];

fn take_any_method(service: &mut Service) -> Result<(), ModelError> {
    shape(service, "ConnectionOAuthHttpMethod")?.kind = Kind::String;
    Ok(())
}
