//! Session Manager: no node is connected, so no session starts.

use fogbank_api_ssm as api;
use fogbank_service::{RequestContext, ServiceError};

use crate::document;
use crate::errors;
use crate::page;

pub(crate) fn start(
    cx: &RequestContext,
    input: &api::StartSessionRequest,
) -> Result<api::StartSessionResponse, ServiceError> {
    if let Some(name) = &input.document_name {
        document::find(cx, name)?;
    }
    Err(errors::target_not_connected(format!("{} is not connected.", input.target)))
}

pub(crate) fn resume(
    _: &RequestContext,
    input: &api::ResumeSessionRequest,
) -> Result<api::ResumeSessionResponse, ServiceError> {
    Err(unknown(&input.session_id))
}

pub(crate) fn terminate(
    _: &RequestContext,
    input: &api::TerminateSessionRequest,
) -> Result<api::TerminateSessionResponse, ServiceError> {
    Err(unknown(&input.session_id))
}

fn unknown(id: &str) -> ServiceError {
    errors::does_not_exist(format!("Session {id} does not exist."))
}

pub(crate) fn describe(
    _: &RequestContext,
    input: &api::DescribeSessionsRequest,
) -> Result<api::DescribeSessionsResponse, ServiceError> {
    page::of_nothing(input.next_token.as_deref())?;
    Ok(api::DescribeSessionsResponse { sessions: Some(Vec::new()), next_token: None })
}

pub(crate) fn connection(
    _: &RequestContext,
    input: &api::GetConnectionStatusRequest,
) -> Result<api::GetConnectionStatusResponse, ServiceError> {
    Ok(api::GetConnectionStatusResponse {
        target: Some(input.target.clone()),
        status: Some(api::ConnectionStatus::Notconnected),
    })
}
