//! `cargo xtask coverage`: which operations the providers implement, into `docs/coverage.md` and
//! the README's table of services.

use std::collections::BTreeSet;

use askama::Template;
use fogbank_codegen::plan;

use crate::regen::registry;
use crate::{Outcome, root, scaffold};

const DOCUMENT: &str = "docs/coverage.md";
const README: &str = "README.md";
const BEGIN: &str = "<!-- services: written by `cargo xtask coverage` -->";
const END: &str = "<!-- end of services -->";

/// A service with what its provider implements.
struct Covered {
    name: String,
    title: String,
    implemented: Vec<String>,
    missing: Vec<String>,
}

impl Covered {
    fn total(&self) -> usize {
        self.implemented.len() + self.missing.len()
    }
}

#[derive(Template)]
#[template(path = "coverage.md.txt", escape = "none")]
struct Document<'a> {
    services: &'a [Covered],
}

#[derive(Template)]
#[template(path = "services.md.txt", escape = "none")]
struct Table<'a> {
    services: &'a [Covered],
}

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.is_empty() {
        return Err("it takes no arguments".into());
    }
    let services = services()?;
    for service in &services {
        println!("{:24} {:4} of {:4}", service.name, service.implemented.len(), service.total());
    }
    for (path, text) in documents(&services)? {
        root::write(&path, text.as_bytes())?;
    }
    Ok(())
}

/// Documents that do not say what the providers do now.
pub(crate) fn stale() -> Outcome<Vec<String>> {
    let documents = documents(&services()?)?;
    let stale =
        documents.into_iter().filter(|(path, text)| root::read(path).ok().as_ref() != Some(text));
    Ok(stale.map(|(path, _)| format!("{path} is stale; `cargo xtask coverage` mends it")).collect())
}

fn documents(services: &[Covered]) -> Outcome<Vec<(String, String)>> {
    let document = Document { services }.render()?.trim_end().to_owned() + "\n";
    let mut documents = vec![(DOCUMENT.to_owned(), document)];
    if let Ok(readme) = root::read(README)
        && let Some((before, rest)) = readme.split_once(BEGIN)
        && let Some((_, after)) = rest.split_once(END)
    {
        let table = Table { services }.render()?;
        let text = format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", table.trim());
        documents.push((README.to_owned(), text));
    }
    Ok(documents)
}

fn services() -> Outcome<Vec<Covered>> {
    let registry = registry::read()?;
    let provided = registry.iter().filter(|(_, entry)| entry.provider.is_some());
    provided.map(|(name, entry)| covered(name, entry.within.as_deref().unwrap_or(name))).collect()
}

/// What a service's provider covers, which is in the crate of `host`.
fn covered(name: &str, host: &str) -> Outcome<Covered> {
    let model = scaffold::model(name)?;
    let plan = plan::plan(&model);
    let methods = methods(host, &plan.trait_name)?;
    let (implemented, missing): (Vec<_>, Vec<_>) =
        plan.operations.iter().partition(|operation| methods.contains(&operation.method));
    let names = |operations: Vec<&plan::Operation<'_>>| {
        operations.into_iter().map(|operation| operation.name.to_owned()).collect()
    };
    Ok(Covered {
        name: name.to_owned(),
        title: model.full_name.clone(),
        implemented: names(implemented),
        missing: names(missing),
    })
}

/// The methods of the implementation of a trait in a provider's sources. One that only says that
/// it is not implemented does not count, neither do those whose file in `ops/` says so.
fn methods(service: &str, trait_name: &str) -> Outcome<BTreeSet<String>> {
    let folder = format!("providers/{service}/src");
    let mut methods = BTreeSet::new();
    for path in root::files_below(&folder)?.iter().filter(|path| path.ends_with(".rs")) {
        let text = root::read(path)?;
        if !text.contains(&format!("{trait_name} for ")) {
            continue;
        }
        let file = syn::parse_file(&text).map_err(|error| format!("{path}: {error}"))?;
        methods.extend(file.items.iter().flat_map(|item| of_item(item, trait_name)));
    }
    methods.retain(|method| {
        let file = format!("{folder}/ops/{}.rs", method.trim_start_matches("r#"));
        !root::read(&file).is_ok_and(|text| text.contains(NOT_IMPLEMENTED))
    });
    Ok(methods)
}

const NOT_IMPLEMENTED: &str = "ServiceError::not_implemented(";

/// The methods that an item gives to a trait: those of its implementation, or the first word of
/// each line of a table that a macro `operations` makes it from.
fn of_item(item: &syn::Item, trait_name: &str) -> Vec<String> {
    if let syn::Item::Macro(table) = item
        && table.mac.path.is_ident("operations")
    {
        let lines = table.mac.tokens.to_string();
        let name = |line: &str| Some(line.split_once('(')?.0.trim().to_owned());
        return lines.split(';').filter_map(name).collect();
    }
    let syn::Item::Impl(block) = item else { return Vec::new() };
    let implements = block.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
    if implements.is_none_or(|segment| segment.ident != trait_name) {
        return Vec::new();
    }
    let functions = block.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    });
    functions.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_table_count() {
        let file =
            syn::parse_file("operations! { send(&Input) -> Unit = a::b; r#move(I) -> O = c; }");
        let item = &file.unwrap().items[0];
        assert_eq!(of_item(item, "Sqs"), ["send", "r#move"]);
    }

    #[test]
    fn methods_of_the_trait_count_and_others_do_not() {
        let file = syn::parse_file(
            "impl P { fn new() {} }\n#[async_trait]\nimpl Sqs for P { async fn send(&self) {} }\n\
             impl Other for P { fn x(&self) {} }",
        )
        .unwrap();
        let methods: Vec<String> =
            file.items.iter().flat_map(|item| of_item(item, "Sqs")).collect();
        assert_eq!(methods, ["send"]);
    }
}
