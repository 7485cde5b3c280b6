//! Responses: outputs of operations in each protocol.

mod as_json;
mod error;
mod events;
mod forward;
mod head;
mod rest;

use aws_smithy_schema::codec::{Codec, FinishSerializer};
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_types::{Blob, DateTime, Document};
use fogbank_schema::Protocol;
use fogbank_service::{Reply, ResponseStream, ServiceError};
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Response, StatusCode};

use crate::Body;
use crate::codec::CBOR;
use crate::json_writer::JsonWriter;
use crate::protocol::{AMZ_CBOR, Dialect, RequestIds};
use crate::service_wire::ServiceWire;
use crate::xml_writer::XmlWriter;

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const S3_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const S3_HOST_ID: HeaderName = HeaderName::from_static("x-amz-id-2");
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");
const CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");

pub(crate) const JSON_1_0: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.0");
pub(crate) const JSON_1_1: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
pub(crate) const JSON_PLAIN: HeaderValue = HeaderValue::from_static("application/json");
const CBOR_TYPE: HeaderValue = HeaderValue::from_static("application/cbor");
const AMZ_CBOR_TYPE: HeaderValue = HeaderValue::from_static(AMZ_CBOR);
pub(crate) const XML_TYPE: HeaderValue = HeaderValue::from_static("application/xml");
const TEXT_XML: HeaderValue = HeaderValue::from_static("text/xml");
const TEXT_XML_UTF8: HeaderValue = HeaderValue::from_static("text/xml;charset=UTF-8");

impl ServiceWire {
    /// The response that carries an operation's output.
    ///
    /// An output that the protocol cannot carry becomes an internal error: a fault of the
    /// provider.
    pub fn response(&self, op: usize, reply: Reply, ids: RequestIds<'_>) -> Response<Body> {
        match self.output(op, reply, ids) {
            Ok(response) => response,
            Err(error) => {
                let source = std::io::Error::other(error.to_string());
                self.error(Some(op), &ServiceError::internal(source), ids)
            }
        }
    }

    fn output(
        &self,
        op: usize,
        mut reply: Reply,
        ids: RequestIds<'_>,
    ) -> Result<Response<Body>, SerdeError> {
        let stream = reply.take_stream();
        let value = reply.shape();
        let mut response = match self.protocol {
            Protocol::AwsJson1_0 | Protocol::AwsJson1_1 | Protocol::RpcV2Cbor => match stream {
                Some(ResponseStream::Events(events)) => {
                    let initial = self.rpc_document(value, ids.dialect)?;
                    self.event_response(events, Some(initial))
                }
                _ => self.rpc_output(op, value, ids.dialect)?,
            },
            Protocol::AwsQuery | Protocol::Ec2Query => {
                let mut response = response_of(self.query_output(op, value, ids)?);
                response.headers_mut().insert(CONTENT_TYPE, self.xml_content_type());
                response
            }
            Protocol::RestJson1 | Protocol::RestXml => self.rest_output(op, value, stream)?,
        };
        self.finish(&mut response, ids);
        Ok(response)
    }

    /// What every response has: the ids, and no body where HTTP forbids one.
    pub(crate) fn finish(&self, response: &mut Response<Body>, ids: RequestIds<'_>) {
        if ids.dialect == Dialect::QueryAsJson && self.protocol == Protocol::AwsQuery {
            let json = response.body().as_bytes().map(|xml| as_json::json(xml));
            *response.body_mut() = json.map_or_else(Body::empty, Body::from);
            response.headers_mut().insert(CONTENT_TYPE, JSON_PLAIN);
        }
        let status = response.status();
        let bodiless = status == StatusCode::NO_CONTENT || status == StatusCode::NOT_MODIFIED;
        if bodiless || ids.head {
            *response.body_mut() = Body::empty();
        }
        if bodiless {
            response.headers_mut().remove(CONTENT_TYPE);
        }
        let checksum =
            self.dynamodb.then(|| response.body().as_bytes().map(|b| crc32fast::hash(b)));
        let headers = response.headers_mut();
        if let Some(Some(checksum)) = checksum {
            headers.insert(CRC32, checksum.into());
        }
        let Ok(id) = HeaderValue::from_str(ids.request_id) else { return };
        if self.s3 {
            headers.insert(S3_REQUEST_ID, id);
            if let Ok(host) = HeaderValue::from_str(&host_id(ids.request_id)) {
                headers.insert(S3_HOST_ID, host);
            }
        } else {
            headers.insert(REQUEST_ID, id);
        }
        if self.protocol == Protocol::RpcV2Cbor {
            headers.insert(SMITHY_PROTOCOL, HeaderValue::from_static("rpc-v2-cbor"));
        }
    }

