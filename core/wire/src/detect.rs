//! Which operation a request means.

mod router;

use fogbank_schema::Protocol;
use fogbank_service::ServiceError;

pub(crate) use router::{Router, Segment, pattern, segments};

use crate::form;
use crate::protocol::{RequestHead, TARGET};
use crate::service_wire::ServiceWire;

impl ServiceWire {
    /// [`operation_of`](Self::operation_of) needs the body; true for the query protocols only.
    pub fn detects_by_body(&self) -> bool {
        matches!(self.protocol, Protocol::AwsQuery | Protocol::Ec2Query)
    }

    /// The operation that a request means, as its position in the model.
    ///
    /// The body is only looked at where [`detects_by_body`](Self::detects_by_body) says so.
    ///
    /// # Errors
    ///
    /// The service's own answer to an unknown operation, in words of its protocol.
    pub fn operation_of<'a>(
        &self,
        head: impl Into<RequestHead<'a>>,
        body: &[u8],
    ) -> Result<usize, ServiceError> {
        let head = head.into();
        match self.protocol {
            Protocol::AwsJson1_0 | Protocol::AwsJson1_1 => self.by_target(head),
            Protocol::AwsQuery | Protocol::Ec2Query => self.by_action(head, body),
            Protocol::RpcV2Cbor => self.by_rpc_path(head),
            Protocol::RestJson1 | Protocol::RestXml => self.by_route(head),
        }
    }

    fn by_target(&self, head: RequestHead<'_>) -> Result<usize, ServiceError> {
        let target = head.headers.get(&TARGET).and_then(|value| value.to_str().ok());
        target
            .map(|target| {
                let dot = memchr::memrchr(b'.', target.as_bytes());
                &target[dot.map_or(0, |dot| dot + 1)..]
            })
            .and_then(|name| self.model.operation_index(name))
            .ok_or_else(|| unknown_operation(400))
    }

    fn by_rpc_path(&self, head: RequestHead<'_>) -> Result<usize, ServiceError> {
        head.path
            .rsplit_once("/operation/")
            .and_then(|(_, name)| self.model.operation_index(name.trim_end_matches('/')))
            .ok_or_else(|| unknown_operation(404))
    }

    fn by_action(&self, head: RequestHead<'_>, body: &[u8]) -> Result<usize, ServiceError> {
        let query = head.query.unwrap_or_default();
        let body = std::str::from_utf8(body).unwrap_or_default();
        let Some(action) = form::field(body, "Action").or_else(|| form::field(query, "Action"))
        else {
            let message = "The request must contain the parameter Action";
            return Err(if self.protocol == Protocol::Ec2Query {
                ServiceError::new("MissingParameter", 400, message)
            } else {
                ServiceError::new("MissingAction", 400, message)
            });
        };
        self.model.operation_index(&action).ok_or_else(|| {
            let version = self.model.metadata.api_version;
            let message = match self.model.metadata.name {
                "ec2" => format!("The action {action} is not valid for this web service."),
                "sqs" => format!("The action {action} is not valid for this endpoint."),
                _ => format!("Could not find operation {action} for version {version}"),
            };
            ServiceError::new("InvalidAction", 400, message)
        })
    }

    fn by_route(&self, head: RequestHead<'_>) -> Result<usize, ServiceError> {
        self.router().find(head).ok_or_else(|| {
            if self.router().knows_path(head) {
                let message = "The specified method is not allowed against this resource.";
                let error = ServiceError::new("MethodNotAllowed", 405, message);
                if !self.s3 {
                    return error;
                }
                let kind = match segments(head.path).len() {
                    0 => "SERVICE",
                    1 => "BUCKET",
                    _ => "OBJECT",
                };
                return error
                    .with_member("Method", head.method.as_str().to_owned())
                    .with_member("ResourceType", kind);
            }
            if self.protocol == Protocol::RestXml {
                let message = "The requested resource could not be found.";
                return ServiceError::new("NotFound", 404, message);
            }
            unknown_operation(404)
        })
    }
}

fn unknown_operation(status: u16) -> ServiceError {
    ServiceError::new("UnknownOperationException", status, "Unknown operation.")
}
