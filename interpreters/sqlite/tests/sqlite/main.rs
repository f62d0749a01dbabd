//! The event log in one SQLite file, at the port: what it promises, what it does with bad input, several processes, kill -9.

mod append;
mod child;
mod crash;
mod domain;
mod failing;
mod grouping;
mod news;
mod opening;
mod processes;
mod reading;
mod tables;
