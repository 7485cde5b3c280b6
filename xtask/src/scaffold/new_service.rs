//! `cargo xtask new-service NAME`: a provider that compiles, registered.

use askama::Template;
use fogbank_codegen::names;
use fogbank_codegen::plan;

use super::lines::insert_sorted;
use super::model;
use crate::regen::{self, registry};
use crate::{Outcome, root};

#[derive(Template)]
#[template(path = "new_service/Cargo.toml.txt", escape = "none")]
struct Manifest<'a> {
    name: &'a str,
    title: &'a str,
}

#[derive(Template)]
#[template(path = "new_service/lib.rs.txt", escape = "none")]
struct Lib<'a> {
    title: &'a str,
    krate: &'a str,
    trait_name: &'a str,
}

#[derive(Template)]
#[template(path = "new_service/provider.rs.txt", escape = "none")]
struct Provider<'a> {
    title: &'a str,
    krate: &'a str,
    trait_name: &'a str,
}

#[derive(Template)]
#[template(path = "new_service/test.rs.txt", escape = "none")]
struct Test<'a> {
    title: &'a str,
    krate: &'a str,
    trait_name: &'a str,
    method: &'a str,
}

#[derive(Template)]
#[template(path = "new_service/next.txt", escape = "none")]
struct Next<'a> {
    name: &'a str,
    operations: usize,
}

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    let [name] = arguments else { return Err("it takes one argument, the service's name".into()) };
    let service = model(name)?;
    let registry = registry::read()?;
    if registry.get(name).is_some_and(|entry| entry.provider.is_some()) {
        return Err(format!("{name} has a provider").into());
    }
    let plan = plan::plan(&service);
    let title = service.full_name.as_str();
    let trait_name = plan.trait_name.as_str();
    let krate = name.replace('-', "_");
    let krate = krate.as_str();
    let method = plan.operations.first().map_or("", |operation| &operation.method);
    let folder = format!("providers/{name}");
    for (path, content) in [
        ("Cargo.toml", Manifest { name, title }.render()?),
        ("src/lib.rs", Lib { title, krate, trait_name }.render()?),
        ("src/ops.rs", "//! One operation or small family a file.\n".to_owned()),
        ("src/provider.rs", Provider { title, krate, trait_name }.render()?),
        ("tests/operations.rs", Test { title, krate, trait_name, method }.render()?),
    ] {
        root::write(&format!("{folder}/{path}"), content.trim_end().as_bytes()).map(|_| ())?;
        append_newline(&format!("{folder}/{path}"))?;
    }
    register(name)?;
    regen::run(&[])?;
    print!("\n{}", Next { name, operations: plan.operations.len() }.render()?);
    println!();
    Ok(())
}

/// Templates lose their last line's end.
fn append_newline(path: &str) -> Outcome {
    let text = root::read(path)? + "\n";
    root::write(path, text.as_bytes()).map(|_| ())
}

/// Adds the service to `registry.toml`, and the crates to the manifests.
fn register(name: &str) -> Outcome {
    let mut registry: toml::Table = toml::from_str(&root::read("registry.toml")?)?;
    let mut entry = toml::Table::new();
    entry.insert("provider".to_owned(), "default".into());
    registry.insert(name.to_owned(), entry.into());
    let text = root::read("registry.toml")?;
    let head: Vec<&str> = text.lines().take_while(|line| line.starts_with('#')).collect();
    let mut out = head.join("\n") + "\n";
    for (name, entry) in &registry {
        out.push_str(&format!("\n[{name}]\n"));
        for key in ["provider", "within"] {
            if let Some(value) = entry.get(key) {
                out.push_str(&format!("{key} = {value}\n"));
            }
        }
    }
    root::write("registry.toml", out.as_bytes())?;

    let api = names::api_package(name);
    let provider = format!("fogbank-provider-{name}");
    let workspace = "[workspace.dependencies]";
    add(
        "Cargo.toml",
        &format!("{api} = {{ path = \"generated/{name}\" }}"),
        workspace,
        "fogbank-api-",
    )?;
    let line = format!("{provider} = {{ path = \"providers/{name}\" }}");
    add("Cargo.toml", &line, workspace, "fogbank-provider-")?;
    for package in [api, provider] {
        add(
            "gateway/Cargo.toml",
            &format!("{package}.workspace = true"),
            "[dependencies]",
            "fogbank-",
        )?;
    }
    Ok(())
}

fn add(path: &str, line: &str, section: &str, prefix: &str) -> Outcome {
    let text = root::read(path)?;
    let edited = insert_sorted(&text, line, |it| it == section, |it| it.starts_with(prefix));
    let edited = edited.ok_or_else(|| format!("{path} has no section {section}"))?;
    root::write(path, edited.as_bytes()).map(|_| ())
}
