//! The intermediate representation that both readers fill and everything else starts from.

use std::collections::{BTreeMap, BTreeSet};

pub use fogbank_schema::{Auth, Location, Protocol, TimestampFormat};

/// One AWS service.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// The service's name in botocore and the AWS CLI.
    pub name: String,
    /// Smithy's `sdkId`.
    pub service_id: String,
    /// The marketing name.
    pub full_name: String,
    /// The API version.
    pub api_version: String,
    /// The first label of the service's endpoints.
    pub endpoint_prefix: String,
    /// The service field of the SigV4 credential scope.
    pub signing_name: String,
    /// What stands before the dot in `X-Amz-Target`.
    pub target_prefix: Option<String>,
    /// Protocols in the model's order of preference.
    pub protocols: Vec<Protocol>,
    /// `1.0` or `1.1`.
    pub json_version: Option<String>,
    /// The XML namespace of the XML protocols.
    pub xml_namespace: Option<String>,
    /// The service sends awsQuery-compatible errors.
    pub query_compatible: bool,
    /// One endpoint serves the whole partition.
    pub global: bool,
    /// Operations by name.
    pub operations: BTreeMap<String, Operation>,
    /// Shapes by name.
    pub shapes: BTreeMap<String, Shape>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The HTTP method.
    pub method: String,
    /// The URI pattern; its labels are names of members.
    pub uri: String,
    /// The status of a success.
    pub status: u16,
    /// The input structure.
    pub input: Option<String>,
    /// The output structure.
    pub output: Option<String>,
    /// The modelled errors.
    pub errors: Vec<String>,
    /// awsQuery: the element around the output.
    pub result_wrapper: Option<String>,
    /// restXml: the root element of the request body.
    pub input_xml_name: Option<String>,
    /// restXml: the namespace of the request's root element.
    pub input_xml_namespace: Option<String>,
    /// How a request authenticates.
    pub auth: Auth,
    /// A prefix of the host name.
    pub host_prefix: Option<String>,
    /// The member that names the checksum algorithm.
    pub checksum_algorithm_member: Option<String>,
    /// The request must carry a checksum.
    pub checksum_required: bool,
    /// The operation changes nothing.
    pub read_only: bool,
}

/// One shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// What it is.
    pub kind: Kind,
    /// The value must not be logged.
    pub sensitive: bool,
    /// A streaming blob.
    pub streaming: bool,
    /// An event stream.
    pub event_stream: bool,
    /// XML: the element name of the shape.
    pub xml_name: Option<String>,
    /// XML: the namespace of the shape's own element.
    pub xml_namespace: Option<XmlNamespace>,
    /// The timestamp format.
    pub timestamp_format: Option<TimestampFormat>,
    /// Smallest length or value.
    pub min: Option<f64>,
    /// Largest length or value.
    pub max: Option<f64>,
    /// The regular expression that a string must match.
    pub pattern: Option<String>,
}

/// The kinds of shapes.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Kind {
    Structure(Structure),
    Union(Structure),
    List { member: Member, flattened: bool, sparse: bool },
    Map { key: Member, value: Member, flattened: bool, sparse: bool },
    String,
    Enum(Vec<String>),
    Boolean,
    Integer,
    Long,
    Float,
    Double,
    Blob,
    Timestamp,
    Document,
}

/// The members of a structure or union.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Structure {
    /// Members in their order on the wire.
    pub members: Vec<Member>,
    /// What it is as an error.
    pub error: Option<ErrorTraits>,
    /// The member that is the whole HTTP body.
    pub payload: Option<String>,
    /// An event that is an exception to the client.
    pub exception_event: bool,
    /// A wrapping element without meaning.
    pub wrapper: bool,
}

/// What a structure is as an error.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorTraits {
    /// The code on the wire of the query and XML protocols.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// The server's fault.
    pub server_fault: bool,
}

/// A member of a structure, list or map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Member {
    /// The member's name.
    pub name: String,
    /// The shape it targets.
    pub target: String,
    /// The member must be present.
    pub required: bool,
    /// Where it travels in HTTP; the body unless set.
    pub location: Option<Location>,
    /// The name in the HTTP binding, XML element, JSON key or query parameter.
    pub wire_name: Option<String>,
    /// The element name in XML and the query protocol, where it differs from `wire_name`.
    pub xml_name: Option<String>,
    /// ec2Query: the name in requests.
    pub query_name: Option<String>,
    /// XML: an attribute.
    pub xml_attribute: bool,
    /// XML and query: the member's own flattening.
    pub flattened: bool,
    /// XML: the namespace of the member's element.
    pub xml_namespace: Option<XmlNamespace>,
    /// The timestamp format.
    pub timestamp_format: Option<TimestampFormat>,
    /// A JSON text in a string.
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

/// An XML namespace.
#[derive(Clone, Debug, PartialEq)]
pub struct XmlNamespace {
    /// The URI.
    pub uri: String,
    /// The prefix; none for the default namespace.
    pub prefix: Option<String>,
}

impl Shape {
    /// A shape of this kind without traits.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            sensitive: false,
            streaming: false,
            event_stream: false,
            xml_name: None,
            xml_namespace: None,
            timestamp_format: None,
            min: None,
            max: None,
            pattern: None,
        }
    }

    /// The members of a structure or union.
    pub fn structure(&self) -> Option<&Structure> {
        match &self.kind {
            Kind::Structure(structure) | Kind::Union(structure) => Some(structure),
            _ => None,
        }
    }

    /// The members of a structure or union, to change them.
    pub fn structure_mut(&mut self) -> Option<&mut Structure> {
        match &mut self.kind {
            Kind::Structure(structure) | Kind::Union(structure) => Some(structure),
            _ => None,
        }
    }

    /// The names of the shapes that this one refers to.
    pub fn targets(&self) -> Vec<&str> {
        match &self.kind {
            Kind::Structure(structure) | Kind::Union(structure) => {
                structure.members.iter().map(|member| member.target.as_str()).collect()
            }
            Kind::List { member, .. } => vec![&member.target],
            Kind::Map { key, value, .. } => vec![&key.target, &value.target],
            _ => Vec::new(),
        }
    }
}

impl Service {
    /// The names of the shapes that can be reached from these, themselves included.
    pub fn reachable<'a>(&'a self, roots: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = roots.into_iter().collect();
        while let Some(name) = open.pop() {
            if seen.insert(name)
                && let Some(shape) = self.shapes.get(name)
            {
                open.extend(shape.targets());
            }
        }
        seen
    }

    /// The names of all error structures.
    pub fn errors(&self) -> impl Iterator<Item = &str> {
        self.shapes
            .iter()
            .filter(|(_, shape)| shape.structure().is_some_and(|it| it.error.is_some()))
            .map(|(name, _)| name.as_str())
    }

    /// The names of all inputs.
    pub fn inputs(&self) -> impl Iterator<Item = &str> {
        self.operations.values().filter_map(|operation| operation.input.as_deref())
    }

    /// The names of all outputs.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        self.operations.values().filter_map(|operation| operation.output.as_deref())
    }
}
