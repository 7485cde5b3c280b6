//! `cargo xtask tidy`: the rules of the house that no compiler checks.
//!
//! Exceptions stand in `xtask/tidy.toml`, each with its reason; an exception that is no longer
//! needed is a problem too.

mod dependencies;
mod exceptions;
mod rooms;
mod tree;
mod words;

use exceptions::Exceptions;
use tree::Tree;

use crate::{Outcome, coverage};

/// A rule and what it finds.
struct Rule {
    name: &'static str,
    check: fn(&Tree, &Exceptions) -> Outcome<Vec<String>>,
}

const RULES: &[Rule] = &[
    Rule { name: "dependencies", check: dependencies::check },
    Rule { name: "file-length", check: rooms::file_length },
    Rule { name: "folder-size", check: rooms::folder_size },
    Rule { name: "names", check: rooms::names },
    Rule { name: "clock", check: words::clock },
    Rule { name: "wire", check: words::wire },
    Rule { name: "machine", check: words::machine },
    Rule { name: "preamble", check: words::preamble },
    Rule { name: "documents", check: |_, _| coverage::stale() },
];

/// Runs the command.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    if !arguments.is_empty() {
        return Err("it takes no arguments".into());
    }
    let tree = Tree::read()?;
    let exceptions = Exceptions::read()?;
    let mut count = 0;
    for rule in RULES {
        for problem in (rule.check)(&tree, &exceptions)? {
            println!("{}: {problem}", rule.name);
            count += 1;
        }
    }
    for unused in exceptions.unused() {
        println!("exceptions: {unused} is not needed any more; remove it from xtask/tidy.toml");
        count += 1;
    }
    match count {
        0 => {
            println!("the house is tidy: {} files, {} rules", tree.files.len(), RULES.len());
            Ok(())
        }
        count => Err(format!("{count} things are not in order").into()),
    }
}
