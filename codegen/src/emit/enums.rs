//! Enums, as text: they are tables, and a formatter would only make them longer.

use std::fmt::Write;

use crate::names;
use crate::plan::Plan;

pub(super) fn file(plan: &Plan<'_>) -> String {
    let mut out = String::new();
    for (name, values) in &plan.enums {
        let variants = names::variants(values.iter().map(String::as_str));
        let _ = writeln!(out, "fogbank_service::open_enum! {{\n    pub enum {name} {{");
        for (variant, value) in variants.iter().zip(*values) {
            let _ = writeln!(out, "        {variant} = {value:?},");
        }
        out.push_str("    }\n}\n\n");
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
