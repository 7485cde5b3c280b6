//! The table of a run.

use std::collections::BTreeMap;

use crate::cases::Case;
use crate::load::Measured;

/// Rounds by case and number of connections.
#[derive(Default)]
pub(crate) struct Report {
    rounds: BTreeMap<(&'static str, usize), Rounds>,
}

/// The rounds of one line.
#[derive(Default)]
struct Rounds {
    bare: Vec<Measured>,
    fogbank: Vec<Measured>,
}

impl Report {
    pub(crate) fn bare(&mut self, case: &Case, connections: usize, measured: Measured) {
        self.rounds.entry((case.name, connections)).or_default().bare.push(measured);
    }

    pub(crate) fn fogbank(&mut self, case: &Case, connections: usize, measured: Measured) {
        self.rounds.entry((case.name, connections)).or_default().fogbank.push(measured);
    }

    pub(crate) fn print_row(&mut self, case: &Case, connections: usize) {
        if self.rounds.len() == 1 {
            println!("| case | connections | requests/s | p50 µs | p99 µs | of bare hyper |");
            println!("|---|--:|--:|--:|--:|--:|");
        }
        let Some(rounds) = self.rounds.get_mut(&(case.name, connections)) else { return };
        let base = median(&mut rounds.bare).per_second;
        let measured = median(&mut rounds.fogbank);
        println!(
            "| {} | {connections} | {:.0} | {} | {} | {:.2} |",
            case.name,
            measured.per_second,
            measured.p50.as_micros(),
            measured.p99.as_micros(),
            measured.per_second / base,
        );
    }
}

fn median(rounds: &mut [Measured]) -> &Measured {
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    &rounds[rounds.len() / 2]
}
