//! What the wire and the validation need to know of a service, and nothing else.

use serde::{Deserialize, Serialize};

use crate::Shapes;

/// The position of a shape in [`ServiceModel::shapes`].
pub type ShapeIndex = u32;

/// One AWS service: metadata, operations and shapes.
#[derive(Debug)]
pub struct ServiceModel<'a> {
    /// Names, protocols and signing.
    pub metadata: Metadata<'a>,
    /// Operations in the order of their names (bytewise).
    pub operations: Vec<Operation<'a>>,
    /// Shapes in the order of their names (bytewise).
    pub shapes: Shapes<'a>,
}

impl<'b> PartialEq<ServiceModel<'b>> for ServiceModel<'_> {
    fn eq(&self, other: &ServiceModel<'b>) -> bool {
        self.metadata == other.metadata
            && self.operations == other.operations
            && self.shapes == other.shapes
    }
}

impl<'a> ServiceModel<'a> {
    /// The position of the operation with this name.
    pub fn operation_index(&self, name: &str) -> Option<usize> {
        self.operations.binary_search_by(|operation| operation.name.cmp(name)).ok()
    }

    /// The operation with this name.
    pub fn operation(&self, name: &str) -> Option<&Operation<'a>> {
        self.operation_index(name).map(|index| &self.operations[index])
    }

    /// The shape at this position.
    ///
    /// # Panics
    ///
    /// When the index does not come from this model.
    pub fn shape(&self, index: ShapeIndex) -> &Shape<'a> {
        self.shapes.at(index)
    }
}

/// Names, protocols and signing of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metadata<'a> {
    /// The service's name in botocore and the AWS CLI, such as `sqs` or `cognito-idp`.
    pub name: &'a str,
    /// Smithy's `sdkId`, such as `SQS` or `Cognito Identity Provider`.
    pub service_id: &'a str,
    /// The marketing name, such as `Amazon Simple Queue Service`.
    pub full_name: &'a str,
    /// The API version, such as `2012-11-05`.
    pub api_version: &'a str,
    /// The first label of the service's endpoints.
    pub endpoint_prefix: &'a str,
    /// The service field of the SigV4 credential scope.
    pub signing_name: &'a str,
    /// What stands before the dot in `X-Amz-Target`; for rpcv2Cbor the service name in the path.
    pub target_prefix: Option<&'a str>,
    /// Protocols in the model's order of preference.
    pub protocols: Vec<Protocol>,
    /// `1.0` or `1.1` for services with an awsJson protocol.
    pub json_version: Option<&'a str>,
    /// The XML namespace of responses of the XML protocols.
    pub xml_namespace: Option<&'a str>,
    /// The service sends awsQuery-compatible errors (`x-amzn-query-error`).
    pub query_compatible: bool,
    /// One endpoint serves the whole partition (IAM, Route 53, …).
    pub global: bool,
}

/// The wire protocols of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Protocol {
    /// `aws.protocols#awsJson1_0`.
    AwsJson1_0,
    /// `aws.protocols#awsJson1_1`.
    AwsJson1_1,
    /// `aws.protocols#awsQuery`.
    AwsQuery,
    /// `aws.protocols#ec2Query`.
    Ec2Query,
    /// `aws.protocols#restJson1`.
    RestJson1,
    /// `aws.protocols#restXml`.
    RestXml,
    /// `smithy.protocols#rpcv2Cbor`.
    RpcV2Cbor,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation<'a> {
    /// The name, such as `SendMessage`.
    pub name: &'a str,
    /// The HTTP method.
    pub method: &'a str,
    /// The URI pattern with its labels and its literal query string (`/{Bucket}?acl`).
    pub uri: &'a str,
    /// The status of a success; 200 unless the model says otherwise.
    pub status: u16,
    /// The input structure; none for operations without input.
    pub input: Option<ShapeIndex>,
    /// The output structure; none for operations without output.
    pub output: Option<ShapeIndex>,
    /// The modelled errors.
    pub errors: Vec<ShapeIndex>,
    /// awsQuery: the element around the output (`SendMessageResult`).
    pub result_wrapper: Option<&'a str>,
    /// restXml: the root element of the request body where the model names one.
    pub input_xml_name: Option<&'a str>,
    /// restXml: the namespace of the request's root element.
    pub input_xml_namespace: Option<&'a str>,
    /// How a request authenticates.
    pub auth: Auth,
    /// A prefix of the host name, such as `{AccountId}.`.
    pub host_prefix: Option<&'a str>,
    /// The member that names the checksum algorithm of the request body.
    pub checksum_algorithm_member: Option<&'a str>,
    /// The request must carry a checksum of its body (`Content-MD5` or `x-amz-checksum-*`).
    pub checksum_required: bool,
    /// The operation changes nothing.
    pub read_only: bool,
}

/// How a request of an operation authenticates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Auth {
    /// Signature version 4 (or 2 where the service still takes it).
    SigV4,
    /// Signature version 4 over an unsigned body.
    SigV4UnsignedBody,
    /// No signature (`AssumeRoleWithWebIdentity`, Cognito's public operations).
    None,
    /// A bearer token.
    Bearer,
}

