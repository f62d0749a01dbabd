#![doc = include_str!("../README.md")]

mod block;
mod content;
mod declared;
mod diagram;
mod docs;
mod flow;
mod names;
mod page;
mod render;
mod search;
mod uses;
mod words;
mod write;

pub use diagram::{Arrow, Diagram, StateBox};
pub use docs::Docs;
pub use write::WriteError;

/// The documentation as Markdown, for a repository or for rustdoc. See [`Docs::markdown`].
#[must_use]
pub fn markdown(docs: impl Into<Docs>) -> String {
    docs.into().markdown()
}

/// The documentation as one HTML page. See [`Docs::html`].
#[must_use]
pub fn html(docs: impl Into<Docs>) -> String {
    docs.into().html()
}

/// The model as JSON. See [`Docs::json`].
#[must_use]
pub fn json(docs: impl Into<Docs>) -> String {
    docs.into().json()
}
