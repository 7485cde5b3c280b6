//! What Terraform did with each type of resource.

use std::fmt::Write;

use super::absent;
use super::configuration::changes;
use crate::Outcome;
use crate::root::{read, root};

/// A step of a configuration's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is made.
    Apply,
    /// A second plan finds nothing to do.
    Plan,
    /// It is changed, and the plan after that finds nothing to do.
    Update,
    /// It is taken away.
    Destroy,
}

/// Where the files are.
const FOLDER: &str = "tests/terraform/";
/// What the page says of a step that succeeded.
const YES: &str = "yes";

const STEPS: [Step; 4] = [Step::Apply, Step::Plan, Step::Update, Step::Destroy];

/// What happened to one type of resource in one configuration.
pub(super) struct Row {
    pub(super) resource: String,
    pub(super) file: String,
    steps: [Option<bool>; 4],
    reasons: Vec<String>,
}

impl Row {
    pub(super) fn new(resource: &str, file: &str) -> Self {
        let (resource, file) = (resource.to_owned(), file.to_owned());
        Self { resource, file, steps: [None; 4], reasons: Vec::new() }
    }

    /// A line of the page.
    fn of_line(line: &str) -> Option<Self> {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, resource, file, steps @ .., _] = &cells[..] else { return None };
        let steps: &[&str; 4] = steps.try_into().ok()?;
        let resource = resource.strip_prefix('`')?.strip_suffix('`')?;
        let file = format!("{FOLDER}{file}");
        let steps = steps.map(|cell| (!cell.is_empty()).then_some(cell == YES));
        Some(Self { resource: resource.to_owned(), file, steps, reasons: Vec::new() })
    }

    /// Notes whether a step succeeded; a step that fails once has failed.
    pub(super) fn note(&mut self, step: Step, ok: bool, reason: &str) {
        let noted = &mut self.steps[step as usize];
        *noted = Some(noted.unwrap_or(true) && ok);
        if !ok && !reason.is_empty() {
            self.reasons.push(format!("{step:?}: {reason}"));
        }
    }

    pub(super) fn is_good(&self) -> bool {
        self.steps.iter().all(|step| *step != Some(false)) && self.steps[0].is_some()
    }
}

/// One line about a configuration.
pub(super) fn verdict(rows: &[Row]) -> String {
    let mut text = format!("{} of {}", rows.iter().filter(|row| row.is_good()).count(), rows.len());
    for row in rows.iter().filter(|row| !row.is_good()) {
        let failed = STEPS.iter().filter(|step| row.steps[**step as usize] == Some(false));
        let failed: Vec<String> = failed.map(|step| format!("{step:?}")).collect();
        let _ = write!(text, "\n  {} fails: {}", row.resource, failed.join(", "));
        for reason in &row.reasons {
            let _ = write!(text, "\n    {}", reason.chars().take(600).collect::<String>());
        }
    }
    text
}

/// All rows.
#[derive(Default)]
pub(super) struct Report {
    rows: Vec<Row>,
    /// Types of resources that should have a configuration and have none.
    forgotten: Vec<String>,
}

impl Report {
    pub(super) fn add(&mut self, rows: Vec<Row>) {
        self.rows.extend(rows);
    }

    /// Takes over what an earlier page says of files that are there and were not run now.
    pub(super) fn keep(&mut self, page: &str, run: &[String]) {
        let rows = page.lines().filter_map(Row::of_line);
        let there = |row: &Row| !run.contains(&row.file) && root().join(&row.file).is_file();
        self.rows.extend(rows.filter(there));
    }

    /// Leaves the success of an update to those resources that it changed.
    pub(super) fn confine_updates(&mut self) -> Outcome {
        for row in &mut self.rows {
            let update = &mut row.steps[Step::Update as usize];
            if *update == Some(true) && !changes(&read(&row.file)?, &row.resource) {
                *update = None;
            }
        }
        Ok(())
    }

    /// Looks for types of resources that are neither run nor known not to be.
    pub(super) fn complete(&mut self, types: &[String]) {
        let mine = types.iter().filter(|kind| absent::is_of_emulated_service(kind));
        let run = |kind: &str| self.rows.iter().any(|row| row.resource == kind);
        let forgotten = mine.filter(|kind| !run(kind) && absent::reason(kind).is_none());
        self.forgotten = forgotten.cloned().collect();
    }

    /// An error when a step failed.
    pub(super) fn outcome(&self) -> Outcome {
        for kind in &self.forgotten {
            println!("{kind} has no configuration");
        }
        let bad = self.rows.iter().filter(|row| !row.is_good()).count();
        println!("{} of {} resources are good", self.rows.len() - bad, self.rows.len());
        let bad = bad + self.forgotten.len();
        if bad == 0 { Ok(()) } else { Err(format!("{bad} resources are not").into()) }
    }

    /// The page `docs/terraform.md`.
    pub(super) fn page(&self, version: &str) -> String {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by(|a, b| (&a.resource, &a.file).cmp(&(&b.resource, &b.file)));
        let good = rows.iter().filter(|row| row.is_good()).count();
        let mut page = format!(
            "# Terraform\n\nWritten by `cargo xtask terraform` ({version}, provider hashicorp/aws): each configuration of\n\
             `tests/terraform` is applied, planned again, changed where it says how, planned again, and destroyed.\n\
             *Update* is empty where a configuration changes nothing of a resource.\n\n\
             {good} of {} are good in every step.\n\n\
             | resource | configuration | apply | empty second plan | update | destroy |\n|---|---|---|---|---|---|\n",
            rows.len()
        );
        for row in rows {
            let steps: Vec<&str> = row.steps.iter().map(|step| mark(*step)).collect();
            let file = row.file.trim_start_matches(FOLDER);
            let _ = writeln!(page, "| `{}` | {file} | {} |", row.resource, steps.join(" | "));
        }
        page.push_str("\nNot run:\n\n| resource | why |\n|---|---|\n");
        for (kind, reason) in absent::ABSENT {
            let _ = writeln!(page, "| `{kind}` | {reason} |");
        }
        page
    }
}

fn mark(step: Option<bool>) -> &'static str {
    match step {
        Some(true) => YES,
        Some(false) => "**no**",
        None => "",
    }
}
