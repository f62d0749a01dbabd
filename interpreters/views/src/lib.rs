#![doc = include_str!("../README.md")]

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
