//! An event log in one SQLite file.
//!
//! - **Durable.** Write-ahead log, `synchronous = FULL`: an acknowledged append survives kill -9 and a power cut. See [`Durability`].
//! - **One writer thread** with a bounded queue commits everything that waits in one transaction, and each batch has an outcome of its
//!   own. Readers have threads and connections of their own and never block it.
//! - **Several processes** may work on one file; SQLite's lock decides who writes, and conditions are looked at under it.
//! - **Readable.** `sqlite3 bank.db 'SELECT * FROM history'` shows the events; the tables are described in `src/schema.sql`.
//!
//! It knows no runtime: its futures wait for its own threads, so that any executor will do.

mod failure;
mod log;
mod news;
mod open;
mod options;
mod read;
mod readers;
mod rows;
mod statements;
mod still;
mod table;
mod transaction;
mod writer;

pub use lawful_engine::{Engine, EngineOptions};
pub use log::SqliteLog;
pub use options::{Durability, SqliteOptions};
pub use table::SqliteTable;

/// The interpreter of the domain `D` over one SQLite file: `Sqlite::<Bank>::open("bank.db").await?`.
pub type Sqlite<D> = Engine<D, SqliteLog<<D as lawful::Domain>::Event>>;

impl<E: lawful::Payload> lawful_engine::Open for SqliteLog<E> {
    type Options = SqliteOptions;

    async fn open(options: SqliteOptions) -> Result<Self, lawful::Failure> {
        SqliteLog::open(options).await
    }
}
