//! `fogbank logs`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::arguments::Logs;
use crate::configuration;
use crate::exit::{Exit, Failure};
use crate::instance::{Instance, log_path};
use crate::target::local_instance;

const PAUSE: Duration = Duration::from_millis(100);

pub(crate) fn run(arguments: &Logs) -> Result<Exit, Failure> {
    let (path, instance) = find(arguments.port)?;
    let failed = |error: io::Error| match error.kind() {
        // The reader has seen enough (`fogbank logs | head`).
        io::ErrorKind::BrokenPipe => Failure::new(Exit::Done, ""),
        _ => Failure::new(Exit::Failed, format!("cannot show {}: {error}", path.display())),
    };
    match show(&path, instance.as_ref(), arguments).map_err(failed) {
        Err(failure) if failure.exit == Exit::Done => Ok(Exit::Done),
        Err(failure) => Err(failure),
        Ok(()) => Ok(Exit::Done),
    }
}

/// The log, and the server that writes it if it still lives.
fn find(port: Option<u16>) -> Result<(PathBuf, Option<Instance>), Failure> {
    let config = if port.is_none() { configuration::ambient()? } else { Default::default() };
    let instance = local_instance(&config, port)?;
    if let Some(found) = &instance {
        return match &found.log {
            Some(log) => Ok((log.clone(), instance)),
            None => {
                let message =
                    format!("the server on {} writes its log to its terminal", found.endpoint);
                Err(Failure::new(Exit::Failed, message)
                    .hint("only servers started with --detached have a log file"))
            }
        };
    }
    let configured = config.gateway_listen.first().map_or(0, |listen| listen.port);
    let path = log_path(port.unwrap_or(configured));
    if !path.exists() {
        let message =
            format!("no server runs, and there is no log of an earlier one ({})", path.display());
        return Err(Failure::new(Exit::Unreachable, message));
    }
    Ok((path, None))
}

fn show(path: &Path, instance: Option<&Instance>, arguments: &Logs) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let mut output = io::stdout().lock();
    output.write_all(last_lines(&text, arguments.lines))?;
    output.flush()?;
    while let Some(instance) = instance.filter(|_| arguments.follow) {
        let lived = instance.lives();
        text.clear();
        if file.read_to_end(&mut text)? > 0 {
            output.write_all(&text)?;
            output.flush()?;
        } else if !lived {
            break;
        }
        thread::sleep(PAUSE);
    }
    Ok(())
}

/// The last lines of a text; all of it when no number is given.
fn last_lines(text: &[u8], lines: Option<usize>) -> &[u8] {
    let Some(lines) = lines else { return text };
    if lines == 0 {
        return &[];
    }
    // The newline at the very end ends the last line and begins no other.
    let body = text.strip_suffix(b"\n").unwrap_or(text);
    let starts = body.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n');
    starts.map(|(at, _)| at + 1).nth(lines - 1).map_or(text, |start| &text[start..])
}

#[cfg(test)]
mod tests {
    use super::last_lines;

    #[test]
    fn the_last_lines_of_a_text() {
        let cases: [(&str, Option<usize>, &str); 8] = [
            ("a\nb\nc\n", None, "a\nb\nc\n"),
            ("a\nb\nc\n", Some(0), ""),
            ("a\nb\nc\n", Some(1), "c\n"),
            ("a\nb\nc", Some(2), "b\nc"),
            ("a\nb\nc\n", Some(3), "a\nb\nc\n"),
            ("a\nb\nc\n", Some(9), "a\nb\nc\n"),
            ("a\n\n", Some(1), "\n"),
            ("", Some(1), ""),
        ];
        for (text, lines, expected) in cases {
            let found = last_lines(text.as_bytes(), lines);
            assert_eq!(found, expected.as_bytes(), "{text:?} {lines:?}");
        }
    }
}
