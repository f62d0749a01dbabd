//! The declaration macros of `lawful`.
use proc_macro::TokenStream;

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
