//! The page of parameters that have less effect than at AWS, from the providers' own tables.

use std::fmt::Write as _;

use fogbank_config::Config;

use crate::registration::REGISTRATIONS;

/// The text of `docs/fidelity.md`.
fn page() -> String {
    let mut page = String::from(
        "# Fidelity\n\nParameters that are accepted and have less effect than at AWS, as the \
         providers report them. The log names\neach request that has one; with `STRICT=1` such a \
         request is refused with `NotImplemented` and status 501. What a\nservice does \
         differently without a parameter being to blame is in the documentation of its crate.\n\n\
         | service | operations | parameter | what becomes of it |\n|---|---|---|---|\n",
    );
    let config = Config::default();
    for row in REGISTRATIONS {
        let Some(start) = row.start else { continue };
        for unheeded in start(&config).unheeded {
            let (operations, parameter) = (unheeded.operations, unheeded.parameter);
            let _ = writeln!(
                page,
                "| {} | {operations} | `{parameter}` | {} |",
                row.service, unheeded.effect
            );
        }
    }
    page
}

#[test]
fn the_page_is_fresh() {
    expect_test::expect_file!["../../docs/fidelity.md"].assert_eq(&page());
}
