//! Programs: work that spans aggregates, services and time, described once and interpreted in many ways.
//!
//! A program is an `async fn` over [`Perform`]. It does nothing by itself: each `.await` is one [`Request`], and whoever interprets the
//! program finds the [`Answer`]. So the same program runs step by step, all or nothing, as a process that survives crashes, as a
//! rehearsal, or against every answer there could be.
//!
//! - For those who write programs: [`Perform`], [`Atomic`], and what `#[program]` and `#[service]` generate.
//! - For those who interpret them: [`Handler`] answers requests, [`drive`] performs a program with one. Layers ([`layer`]) are handlers
//!   around handlers.
//!
//! There are two ways in which a step does not go well. A rejection, or the `Err` of a service, is an answer: the program sees it, and
//! a journal keeps it. A [`Stop`] ends the program unseen.

mod answer;
#[allow(
    clippy::inline_always,
    reason = "measured: a request is a few loads and stores"
)]
mod asking;
mod body;
mod cursors;
mod drive;
#[allow(
    clippy::inline_always,
    reason = "measured: a request is a few loads and stores"
)]
mod exchange;
mod explore;
mod handler;
mod journaled;
pub mod layer;
mod message;
mod never;
mod perform;
mod process;
mod registry;
mod request;
mod row;
mod run;
mod scope;
mod service;
mod step;
mod stop;
mod story;

pub use answer::{Answer, Kept, Tells};
pub use asking::{Asking, Clock, Expects, Marker, NewId, News, Receives, Sees, Sleep};
pub use body::{Body, Program, ProgramValue};
pub use cursors::Cursors;
pub use drive::{drive, drive_whole};
#[doc(hidden)]
pub use exchange::Exchange;
pub use explore::{End, Explored, drive_at_once, explore};
pub use handler::{Answers, Asked, Handler, answer};
pub use journaled::{Journaled, Returned};
pub use message::{Ask, Asks, Keeps, KeptTold, Message, States, Told, Visit, VisitAsync};
pub use never::Never;
pub use perform::{Compensation, Perform};
pub use process::{ProcessEvent, ProcessEventKind, known_process_stream, process_stream};
pub use registry::{Capability, Listed, Lists, ProgramFunction, Resume};
pub use request::{Request, Wait};
pub use row::{Atomic, AtomicRow, Lend, Row, Unhurried};
pub use run::{Done, Launch, Performed, Run, RunIds, RunOptions};
pub use scope::Undone;
pub use service::{
    HasService, IdempotencyKey, Method, Replies, ServedBy, Serves, Service, Serviceless, Services,
};
pub use step::{NotAStep, Step};
pub use stop::{Divergence, Parked, Stop};
pub use story::Story;

use crate::{Aggregate, Id};

/// An aggregate that programs can call: `#[aggregate]` writes this.
pub trait Callable: Aggregate {
    /// Its commands as requests: `AccountCalls`.
    type Calls<'a, R: Row>;

    /// The calls of one aggregate root.
    fn calls<R: Row>(perform: &mut Perform<R>, id: Id<Self>) -> Self::Calls<'_, R>;
}
