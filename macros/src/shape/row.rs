//! What `#[row]` adds to a value: its key, its indexes and its columns.

use super::parse::{Body, Kind, Parsed};
use crate::mistakes::Mistakes;
use crate::naming::{plain, snake};
use crate::parameters::bare;
use crate::{attributes, documentation, messages, words};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Field, Fields, Type};

/// Whether what is generated for it makes sense.
pub(super) fn check(parsed: &Parsed, mistakes: &mut Mistakes) -> bool {
    if parsed.kind != Kind::Row {
        return true;
    }
    let Body::Struct(Fields::Named(_)) = &parsed.body else {
        if matches!(parsed.body, Body::Struct(_)) {
            mistakes.at(&parsed.ident, messages::row_fields());
        }
        return false;
    };
    let keys: Vec<&Field> = parsed.marked(words::KEY).collect();
    if keys.is_empty() {
        mistakes.at(
            &parsed.ident,
            messages::row_without_key(&plain(&parsed.ident)),
        );
    }
    if let Some(extra) = keys.get(4) {
        mistakes.at(&extra.ident, messages::row_keys(keys.len()));
    }
    for key in &keys {
        if is_option(&key.ty) {
            mistakes.at(&key.ty, messages::row_optional_key());
        }
    }
    for index in parsed.marked(words::INDEX) {
        if keys.len() == 1 && has(index, words::KEY) {
            mistakes.at(&index.ident, messages::row_key_is_index());
        }
    }
    (1..=4).contains(&keys.len())
}

fn has(field: &Field, word: &str) -> bool {
    field.attrs.iter().any(|found| attributes::is(found, word))
}

fn is_option(ty: &Type) -> bool {
    let Type::Path(path) = bare(ty) else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "Option")
}

/// The impl of `Row`, and a constant for each index.
pub(super) fn expand(parsed: &Parsed) -> TokenStream {
    let Parsed { ident, vis, .. } = parsed;
    let name = parsed
        .name
        .as_ref()
        .map_or_else(|| snake(&plain(ident)), syn::LitStr::value);
    let doc = documentation::sentence(&parsed.attributes);
    let keys: Vec<&Field> = parsed.marked(words::KEY).collect();
    let key_types: Vec<&Type> = keys.iter().map(|field| &field.ty).collect();
    let key_names: Vec<_> = keys.iter().map(|field| &field.ident).collect();
    let (key_type, key) = match (key_types.as_slice(), key_names.as_slice()) {
        ([ty], [name]) => (
            quote!(#ty),
            quote!(::core::clone::Clone::clone(&self.#name)),
        ),
        _ => (
            quote!((#(#key_types),*)),
            quote!((#(::core::clone::Clone::clone(&self.#key_names)),*)),
        ),
    };
    let fields: Vec<&Field> = parsed.all_fields().collect();
    let columns = fields.iter().map(|field| column(field));
    let cells = fields.iter().enumerate().map(|(place, field)| {
        let (ident, ty) = (&field.ident, &field.ty);
        quote!(#place => ::lawful::__private::Cells::<#ty>::cell(&self.#ident))
    });
    let taken = fields.iter().enumerate().map(|(place, field)| {
        let (ident, ty) = (&field.ident, &field.ty);
        quote!(#ident: ::lawful::__private::taken::<Self, _>(
            &mut cells,
            #place,
            ::lawful::__private::Cells::<#ty>::of_cell,
        )?)
    });
    let indexes = fields.iter().enumerate().filter_map(|(place, field)| {
        let ident = field
            .ident
            .as_ref()
            .filter(|_| has(field, words::INDEX))?;
        let constant = format_ident!("{}", plain(ident).to_uppercase(), span = ident.span());
        let (ty, text) = (&field.ty, format!("Rows are found by their `{}`.", plain(ident)));
        Some(quote! {
            #[doc = #text]
            #vis const #constant: ::lawful::view::Index<Self, #ty> = ::lawful::view::Index::new(#place);
        })
    });
    quote! {
        impl #ident {
            #(#indexes)*
        }

        #[automatically_derived]
        impl ::lawful::view::Row for #ident {
            type Key = #key_type;

            const NAME: &'static str = #name;
            const DOC: &'static str = #doc;

            fn columns() -> &'static [::lawful::view::ColumnModel] {
                use ::lawful::__private::JsonCells as _;
                const COLUMNS: &[::lawful::view::ColumnModel] = &[#(#columns),*];
                COLUMNS
            }

            fn key(&self) -> Self::Key {
                #key
            }

            fn cell(
                &self,
                column: usize,
            ) -> ::core::result::Result<::lawful::view::Cell, ::lawful::view::CellError> {
                use ::lawful::__private::JsonCells as _;
                match column {
                    #(#cells,)*
                    other => ::lawful::__private::no_column::<Self>(other),
                }
            }

            fn of_cells(
                cells: ::std::vec::Vec<::lawful::view::Cell>,
            ) -> ::core::result::Result<Self, ::lawful::view::NotARow> {
                use ::lawful::__private::JsonCells as _;
                let mut cells = cells.into_iter();
                ::core::result::Result::Ok(#ident { #(#taken),* })
            }
        }
    }
}

fn column(field: &Field) -> TokenStream {
    let ty = &field.ty;
    let name = field.ident.as_ref().map_or_else(String::new, plain);
    let (key, index) = (has(field, words::KEY), has(field, words::INDEX));
    quote! {
        ::lawful::view::ColumnModel {
            name: #name,
            kind: ::lawful::__private::Cells::<#ty>::KIND,
            nullable: ::lawful::__private::Cells::<#ty>::NULLABLE,
            key: #key,
            index: #index,
        }
    }
}
