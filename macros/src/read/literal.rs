//! Literals, in expressions and in patterns.

use super::tokens::text;
use proc_macro2::TokenStream;
use quote::quote;
use syn::Lit;

/// Tokens of a `model::Literal`; None where the model has no such literal.
pub(super) fn literal(lit: &Lit) -> Option<TokenStream> {
    Some(match lit {
        Lit::Bool(bool) => {
            let value = bool.value;
            quote!(::lawful::model::Literal::Bool(#value))
        }
        Lit::Int(int) if matches!(int.suffix(), "f32" | "f64") => float(int.base10_digits()),
        Lit::Int(int) => whole(int.base10_parse().ok()?, int.suffix()),
        Lit::Byte(byte) => whole(i128::from(byte.value()), "u8"),
        Lit::Float(number) => float(number.base10_digits()),
        Lit::Str(string) => {
            let value = text(&string.value());
            quote!(::lawful::model::Literal::Str(#value))
        }
        Lit::Char(character) => {
            let value = character.value();
            quote!(::lawful::model::Literal::Char(#value))
        }
        _ => return None,
    })
}

/// `-1` is one literal, as the least value of a type has no positive counterpart. None where `lit` is no whole number.
pub(super) fn negative(lit: &Lit) -> Option<TokenStream> {
    match lit {
        Lit::Int(int) if !matches!(int.suffix(), "f32" | "f64") => {
            let value: i128 = format!("-{}", int.base10_digits()).parse().ok()?;
            Some(whole(value, int.suffix()))
        }
        _ => None,
    }
}

pub(super) fn expr(literal: &TokenStream) -> TokenStream {
    quote!(::lawful::model::Expr::Literal(#literal))
}

fn whole(value: i128, suffix: &str) -> TokenStream {
    let suffix = text(suffix);
    quote!(::lawful::model::Literal::Int { value: #value, ty: #suffix })
}

fn float(digits: &str) -> TokenStream {
    let digits = text(digits);
    quote!(::lawful::model::Literal::Float(#digits))
}
