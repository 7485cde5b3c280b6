//! What the command says of itself, and wrong command lines.

use expect_test::{expect, expect_file};

use crate::place::Place;

#[test]
fn help() {
    let place = Place::new();
    let help = |arguments: &[&str]| {
        let ended = place.run(arguments);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments:?}");
        ended.out
    };
    expect_file!["help/fogbank.txt"].assert_eq(&help(&["--help"]));
    expect_file!["help/start-short.txt"].assert_eq(&help(&["start", "-h"]));
    expect_file!["help/start.txt"].assert_eq(&help(&["start", "--help"]));
    expect_file!["help/status.txt"].assert_eq(&help(&["status", "--help"]));
    assert_eq!(help(&["--version"]), "fogbank 0.1.0\n");
}

#[test]
fn an_unknown_flag() {
    let ended = Place::new().run(&["start", "--persistance"]);
    assert_eq!(ended.code, 2);
    expect![[r#"
        error: unexpected argument '--persistance' found

          tip: a similar argument exists: '--persistence'

        Usage: fogbank start --persistence[=<BOOL>]

        For more information, try '--help'.
    "#]]
    .assert_eq(&ended.err);
}

#[test]
fn an_unknown_command() {
    let ended = Place::new().run(&["strat"]);
    assert_eq!(ended.code, 2);
    expect![[r#"
        error: unrecognized subcommand 'strat'

          tip: some similar subcommands exist: 'status', 'start'

        Usage: fogbank <COMMAND>

        For more information, try '--help'.
    "#]]
    .assert_eq(&ended.err);
}

#[test]
fn completions_know_commands_and_settings() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = Place::new().run(&["completions", shell]);
        assert_eq!(ended.code, 0, "{shell}");
        for word in ["detached", "persistence", "validate"] {
            assert!(ended.out.contains(word), "{shell}: {word}");
        }
    }
}
