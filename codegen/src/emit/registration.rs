//! The gateway's list of the typed services and the providers that are compiled in.

use std::fmt::Write;

use crate::{File, PREAMBLE};

/// A typed service, as the registration needs to know it.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The service's name in botocore.
    pub name: String,
    /// The name of the provider, by which `PROVIDER_OVERRIDE_<SERVICE>` chooses it; none while the
    /// service has no provider.
    pub provider: Option<String>,
    /// The service in whose crate the provider lives, if not in its own.
    pub within: Option<String>,
}

/// `gateway/src/registration.rs`. A provider's crate has a function `provider` that makes it from
/// the configuration; for a service that shares another's crate, `provider_<service>`.
pub fn file(services: &[Registered]) -> File {
    let mut out = format!(
        "//! The typed services and the providers that are compiled in.\n//!\n//! {PREAMBLE}\n\n\
         use crate::services::Registration;\n\n\
         /// In the order of the services' names.\n\
         pub(crate) static REGISTRATIONS: &[Registration] = &[\n"
    );
    for Registered { name, provider, within } in services {
        let krate = name.replace('-', "_");
        let start = match (provider, within) {
            (Some(_), Some(host)) => {
                let host = host.replace('-', "_");
                format!("Some(fogbank_provider_{host}::provider_{krate})")
            }
            (Some(_), None) => format!("Some(fogbank_provider_{krate}::provider)"),
            (None, _) => "None".to_owned(),
        };
        let provider = provider.as_deref().unwrap_or("default");
        let _ = write!(
            out,
            "    Registration {{\n        service: {name:?},\n        provider: {provider:?},\n        \
             schemas: &fogbank_api_{krate}::SCHEMAS,\n        start: {start},\n    }},\n",
        );
    }
    out.push_str("];\n");
    File::text("gateway/src/registration.rs", out)
}
