//! The one place that calls the gateway.

pub(crate) use fogbank_gateway::{ServeError, Server, bind};
