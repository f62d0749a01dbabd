//! Read models, kept up to date: the events of a log folded into rows, in memory or in a table of a database.
//!
//! # Examples
//!
//! ```
//! use lawful::prelude::*;
//! use lawful_memory::Memory;
//! use lawful_views::Views as _;
//!
//! /// A lamp.
//! #[state]
//! pub struct Lamp {
//!     is_lit: bool,
//! }
//!
//! #[aggregate]
//! impl Lamp {
//!     /// It was hung up somewhere.
//!     #[event]
//!     fn hung(&mut self, room: &str) {}
//!
//!     /// It was switched on.
//!     #[event]
//!     fn lit(&mut self) {
//!         self.is_lit = true;
//!     }
//!
//!     /// Hangs it up.
//!     #[command]
//!     fn hang(&self, room: &str) -> LampEvent {
//!         LampEvent::hung(room)
//!     }
//!
//!     /// Switches it on.
//!     #[command]
//!     fn light(&self) -> LampEvent {
//!         LampEvent::lit()
//!     }
//! }
//!
//! #[domain(aggregates(Lamp))]
//! pub struct House;
//!
//! /// Where there is light.
//! #[row]
//! pub struct Light {
//!     #[key]
//!     lamp: Id<Lamp>,
//!     #[index]
//!     room: String,
//!     is_on: bool,
//! }
//!
//! #[read_model]
//! impl Light {
//!     /// A lamp hangs in a room, and is dark.
//!     #[on(LampEvent::Hung)]
//!     fn hung(rows: &mut Rows<Self>, from: &Origin<Lamp>, room: &str) {
//!         rows.put(Light {
//!             lamp: from.id,
//!             room: room.to_owned(),
//!             is_on: false,
//!         });
//!     }
//!
//!     /// There is light.
//!     #[on(LampEvent::Lit)]
//!     fn lit(rows: &mut Rows<Self>, from: &Origin<Lamp>) {
//!         rows.change(&from.id, |light| light.is_on = true);
//!     }
//! }
//!
//! # async fn shown() -> Result<(), Box<dyn std::error::Error>> {
//! let house = Memory::<House>::default();
//! let lights = house.view::<Light>();
//!
//! let lamp = Id::new();
//! house.execute(lamp, LampCommand::hang("kitchen")).await?;
//! let receipt = house.execute(lamp, LampCommand::light()).await?;
//!
//! lights.after(receipt.position).await?;
//! let kitchen = lights.find(Light::ROOM, "kitchen");
//! assert!(kitchen[0].is_on);
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(shown()).unwrap();
//! ```

mod failures;
mod fold;
mod kept;
mod memory;
mod table;
mod views;

pub use fold::fold;
pub use kept::KeptTable;
pub use memory::View;
pub use table::TableView;
pub use views::Views;
