//! The value of a constant of which a macro knows the name alone.
//!
//! The traits stand behind one another by how many references the method needs: `(&&Known(&LIMIT)).datum()` takes the first that fits.

use crate::Datum;
use serde::Serialize;
use std::any::type_name;

/// A constant.
#[derive(Debug)]
pub struct Known<'c, T: ?Sized>(pub &'c T);

impl<T: ?Sized> Clone for Known<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Known<'_, T> {}

/// First: anything that serialises.
pub trait Serialises {
    /// The value.
    fn datum(&self) -> Datum;
}

impl<T: Serialize + ?Sized> Serialises for &Known<'_, T> {
    fn datum(&self) -> Datum {
        super::datum(self.0)
    }
}

/// Second: arrays of any length, of which serde knows only the short ones.
pub trait Elements {
    /// The value.
    fn datum(&self) -> Datum;
}

impl<T: Serialize, const N: usize> Elements for Known<'_, [T; N]> {
    fn datum(&self) -> Datum {
        super::datum(self.0.as_slice())
    }
}

/// Last: the name of the type, for what does not serialise and so cannot be part of a state or an event either.
pub trait ByName {
    /// The type's name.
    fn datum(self) -> Datum;
}

impl<T: ?Sized> ByName for Known<'_, T> {
    fn datum(self) -> Datum {
        let name = type_name::<T>();
        Datum::Struct {
            name: name.rsplit("::").next().unwrap_or(name).to_owned(),
            fields: Vec::new(),
        }
    }
}
