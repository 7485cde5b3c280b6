//! Refuses requests once the server is stopping.

use crate::exchange::{Exchange, Step};
use crate::faults;

/// Lets requests pass while the server runs.
pub(crate) fn handle(x: &mut Exchange) -> Step {
    if x.core.is_stopping() { Err(faults::stopping().into()) } else { Ok(()) }
}
