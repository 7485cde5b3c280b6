//! Errors in each protocol.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_schema::{ShapeId, ShapeType};
use fogbank_schema::Protocol;
use fogbank_service::{Fault, ServiceError};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};

use super::forward::{Filtered, in_body, in_head};
use super::head::Head;
use super::{host_id, response_of};
use crate::Body;
use crate::habits;
use crate::protocol::RequestIds;
use crate::service_wire::ServiceWire;
use crate::xml_writer::XmlWriter;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");

impl ServiceWire {
    /// The response that carries an error; `op` is the operation, where the request got so far.
    pub fn error(
        &self,
        op: Option<usize>,
        error: &ServiceError,
        ids: RequestIds<'_>,
    ) -> Response<Body> {
        let _ = op;
        let written = match self.protocol {
            Protocol::RestJson1 => self.rest_json_error(error),
            Protocol::AwsJson1_0 | Protocol::AwsJson1_1 | Protocol::RpcV2Cbor => {
                self.rpc_error(error, ids)
            }
            Protocol::AwsQuery | Protocol::Ec2Query | Protocol::RestXml => {
                self.xml_error(error, ids)
            }
        };
        let mut response = written.unwrap_or_else(|_| Response::new(Body::empty()));
        *response.status_mut() =
            StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in error.headers() {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name.clone(), value);
            }
        }
        self.finish(&mut response, ids);
        response
    }

    fn rpc_error(
        &self,
        error: &ServiceError,
        ids: RequestIds<'_>,
    ) -> Result<Response<Body>, SerdeError> {
        let kind = self.error_type(error);
        let document = ErrorDocument { error, kind: Some(&kind), keep: keep_all };
        let mut response = response_of(self.rpc_document(&document, ids.dialect)?);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.document_type(ids.dialect));
        if self.model.metadata.query_compatible {
            let fault = if error.fault() == Fault::Client { "Sender" } else { "Receiver" };
            if let Ok(value) = HeaderValue::from_str(&format!("{};{fault}", error.code())) {
                headers.insert(QUERY_ERROR, value);
            }
        }
        Ok(response)
    }

    /// The error's name with the namespace that the service puts before it.
    fn error_type(&self, error: &ServiceError) -> String {
        let namespace = if error.shape().is_some() || self.models_error(error.name()) {
            match (self.protocol, habits::error_namespace(self.model)) {
                (Protocol::RpcV2Cbor, "") => "aws.protocols#",
                (_, namespace) => namespace,
            }
        } else {
            habits::common_error_namespace(self.model, error.name())
        };
        format!("{namespace}{}", error.name())
    }

    fn models_error(&self, name: &str) -> bool {
        self.model.shapes.position(name).is_some()
    }

    fn rest_json_error(&self, error: &ServiceError) -> Result<Response<Body>, SerdeError> {
        let mut head = Head::new(self, self.s3);
        if let Some(shape) = error.shape() {
            Filtered { value: shape, keep: in_head }.serialize_members(&mut head)?;
        }
        let document = ErrorDocument { error, kind: None, keep: in_body };
        let body = super::rest::json(&document)?;
        let mut response = Response::new(Body::from(body));
        *response.headers_mut() = head.headers;
        response.headers_mut().insert(CONTENT_TYPE, super::JSON_PLAIN);
        if let Ok(name) = HeaderValue::from_str(error.name()) {
            response.headers_mut().insert(ERROR_TYPE, name);
        }
        Ok(response)
    }

    fn xml_error(
        &self,
        error: &ServiceError,
        ids: RequestIds<'_>,
    ) -> Result<Response<Body>, SerdeError> {
        let mut head = Head::new(self, self.s3);
        if let Some(shape) = error.shape().filter(|_| self.protocol == Protocol::RestXml) {
            Filtered { value: shape, keep: in_head }.serialize_members(&mut head)?;
        }
        let mut xml = XmlWriter::new(self.s3);
        xml.declaration();
        match self.protocol {
            Protocol::Ec2Query => {
                xml.open("Response", None);
                xml.open("Errors", None);
                self.error_element(&mut xml, error, None)?;
                xml.close("Errors");
                xml.text_element("RequestID", ids.request_id);
                xml.close("Response");
            }
            // S3 Control wraps what S3 does not.
            _ if self.model.metadata.name == "s3control" => {
                xml.open("ErrorResponse", None);
                self.error_element(&mut xml, error, None)?;
                xml.text_element("RequestId", ids.request_id);
                xml.text_element("HostId", &host_id(ids.request_id));
                xml.close("ErrorResponse");
            }
            _ if self.s3 => self.error_element(&mut xml, error, Some(ids.request_id))?,
            _ => {
                xml.open("ErrorResponse", Some(self.namespace()));
                self.error_element(&mut xml, error, None)?;
                xml.text_element("RequestId", ids.request_id);
                xml.close("ErrorResponse");
            }
        }
        let mut response = Response::new(Body::from(xml.finish()));
        *response.headers_mut() = head.headers;
        response.headers_mut().insert(CONTENT_TYPE, self.xml_content_type());
        Ok(response)
    }

    /// The element `Error`; S3's has the ids inside.
    fn error_element(
        &self,
        xml: &mut XmlWriter,
        error: &ServiceError,
        ids_inside: Option<&str>,
    ) -> Result<(), SerdeError> {
        xml.open("Error", None);
        if !self.s3 && self.protocol != Protocol::Ec2Query {
            let fault = if error.fault() == Fault::Client { "Sender" } else { "Receiver" };
            xml.text_element("Type", fault);
        }
        xml.text_element("Code", error.code());
        if let Some(message) = error.message() {
            xml.text_element("Message", message);
        }
        if let Some(shape) = error.shape() {
            Filtered { value: shape, keep: beside_the_message }.serialize_members(xml)?;
        }
        for (name, value) in error.members() {
            xml.text_element(name, value);
        }
        if let Some(request_id) = ids_inside {
            xml.text_element("RequestId", request_id);
            xml.text_element("HostId", &host_id(request_id));
        }
        xml.close("Error");
        Ok(())
    }
}

