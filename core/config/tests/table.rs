//! The table itself: every row is consistent, and the committed page is what it says.

use std::collections::BTreeSet;

use expect_test::expect_file;
use fogbank_config::{Config, Loader, SETTINGS, Source, configuration_page};

#[test]
fn names_are_unique_and_in_their_form() {
    let mut seen = BTreeSet::new();
    for setting in SETTINGS {
        for name in [setting.env, setting.key, setting.flag] {
            assert!(seen.insert(name), "{name} stands in two rows");
        }
        let lower = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        assert!(
            setting.env.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        );
        assert!(setting.key.bytes().all(|b| lower(b) || b == b'_' || b == b'.'), "{setting:?}");
        assert_eq!(setting.key.matches('.').count(), 1, "{setting:?} is section.key");
        assert!(setting.flag.bytes().all(|b| lower(b) || b == b'-'), "{setting:?}");
    }
}

#[test]
fn every_summary_is_a_sentence() {
    for setting in SETTINGS {
        let summary = setting.summary();
        assert!(summary.ends_with('.') && summary.len() > 20, "{setting:?}: {summary}");
    }
}

/// Every example is accepted from a variable, from a file and from a flag, and differs from the
/// default.
#[test]
fn every_example_is_accepted() {
    let defaults = Config::default();
    for (index, setting) in SETTINGS.iter().enumerate() {
        let loaders = [
            Loader::new().variables([(setting.env, setting.example)]),
            Loader::new().flag(setting, setting.example),
        ];
        for loader in loaders {
            let loaded = loader.load().unwrap_or_else(|error| panic!("{setting:?}: {error}"));
            let entry = loaded.config.entries().nth(index).unwrap();
            assert_ne!(*entry.source, Source::Default, "{setting:?}");
            let default = defaults.entries().nth(index).unwrap();
            assert_ne!(entry.value, default.value, "{setting:?}: the example shows nothing new");
        }
    }
}

/// What is listed can be written again and means the same.
#[test]
fn listed_values_read_back() {
    for (index, setting) in SETTINGS.iter().enumerate() {
        let loaded = Loader::new().flag(setting, setting.example).load().unwrap();
        let shown = loaded.config.entries().nth(index).unwrap().value.into_owned();
        let again = Loader::new().flag(setting, shown.as_str()).load().unwrap();
        let shown_again = again.config.entries().nth(index).unwrap().value.into_owned();
        assert_eq!(shown, shown_again, "{setting:?}");
    }
}

#[test]
fn the_documentation_is_fresh() {
    expect_file!["../../../docs/configuration.md"].assert_eq(&configuration_page());
}
