//! The event log in `JetStream`: the contract, bad input, broken connections, kill -9, a cluster that loses servers.

mod append;
mod cluster;
mod contract;
mod crashes;
mod differential;
mod engines;
mod failures;
mod faults;
mod given;
mod opening;
mod processes;
mod reading;
mod server;
