//! Colours. They appear on terminals only, and never with `NO_COLOR`: `anstream` strips them.

use anstyle::{AnsiColor, Style};

/// The word that begins an error.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The word that begins a warning.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The word that begins a hint.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// What is well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// What should stand out.
pub(crate) const STRONG: Style = Style::new().bold();
/// What may be overlooked.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// Prints a line to standard output. That nobody reads it is no failure.
macro_rules! say {
    ($($argument:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(anstream::stdout(), $($argument)*);
    }};
}
pub(crate) use say;

/// Prints a line to standard error. That nobody reads it is no failure.
macro_rules! note {
    ($($argument:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(anstream::stderr(), $($argument)*);
    }};
}
pub(crate) use note;
