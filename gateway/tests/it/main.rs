//! The gateway over a socket.

mod client;
mod cors;
mod detection;
mod first_request;
mod http_manners;
mod loading;
mod own_routes;
mod persistence;
mod tls;
mod upstream;
mod worlds;
