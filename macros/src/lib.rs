//! The declaration macros of `lawful`. They are re-exported there, and documented in its guide.
//!
//! Each macro parses, checks and expands, a file each. Checking reports every mistake at once; expanding cannot fail. What is generated
//! calls ordinary functions of `lawful::__private`.

mod aggregate;
mod attributes;
mod documentation;
mod domain;
mod free_rule;
#[cfg(test)]
mod golden;
mod messages;
mod mistakes;
mod naming;
mod parameters;
mod program;
mod read;
mod read_model;
mod service;
mod shape;
mod totality;
mod words;

use proc_macro::TokenStream;
use shape::Kind;

/// The state of an aggregate: a struct, or an enum with a `#[default]` variant.
///
/// It derives `Debug`, `Clone`, `Default`, `PartialEq`, `Eq`, `Hash`, `Serialize` and `Deserialize`, except for those that are derived
/// below it. `#[state(inexact)]` gives up `Eq` and `Hash`, `#[state(without(Default))]` leaves one out for an impl of your own.
#[proc_macro_attribute]
pub fn state(attribute: TokenStream, item: TokenStream) -> TokenStream {
    shape::shape(Kind::State, attribute.into(), item.into()).into()
}

/// A part of a state that has an id of its own: a struct with the field `id: Id<Self>`.
///
/// It derives what `#[state]` derives, but not `Default`. `same` compares the ids; `==` compares everything.
#[proc_macro_attribute]
pub fn entity(attribute: TokenStream, item: TokenStream) -> TokenStream {
    shape::shape(Kind::Entity, attribute.into(), item.into()).into()
}

/// A part of a state, event or command that is its value: a struct, an enum or a newtype.
///
/// It derives what `#[state]` derives, but not `Default`.
#[proc_macro_attribute]
pub fn value(attribute: TokenStream, item: TokenStream) -> TokenStream {
    shape::shape(Kind::Value, attribute.into(), item.into()).into()
}

/// A rule that aggregates share: a free function that returns `bool`, required by a path of two or more segments.
#[proc_macro_attribute]
pub fn rule(attribute: TokenStream, item: TokenStream) -> TokenStream {
    free_rule::rule(attribute.into(), item.into()).into()
}

/// An aggregate: on an `impl` of a `#[state]`, whose methods are its `#[event]`s, `#[rule]`s, `#[invariant]`s and `#[command]`s.
#[proc_macro_attribute]
pub fn aggregate(attribute: TokenStream, item: TokenStream) -> TokenStream {
    aggregate::aggregate(attribute.into(), &item.into()).into()
}

/// A row of a read model: a struct whose fields are the columns of a table.
///
/// `#[key]` marks the field by which a row is found (several make a key of several fields), `#[index]` one by which rows are found:
/// `rows.find(Holding::OWNER, "Ada")`. It derives what `#[value]` derives. `#[row(name = "..")]` names the table.
#[proc_macro_attribute]
pub fn row(attribute: TokenStream, item: TokenStream) -> TokenStream {
    shape::shape(Kind::Row, attribute.into(), item.into()).into()
}

/// A read model: on the `impl` of a `#[row]`, whose methods marked `#[on(AccountEvent::Opened)]` say what each event does to the rows.
///
/// A method takes `rows: &mut Rows<Self>`, may take `from: &Origin<Account>`, and takes the parameters of the event that it needs by
/// their names. Every event of an aggregate that it listens to is handled, or stands in `#[read_model(ignores(..))]`.
/// `version = 2` has the rows made anew where a function that the methods call was changed.
#[proc_macro_attribute]
pub fn read_model(attribute: TokenStream, item: TokenStream) -> TokenStream {
    read_model::read_model(attribute.into(), item.into()).into()
}

/// A domain: on a unit struct, `#[domain(aggregates(Account))]`.
#[proc_macro_attribute]
pub fn domain(attribute: TokenStream, item: TokenStream) -> TokenStream {
    domain::domain(attribute.into(), item.into()).into()
}

/// A service: on a trait of `async fn`s, through which programs reach what is outside of the log.
///
/// Implementations write `async fn` as declared. A parameter of type `&IdempotencyKey` is filled in by the interpreter.
#[proc_macro_attribute]
pub fn service(attribute: TokenStream, item: TokenStream) -> TokenStream {
    service::service(attribute.into(), item.into()).into()
}

/// A program: on an `async fn` over `&mut Perform<Bank>` or `&mut Atomic<Bank>`. It adds the program's value: `Transfer { .. }`.
#[proc_macro_attribute]
pub fn program(attribute: TokenStream, item: TokenStream) -> TokenStream {
    program::program(attribute.into(), item.into()).into()
}

/// The tree of a body, for the tests of the reader.
#[doc(hidden)]
#[proc_macro]
pub fn __read(input: TokenStream) -> TokenStream {
    read::hook(input.into()).into()
}
