//! Tests of the generated crates; there is nothing here but tests.