    pub(crate) fn xml_content_type(&self) -> HeaderValue {
        match self.protocol {
            Protocol::Ec2Query => TEXT_XML_UTF8,
            Protocol::AwsQuery => TEXT_XML,
            _ => XML_TYPE,
        }
    }

    /// The content type of the documents of the JSON and CBOR protocols.
    pub(crate) fn document_type(&self, dialect: Dialect) -> HeaderValue {
        match (self.protocol, dialect) {
            (Protocol::RpcV2Cbor, _) => CBOR_TYPE,
            (Protocol::RestJson1, _) => JSON_PLAIN,
            (_, Dialect::AmzCbor) => AMZ_CBOR_TYPE,
            (Protocol::AwsJson1_0, _) => JSON_1_0,
            _ => JSON_1_1,
        }
    }

    fn rpc_output(
        &self,
        op: usize,
        value: &dyn SerializableStruct,
        dialect: Dialect,
    ) -> Result<Response<Body>, SerdeError> {
        let has_output = self.model.operations[op].output.is_some();
        if !has_output && self.protocol == Protocol::RpcV2Cbor {
            return Ok(Response::new(Body::empty()));
        }
        let body = if has_output { self.rpc_document(value, dialect)? } else { Vec::new() };
        let mut response = response_of(body);
        response.headers_mut().insert(CONTENT_TYPE, self.document_type(dialect));
        Ok(response)
    }

    /// A structure as the document of this JSON or CBOR protocol.
    pub(crate) fn rpc_document(
        &self,
        value: &dyn SerializableStruct,
        dialect: Dialect,
    ) -> Result<Vec<u8>, SerdeError> {
        let schema = &aws_smithy_schema::prelude::UNIT;
        if self.protocol == Protocol::RpcV2Cbor {
            let mut serializer = CBOR.create_serializer();
            serializer.write_struct(schema, value)?;
            return Ok(serializer.finish());
        }
        if dialect == Dialect::AmzCbor {
            let mut serializer = CBOR.create_serializer();
            serializer.write_struct(schema, &InMilliseconds(value))?;
            return Ok(serializer.finish());
        }
        JsonWriter::document(value)
    }

    fn query_output(
        &self,
        op: usize,
        value: &dyn SerializableStruct,
        ids: RequestIds<'_>,
    ) -> Result<Vec<u8>, SerdeError> {
        let operation = &self.model.operations[op];
        let mut xml = XmlWriter::new(self.protocol == Protocol::Ec2Query);
        let response = &[operation.name, "Response"];
        xml.declaration();
        xml.open_parts(response, Some(self.namespace()));
        if self.protocol == Protocol::Ec2Query {
            xml.text_element("requestId", ids.request_id);
            value.serialize_members(&mut xml)?;
        } else {
            if operation.output.is_some() {
                let by_name: &[&str] = &[operation.name, "Result"];
                let result =
                    operation.result_wrapper.as_ref().map_or(by_name, std::slice::from_ref);
                xml.open_parts(result, None);
                let opened = xml.length();
                value.serialize_members(&mut xml)?;
                xml.close_or_empty(result, opened);
            }
            xml.open("ResponseMetadata", None);
            xml.text_element("RequestId", ids.request_id);
            xml.close("ResponseMetadata");
        }
        xml.close_parts(response);
        Ok(xml.finish())
    }

