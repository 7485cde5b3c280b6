//! What services answer to requests that cannot be read.

use aws_smithy_schema::serde::SerdeError;
use fogbank_schema::Protocol;
use fogbank_service::ServiceError;

use super::{WireRequest, mismatch};

const XML_WORDS: &str =
    "The XML you provided was not well-formed or did not validate against our published schema";

/// What generated code says of a union with two members.
const TWO_MEMBERS: &str = "a union must have exactly one member";
const TWO_DATATYPES: &str = "Supplied AttributeValue has more than one datatypes set, must \
     contain exactly one of the supported datatypes";

impl WireRequest<'_> {
    /// The service's answer to a request whose content is malformed or of the wrong type.
    pub(super) fn malformed(&self, error: &SerdeError) -> ServiceError {
        let plain = || {
            let text = error.to_string();
            if let Some((_, words)) = text.rsplit_once('\n').filter(|_| text.contains(ARGUMENT)) {
                return words.to_owned();
            }
            let words = text.split_once(": ").map_or(text.as_str(), |(_, words)| words);
            words.to_owned()
        };
        match self.wire.protocol {
            Protocol::AwsQuery => ServiceError::new("MalformedInput", 400, plain()),
            Protocol::Ec2Query => ServiceError::new("InvalidParameterValue", 400, plain()),
            Protocol::RestXml if self.wire.s3 => match error {
                SerdeError::Custom { message, .. } if message.starts_with(NUMBER) => {
                    not_a_number(&message[NUMBER.len()..])
                }
                SerdeError::Custom { message, .. } if message.starts_with(ARGUMENT) => {
                    bad_argument(&message[ARGUMENT.len()..])
                }
                SerdeError::Custom { message, .. } if message == URI => {
                    ServiceError::new("InvalidURI", 400, URI)
                        .with_member("URI", self.head.path.to_owned())
                }
                SerdeError::Custom { message, .. } if message.starts_with(HEAD) => {
                    ServiceError::new("InvalidArgument", 400, message[HEAD.len()..].to_owned())
                }
                _ => ServiceError::new("MalformedXML", 400, XML_WORDS),
            },
            Protocol::RestXml => ServiceError::new("MalformedInput", 400, plain()),
            Protocol::AwsJson1_0 if self.wire.dynamodb && plain().contains(TWO_MEMBERS) => {
                ServiceError::new("ValidationException", 400, TWO_DATATYPES)
            }
            _ => {
                let model = self.wire.model;
                let input = model.operations[self.op].input;
                let words = input.and_then(|input| mismatch::words(model, input, &self.body));
                let words = words.unwrap_or_else(plain);
                ServiceError::new("SerializationException", 400, words)
            }
        }
    }
}

/// The body is not what the schema of its document demands.
pub(super) fn document() -> ServiceError {
    ServiceError::new("MalformedXML", 400, XML_WORDS)
}

/// The document that the operation needs is not there.
pub(super) fn no_body() -> ServiceError {
    ServiceError::new("MissingRequestBodyError", 400, "Request Body is empty")
}

/// Marks a parameter of S3 that is no number: its name and, after an `=`, its value follow.
pub(super) const NUMBER: &str = "number: ";

fn not_a_number(parameter: &str) -> ServiceError {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let message = match name {
        "partNumber" => "Part number must be an integer between 1 and 10000, inclusive".to_owned(),
        name => format!("Provided {name} not an integer or within integer range"),
    };
    ServiceError::new("InvalidArgument", 400, message)
        .with_member("ArgumentName", name.to_owned())
        .with_member("ArgumentValue", value.to_owned())
}

/// Marks errors about a parameter or a header: its name, after an `=` its value, and what is wrong
/// with it in a line of its own.
pub(super) const ARGUMENT: &str = "argument: ";

/// What S3 says of arguments that are not of their type, where it has words of its own.
const S3_ARGUMENTS: [(&str, &str); 1] = [(
    "x-amz-object-lock-retain-until-date",
    "The retain until date must be provided in ISO 8601 format",
)];

fn bad_argument(text: &str) -> ServiceError {
    let (argument, words) = text.rsplit_once('\n').unwrap_or((text, ""));
    let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
    let own = S3_ARGUMENTS.iter().find(|(other, _)| *other == name).map(|(_, words)| *words);
    ServiceError::new("InvalidArgument", 400, own.unwrap_or(words).to_owned())
        .with_member("ArgumentName", name.to_owned())
        .with_member("ArgumentValue", value.to_owned())
}

/// A path that is no UTF-8.
pub(super) const URI: &str = "Couldn't parse the specified URI.";

/// Marks errors about the head of a request, which S3 answers differently.
pub(super) const HEAD: &str = "head: ";
