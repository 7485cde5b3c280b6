//! The table of a run.

use std::collections::BTreeMap;

use crate::cases::Case;
use crate::load::Measured;

/// The rounds of a line: case and number of connections.
type Line = (&'static str, usize);

/// Rounds by line and server.
pub(crate) struct Report {
    rounds: BTreeMap<Line, BTreeMap<String, Vec<Measured>>>,
    others: Vec<String>,
}

impl Report {
    /// A table with a column for each of these other servers.
    pub(crate) fn new(others: &[&str]) -> Self {
        let others = others.iter().map(|&name| name.to_owned()).collect();
        Self { rounds: BTreeMap::new(), others }
    }

    pub(crate) fn add(&mut self, server: &str, case: &Case, connections: usize, round: Measured) {
        let line = self.rounds.entry((case.name, connections)).or_default();
        line.entry(server.to_owned()).or_default().push(round);
    }

    pub(crate) fn print_row(&mut self, case: &Case, connections: usize) {
        if self.rounds.len() == 1 {
            let columns: String =
                self.others.iter().map(|name| format!(" {name} requests/s | ratio |")).collect();
            println!(
                "| case | connections | requests/s | p50 µs | p99 µs | of bare hyper |{columns}"
            );
            println!("|---|--:|--:|--:|--:|--:|{}", "--:|--:|".repeat(self.others.len()));
        }
        let Some(line) = self.rounds.get_mut(&(case.name, connections)) else { return };
        let mut per_second = |name: &str| median(line, name).map_or(f64::NAN, |it| it.per_second);
        let base = per_second("bare");
        let own = per_second("fogbank");
        let other = |name: &String| {
            let other = per_second(name);
            if other.is_nan() {
                return " – | – |".to_owned();
            }
            format!(" {other:.0} | {:.2} |", other / own)
        };
        let others: String = self.others.iter().map(other).collect();
        let Some(measured) = median(line, "fogbank") else { return };
        println!(
            "| {} | {connections} | {:.0} | {} | {} | {:.2} |{others}",
            case.name,
            measured.per_second,
            measured.p50.as_micros(),
            measured.p99.as_micros(),
            measured.per_second / base,
        );
    }
}

fn median<'a>(line: &'a mut BTreeMap<String, Vec<Measured>>, name: &str) -> Option<&'a Measured> {
    let rounds = line.get_mut(name)?;
    rounds.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rounds.get(rounds.len() / 2)
}
