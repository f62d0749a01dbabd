#![doc = include_str!("../README.md")]

mod append;
mod connection;
mod counting;
mod failure;
mod log;
mod message;
mod naming;
mod news;
mod options;
mod place;
mod range;
mod read;
mod roots;
mod schema;
mod snapshots;
mod tail;

pub use log::JetStreamLog;
pub use options::JetStreamOptions;

/// The interpreter over a log in `JetStream`: `JetStream::<Bank>::connect(url)`.
pub type JetStream<D> = lawful_engine::Engine<D, JetStreamLog<<D as lawful::Domain>::Event>>;
