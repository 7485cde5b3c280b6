//! EventBridge's event patterns: no text makes the reader or the matching panic.

#![no_main]

use fogbank_provider_events::pattern::Pattern;
use libfuzzer_sys::fuzz_target;

const EVENT: &str = r#"{"source": "x", "detail": {"a": [{"b": 1}, {"b": "c"}], "n": 1.5, "ip": "10.0.0.1"}}"#;

fuzz_target!(|texts: (&str, &str)| {
    let (pattern, event) = texts;
    if let Ok(pattern) = Pattern::parse(pattern) {
        pattern.matches_text(EVENT);
        pattern.matches_text(event);
    }
});
