//! Errors as AWS services answer them.

use std::borrow::Cow;
use std::fmt;

use aws_smithy_schema::serde::SerializableStruct;

use crate::BoxFuture;

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The caller's.
    Client,
    /// The service's.
    Server,
}

/// A modelled error structure; implemented by generated code.
pub trait ErrorShape: SerializableStruct + Send + Sync + 'static {
    /// The shape's name.
    const NAME: &'static str;
    /// The code on the wire; equal to the name unless the model says otherwise.
    const CODE: &'static str;
    /// The HTTP status.
    const STATUS: u16;
    /// Whose fault it is.
    const FAULT: Fault;

    /// The message, where the shape has a member for it.
    fn message(&self) -> Option<&str>;
}

/// An error in the service's own terms: code, message, status, and the members of a modelled
/// error where there are any.
///
/// One word wide, so that `Result<T, ServiceError>` costs nothing on the path of success.
pub struct ServiceError(Box<Inner>);

struct Inner {
    code: Cow<'static, str>,
    name: Cow<'static, str>,
    message: Option<Cow<'static, str>>,
    status: u16,
    fault: Fault,
    shape: Option<Box<dyn SerializableStruct + Send + Sync>>,
    members: Vec<(&'static str, String)>,
    headers: Vec<(http::HeaderName, String)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ServiceError {
    /// An error that the model does not list (`ValidationException`, `AccessDenied`, …), the
    /// caller's fault when the status is below 500.
    pub fn new(
        code: impl Into<Cow<'static, str>>,
        status: u16,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let code = code.into();
        Self(Box::new(Inner {
            name: code.clone(),
            code,
            message: Some(message.into()),
            status,
            fault: if status < 500 { Fault::Client } else { Fault::Server },
            shape: None,
            members: Vec::new(),
            headers: Vec::new(),
            source: None,
        }))
    }

    /// An error that the model lists.
    pub fn modeled<E: ErrorShape>(error: E) -> Self {
        Self(Box::new(Inner {
            code: Cow::Borrowed(E::CODE),
            name: Cow::Borrowed(E::NAME),
            message: error.message().map(|text| Cow::Owned(text.to_owned())),
            status: E::STATUS,
            fault: E::FAULT,
            shape: Some(Box::new(error)),
            members: Vec::new(),
            headers: Vec::new(),
            source: None,
        }))
    }

    /// An error that the model lists, with its members in a shape made at run time; `name` is the
    /// shape's, `code` the one on the wire.
    pub fn from_shape(
        shape: Box<dyn SerializableStruct + Send + Sync>,
        name: &'static str,
        code: &'static str,
        status: u16,
        message: Option<String>,
    ) -> Self {
        Self(Box::new(Inner {
            code: Cow::Borrowed(code),
            name: Cow::Borrowed(name),
            message: message.map(Cow::Owned),
            status,
            fault: if status < 500 { Fault::Client } else { Fault::Server },
            shape: Some(shape),
            members: Vec::new(),
            headers: Vec::new(),
            source: None,
        }))
    }

    /// An internal fault: a 500 whose cause goes to the log and not to the caller.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let mut error = Self::new("InternalFailure", 500, "An internal error occurred.");
        error.0.source = Some(source.into());
        error
    }

    /// The operation is not emulated: 501 in every protocol.
    pub fn not_implemented(service: &str, operation: &str) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self::new(
            "NotImplemented",
            501,
            format!("{service}.{operation} is not emulated by fogbank {version}"),
        )
    }

    /// What a service says that passes on the error of another one, which is named as AWS names it
    /// in errors (`AWSKMS`).
    pub fn passed_on(&self, service: &str, request_id: &str) -> String {
        format!(
            "{} (Service: {service}; Status Code: {}; Error Code: {}; Request ID: {request_id}; \
             Proxy: null)",
            self.message().unwrap_or("null"),
            self.status(),
            self.code(),
        )
    }

    /// Whether there was nobody to ask: the service or the operation is not emulated, or the service
    /// is not to be had. It is no answer of the service itself.
    pub fn is_absence(&self) -> bool {
        matches!(self.status(), 501 | 503)
    }

    /// Sets the message, also for a modelled error without a member for it (S3's).
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = Some(message.into());
        self
    }

    /// Sets the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = status;
        self
    }

    /// Sets the code on the wire of the query and XML protocols.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.code = code.into();
        self
    }

    /// Adds a member that the model does not have (S3's `BucketName`, `Key`, `Condition`, …).
    #[must_use]
    pub fn with_member(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.members.push((name, value.into()));
        self
    }

    /// Adds a response header (`x-amz-delete-marker` on a 404, `Content-Range` on a 416, …).
    #[must_use]
    pub fn with_header(mut self, name: http::HeaderName, value: impl Into<String>) -> Self {
        self.0.headers.push((name, value.into()));
        self
    }

    /// The code on the wire of the query and XML protocols, and of `x-amzn-query-error`.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// The shape's name, which JSON and CBOR send as the type.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The message.
    pub fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        self.0.fault
    }

    /// The modelled error structure.
    pub fn shape(&self) -> Option<&(dyn SerializableStruct + Send + Sync)> {
        self.0.shape.as_deref()
    }

    /// Members that the model does not have, in the order they were added.
    pub fn members(&self) -> &[(&'static str, String)] {
        &self.0.members
    }

    /// Headers of the response.
    pub fn headers(&self) -> &[(http::HeaderName, String)] {
        &self.0.headers
    }
}

/// The answer of an operation that a provider does not override.
pub fn not_implemented<'a, T: Send + 'a>(
    service: &'static str,
    operation: &'static str,
) -> BoxFuture<'a, Result<T, ServiceError>> {
    Box::pin(std::future::ready(Err(ServiceError::not_implemented(service, operation))))
}

impl<E: ErrorShape> From<E> for ServiceError {
    fn from(error: E) -> Self {
        Self::modeled(error)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.code)?;
        if let Some(message) = &self.0.message {
            write!(f, ": {message}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceError")
            .field("code", &self.0.code)
            .field("status", &self.0.status)
            .field("message", &self.0.message)
            .field("members", &self.0.members)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ServiceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