    /// The XML namespace of the service's responses.
    pub(crate) fn namespace(&self) -> &str {
        let metadata = &self.model.metadata;
        metadata.xml_namespace.unwrap_or_else(|| {
            self.namespace_of_name(|| {
                format!("http://{}.amazonaws.com/doc/{}/", metadata.name, metadata.api_version)
            })
        })
    }
}

/// The headers that a response has room for. hyper uses the memory again for the next request of
/// the connection, which has more.
pub(crate) const HEADERS: usize = 12;

/// A response with this body and room for headers.
pub(crate) fn response_of(body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.headers_mut() = HeaderMap::with_capacity(HEADERS);
    response
}

/// S3's second id of a request: opaque, derived from the first so that a run can be repeated.
pub(crate) fn host_id(request_id: &str) -> String {
    use base64::Engine;
    let fold = |state: u64, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut state = request_id.bytes().fold(0xcbf2_9ce4_8422_2325, fold);
    let mut bytes = [0; 48];
    for word in bytes.chunks_exact_mut(8) {
        state = (state ^ (state >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31);
        word.copy_from_slice(&state.to_le_bytes());
    }
    crate::scalar::BASE64.encode(bytes)
}

/// A structure whose timestamps count milliseconds, as Kinesis's older CBOR has them.
struct InMilliseconds<'v>(&'v dyn SerializableStruct);

impl SerializableStruct for InMilliseconds<'_> {
    fn schema(&self) -> &aws_smithy_schema::Schema<'_> {
        self.0.schema()
    }

    fn serialize_members(&self, to: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
        self.0.serialize_members(&mut Milliseconds(to))
    }
}

struct Milliseconds<'a>(&'a mut dyn ShapeSerializer);

type Write<'w> = &'w dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>;
type Schema<'s> = aws_smithy_schema::Schema<'s>;

macro_rules! pass_on {
    ($($write:ident($value:ty);)*) => {$(
        fn $write(&mut self, schema: &Schema<'_>, value: $value) -> Result<(), SerdeError> {
            self.0.$write(schema, value)
        }
    )*};
}

impl ShapeSerializer for Milliseconds<'_> {
    pass_on! {
        write_boolean(bool);
        write_byte(i8);
        write_short(i16);
        write_integer(i32);
        write_long(i64);
        write_float(f32);
        write_double(f64);
        write_big_integer(&aws_smithy_types::BigInteger);
        write_big_decimal(&aws_smithy_types::BigDecimal);
        write_string(&str);
        write_blob(Blob);
        write_document(&Document);
    }

    fn write_struct(
        &mut self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        self.0.write_struct(schema, &InMilliseconds(value))
    }

    fn write_list(&mut self, schema: &Schema<'_>, write: Write<'_>) -> Result<(), SerdeError> {
        self.0.write_list(schema, &|to| write(&mut Milliseconds(to)))
    }

    fn write_list_with_length(
        &mut self,
        schema: &Schema<'_>,
        length: usize,
        write: Write<'_>,
    ) -> Result<(), SerdeError> {
        self.0.write_list_with_length(schema, length, &|to| write(&mut Milliseconds(to)))
    }

    fn write_map(&mut self, schema: &Schema<'_>, write: Write<'_>) -> Result<(), SerdeError> {
        self.0.write_map(schema, &|to| write(&mut Milliseconds(to)))
    }

    fn write_map_with_length(
        &mut self,
        schema: &Schema<'_>,
        length: usize,
        write: Write<'_>,
    ) -> Result<(), SerdeError> {
        self.0.write_map_with_length(schema, length, &|to| write(&mut Milliseconds(to)))
    }

    fn write_timestamp(&mut self, schema: &Schema<'_>, value: &DateTime) -> Result<(), SerdeError> {
        let milliseconds = value
            .to_millis()
            .map_err(|_| SerdeError::invalid_input("the timestamp is out of range"))?;
        self.0.write_timestamp(schema, &DateTime::from_secs(milliseconds))
    }

    fn write_null(&mut self, schema: &Schema<'_>) -> Result<(), SerdeError> {
        self.0.write_null(schema)
    }
}
