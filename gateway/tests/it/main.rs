//! The gateway over a socket.

mod addresses;
mod client;
mod clocks;
mod cors;
mod detection;
mod first_request;
mod http_manners;
mod limits;
mod loading;
mod openapi;
mod own_routes;
mod persistence;
mod seeds;
mod steps;
mod tls;
mod upstream;
mod worlds;
