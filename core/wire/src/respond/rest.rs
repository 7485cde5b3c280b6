//! Outputs of the REST protocols: members in the head, in the payload and in the body.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use bytes::Bytes;
use fogbank_schema::{Kind, Protocol};
use fogbank_service::ResponseStream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use super::forward::{Filtered, Ordered, in_body, in_head};
use super::head::{Head, Payload, PayloadFormat};
use super::{JSON_PLAIN, XML_TYPE};
use crate::Body;
use crate::habits;
use crate::json_writer::JsonWriter;
use crate::service_wire::ServiceWire;
use crate::xml_writer::XmlWriter;

const TEXT: HeaderValue = HeaderValue::from_static("text/plain");
const OCTETS: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The namespace of S3's documents, which botocore's model names on inputs only.
const S3_NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

impl PayloadFormat for ServiceWire {
    fn structure(
        &self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<Vec<u8>, SerdeError> {
        if self.protocol == Protocol::RestJson1 {
            return json(value);
        }
        let root = schema
            .xml_name()
            .or_else(|| value.schema().xml_name())
            .map_or_else(|| value.schema().shape_id().shape_name(), |name| name.value());
        let root = if self.s3 { habits::s3_document(root).unwrap_or(root) } else { root };
        let mut xml = XmlWriter::new(self.s3);
        xml.declaration();
        let own = schema.xml_namespace().map(|namespace| namespace.uri());
        let namespace =
            own.or(self.model.metadata.xml_namespace).or(self.s3.then_some(S3_NAMESPACE));
        xml.root(root, namespace, value)?;
        Ok(xml.finish())
    }

    fn value(
        &self,
        write: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<Vec<u8>, SerdeError> {
        if self.protocol == Protocol::RestJson1 {
            let mut serializer = JsonWriter::new();
            write(&mut serializer)?;
            return Ok(serializer.finish());
        }
        let mut xml = XmlWriter::new(self.s3);
        write(&mut xml)?;
        Ok(xml.finish())
    }
}

/// A structure as a JSON document.
pub(crate) fn json(value: &dyn SerializableStruct) -> Result<Vec<u8>, SerdeError> {
    JsonWriter::document(value)
}

/// Whether any member of the structure belongs to the body of a response.
pub(crate) fn has_body(schema: &Schema<'_>) -> bool {
    schema.members().iter().any(|member| in_body(member))
}

impl ServiceWire {
    pub(crate) fn rest_output(
        &self,
        op: usize,
        value: &dyn SerializableStruct,
        stream: Option<ResponseStream>,
    ) -> Result<Response<Body>, SerdeError> {
        let operation = &self.model.operations[op];
        let mut head = Head::new(self, self.s3);
        Filtered { value, keep: in_head }.serialize_members(&mut head)?;
        let schema = self.schemas.output(op);
        let mut response = match (stream, head.payload.take()) {
            (Some(ResponseStream::Bytes(bytes)), _) => {
                let body = Body::stream(bytes);
                let mut response = Response::new(body);
                response.headers_mut().insert(CONTENT_TYPE, OCTETS);
                response
            }
            (Some(ResponseStream::Events(events)), _) => self.event_response(events, None),
            (None, Some(Payload::Raw(bytes, text))) => {
                let mut response = Response::new(Body::from(bytes));
                let content_type = if text { TEXT } else { OCTETS };
                response.headers_mut().insert(CONTENT_TYPE, content_type);
                response
            }
            (None, Some(Payload::Document(document))) => self.document(document.into()),
            (None, None) if self.payload_is_document(op) => {
                // An absent payload of JSON is an empty object, as AWS sends it.
                let empty: &'static [u8] =
                    if self.protocol == Protocol::RestJson1 { b"{}" } else { b"" };
                self.document(Bytes::from_static(empty))
            }
            (None, None) if has_body(schema) => self.document(self.rest_body(op, value)?.into()),
            (None, None) => {
                let mut response = Response::new(Body::empty());
                if self.protocol == Protocol::RestJson1 {
                    response.headers_mut().insert(CONTENT_TYPE, JSON_PLAIN);
                }
                response
            }
        };
        let mut status = head.status.unwrap_or(operation.status);
        // Some models say 204 of an operation that answers with a document; AWS sends 200 then.
        if status == 204 && response.body().as_bytes().is_none_or(|body| body.len() > 2) {
            status = 200;
        }
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
        for (name, value) in head.headers {
            if let Some(name) = name {
                response.headers_mut().insert(name, value);
            }
        }
        if response.body().as_bytes().is_some_and(|body| !body.is_empty()) {
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        Ok(response)
    }

    fn document(&self, body: Bytes) -> Response<Body> {
        let content_type = if self.protocol == Protocol::RestJson1 { JSON_PLAIN } else { XML_TYPE };
        let mut response = Response::new(Body::from(body));
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        response
    }

    /// The payload member of the output is a structure or document, not text or bytes.
    fn payload_is_document(&self, op: usize) -> bool {
        let Some(output) = self.model.operations[op].output else { return false };
        let Kind::Structure(structure) = &self.model.shape(output).kind else { return false };
        let Some(payload) = structure.payload else { return false };
        let target = self.model.shape(structure.members[usize::from(payload)].target);
        matches!(target.kind, Kind::Structure(_) | Kind::Document)
    }

    /// The members of the body as one document.
    fn rest_body(&self, op: usize, value: &dyn SerializableStruct) -> Result<Vec<u8>, SerdeError> {
        let body = Filtered { value, keep: in_body };
        if self.protocol == Protocol::RestJson1 {
            return json(&body);
        }
        let operation = &self.model.operations[op];
        let mut xml = XmlWriter::new(self.s3);
        xml.declaration();
        let shape = operation.output.map(|shape| self.model.shape(shape));
        let root = if self.s3 { habits::s3_root(operation.name) } else { None }
            .or(shape.and_then(|shape| shape.xml_name.or(Some(shape.name))))
            .unwrap_or(operation.name);
        let namespace = self.model.metadata.xml_namespace.or(self.s3.then_some(S3_NAMESPACE));
        if self.s3 && operation.name == "GetBucketLocation" {
            return self.bucket_location(xml, value);
        }
        match habits::s3_order(operation.name).filter(|_| self.s3) {
            Some(first) => xml.root(root, namespace, &Ordered { value, first })?,
            None => xml.root(root, namespace, &body)?,
        }
        Ok(xml.finish())
    }

    /// The one result that is a text without an element of its own.
    fn bucket_location(
        &self,
        mut xml: XmlWriter,
        value: &dyn SerializableStruct,
    ) -> Result<Vec<u8>, SerdeError> {
        xml.inherited = Some(self.namespace().to_owned());
        let start = xml.length();
        value.serialize_members(&mut xml)?;
        if xml.length() == start {
            xml.empty("LocationConstraint", self.namespace());
        }
        Ok(xml.finish())
    }
}
