//! The table of a run.

use std::collections::BTreeMap;

use crate::cases::Case;
use crate::load::Measured;

/// Rounds by case and number of connections.
#[derive(Default)]
pub(crate) struct Report {
    rounds: BTreeMap<(&'static str, usize), (Vec<Measured>, Vec<Measured>)>,
}

impl Report {
    pub(crate) fn bare(&mut self, case: &Case, connections: usize, measured: Measured) {
        self.rounds.entry((case.name, connections)).or_default().0.push(measured);
    }

    pub(crate) fn fogbank(&mut self, case: &Case, connections: usize, measured: Measured) {
        self.rounds.entry((case.name, connections)).or_default().1.push(measured);
    }

    pub(crate) fn print_row(&mut self, case: &Case, connections: usize) {
        if self.rounds.len() == 1 {
            println!("| case | connections | requests/s | p50 µs | p99 µs | of bare hyper |");
            println!("|---|--:|--:|--:|--:|--:|");
        }
        let Some((bare, fogbank)) = self.rounds.get_mut(&(case.name, connections)) else { return };
        let base = median(bare).per_second;
        let measured = median(fogbank);
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
