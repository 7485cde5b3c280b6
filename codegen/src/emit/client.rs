//! The typed in-process client.

use quote::quote;

use super::{number, pretty, unit};
use crate::names::ident;
use crate::plan::{Operation, Plan};

pub(super) fn file(plan: &Plan<'_>) -> String {
    let client = ident(&format!("{}Client", plan.trait_name));
    let doc = format!(" Typed calls to {} through the gateway's dispatch.", plan.service.full_name);
    let methods =
        plan.operations.iter().enumerate().map(|(index, operation)| method(plan, index, operation));
    let unit = unit(plan);
    pretty(quote! {
        #unit
        use fogbank_service::{Caller, ServiceError};

        use crate::*;

        #[doc = #doc]
        #[derive(Clone)]
        pub struct #client(Caller);

        impl #client {
            /// A client that calls for this caller.
            pub fn new(caller: Caller) -> Self {
                Self(caller)
            }

            #(#methods)*
        }
    })
}

fn method(plan: &Plan<'_>, index: usize, operation: &Operation<'_>) -> proc_macro2::TokenStream {
    let method = ident(&operation.method);
    let input = ident(&operation.input);
    let output = ident(&operation.output);
    let index = number(index);
    let service = &plan.service.name;
    quote! {
        pub fn #method(
            &self,
            input: #input,
        ) -> impl Future<Output = Result<#output, ServiceError>> + Send {
            self.0.call(#service, #index, input)
        }
    }
}
