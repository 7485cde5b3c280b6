//! One service in one protocol.

use std::sync::{Arc, OnceLock};

use aws_smithy_json::codec::JsonCodec;
use aws_smithy_schema::serde::SerdeError;
use aws_smithy_xml::codec::XmlCodec;
use fogbank_schema::{Kind, Member, Protocol, Schemas, ServiceModel, ShapeIndex};

use crate::codec;
use crate::constraints::Constraints;
use crate::detect::Router;
use crate::habits::{self, Validation};
use crate::json_reader::JsonReader;
use crate::limits::Limits;
use crate::query_names::QueryNames;
use crate::request::Bindings;

/// One service as it is spoken in one of its protocols.
///
/// Cheap to clone; what has to be prepared of the model is prepared on first use and shared by
/// the clones.
#[derive(Clone)]
pub struct ServiceWire {
    pub(crate) schemas: &'static Schemas,
    pub(crate) model: &'static ServiceModel<'static>,
    pub(crate) protocol: Protocol,
    pub(crate) names: QueryNames,
    pub(crate) validation: Validation,
    pub(crate) s3: bool,
    pub(crate) dynamodb: bool,
    prepared: Arc<Prepared>,
}

struct Prepared {
    limits: Limits,
    json: JsonCodec,
    xml: XmlCodec,
    namespace: OnceLock<String>,
    constraints: OnceLock<Constraints>,
    router: OnceLock<Router>,
    bindings: OnceLock<Box<[OnceLock<Bindings>]>>,
}

impl ServiceWire {
    /// The service of these schemas, spoken in this protocol, with the usual limits.
    pub fn for_service(schemas: &'static Schemas, protocol: Protocol) -> Self {
        Self::with_limits(schemas, protocol, Limits::default())
    }

    /// The same with limits of its own.
    pub fn with_limits(schemas: &'static Schemas, protocol: Protocol, limits: Limits) -> Self {
        let model = schemas.model();
        Self {
            schemas,
            model,
            protocol,
            names: QueryNames::of(protocol),
            validation: habits::validation(model.metadata.name, protocol),
            s3: matches!(model.metadata.name, "s3" | "s3control"),
            dynamodb: model.metadata.name == "dynamodb",
            prepared: Arc::new(Prepared {
                limits,
                json: codec::json(limits),
                xml: codec::xml(limits),
                namespace: OnceLock::new(),
                constraints: OnceLock::new(),
                router: OnceLock::new(),
                bindings: OnceLock::new(),
            }),
        }
    }

    /// The protocol that is spoken.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// The service's schemas.
    pub fn schemas(&self) -> &'static Schemas {
        self.schemas
    }

    /// The service's model.
    pub fn model(&self) -> &'static ServiceModel<'static> {
        self.model
    }

    /// The body of this operation's requests streams and must not be collected before
    /// [`request`](Self::request).
    pub fn streams_in(&self, op: usize) -> bool {
        self.payload_in(op).is_some_and(|member| {
            let target = self.model.shape(member.target);
            member.streaming || target.streaming || target.event_stream
        })
    }

    /// The union of the events that this operation's requests stream.
    pub(crate) fn events_in(&self, op: usize) -> Option<ShapeIndex> {
        let target = self.payload_in(op)?.target;
        self.model.shape(target).event_stream.then_some(target)
    }

    fn payload_in(&self, op: usize) -> Option<&'static Member<'static>> {
        let input = self.model.operations[op].input?;
        let Kind::Structure(structure) = &self.model.shape(input).kind else { return None };
        structure.members.get(usize::from(structure.payload?))
    }

    /// The XML namespace of a model that has none.
    pub(crate) fn namespace_of_name(&self, make: impl FnOnce() -> String) -> &str {
        self.prepared.namespace.get_or_init(make)
    }

    pub(crate) fn limits(&self) -> Limits {
        self.prepared.limits
    }

    /// Reads JSON.
    ///
    /// # Errors
    ///
    /// When it is no UTF-8.
    pub(crate) fn json<'a>(&'a self, body: &'a [u8]) -> Result<JsonReader<'a>, SerdeError> {
        JsonReader::new(body, self.prepared.limits, &self.prepared.json)
    }

    /// Reads XML.
    pub(crate) fn xml(&self) -> &XmlCodec {
        &self.prepared.xml
    }

    pub(crate) fn constraints(&self) -> &Constraints {
        self.prepared.constraints.get_or_init(|| match self.validation {
            Validation::MissingParameter => Constraints::required_only(self.model),
            Validation::Document => Constraints::documents_only(self.model),
            _ => Constraints::of(self.model),
        })
    }

    pub(crate) fn router(&self) -> &Router {
        self.prepared.router.get_or_init(|| Router::of(self.model))
    }

    pub(crate) fn bindings(&self, op: usize) -> &Bindings {
        let all = self.prepared.bindings.get_or_init(|| {
            std::iter::repeat_with(OnceLock::new).take(self.model.operations.len()).collect()
        });
        all[op].get_or_init(|| Bindings::of(self.model, op))
    }
}

impl std::fmt::Debug for ServiceWire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceWire")
            .field("service", &self.model.metadata.name)
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}
