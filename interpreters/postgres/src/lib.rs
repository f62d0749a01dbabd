#![doc = include_str!("../README.md")]

mod append;
mod connection;
mod failure;
mod group;
mod json;
mod log;
mod news;
mod options;
mod pool;
mod read;
mod schema;
mod table;
mod values;
mod writer;

pub use log::PostgresLog;
pub use options::PostgresOptions;
pub use table::PostgresTable;

/// The interpreter over a log in `PostgreSQL`: `Postgres::<Bank>::connect(url)`.
pub type Postgres<D> = lawful_engine::Engine<D, PostgresLog<<D as lawful::Domain>::Event>>;
