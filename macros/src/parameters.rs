//! Parameters of methods: what they are called, and what a command or event holds for them.

use crate::mistakes::Mistakes;
use crate::read::type_text;
use crate::{messages, words};
use proc_macro2::Ident;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, FnArg, Meta, Pat, PatType, Path, Token, Type, TypePath, parse_quote};

/// One parameter beside `self`.
#[derive(Clone)]
pub(crate) struct Parameter {
    pub(crate) ident: Ident,
    /// As written, without `Self`.
    pub(crate) written: Type,
    /// What a command or event holds for it; the unit type if `refused`.
    pub(crate) owned: Type,
    /// The owned type as the author would write it.
    pub(crate) text: String,
    /// Whether the method takes it by reference.
    pub(crate) borrowed: bool,
    /// Its `#[serde(..)]`s.
    pub(crate) serde: Vec<Attribute>,
    /// What stands in `#[samples(..)]`.
    pub(crate) samples: Vec<Expr>,
    /// Whether a mistake was reported that leaves it without an owned type.
    pub(crate) refused: bool,
}

/// How strictly a parameter is looked at.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Use {
    /// It becomes a field of a command or event, which must be exact (`Eq`, `Hash`) or not.
    Field { exact: bool },
    /// It is only passed.
    Passed,
}

/// The parameter, or `None` for `self`; mistakes are reported.
pub(crate) fn read(
    input: &FnArg,
    this: &Path,
    purpose: Use,
    place: usize,
    mistakes: &mut Mistakes,
) -> Option<Parameter> {
    let FnArg::Typed(PatType { attrs, pat, ty, .. }) = input else {
        return None;
    };
    let name = match &**pat {
        Pat::Ident(name) if name.by_ref.is_none() && name.subpat.is_none() => name.ident.clone(),
        other => {
            mistakes.at(other, messages::parameter_without_name(other));
            return Some(nameless((**ty).clone(), place));
        }
    };
    if let Some(attribute) = attrs.iter().find(|attribute| is_cfg(attribute)) {
        mistakes.at(attribute, messages::cfg_on_member("parameter"));
    }
    let mut written = (**ty).clone();
    replace_self(&mut written, this);
    let mut parameter = Parameter {
        ident: name,
        borrowed: matches!(bare(&written), Type::Reference(_)),
        owned: parse_quote!(()),
        text: type_text(&written),
        written,
        serde: attrs
            .iter()
            .filter(|attribute| is_serde(attribute))
            .cloned()
            .collect(),
        samples: samples(attrs, this, purpose, mistakes),
        refused: true,
    };
    match owned(&parameter.written, purpose) {
        Ok((owned, text)) => {
            parameter.owned = owned;
            parameter.text = text;
            parameter.refused = false;
        }
        Err((at, message)) => mistakes.at(&at, message),
    }
    Some(parameter)
}

/// Stands in for a parameter without a name, so that callers with as many arguments see no error of their own.
fn nameless(ty: Type, place: usize) -> Parameter {
    Parameter {
        ident: quote::format_ident!("nameless{place}"),
        borrowed: false,
        owned: parse_quote!(()),
        text: String::new(),
        written: ty,
        serde: Vec::new(),
        samples: Vec::new(),
        refused: true,
    }
}

/// The values that `#[samples(..)]` lists.
fn samples(
    attributes: &[Attribute],
    this: &Path,
    purpose: Use,
    mistakes: &mut Mistakes,
) -> Vec<Expr> {
    let mut listed = Vec::new();
    let mut all = attributes.iter().filter(|attribute| is_samples(attribute));
    let Some(attribute) = all.next() else {
        return listed;
    };
    if let Some(again) = all.next() {
        mistakes.at(again, messages::attribute_twice(words::SAMPLES));
    }
    if purpose == Use::Passed {
        mistakes.at(attribute, messages::samples_on_no_field());
        return listed;
    }
    if let Meta::List(list) = &attribute.meta {
        match list.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            Ok(parsed) => listed.extend(parsed),
            Err(error) if !list.tokens.is_empty() => {
                mistakes.add(error);
                return listed;
            }
            Err(_) => {}
        }
    }
    if listed.is_empty() {
        mistakes.at(attribute, messages::no_samples());
    }
    for sample in &mut listed {
        SelfReplaced(this).visit_expr_mut(sample);
    }
    listed
}

/// Whether the attribute is `#[samples(..)]`.
fn is_samples(attribute: &Attribute) -> bool {
    attribute.path().is_ident(words::SAMPLES)
}

/// Whether the attribute is not for the compiler.
pub(crate) fn is_taken(attribute: &Attribute) -> bool {
    is_serde(attribute) || is_samples(attribute)
}

/// Whether the attribute is for serde and moves to the field.
pub(crate) fn is_serde(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde")
}

pub(crate) fn is_cfg(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
}

