//! `cargo xtask new-op SERVICE OPERATION`: a file for an operation and its line in `provider.rs`.

use askama::Template;
use fogbank_codegen::plan::{self, Operation, Plan};

use super::lines::insert_sorted;
use super::model;
use crate::{Outcome, root};

#[derive(Template)]
#[template(path = "new_op/op.rs.txt", escape = "none")]
struct File<'a> {
    operation: &'a str,
    service: &'a str,
    api: &'a str,
    types: &'a str,
    unit: &'a str,
    input: &'a str,
    output: &'a str,
}

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let [service, operation] = arguments else {
        return Err("it takes two arguments, the service and the operation".into());
    };
    let model = model(service)?;
    let plan = plan::plan(&model);
    let operation = plan
        .operations
        .iter()
        .find(|it| it.name == operation)
        .ok_or_else(|| format!("{service} has no operation {operation}"))?;
    let module = operation.method.trim_start_matches("r#");
    let folder = format!("providers/{service}/src");
    let path = format!("{folder}/ops/{module}.rs");
    if root::root().join(&path).exists() {
        return Err(format!("{path} is there").into());
    }
    let provider = root::read(&format!("{folder}/provider.rs"))?;
    let provider = with_method(&provider, &plan, operation)?;
    let ops = root::read(&format!("{folder}/ops.rs"))?;
    root::write(&path, file(service, operation)?.as_bytes())?;
    root::write(&format!("{folder}/ops.rs"), with_module(&ops, module).as_bytes())?;
    root::write(&format!("{folder}/provider.rs"), provider.as_bytes())?;
    println!("{path} answers NotImplemented until you write it");
    Ok(())
}

fn file(service: &str, operation: &Operation<'_>) -> Outcome<String> {
    let (input, output) = (operation.input.as_str(), operation.output.as_str());
    let mut types: Vec<&str> = [input, output].into_iter().filter(|it| *it != "Unit").collect();
    types.sort_unstable();
    let krate = format!("fogbank_api_{}::", service.replace('-', "_"));
    let (api, types) = match types[..] {
        [] => (String::new(), String::new()),
        [only] => (krate, only.to_owned()),
        _ => (krate, format!("{{{}}}", types.join(", "))),
    };
    let unit = if input == "Unit" || output == "Unit" { ", shape::Unit" } else { "" };
    let name = operation.name;
    let (api, types) = (api.as_str(), types.as_str());
    let file = File { operation: name, service, api, types, unit, input, output };
    let text = file.render()?.replace("use ;\n", "");
    Ok(text.trim_end().to_owned() + "\n")
}

fn with_module(ops: &str, module: &str) -> String {
    let line = format!("pub(crate) mod {module};");
    let is_module = |line: &str| line.starts_with("pub(crate) mod ");
    if !ops.lines().any(is_module) {
        return format!("{}\n\n{line}\n", ops.trim_end());
    }
    let before = ops.lines().take_while(|line| !is_module(line)).last().unwrap_or_default();
    insert_sorted(ops, &line, |line| line == before, is_module).unwrap_or_else(|| ops.to_owned())
}

/// The provider with a method that delegates, in the order of the names.
fn with_method(provider: &str, plan: &Plan<'_>, operation: &Operation<'_>) -> Outcome<String> {
    let head = format!("impl {0} for {0}Provider {{", plan.trait_name);
    let method = format!(
        "    async fn {0}(\n        &self,\n        cx: &RequestContext,\n        input: {1},\n    ) -> \
         std::result::Result<{2}, ServiceError> {{\n        ops::{3}::run(cx, input).await\n    }}\n",
        operation.method,
        operation.input,
        operation.output,
        operation.method.trim_start_matches("r#"),
    );
    let Some((before, body)) = provider.split_once(&head) else {
        return Err(format!("provider.rs has no `{head}`").into());
    };
    let before = with_imports(before);
    if let Some(rest) = body.strip_prefix('}') {
        return Ok(format!("{before}{head}\n{method}}}{rest}"));
    }
    let names = body.match_indices("    async fn ").map(|(at, start)| {
        let name = &body[at + start.len()..];
        (at, name.split('(').next().unwrap_or_default())
    });
    let next = names.into_iter().find(|(_, name)| *name > operation.method.as_str());
    let end = body.find("\n}\n").map_or(body.len(), |end| end + 1);
    let (at, text) = match next {
        Some((at, _)) if at < end => (at, format!("{method}\n")),
        _ => (end, format!("\n{method}")),
    };
    Ok(format!("{before}{head}{}{text}{}", &body[..at], &body[at..]))
}

/// The head of `provider.rs` with the imports that methods need.
fn with_imports(head: &str) -> String {
    let mut lines: Vec<&str> = head.lines().collect();
    let last_use = |lines: &[&str]| lines.iter().rposition(|line| line.starts_with("use "));
    let mut add = |wanted: &str, new: &[&'static str]| {
        if !lines.iter().any(|line| line.starts_with(wanted)) {
            let at = last_use(&lines).map_or(0, |at| at + 1);
            lines.splice(at..at, new.iter().copied());
        }
    };
    add("use fogbank_service::", &["use fogbank_service::{RequestContext, ServiceError};"]);
    add("use crate::", &["", "use crate::ops;"]);
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_come_after_those_that_are_there() {
        let head = "//! Doc.\n\nuse fogbank_api_x::*;\n\n/// A provider.\nstruct X;\n";
        let expected = "//! Doc.\n\nuse fogbank_api_x::*;\n\
                        use fogbank_service::{RequestContext, ServiceError};\n\nuse crate::ops;\n\n\
                        /// A provider.\nstruct X;\n";
        assert_eq!(with_imports(head), expected);
        assert_eq!(with_imports(expected), expected);
    }

    #[test]
    fn modules_are_listed_in_order() {
        let ops = with_module("//! Ops.\n", "b_op");
        assert_eq!(ops, "//! Ops.\n\npub(crate) mod b_op;\n");
        assert_eq!(
            with_module(&ops, "a_op"),
            "//! Ops.\n\npub(crate) mod a_op;\npub(crate) mod b_op;\n"
        );
    }
}
