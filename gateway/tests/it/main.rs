//! The gateway over a socket.

mod addresses;
mod client;
mod cors;
mod detection;
mod first_request;
mod http_manners;
mod limits;
mod loading;
mod own_routes;
mod persistence;
mod tls;
mod upstream;
mod worlds;
