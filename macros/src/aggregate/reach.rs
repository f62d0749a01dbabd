//! Which methods of an `impl` are called from which.

use super::parse::{Member, Role};
use crate::naming::plain;
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeSet;

/// The names of methods without an attribute that events, rules, invariants or commands call, directly or not.
pub(crate) fn from_roles(members: &[Member]) -> BTreeSet<String> {
    from(members, |role| role.is_some())
}

/// The same, from the members whose role fits.
pub(crate) fn from(members: &[Member], fits: impl Fn(Option<Role>) -> bool) -> BTreeSet<String> {
    let helpers: BTreeSet<String> = members
        .iter()
        .filter(|member| member.role.is_none())
        .map(|member| plain(&member.method.sig.ident))
        .collect();
    let mut reached = BTreeSet::new();
    let mut next: Vec<&Member> = members.iter().filter(|member| fits(member.role)).collect();
    while let Some(member) = next.pop() {
        let mut named = BTreeSet::new();
        names(member.method.block.to_token_stream(), &mut named);
        for name in named.intersection(&helpers) {
            if reached.insert(name.clone()) {
                let callee = members.iter().filter(|member| member.role.is_none());
                next.extend(callee.filter(|member| plain(&member.method.sig.ident) == *name));
            }
        }
    }
    reached
}

/// Names after a dot or a double colon.
fn names(tokens: TokenStream, found: &mut BTreeSet<String>) {
    let mut after = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                if after {
                    found.insert(plain(&ident));
                }
                after = false;
            }
            TokenTree::Punct(punct) => after = matches!(punct.as_char(), '.' | ':'),
            TokenTree::Group(group) => {
                names(group.stream(), found);
                after = false;
            }
            TokenTree::Literal(_) => after = false,
        }
    }
}
