//! Words that must not stand where they stand.

use super::exceptions::Exceptions;
use super::tree::{Tree, text};
use crate::Outcome;

/// Asking the operating system for time or chance. Split, so that this file does not break the
/// rule that it checks.
const CLOCK: &[&str] = &[
    concat!("SystemTime", "::now"),
    concat!("Instant", "::now"),
    concat!("Uuid", "::new_v4"),
    concat!("rand", "::"),
    concat!("getrandom", "::"),
];

/// Paths of somebody's machine, and hosts of package registries.
const MACHINE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/home", "/ubuntu"),
    concat!("/Use", "rs/"),
    concat!("py", "pi.org"),
    concat!("files.python", "hosted.org"),
    concat!("registry.npm", "js.org"),
    concat!("static.crates", ".io"),
    concat!("index.crates", ".io"),
];

/// Time, ids and chance come from `core/context`.
pub(super) fn clock(tree: &Tree, exceptions: &Exceptions) -> Outcome<Vec<String>> {
    let shipped = ["core/", "gateway/", "providers/", "cli/"];
    let sources = tree.sources().filter(|path| {
        shipped.iter().any(|folder| path.starts_with(folder)) && !path.starts_with("core/context/")
    });
    Ok(search(sources, CLOCK, "clock", exceptions))
}

/// Only `core/wire` knows upstream's server.
pub(super) fn wire(tree: &Tree, exceptions: &Exceptions) -> Outcome<Vec<String>> {
    let words = [concat!("aws_smithy_http", "_server")];
    let sources = tree.sources().filter(|path| !path.starts_with("core/wire/"));
    Ok(search(sources, &words, "wire", exceptions))
}

/// Nothing that only holds on one machine.
pub(super) fn machine(tree: &Tree, exceptions: &Exceptions) -> Outcome<Vec<String>> {
    Ok(search(tree.by_hand(), MACHINE, "machine", exceptions))
}

fn search<'a>(
    paths: impl Iterator<Item = &'a str>,
    words: &[&str],
    rule: &str,
    exceptions: &Exceptions,
) -> Vec<String> {
    let mut problems = Vec::new();
    for path in paths {
        let Some(text) = text(path) else { continue };
        let found = text.lines().enumerate().find_map(|(number, line)| {
            let word = words.iter().find(|word| has_word(line, word))?;
            Some((number + 1, *word))
        });
        if let Some((line, word)) = found
            && !exceptions.allow(rule, path)
        {
            problems.push(format!("{path}:{line} has `{word}`"));
        }
    }
    problems
}

/// The word stands in the line, and not as the end of a longer name. Comments and documentation
/// may talk about it.
fn has_word(line: &str, word: &str) -> bool {
    let code = line.trim_start();
    if code.starts_with("//") && word.contains("::") {
        return false;
    }
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == '.')
    })
}

/// Generated text names the command that makes it.
pub(super) fn preamble(tree: &Tree, exceptions: &Exceptions) -> Outcome<Vec<String>> {
    let generated = tree.files.iter().map(String::as_str).filter(|path| {
        path.starts_with("generated/") && (path.ends_with(".rs") || path.ends_with(".toml"))
    });
    Ok(generated
        .filter(|path| {
            let text = text(path).unwrap_or_default();
            !text.lines().take(5).any(|line| line.contains(fogbank_codegen::PREAMBLE))
        })
        .filter(|path| !exceptions.allow("preamble", path))
        .map(|path| format!("{path} does not say that it is generated"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_words() {
        for (line, word, found) in [
            ("let now = Instant::now();", CLOCK[1], true),
            ("let now = TokioInstant::now();", CLOCK[1], false),
            ("// not Instant::now()", CLOCK[1], false),
            ("use rand::Rng;", CLOCK[3], true),
            ("operand::new()", CLOCK[3], false),
        ] {
            assert_eq!(has_word(line, word), found, "{line}");
        }
    }
}
