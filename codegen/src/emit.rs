//! The files of typed crates, of the index of all services, and of the registration.

mod api;
mod client;
mod dispatch;
mod enums;
mod errors;
pub mod index;
mod manifest;
pub mod registration;
mod types;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::plan::{Plan, Type};
use crate::{File, PREAMBLE};

/// A source file takes this many lines at most.
const LONGEST_FILE: usize = 4_500;

/// All files of a service's typed crate.
pub fn typed_crate(plan: &Plan<'_>) -> Vec<File> {
    let folder = format!("generated/{}", plan.service.name);
    let mut files = vec![
        File::text(format!("{folder}/Cargo.toml"), manifest::cargo_toml(plan)),
        File::text(format!("{folder}/src/lib.rs"), manifest::lib_rs(plan)),
        source(&folder, "api.rs", api::file(plan)),
        source(&folder, "client.rs", client::file(plan)),
        source(&folder, "dispatch.rs", dispatch::file(plan)),
    ];
    if !plan.enums.is_empty() {
        files.push(source(&folder, "enums.rs", enums::file(plan)));
    }
    if plan.types.iter().any(|it| it.error.is_some()) {
        files.push(source(&folder, "errors.rs", errors::file(plan)));
    }
    let shapes: Vec<&Type<'_>> = plan.types.iter().filter(|it| it.error.is_none()).collect();
    files.extend(types::files(&folder, &shapes));
    files
}

fn source(folder: &str, name: &str, content: String) -> File {
    File::text(format!("{folder}/src/{name}"), format!("// {PREAMBLE}\n\n{content}"))
}

/// The import of the type that stands for no input or no output, where an operation has none.
fn unit(plan: &Plan<'_>) -> Option<TokenStream> {
    let used = plan.operations.iter().any(|it| it.input == "Unit" || it.output == "Unit");
    used.then(|| {
        quote!(
            use fogbank_service::shape::Unit;
        )
    })
}

/// A number as one writes it, without the name of its type.
fn number(value: usize) -> Literal {
    Literal::usize_unsuffixed(value)
}

/// Items as formatted source.
fn pretty(items: TokenStream) -> String {
    let file = syn::parse2(items).expect("the generator emits items that parse");
    prettyplease::unparse(&file)
}
