//! Modelled errors.

use proc_macro2::TokenStream;
use quote::quote;

use super::{number, pretty, types};
use crate::model::ir::ErrorTraits;
use crate::names::ident;
use crate::plan::{Field, Plan, Type};

pub(super) fn file(plan: &Plan<'_>) -> String {
    let errors: Vec<TokenStream> =
        plan.types.iter().filter_map(|it| Some(error(it, it.error?))).collect();
    pretty(quote! {
        use fogbank_service::generated::*;
        use fogbank_service::{ErrorShape, Fault};

        use crate::*;

        #(#errors)*
    })
}

fn message_field<'a>(error: &'a Type<'_>) -> Option<&'a Field<'a>> {
    error
        .fields
        .iter()
        .find(|field| field.plain_string && field.member.eq_ignore_ascii_case("message"))
}

fn error(error: &Type<'_>, traits: &ErrorTraits) -> TokenStream {
    let name = ident(&error.name);
    let shape = error.shape;
    let ErrorTraits { code, status, server_fault } = traits;
    let status = number(usize::from(*status));
    let fault = ident(if *server_fault { "Server" } else { "Client" });
    let field = message_field(error);
    let field_name = ident(field.map_or("message", |field| &field.name));
    let optional = field.is_none_or(|field| field.optional);
    let (get, value) = match optional {
        true => (quote!(self.#field_name.as_deref()), quote!(Some(message.into()))),
        false => (quote!(Some(&self.#field_name)), quote!(message.into())),
    };
    let extra = field.is_none().then(|| {
        quote! {
            /// What went wrong; the model has no member for it.
            pub message: Option<String>,
        }
    });
    let definition = types::definition(error, extra);
    let parts = types::implementations(error);
    quote! {
        #definition

        impl #name {
            /// The error with this message.
            pub fn new(message: impl Into<String>) -> Self {
                Self { #field_name: #value, ..Self::default() }
            }
        }

        impl ErrorShape for #name {
            const NAME: &'static str = #shape;
            const CODE: &'static str = #code;
            const STATUS: u16 = #status;
            const FAULT: Fault = Fault::#fault;

            fn message(&self) -> Option<&str> {
                #get
            }
        }

        #parts
    }
}
