//! The policy engine: policies, conditions, decisions and their reasons.
