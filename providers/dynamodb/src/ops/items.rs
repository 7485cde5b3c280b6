//! Operations on one item.

pub mod delete_item;
pub mod get_item;
pub mod put_item;
pub mod update_item;
