//! The names of parameters.

use fogbank_service::ServiceError;

use crate::errors;

/// The most levels of a hierarchy.
const MOST_LEVELS: usize = 15;
/// The longest name with the ARN around it.
const LONGEST: usize = 1_011;

const PATH: &str = "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as \
                    a path, it can consist of sub-paths divided by slash symbol; each sub-path can \
                    be formed as a mix of letters, numbers and the following 3 symbols .-_";

/// The key of a parameter: its name, without the leading slash when that is the only slash, because
/// AWS takes `/name` and `name` for the same parameter.
pub(crate) fn key(name: &str) -> &str {
    match name.strip_prefix('/') {
        Some(rest) if !rest.contains('/') => rest,
        _ => name,
    }
}

/// Whether every part of a path is made of what names are made of.
fn well_formed(name: &str) -> bool {
    let path = name.strip_prefix('/').unwrap_or(name);
    let part = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
    };
    path.split('/').all(part)
}

/// The name of a new parameter, as AWS allows it.
///
/// # Errors
/// `ValidationException`, `AccessDeniedException`, `HierarchyLevelLimitExceededException`.
pub(crate) fn check_new(name: &str) -> Result<(), ServiceError> {
    let path = name.strip_prefix('/').unwrap_or(name);
    let is_path = path.contains('/');
    let prefixed = |prefix: &str| {
        path.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    if prefixed("aws") && name.starts_with('/') && is_path {
        return Err(errors::access_denied(format!(
            "No access to reserved parameter name: {name}."
        )));
    }
    if prefixed("aws") || prefixed("ssm") {
        return Err(errors::validation(match is_path {
            true => PATH,
            false => {
                "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive)."
            }
        }));
    }
    if is_path && !name.starts_with('/') {
        return Err(errors::validation("Parameter name must be a fully qualified name."));
    }
    if !well_formed(name) {
        return Err(errors::validation(PATH));
    }
    if path.split('/').count() > MOST_LEVELS {
        return Err(errors::hierarchy_level_limit(
            "A hierarchy can have a maximum of 15 levels. For more information, see Requirements \
             and constraints for parameter names in the AWS Systems Manager User Guide.",
        ));
    }
    if name.len() > LONGEST {
        return Err(errors::validation(format!(
            "Parameter name can't be longer than {LONGEST} characters, the ARN included."
        )));
    }
    Ok(())
}

/// A name by which something is looked up.
///
/// # Errors
/// `ValidationException` when no parameter can have it.
pub(crate) fn check_lookup(name: &str) -> Result<(), ServiceError> {
    let path = name.strip_prefix('/').unwrap_or(name);
    let relative = path.contains('/') && !name.starts_with('/');
    match relative || !well_formed(name) {
        true => Err(errors::validation(PATH)),
        false => Ok(()),
    }
}

/// A path of a hierarchy, `/` or `/a/b`, with or without a slash at the end; comes back with one.
///
/// # Errors
/// `ValidationException`.
pub(crate) fn check_path(path: &str) -> Result<String, ServiceError> {
    let inner = path.trim_end_matches('/');
    if path.starts_with('/') && (inner.is_empty() || well_formed(inner)) {
        return Ok(format!("{inner}/"));
    }
    Err(errors::validation(
        "The parameter doesn't meet the parameter name requirements. The parameter name must begin \
         with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" \
         (case-insensitive). It must use only letters, numbers, or the following symbols: . \
         (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, \
         if specified, must use the forward slash symbol \"/\". Valid example: \
         /get/parameters2-/by1./path0_.",
    ))
}

/// Whether a parameter is below a path that ends with a slash, directly or at any depth.
pub(crate) fn is_below(key: &str, path: &str, recursive: bool) -> bool {
    let rest = match key.strip_prefix('/') {
        Some(_) => key.strip_prefix(path),
        None => Some(key).filter(|_| path == "/"),
    };
    rest.is_some_and(|rest| !rest.is_empty() && (recursive || !rest.contains('/')))
}
