//! The operations, one or a small family a file.

pub(crate) mod batch;
pub(crate) mod create_queue;
pub(crate) mod delete_message;
pub(crate) mod delete_queue;
pub(crate) mod get_queue_url;
pub(crate) mod list_queues;
pub(crate) mod message_visibility;
pub(crate) mod move_tasks;
pub(crate) mod permissions;
pub(crate) mod purge_queue;
pub(crate) mod queue_attributes;
pub(crate) mod receive_message;
pub(crate) mod send_message;
pub(crate) mod tags;
