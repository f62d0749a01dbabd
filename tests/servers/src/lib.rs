//! Private servers for tests: found on this machine, started on loopback and a free port, killed and restarted at will, and stopped
//! whatever happens.
//!
//! [`Server`] runs any program that says on its output when it is ready; [`Postgres`] and [`Nats`] know one each. A [`Proxy`] stands
//! before a server and breaks connections, and a [`Link`] can be cut. A suite asks for a server and gets `None` where the program is
//! missing: it was then told by name what to install, and passes as skipped. Under `CI=true` a missing program is a panic.
//!
//! ```no_run
//! use lawful_servers::Postgres;
//!
//! let Some(server) = Postgres::start() else { return };
//! println!("{}", server.url("postgres"));
//! ```

mod folder;
mod link;
mod missing;
mod nats;
mod port;
mod postgres;
mod program;
mod proxy;
mod server;
mod user;

pub use folder::Folder;
pub use link::Link;
pub use missing::Missing;
pub use nats::{Nats, NatsCluster};
pub use port::free_port;
pub use postgres::Postgres;
pub use program::program;
pub use proxy::{Lost, Proxy};
pub use server::{Launch, Server};
pub use user::User;
