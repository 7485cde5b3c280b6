//! `fogbank wait`.

use std::thread;
use std::time::Duration;

use fogbank_context::Stopwatch;

use crate::arguments::Wait;
use crate::client::Client;
use crate::exit::{Exit, Failure};
use crate::style::say;

const PAUSE: Duration = Duration::from_millis(20);

pub(crate) fn run(arguments: &Wait) -> Result<Exit, Failure> {
    let waited = Stopwatch::start();
    loop {
        // Found anew each time: the server may not have begun when the command did.
        let client = Client::new(arguments.target.url()?, Duration::from_secs(2));
        let Err(failure) = client.health() else {
            say!("fogbank is ready on {}", client.url());
            return Ok(Exit::Done);
        };
        if waited.elapsed() >= arguments.timeout {
            return Err(failure);
        }
        thread::sleep(PAUSE);
    }
}
