//! Amazon SNS through its typed client, on a frozen clock.

mod fifo;
mod filters;
mod http;
mod phones;
mod publishing;
mod push;
mod scene;
mod subscriptions;
mod topics;