fn is_message(schema: &Schema<'_>) -> bool {
    schema.member_name().is_some_and(|name| name.eq_ignore_ascii_case("message"))
}

fn keep_all(_: &Schema<'_>) -> bool {
    true
}

fn beside_the_message(schema: &Schema<'_>) -> bool {
    in_body(schema) && !is_message(schema) && !matches!(schema.member_name(), Some("Code" | "Type"))
}

/// An error as a document of JSON or CBOR: its type, its members, and the message where no member
/// has it.
struct ErrorDocument<'e> {
    error: &'e ServiceError,
    kind: Option<&'e str>,
    keep: super::forward::Keep,
}

static TYPE: Schema<'static> =
    Schema::new_member(ShapeId::from_parts("f#type", "f", "type"), ShapeType::String, "__type", 0);
static MESSAGE: Schema<'static> = Schema::new_member(
    ShapeId::from_parts("f#message", "f", "message"),
    ShapeType::String,
    "message",
    1,
);
static CAPITAL_MESSAGE: Schema<'static> = Schema::new_member(
    ShapeId::from_parts("f#message", "f", "message"),
    ShapeType::String,
    "Message",
    1,
);

impl SerializableStruct for ErrorDocument<'_> {
    fn schema(&self) -> &Schema<'_> {
        self.error.shape().map_or(&aws_smithy_schema::prelude::UNIT, SerializableStruct::schema)
    }

    fn serialize_members(&self, to: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        if let Some(kind) = self.kind {
            to.write_string(&TYPE, kind)?;
        }
        let mut has_message = false;
        if let Some(shape) = self.error.shape() {
            has_message = shape.schema().members().iter().any(|member| is_message(member));
            Filtered { value: shape, keep: self.keep }.serialize_members(to)?;
        }
        if let Some(message) = self.error.message().filter(|_| !has_message) {
            // The framework's own errors spell it with a capital.
            let framework = self.error.name() == "SerializationException";
            to.write_string(if framework { &CAPITAL_MESSAGE } else { &MESSAGE }, message)?;
        }
        for (name, value) in self.error.members() {
            let schema = Schema::new_member(
                ShapeId::from_parts("f#extra", "f", "extra"),
                ShapeType::String,
                name,
                2,
            );
            to.write_string(&schema, value)?;
        }
        Ok(())
    }
}