/// Puts the type's path in the place of `Self`.
pub(crate) fn replace_self(ty: &mut Type, this: &Path) {
    SelfReplaced(this).visit_type_mut(ty);
}

struct SelfReplaced<'a>(&'a Path);

impl VisitMut for SelfReplaced<'_> {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if path
            .segments
            .first()
            .is_some_and(|first| first.ident == "Self")
        {
            let rest = path.segments.iter().skip(1).cloned().collect::<Vec<_>>();
            let mut whole = self.0.clone();
            whole.segments.extend(rest);
            *path = whole;
        }
        syn::visit_mut::visit_path_mut(self, path);
    }
}

/// The type inside parentheses and invisible groups.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        other => other,
    }
}

type Refusal = (Box<dyn ToTokens>, String);

/// The owned type and its text, or what is wrong with it.
fn owned(ty: &Type, purpose: Use) -> Result<(Type, String), Refusal> {
    let ty = bare(ty);
    let Type::Reference(reference) = ty else {
        inside(ty, purpose)?;
        return Ok((ty.clone(), type_text(ty)));
    };
    if purpose == Use::Passed {
        inside(&reference.elem, purpose)?;
        return Ok((ty.clone(), type_text(&owned_text(ty))));
    }
    if let Some(mutable) = &reference.mutability {
        return Err((Box::new(*mutable), messages::mutable_parameter()));
    }
    if let Some(lifetime) = reference
        .lifetime
        .as_ref()
        .filter(|lifetime| lifetime.ident != "_")
    {
        return Err((
            Box::new(lifetime.clone()),
            messages::lifetime_parameter(lifetime),
        ));
    }
    match bare(&reference.elem) {
        Type::Slice(slice) => {
            inside(&slice.elem, purpose)?;
            let item = &slice.elem;
            let text = type_text(&parse_quote!(Vec<#item>));
            Ok((parse_quote!(::std::vec::Vec<#item>), text))
        }
        Type::Path(path) if path.path.is_ident("str") => {
            Ok((parse_quote!(::std::string::String), "String".to_owned()))
        }
        Type::Path(path) if unsized_twin(path).is_some() => {
            let twin = unsized_twin(path).unwrap_or_default();
            Err((
                Box::new(ty.clone()),
                messages::owned_type(&type_text(ty), twin),
            ))
        }
        elem => {
            inside(elem, purpose)?;
            Ok((elem.clone(), type_text(elem)))
        }
    }
}

fn unsized_twin(path: &TypePath) -> Option<&'static str> {
    let last = path.path.segments.last()?;
    ["Path", "OsStr", "CStr"]
        .iter()
        .position(|name| last.ident == name && last.arguments.is_none())
        .map(|place| ["PathBuf", "OsString", "CString"][place])
}

/// What may not be inside a type.
fn inside(ty: &Type, purpose: Use) -> Result<(), Refusal> {
    struct Search {
        whole: String,
        advice: String,
        purpose: Use,
        found: Option<Refusal>,
    }
    impl<'a> Visit<'a> for Search {
        fn visit_type(&mut self, ty: &'a Type) {
            if self.found.is_some() {
                return;
            }
            let message = match ty {
                Type::ImplTrait(_) => Some(messages::impl_parameter(&type_text(ty))),
                Type::TraitObject(_) if self.purpose != Use::Passed => {
                    Some(messages::dyn_parameter(&type_text(ty)))
                }
                Type::Reference(_) if self.purpose != Use::Passed => {
                    Some(messages::owned_type(&self.whole, &self.advice))
                }
                Type::Path(path)
                    if self.purpose == (Use::Field { exact: true }) && is_float(path) =>
                {
                    Some(messages::float(&type_text(ty), "aggregate"))
                }
                _ => None,
            };
            match message {
                Some(message) => self.found = Some((Box::new(ty.clone()), message)),
                None => syn::visit::visit_type(self, ty),
            }
        }
    }
    let mut search = Search {
        whole: type_text(ty),
        advice: type_text(&owned_text(ty)),
        purpose,
        found: None,
    };
    search.visit_type(ty);
    search.found.map_or(Ok(()), Err)
}

/// Whether a type is `f32` or `f64`, which have no `Eq`.
pub(crate) fn is_float(path: &TypePath) -> bool {
    path.path.is_ident("f32") || path.path.is_ident("f64")
}

/// The type with owned types in the place of references, to show what to write.
fn owned_text(ty: &Type) -> Type {
    struct Owned;
    impl VisitMut for Owned {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if let Type::Reference(reference) = ty {
                *ty = match bare(&reference.elem) {
                    Type::Slice(slice) => {
                        let item = &slice.elem;
                        parse_quote!(Vec<#item>)
                    }
                    Type::Path(path) if path.path.is_ident("str") => parse_quote!(String),
                    elem => elem.clone(),
                };
            }
            syn::visit_mut::visit_type_mut(self, ty);
        }
    }
    let mut ty = ty.clone();
    Owned.visit_type_mut(&mut ty);
    ty
}
