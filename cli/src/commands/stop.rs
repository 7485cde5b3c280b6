//! `fogbank stop`.

use std::thread;
use std::time::Duration;

use fogbank_context::Stopwatch;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

use crate::arguments::Stop;
use crate::exit::{Exit, Failure};
use crate::instance::Instance;
use crate::style::say;
use crate::target::find_local;

const PAUSE: Duration = Duration::from_millis(5);

pub(crate) fn run(arguments: &Stop) -> Result<Exit, Failure> {
    let instance = find_local(arguments.port)?;
    send(&instance, Signal::TERM)?;
    if !ended_within(&instance, arguments.timeout) {
        if !arguments.force {
            let message = format!(
                "process {} has not ended after {} seconds",
                instance.pid,
                arguments.timeout.as_secs_f64()
            );
            return Err(Failure::new(Exit::Failed, message).hint("--force kills it"));
        }
        send(&instance, Signal::KILL)?;
        ended_within(&instance, Duration::from_secs(5));
    }
    say!("fogbank on {} has stopped", instance.endpoint);
    Ok(Exit::Done)
}

fn send(instance: &Instance, signal: Signal) -> Result<(), Failure> {
    let pid = i32::try_from(instance.pid).ok().and_then(Pid::from_raw);
    let sent = pid.ok_or(Errno::SRCH).and_then(|pid| kill_process(pid, signal));
    match sent {
        // It ended by itself in the meantime.
        Ok(()) | Err(Errno::SRCH) => Ok(()),
        Err(error) => {
            let message = format!("cannot signal process {}: {error}", instance.pid);
            Err(Failure::new(Exit::Failed, message))
        }
    }
}

fn ended_within(instance: &Instance, timeout: Duration) -> bool {
    let waited = Stopwatch::start();
    while instance.lives() {
        if waited.elapsed() > timeout {
            return false;
        }
        thread::sleep(PAUSE);
    }
    true
}
