//! From the gateway's call to the provider's method.

use proc_macro2::TokenStream;
use quote::quote;

use super::{number, pretty};
use crate::names::ident;
use crate::plan::{Operation, Plan};

pub(super) fn file(plan: &Plan<'_>) -> String {
    let trait_name = ident(&plan.trait_name);
    let functions = plan.operations.iter().map(|operation| function(plan, operation));
    let methods = plan.operations.iter().map(|operation| ident(&operation.method));
    let count = number(plan.operations.len());
    let events = plan.operations.iter().any(|operation| operation.input_events);
    let refuse = events.then(|| {
        quote!(
            use fogbank_service::generated::not_implemented;
        )
    });
    pretty(quote! {
        use std::sync::Arc;

        use fogbank_schema::Schemas;
        #refuse
        use fogbank_service::{BoxFuture, Input, OperationResult, RequestContext, Service, run};

        use crate::api::#trait_name;

        /// The service that a provider makes.
        pub fn service(provider: Arc<dyn #trait_name>) -> Arc<dyn Service> {
            Arc::new(Provided(provider))
        }

        struct Provided(Arc<dyn #trait_name>);

        impl Service for Provided {
            fn schemas(&self) -> &'static Schemas {
                &crate::SCHEMAS
            }

            fn invoke<'a>(
                &'a self,
                operation: usize,
                cx: &'a RequestContext,
                input: Input<'_>,
            ) -> BoxFuture<'a, OperationResult> {
                OPERATIONS[operation](&*self.0, cx, input)
            }
        }

        type Operation =
            for<'a> fn(&'a dyn #trait_name, &'a RequestContext, Input<'_>) -> BoxFuture<'a, OperationResult>;

        /// In the order of the model's operations.
        static OPERATIONS: [Operation; #count] = [#(#methods),*];

        #(#functions)*
    })
}

fn function(plan: &Plan<'_>, operation: &Operation<'_>) -> TokenStream {
    let trait_name = ident(&plan.trait_name);
    let method = ident(&operation.method);
    let refuse = operation.input_events.then(|| {
        let service = &plan.service.name;
        let name = operation.name;
        quote! {
            if matches!(input, Input::Wire(_)) {
                return not_implemented(#service, #name);
            }
        }
    });
    quote! {
        fn #method<'a>(
            provider: &'a dyn #trait_name,
            cx: &'a RequestContext,
            input: Input<'_>,
        ) -> BoxFuture<'a, OperationResult> {
            #refuse
            run(input, move |input| provider.#method(cx, input))
        }
    }
}
