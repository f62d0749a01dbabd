//! The test interpreter: given, when, then. Stories print themselves, and are made for snapshots.
//!
//! # Examples
//!
//! ```
//! use lawful::prelude::*;
//! use lawful_pure::given;
//!
//! /// A lamp.
//! #[state]
//! pub struct Lamp {
//!     is_lit: bool,
//! }
//!
//! #[aggregate]
//! impl Lamp {
//!     /// It was switched on.
//!     #[event]
//!     fn lit(&mut self) {
//!         self.is_lit = true;
//!     }
//!
//!     /// the lamp is on
//!     #[rule]
//!     fn is_on(&self) -> bool {
//!         self.is_lit
//!     }
//!
//!     /// Switches it on.
//!     #[command(requires(not(is_on)))]
//!     fn light(&self) -> LampEvent {
//!         LampEvent::lit()
//!     }
//! }
//!
//! let story = given::<Lamp>([])
//!     .when(LampCommand::light())
//!     .then([LampEvent::lit()])
//!     .when(LampCommand::light())
//!     .then_rejected(LampRule::IsOn);
//! assert_eq!(
//!     story.to_string(),
//!     "\
//! given  nothing
//! when   light()
//! then   lit()
//!        = Lamp { is_lit: true }
//! when   light()
//! then   rejected
//!        is_on: not: the lamp is on
//!          is_lit, where is_lit = true"
//! );
//! ```
//!
//! A durable program is driven by messages: [`Pure::process`].
//!
//! [`Pure`] is the same engine as every other interpreter, over a log in memory whose clock stands still and whose ids are counted.

mod desk;
mod interpreter;
mod journal;
mod process;
mod programs;
mod scripted;
mod story;
mod telling;

pub use interpreter::Pure;
pub use lawful::program::Story as ProgramStory;
pub use lawful_memory::Clock;
pub use process::Driven;
pub use programs::Timeless;
pub use scripted::{Explored, Scripted};
pub use story::{Given, Holds, Story, given};
