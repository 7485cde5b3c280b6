//! What requests prove with who they are from.

pub mod access_keys;
pub mod mfa;
pub mod trade_in;
