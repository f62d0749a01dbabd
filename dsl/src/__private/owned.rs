use std::borrow::Cow;

/// What the constructor of a command or event takes for a by-reference parameter whose owned type is `T`: anything that clones or
/// converts into it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be taken for a parameter of type `{T}`",
    label = "expected `{T}` or something that clones or converts into it"
)]
pub trait IntoOwned<T> {
    /// The owned value.
    fn into_owned(self) -> T;
}

impl<T> IntoOwned<T> for T {
    fn into_owned(self) -> T {
        self
    }
}

impl<T: Clone> IntoOwned<T> for &T {
    fn into_owned(self) -> T {
        self.clone()
    }
}

impl IntoOwned<String> for &str {
    fn into_owned(self) -> String {
        self.to_owned()
    }
}

impl IntoOwned<String> for Cow<'_, str> {
    fn into_owned(self) -> String {
        Cow::into_owned(self)
    }
}

impl IntoOwned<String> for Box<str> {
    fn into_owned(self) -> String {
        self.into()
    }
}

impl IntoOwned<String> for char {
    fn into_owned(self) -> String {
        self.into()
    }
}

impl<T: Clone> IntoOwned<Vec<T>> for &[T] {
    fn into_owned(self) -> Vec<T> {
        self.to_vec()
    }
}

impl<T, const N: usize> IntoOwned<Vec<T>> for [T; N] {
    fn into_owned(self) -> Vec<T> {
        self.into()
    }
}

impl<T: Clone, const N: usize> IntoOwned<Vec<T>> for &[T; N] {
    fn into_owned(self) -> Vec<T> {
        self.to_vec()
    }
}
