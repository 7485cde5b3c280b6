//! ARNs of IAM's resources, and back.

use fogbank_context::Arn;
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::store::Entity;

/// The ARN of a resource of the request's account: kind, path and name.
pub(crate) fn of(cx: &RequestContext, kind: &str, path: &str, name: &str) -> Arn {
    Arn::global(cx.partition(), "iam", cx.account, format!("{kind}{path}{name}"))
}

/// The ARN of a user, group or role.
pub(crate) fn of_entity<E: Entity>(cx: &RequestContext, entity: &E) -> String {
    of(cx, E::NOUN, entity.path(), entity.name()).to_string()
}

/// Reads an ARN of a parameter.
pub(crate) fn parse(text: &str) -> Result<Arn, ServiceError> {
    text.parse().map_err(|_| errors::unparsable_arn())
}

/// The name at the end of an ARN of this kind, with its path: `("/path/", "name")`.
pub(crate) fn path_and_name<'a>(arn: &'a Arn, kind: &str) -> Option<(&'a str, &'a str)> {
    if arn.service != "iam" || arn.region.is_some() {
        return None;
    }
    let rest = arn.resource.strip_prefix(kind)?;
    let slash = rest.rfind('/')?;
    if !rest.starts_with('/') {
        return None;
    }
    Some(rest.split_at(slash + 1)).filter(|(_, name)| !name.is_empty())
}
