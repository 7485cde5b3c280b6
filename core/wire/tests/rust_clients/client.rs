//! AWS's client of a protocol, over the schemas of the model.

use aws_smithy_cbor::protocol::RpcV2CborProtocol;
use aws_smithy_json::protocol::aws_json_rpc::AwsJsonRpcProtocol;
use aws_smithy_json::protocol::aws_rest_json_1::AwsRestJsonProtocol;
use aws_smithy_query::protocol::AwsQueryProtocol;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_schema::protocol::{ServiceShapeName, ServiceVersion, SharedClientProtocol};
use aws_smithy_schema::serde::{SerdeError, SerializableStruct};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, Layer};
use aws_smithy_xml::protocol::aws_rest_xml::AwsRestXmlProtocol;
use bytes::Bytes;
use fogbank_schema::{Protocol, Schemas, ShapeIndex};
use fogbank_wire::Body;
use fogbank_wire::dynamic::{self, Value};
use http::request::Parts;
use serde_json::Value as Json;

/// One operation as AWS's client speaks it.
pub(crate) struct Client {
    schemas: &'static Schemas,
    op: usize,
    protocol: SharedClientProtocol,
    settings: ConfigBag,
}

fn protocol_of(protocol: Protocol, s3: bool) -> Option<SharedClientProtocol> {
    Some(match protocol {
        Protocol::AwsJson1_0 => SharedClientProtocol::new(AwsJsonRpcProtocol::aws_json_1_0()),
        Protocol::AwsJson1_1 => SharedClientProtocol::new(AwsJsonRpcProtocol::aws_json_1_1()),
        Protocol::RestJson1 => SharedClientProtocol::new(AwsRestJsonProtocol::new()),
        Protocol::RestXml => {
            SharedClientProtocol::new(AwsRestXmlProtocol::new().with_no_error_wrapping(s3))
        }
        Protocol::AwsQuery => SharedClientProtocol::new(AwsQueryProtocol::new()),
        Protocol::RpcV2Cbor => SharedClientProtocol::new(RpcV2CborProtocol::new()),
        // AWS has written no client over schemas for it.
        Protocol::Ec2Query => return None,
    })
}

impl Client {
    pub(crate) fn new(schemas: &'static Schemas, protocol: Protocol, op: usize) -> Option<Self> {
        let metadata = &schemas.model().metadata;
        let operation = schemas.model().operations[op].name;
        let mut layer = Layer::new("test");
        layer.store_put(Metadata::new(operation, metadata.service_id));
        layer.store_put(ServiceVersion::new(metadata.api_version));
        layer.store_put(ServiceShapeName::new(metadata.target_prefix.unwrap_or_default()));
        let settings = ConfigBag::of_layers([layer]);
        let protocol = protocol_of(protocol, metadata.name == "s3")?;
        Some(Self { schemas, op, protocol, settings })
    }

    /// The request with this input.
    pub(crate) fn request(&self, input: &dyn SerializableStruct) -> Result<(Parts, Bytes), String> {
        let schema = self.schemas.input(self.op);
        let request = self.protocol.serialize_request(input, schema, "", &self.settings);
        let request = request.map_err(|error| format!("not written: {error}"))?;
        let body = request.body().bytes().map(Bytes::copy_from_slice).unwrap_or_default();
        let mut head = http::Request::builder().method(request.method()).uri(request.uri());
        for (name, value) in request.headers() {
            head = head.header(name, value);
        }
        Ok((head.body(()).map_err(|error| error.to_string())?.into_parts().0, body))
    }

    fn response(response: &http::Response<Body>) -> Response {
        let bytes = response.body().as_bytes().expect("the operation does not stream").clone();
        let mut read = http::Response::builder().status(response.status());
        for (name, value) in response.headers() {
            read = read.header(name, value);
        }
        let read = read.body(SdkBody::from(bytes)).expect("a response");
        Response::try_from(read).expect("headers are text")
    }

    fn json(&self, shape: ShapeIndex, read: Result<Value, SerdeError>) -> Result<Json, String> {
        let read = read.map_err(|error| format!("not read: {error}"))?;
        Ok(dynamic::to_json(self.schemas, shape, &read))
    }

    /// The output as the client reads it.
    pub(crate) fn output(
        &self,
        shape: ShapeIndex,
        response: &http::Response<Body>,
    ) -> Result<Json, String> {
        let response = Self::response(response);
        let schema = self.schemas.output(self.op);
        let reader = self.protocol.deserialize_response(&response, schema, &self.settings);
        let mut reader = reader.map_err(|error| format!("not read: {error}"))?;
        self.json(shape, dynamic::read_struct(self.schemas, shape, &mut *reader))
    }

    /// Code, message and members of an error as the client reads them.
    pub(crate) fn error(
        &self,
        shape: ShapeIndex,
        response: &http::Response<Body>,
    ) -> Result<(Option<String>, Option<String>, Json), String> {
        let response = Self::response(response);
        let metadata = self.protocol.parse_error_metadata(&response, &self.settings);
        let metadata = metadata.map_err(|error| format!("not read: {error}"))?.build();
        let reader = self.protocol.deserialize_error_response(&response, &self.settings);
        let mut reader = reader.map_err(|error| format!("not read: {error}"))?;
        let members = self.json(shape, dynamic::read_struct(self.schemas, shape, &mut *reader))?;
        Ok((metadata.code().map(str::to_owned), metadata.message().map(str::to_owned), members))
    }
}
