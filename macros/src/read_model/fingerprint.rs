//! A number that changes with the text of a fold, and not with its comments, its formatting or the compiler.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Attribute, ImplItem, ItemImpl};

/// Of every member of the `impl`, in order.
pub(super) fn of(item: &ItemImpl) -> u64 {
    let mut item = item.clone();
    let mut bare = Undocumented;
    item.items
        .iter_mut()
        .for_each(|member| bare.visit_impl_item_mut(member));
    let mut hash = Hash(0xcbf2_9ce4_8422_2325);
    for member in &item.items {
        hash.tokens(ImplItem::to_token_stream(member));
    }
    hash.0
}

struct Undocumented;

impl VisitMut for Undocumented {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    }
}

/// FNV-1a, 64 bits wide.
struct Hash(u64);

impl Hash {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    self.text(&format!("{:?}", group.delimiter()));
                    self.tokens(group.stream());
                    self.text("end");
                }
                other => self.text(&other.to_string()),
            }
        }
    }

    fn text(&mut self, text: &str) {
        for byte in text.bytes().chain([0]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
