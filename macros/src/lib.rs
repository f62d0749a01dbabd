//! The declaration macros of `lawful`.
use proc_macro::TokenStream;

mod read;

/// See `lawful`.
#[proc_macro_attribute]
pub fn state(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
/// See `lawful`.
#[proc_macro_attribute]
pub fn entity(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
/// See `lawful`.
#[proc_macro_attribute]
pub fn value(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
/// See `lawful`.
#[proc_macro_attribute]
pub fn rule(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
/// See `lawful`.
#[proc_macro_attribute]
pub fn aggregate(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}
/// See `lawful`.
#[proc_macro_attribute]
pub fn domain(_: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// The tree of a body, for the tests of the reader.
#[doc(hidden)]
#[proc_macro]
pub fn __read(input: TokenStream) -> TokenStream {
    read::hook(input.into()).into()
}
