use crate::model::{List, StateModel, Text};
use crate::{Aggregate, Datum, State};
use serde::Serialize;
use std::borrow::Cow;
use std::marker::PhantomData;

/// A type that was declared with `#[value]` or `#[entity]`.
pub trait Described {
    /// Its fields or variants.
    const SHAPE: &'static StateModel;
}

/// Asks a type for its shape: `Shape::<LineItem>::get` is the inherent function where the type is [`Described`], and else the one of
/// [`Undescribed`]. The macro sees the name of a type only, and it may be foreign.
#[derive(Debug)]
pub struct Shape<T: ?Sized>(PhantomData<T>);

impl<T: Described + ?Sized> Shape<T> {
    /// The shape.
    #[must_use]
    pub fn get() -> Option<&'static StateModel> {
        Some(T::SHAPE)
    }
}

/// The answer for all other types.
pub trait Undescribed {
    /// No shape.
    #[must_use]
    fn get() -> Option<&'static StateModel> {
        None
    }
}

impl<T: ?Sized> Undescribed for Shape<T> {}

/// The author's sentence about the state of an aggregate.
#[must_use]
pub const fn state_doc<A: Aggregate>() -> &'static str {
    A::DOC
}

/// The shape of the state of an aggregate by value, for the model that holds it.
///
/// # Panics
///
/// Never for a shape that a macro wrote: those borrow everything.
#[must_use]
pub const fn state_shape<A: Aggregate>() -> StateModel {
    let of: &'static StateModel = <A as State>::SHAPE;
    StateModel {
        name: text(&of.name),
        fields: list(&of.fields),
        variants: list(&of.variants),
        values: list(&of.values),
    }
}

const fn text(of: &'static Text) -> Text {
    match of {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(_) => panic!("a declaration borrows its texts"),
    }
}

const fn list<T: Clone>(of: &'static List<T>) -> List<T> {
    match of {
        Cow::Borrowed(items) => Cow::Borrowed(items),
        Cow::Owned(_) => panic!("a declaration borrows its lists"),
    }
}

/// The state before anything happened, for the model that holds it.
#[must_use]
pub fn initial<A: Aggregate>() -> Datum {
    datum(&A::default())
}

/// The value as data; what cannot be told is a text that says so.
pub fn datum<T: Serialize + ?Sized>(value: &T) -> Datum {
    Datum::of(value).unwrap_or_else(|error| Datum::unserialisable(&error))
}

/// Stops the build where two aggregates of one domain have one name.
///
/// # Panics
///
/// Where two names are equal; it is called at compile time.
pub const fn distinct(names: &[&str]) {
    let mut first = 0;
    while first < names.len() {
        let mut second = first + 1;
        while second < names.len() {
            assert!(
                !same(names[first].as_bytes(), names[second].as_bytes()),
                "two aggregates of one domain have the same name: write `#[aggregate(name = \"..\")]` on one of them"
            );
            second += 1;
        }
        first += 1;
    }
}

const fn same(one: &[u8], two: &[u8]) -> bool {
    if one.len() != two.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != two[index] {
            return false;
        }
        index += 1;
    }
    true
}
