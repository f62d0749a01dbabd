//! What the compiler knows and a macro does not: which primitive type stands behind an alias.

use std::marker::PhantomData;

/// A primitive type that `as` casts to.
#[diagnostic::on_unimplemented(
    message = "`as {Self}` cannot be kept in the model",
    label = "not a primitive type",
    note = "cast to an integer type"
)]
pub trait Primitive {
    /// `i64`.
    const NAME: &'static str;
    /// `i64::from`.
    const FROM: &'static str;
}

macro_rules! primitive {
    ($($ty:ident)*) => {
        $(impl Primitive for $ty {
            const NAME: &'static str = stringify!($ty);
            const FROM: &'static str = concat!(stringify!($ty), "::from");
        })*
    };
}

primitive!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 char bool);

/// Asks whether `T` is a primitive type: the associated constant is the answer, and [`NoNumber`] answers where it is not.
#[derive(Debug)]
pub struct Alias<T: ?Sized>(PhantomData<T>);

impl<T: Primitive> Alias<T> {
    /// `i64::from`.
    pub const FROM: Option<&'static str> = Some(T::FROM);
}

/// The answer for types that are not primitive.
pub trait NoNumber {
    /// Nothing.
    const FROM: Option<&'static str> = None;
}

impl<T: ?Sized> NoNumber for Alias<T> {}
