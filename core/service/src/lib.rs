//! What a service is.
//!
//! Generated code implements the small traits of [`shape`]; a provider implements its service's
//! generated trait against [`RequestContext`] and [`ServiceError`]; the gateway sees every service
//! as a [`Service`].

pub mod client;
pub mod context;
pub mod credentials;
pub mod error;
pub mod fidelity;
pub mod intent;
pub mod invoke;
pub mod policies;
pub mod provider;
pub mod raw;
pub mod shape;
pub mod stream;

pub use access_keys::{AccessKey, AccessKeyStore, KeySession, KeyUse, ServiceUse};
pub use client::{Caller, Invocation, Invoker, Signer};
pub use context::{HttpRequest, Principal, RequestContext};
pub use credentials::{access_keys, mfa, trade_in};
pub use error::{ErrorShape, Fault, ServiceError};
pub use fidelity::Unheeded;
pub use intent::{Acting, Intent};
pub use invoke::{BoxFuture, Input, OperationResult, Reply, Service, WireInput, run};
pub use policies::{
    Hint, IdentityPolicies, PolicyDocument, PolicyOrigin, PrincipalFacts, ResourceFacts,
    ResourcePolicies, canonical_user_id,
};
pub use provider::{Lifecycle, Provider, Route, RouteAnswer, RouteHandler, RouteRequest};
pub use raw::{RawHandler, Served, raw_response};
pub use shape::held::{Held, Holds};
pub use shape::late::LateText;
pub use stream::{
    ByteStream, EventStream, RequestEvents, RequestStream, ResponseStream, WireEvent, stream_error,
};

/// What generated code needs besides the items of the crate root.
pub mod generated {
    pub use crate::error::not_implemented;
    pub use crate::shape::debug::debug_shape;
    pub use crate::shape::held::Held;
    pub use crate::shape::{
        InputShape, MapKey, OutputShape, ReadMembers, ReadValue, WriteValue, read_member,
        read_members, read_nullable, read_required, read_structure, set_variant, write_member,
    };
    pub use aws_smithy_schema::Schema;
    pub use aws_smithy_schema::serde::{
        SerdeError, SerializableStruct, ShapeDeserializer, ShapeSerializer,
    };
    pub use aws_smithy_types::{DateTime, Document};
    pub use bytes::Bytes;
    pub use fogbank_schema::Schemas;
    pub use std::collections::BTreeMap;
}
