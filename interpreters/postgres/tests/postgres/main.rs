//! The event log in `PostgreSQL`, at the port: what it promises, many writers, slow ones, bad input, broken connections, kill -9.

mod append;
mod crashes;
mod differential;
mod domain;
mod failures;
mod faults;
mod news;
mod order;
mod schema;
mod server;
