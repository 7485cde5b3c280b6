//! AWS's protocol test cases (those that botocore carries), run as a server: every input case's
//! request parses to its parameters, every output case's result becomes a response that means the
//! same as the case's, errors included.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cases;
mod client;
mod exceptions;
mod input;
mod output;

/// Runs every case of one direction; prints the count per file and fails with all differences.
fn run(direction: &str, check: fn(&cases::Case) -> Result<(), String>) {
    let mut failures = Vec::new();
    for (file, cases) in cases::load(direction) {
        let mut passed = 0;
        let mut excepted = 0;
        for case in &cases {
            let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(case)))
                .unwrap_or_else(|_| Err("panicked".to_owned()));
            match (checked, exceptions::reason(direction, &case.id)) {
                (Ok(()), None) => passed += 1,
                (Ok(()), Some(_)) => {
                    failures.push(format!("{file} {}: passes; it needs no exception", case.id));
                }
                (Err(_), Some(_)) => excepted += 1,
                (Err(error), None) => failures.push(format!("{file} {}: {error}", case.id)),
            }
        }
        println!("{direction}/{file}: {passed} of {} passed, {excepted} excepted", cases.len());
    }
    assert!(failures.is_empty(), "{} cases fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn requests_parse_to_their_parameters() {
    run("input", input::check);
}

#[test]
fn results_become_responses_that_mean_the_same() {
    run("output", output::check);
}
