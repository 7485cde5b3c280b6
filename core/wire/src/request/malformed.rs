//! What services answer to requests that cannot be read.

use aws_smithy_schema::serde::SerdeError;
use fogbank_schema::Protocol;
use fogbank_service::ServiceError;

use super::WireRequest;

const XML_WORDS: &str =
    "The XML you provided was not well-formed or did not validate against our published schema";

impl WireRequest<'_> {
    /// The service's answer to a request whose content is malformed or of the wrong type.
    pub(super) fn malformed(&self, error: &SerdeError) -> ServiceError {
        let plain = || {
            let text = error.to_string();
            let words = text.split_once(": ").map_or(text.as_str(), |(_, words)| words);
            words.to_owned()
        };
        match self.wire.protocol {
            Protocol::AwsQuery => ServiceError::new("MalformedInput", 400, plain()),
            Protocol::Ec2Query => ServiceError::new("InvalidParameterValue", 400, plain()),
            Protocol::RestXml if self.wire.s3 => match error {
                SerdeError::Custom { message, .. } if message.starts_with(HEAD) => {
                    ServiceError::new("InvalidArgument", 400, message[HEAD.len()..].to_owned())
                }
                _ => ServiceError::new("MalformedXML", 400, XML_WORDS),
            },
            Protocol::RestXml => ServiceError::new("MalformedInput", 400, plain()),
            _ => ServiceError::new("SerializationException", 400, plain()),
        }
    }
}

/// Marks errors about the head of a request, which S3 answers differently.
pub(super) const HEAD: &str = "head: ";
