//! Operations on several items at once, all or none.

pub mod transact_get_items;
pub mod transact_write_items;