/// One shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shape<'a> {
    /// The name in the model.
    pub name: &'a str,
    /// What it is.
    #[serde(borrow)]
    pub kind: Kind<'a>,
    /// The value must not be logged.
    pub sensitive: bool,
    /// A streaming blob.
    pub streaming: bool,
    /// An event stream (on a union).
    pub event_stream: bool,
    /// XML: the element name of the shape where the model names one.
    pub xml_name: Option<&'a str>,
    /// XML: the namespace of the shape's own element.
    pub xml_namespace: Option<XmlNamespace<'a>>,
    /// The timestamp format of the shape.
    pub timestamp_format: Option<TimestampFormat>,
    /// Smallest length (strings, blobs, lists, maps) or value (numbers).
    pub min: Option<f64>,
    /// Largest length or value.
    pub max: Option<f64>,
    /// The regular expression that a string must match, as the model writes it.
    pub pattern: Option<&'a str>,
    /// The shape, or one that it refers to, demands something of its values.
    pub constrained: bool,
}

/// The kinds of shapes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Kind<'a> {
    /// A structure.
    Structure(#[serde(borrow)] Structure<'a>),
    /// A tagged union.
    Union(#[serde(borrow)] Structure<'a>),
    /// A list.
    List {
        /// The elements; the member's name is `member`.
        #[serde(borrow)]
        member: Box<Member<'a>>,
        /// XML and query: elements without a wrapping element.
        flattened: bool,
        /// Elements may be null.
        sparse: bool,
    },
    /// A map with string keys.
    Map {
        /// The keys; the member's name is `key`.
        #[serde(borrow)]
        key: Box<Member<'a>>,
        /// The values; the member's name is `value`.
        #[serde(borrow)]
        value: Box<Member<'a>>,
        /// XML and query: entries without a wrapping element.
        flattened: bool,
        /// Values may be null.
        sparse: bool,
    },
    /// A string.
    String,
    /// A string of a set.
    Enum(
        /// The modelled values.
        #[serde(borrow)]
        Vec<&'a str>,
    ),
    /// A boolean.
    Boolean,
    /// 32 bits, signed.
    Integer,
    /// 64 bits, signed.
    Long,
    /// 32 bits, IEEE 754.
    Float,
    /// 64 bits, IEEE 754.
    Double,
    /// Bytes.
    Blob,
    /// A point in time.
    Timestamp,
    /// Any JSON-like value.
    Document,
}

/// The members of a structure or union, and what it is as an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Structure<'a> {
    /// Members in the model's order; a member's position is its index everywhere.
    #[serde(borrow)]
    pub members: Vec<Member<'a>>,
    /// Set when the structure is an error.
    pub error: Option<ErrorTraits<'a>>,
    /// The member that is the whole HTTP body.
    pub payload: Option<u16>,
    /// An event whose stream is an exception to the client.
    pub exception_event: bool,
    /// A wrapping element without meaning on old query services (`wrapper`).
    pub wrapper: bool,
}

impl<'a> Structure<'a> {
    /// The position of the member with this name.
    pub fn member_index(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|member| member.name == name)
    }
}

/// What a structure is as an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ErrorTraits<'a> {
    /// The code on the wire (`AWS.SimpleQueueService.NonExistentQueue`); the shape's name unless
    /// the model says otherwise.
    pub code: &'a str,
    /// The HTTP status; 400 or 500 by the fault where the model says nothing.
    pub status: u16,
    /// The server's fault, not the sender's.
    pub server_fault: bool,
}

/// A member of a structure, list or map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member<'a> {
    /// The member's name in the model.
    pub name: &'a str,
    /// The shape it targets.
    pub target: ShapeIndex,
    /// The member must be present.
    pub required: bool,
    /// Where it travels in HTTP.
    pub location: Location,
    /// The name in the HTTP binding, XML element, JSON key or query parameter, where it differs.
    pub wire_name: Option<&'a str>,
    /// The element name in XML and the parameter name in the query protocol, where it differs from
    /// `wire_name`: the element name of a flattened list, or a service that speaks JSON too.
    pub xml_name: Option<&'a str>,
    /// ec2Query: the name in requests.
    pub query_name: Option<&'a str>,
    /// XML: an attribute, not an element.
    pub xml_attribute: bool,
    /// XML and query: the member's own flattening.
    pub flattened: bool,
    /// XML: the namespace of the member's element.
    pub xml_namespace: Option<XmlNamespace<'a>>,
    /// The timestamp format of the member.
    pub timestamp_format: Option<TimestampFormat>,
    /// A JSON text in a string (media type `application/json`).
    pub json_value: bool,
    /// A streaming blob.
    pub streaming: bool,
    /// The member is part of the host name.
    pub host_label: bool,
    /// A client fills it in when it is absent.
    pub idempotency_token: bool,
    /// The member is a header of an event.
    pub event_header: bool,
    /// The member is the payload of an event.
    pub event_payload: bool,
}

/// Where a member travels in HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Location {
    /// In the body.
    Body,
    /// A label of the URI.
    Uri,
    /// A query parameter, or all of them where the target is a map.
    Query,
    /// A header.
    Header,
    /// Headers with a prefix.
    Headers,
    /// The status code.
    StatusCode,
}

/// An XML namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct XmlNamespace<'a> {
    /// The URI.
    pub uri: &'a str,
    /// The prefix, or none for the default namespace.
    pub prefix: Option<&'a str>,
}

/// Formats of timestamps on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimestampFormat {
    /// Seconds since the epoch, with a fraction.
    EpochSeconds,
    /// RFC 3339, `2015-01-25T08:00:00Z`.
    DateTime,
    /// RFC 7231, `Sun, 25 Jan 2015 08:00:00 GMT`.
    HttpDate,
}
