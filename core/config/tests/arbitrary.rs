//! Whatever is written, reading ends in a configuration or in problems that say where.

use std::fs;

use fogbank_config::{Loader, SETTINGS, Source};
use proptest::prelude::*;

/// Texts that look like values: pieces of well-formed ones, put together at random.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(":".to_owned()),
        Just("://".to_owned()),
        Just("[::1]".to_owned()),
        Just(",".to_owned()),
        Just("-".to_owned()),
        Just("upstream:http".to_owned()),
        Just("postgres://a:b@c".to_owned()),
        Just("KiB".to_owned()),
        Just("ms".to_owned()),
        "[0-9]{1,21}",
        "[a-z0-9]{1,8}",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    /// A value that is accepted is shown in a spelling that is accepted and means the same.
    #[test]
    fn any_text_for_any_setting(index in 0..SETTINGS.len(), text in text()) {
        let setting = &SETTINGS[index];
        let shown = |text: &str| {
            let config = Loader::new().flag(setting, text).load()?.config;
            let value = config.entries().nth(index).map(|entry| entry.value.into_owned());
            Ok::<_, fogbank_config::ConfigError>(value.unwrap_or_default())
        };
        if let Ok(once) = shown(&text) {
            let twice = shown(&once);
            prop_assert_eq!(twice, Ok(once), "{:?} {:?}", setting, text);
        }
    }

    /// Every problem of a file names a line that the file has.
    #[test]
    fn any_file(lines in prop::collection::vec(line(), 0..8)) {
        let text = lines.join("\n");
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("fogbank.toml"), &text)?;
        if let Err(error) = Loader::new().folder(folder.path()).load() {
            for problem in error.problems {
                let Source::File { line, .. } = problem.source else {
                    panic!("{problem} is not of the file");
                };
                prop_assert!((1..=text.lines().count().max(1) + 1).contains(&line), "{}", text);
            }
        }
    }
}

fn line() -> impl Strategy<Value = String> {
    let keys: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
    prop_oneof![
        prop::sample::select(keys.clone()).prop_map(|key| format!("{key} = 1")),
        (prop::sample::select(keys), any::<String>())
            .prop_map(|(key, text)| format!("{key} = {text:?}")),
        Just("[credentials]".to_owned()),
        Just("[[providers]]".to_owned()),
        Just("[credentials.AKIA]".to_owned()),
        Just("account = '111111111111'".to_owned()),
        Just("principal = {}".to_owned()),
        Just("gateway = []".to_owned()),
        any::<String>(),
    ]
}
