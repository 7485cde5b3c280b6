//! The gateway over a socket.

mod client;
mod first_request;
