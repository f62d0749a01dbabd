//! The event log in one SQLite file, at the port: what it promises, what it does with bad input, several processes, kill -9.

mod append;
mod domain;
