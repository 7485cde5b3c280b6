//! Each service's own way to say no.

use fogbank_iam::{Decision, IdentityKind};
use fogbank_schema::{Metadata, Protocol};
use fogbank_service::ServiceError;

use crate::actions::Need;
use crate::identity::Who;

/// Service, name of the error, code of the query and XML protocols, status.
const CODES: &[(&str, &str, &str, u16)] = &[
    ("ec2", "UnauthorizedOperation", "UnauthorizedOperation", 403),
    ("sns", "AuthorizationErrorException", "AuthorizationError", 403),
    ("sqs", "AccessDeniedException", "AccessDenied", 403),
];

/// The error of a denied request.
pub fn error(metadata: &Metadata<'_>, who: &Who, need: &Need, decision: &Decision) -> ServiceError {
    let service = metadata.name;
    if who.identity.kind == IdentityKind::Anonymous {
        return anonymous(metadata);
    }
    let (name, code, status) = code(metadata);
    ServiceError::new(name, status, message(service, who, need, decision)).with_code(code)
}

/// The error of a request without a signature that needs one.
pub fn anonymous(metadata: &Metadata<'_>) -> ServiceError {
    if matches!(metadata.name, "s3" | "s3control") {
        return ServiceError::new("AccessDenied", 403, "Access Denied");
    }
    if is_query(metadata) {
        let message = "Request is missing Authentication Token";
        return ServiceError::new("MissingAuthenticationToken", 403, message);
    }
    let name = "MissingAuthenticationTokenException";
    let status = if is_rest(metadata) { 403 } else { 400 };
    ServiceError::new(name, status, "Missing Authentication Token")
        .with_code("MissingAuthenticationToken")
}

fn is_query(metadata: &Metadata<'_>) -> bool {
    let first = metadata.protocols.first();
    matches!(first, Some(Protocol::AwsQuery | Protocol::Ec2Query | Protocol::RestXml))
}

fn is_rest(metadata: &Metadata<'_>) -> bool {
    metadata.protocols.first() == Some(&Protocol::RestJson1)
}

fn code(metadata: &Metadata<'_>) -> (&'static str, &'static str, u16) {
    if let Some(row) = CODES.iter().find(|row| row.0 == metadata.name) {
        return (row.1, row.2, row.3);
    }
    if is_query(metadata) {
        ("AccessDenied", "AccessDenied", 403)
    } else if is_rest(metadata) {
        ("AccessDeniedException", "AccessDenied", 403)
    } else {
        ("AccessDeniedException", "AccessDenied", 400)
    }
}

/// AWS's message.
pub fn message(service: &str, who: &Who, need: &Need, decision: &Decision) -> String {
    let action = match service {
        "sqs" => need.action.to_lowercase(),
        "sns" => need.action.replacen("sns:", "SNS:", 1),
        _ => need.action.clone(),
    };
    let resource = match service {
        "s3" => format!("\"{}\"", need.resource),
        _ => need.resource.clone(),
    };
    let user = &who.identity.arn;
    let denied = format!("User: {user} is not authorized to perform: {action}");
    match service {
        "ec2" => {
            let because = decision.because(&action);
            format!("You are not authorized to perform this operation. {denied} {because}")
        }
        "sts" => format!("{denied} on resource: {resource}"),
        _ => format!("{denied} on resource: {resource} {}", decision.because(&action)),
    }
}
