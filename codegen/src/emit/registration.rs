//! The gateway's list of the typed services and the providers that are compiled in.

use std::fmt::Write;

use crate::{File, PREAMBLE};

/// A typed service, as the registration needs to know it.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The service's name in botocore.
    pub name: String,
    /// The name of the service's trait.
    pub trait_name: String,
    /// The provider, where there is one.
    pub provider: Option<Provider>,
}

/// A provider that is compiled in.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The name that `PROVIDER_OVERRIDE_<SERVICE>` chooses it by.
    pub name: String,
    /// A function of the provider's crate that makes it from the configuration; none for the
    /// usual `XProvider::new()`.
    pub entry: Option<String>,
}

/// `gateway/src/registration.rs`.
pub fn file(services: &[Registered]) -> File {
    let mut out = format!(
        "//! The typed services and the providers that are compiled in.\n//!\n//! {PREAMBLE}\n\n\
         use crate::services::Registration;\n\n\
         /// In the order of the services' names.\n\
         pub(crate) static REGISTRATIONS: &[Registration] = &[\n"
    );
    for service in services {
        let name = &service.name;
        let krate = name.replace('-', "_");
        let provider = service.provider.as_ref().map_or("default", |provider| &provider.name);
        let _ = write!(
            out,
            "    Registration {{\n        service: {name:?},\n        provider: {provider:?},\n        \
             schemas: &fogbank_api_{krate}::SCHEMAS,\n        start: {},\n    }},\n",
            start(service, &krate)
        );
    }
    out.push_str("];\n");
    File::text("gateway/src/registration.rs", out)
}

fn start(service: &Registered, krate: &str) -> String {
    let trait_name = &service.trait_name;
    match &service.provider {
        None => "None".to_owned(),
        Some(Provider { entry: Some(entry), .. }) => {
            format!("Some(|config| fogbank_provider_{krate}::{entry}(config))")
        }
        Some(Provider { entry: None, .. }) => format!(
            "Some(|_| {{\n            let provider = fogbank_provider_{krate}::{trait_name}Provider::new();\n            \
             fogbank_api_{krate}::service(std::sync::Arc::new(provider)).into()\n        }})"
        ),
    }
}
