//! Amazon SNS through its typed client, on a frozen clock.

mod delivery_status;
mod encryption;
mod fifo;
mod filters;
mod http;
mod phones;
mod publishing;
mod push;
mod scene;
mod subscriptions;
mod topics;
