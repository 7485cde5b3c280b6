//! The trait that a provider implements.

use quote::quote;

use super::{pretty, unit};
use crate::names::ident;
use crate::plan::{Operation, Plan};

pub(super) fn file(plan: &Plan<'_>) -> String {
    let trait_name = ident(&plan.trait_name);
    let doc = format!(
        " {}: one method per operation; a provider overrides those that it emulates.",
        plan.service.full_name
    );
    let methods = plan.operations.iter().map(|operation| method(plan, operation));
    let unit = unit(plan);
    pretty(quote! {
        use fogbank_service::generated::not_implemented;
        #unit
        use fogbank_service::{BoxFuture, RequestContext, ServiceError};

        use crate::*;

        #[doc = #doc]
        ///
        /// The signatures are those that `#[async_trait]` gives an `async fn`, so a provider writes
        /// `#[async_trait] impl` with plain `async fn`s.
        pub trait #trait_name: Send + Sync + 'static {
            #(#methods)*
        }
    })
}

fn method(plan: &Plan<'_>, operation: &Operation<'_>) -> proc_macro2::TokenStream {
    let method = ident(&operation.method);
    let input = ident(&operation.input);
    let output = ident(&operation.output);
    let service = &plan.service.name;
    let name = operation.name;
    quote! {
        fn #method<'life0, 'life1, 'async_trait>(
            &'life0 self,
            cx: &'life1 RequestContext,
            input: #input,
        ) -> BoxFuture<'async_trait, Result<#output, ServiceError>>
        where
            'life0: 'async_trait,
            'life1: 'async_trait,
            Self: 'async_trait,
        {
            let _ = (cx, input);
            not_implemented(#service, #name)
        }
    }
}
