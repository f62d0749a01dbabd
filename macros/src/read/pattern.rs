//! Patterns.

use super::{Reader, constant, expression, known, literal, source, tokens};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Pat, RangeLimits};

impl Reader<'_> {
    /// A pattern, whose names are bound from here on. None where it cannot be read.
    pub(super) fn pattern(&mut self, pattern: &Pat) -> Option<TokenStream> {
        Some(match pattern {
            Pat::Wild(_) => quote!(::lawful::model::Pattern::Wild),
            Pat::Rest(_) => quote!(::lawful::model::Pattern::Rest),
            Pat::Paren(paren) => self.pattern(&paren.pat)?,
            Pat::Reference(reference) => self.pattern(&reference.pat)?,
            Pat::Type(typed) => self.pattern(&typed.pat)?,
            Pat::Ident(name) => self.name(name)?,
            Pat::Lit(lit) => wrap(&literal::literal(&lit.lit)?),
            Pat::Path(path) if path.qself.is_none() => self.unit_pattern(&path.path)?,
            Pat::Range(range) => self.range_pattern(range),
            // A formatter may put a `|` before the first case.
            Pat::Or(or) if or.cases.len() == 1 => self.pattern(or.cases.first()?)?,
            Pat::Or(or) => self.any(or)?,
            Pat::Tuple(tuple) => {
                let parts = self.patterns(&tuple.elems)?;
                quote!(::lawful::model::Pattern::Tuple(#parts))
            }
            Pat::Slice(slice) => {
                let parts = self.patterns(&slice.elems)?;
                quote!(::lawful::model::Pattern::Slice(#parts))
            }
            Pat::TupleStruct(tuple) if tuple.qself.is_none() => {
                let mut fields = Vec::new();
                let mut patterns = Vec::new();
                for (index, element) in tuple.elems.iter().enumerate() {
                    if matches!(element, Pat::Rest(_)) {
                        // Fields after it cannot be numbered without knowing the type.
                        if index + 1 < tuple.elems.len() {
                            return None;
                        }
                        break;
                    }
                    fields.push(index.to_string());
                    patterns.push(self.pattern(element)?);
                }
                self.construct_pattern(&tuple.path, &fields, patterns)
            }
            Pat::Struct(construct) if construct.qself.is_none() => {
                let mut fields = Vec::new();
                let mut patterns = Vec::new();
                for field in &construct.fields {
                    fields.push(expression::member(&field.member));
                    patterns.push(self.pattern(&field.pat)?);
                }
                self.construct_pattern(&construct.path, &fields, patterns)
            }
            _ => return None,
        })
    }

    fn patterns<'p>(&mut self, patterns: impl IntoIterator<Item = &'p Pat>) -> Option<TokenStream> {
        let patterns: Option<Vec<TokenStream>> = patterns
            .into_iter()
            .map(|pattern| self.pattern(pattern))
            .collect();
        Some(tokens::list(patterns?))
    }

    /// A name that looks like a constant is one.
    fn name(&mut self, name: &syn::PatIdent) -> Option<TokenStream> {
        let text = known::plain(&name.ident);
        if known::is_upper(&text) && name.subpat.is_none() && name.by_ref.is_none() {
            return self.unit_pattern(&name.ident.clone().into());
        }
        let inner = match &name.subpat {
            Some((_, inner)) => Some(self.pattern(inner)?),
            None => None,
        };
        self.bind(text.clone());
        let (text, inner) = (tokens::text(&text), tokens::list(inner));
        Some(quote!(::lawful::model::Pattern::Bind(#text, #inner)))
    }

    fn unit_pattern(&mut self, path: &syn::Path) -> Option<TokenStream> {
        let mut names = path
            .segments
            .iter()
            .rev()
            .map(|segment| known::plain(&segment.ident));
        let (last, of) = (names.next()?, names.next().unwrap_or_default());
        if let Some(unit) = constant::standard_unit(&of, &last) {
            return Some(construct(unit, &[], Vec::new()));
        }
        if self.local(&last).is_some() && of.is_empty() {
            return None;
        }
        known::is_upper(&last).then(|| self.constant_pattern(path))
    }

    fn construct_pattern(
        &self,
        path: &syn::Path,
        fields: &[String],
        patterns: Vec<TokenStream>,
    ) -> TokenStream {
        construct(&self.construct_path(path), fields, patterns)
    }

    /// The path of a variant or struct as the tree holds it: `Some`, `Order::Placed`.
    pub(super) fn construct_path(&self, path: &syn::Path) -> String {
        let text = source::print(&self.resolved(path));
        match text
            .strip_prefix("Option::")
            .or_else(|| text.strip_prefix("Result::"))
        {
            Some(variant) => variant.to_owned(),
            None => text,
        }
    }

    fn any(&mut self, or: &syn::PatOr) -> Option<TokenStream> {
        let before = self.locals.len();
        let mut cases = Vec::new();
        for case in &or.cases {
            // Every case binds the same names.
            self.locals.truncate(before);
            cases.push(self.pattern(case)?);
        }
        let cases = tokens::list(cases);
        Some(quote!(::lawful::model::Pattern::Any(#cases)))
    }

    fn range_pattern(&mut self, range: &syn::PatRange) -> TokenStream {
        let mut end =
            |end: &Option<Box<Expr>>| tokens::list(end.as_deref().map(|end| self.expr(end)));
        let (from, to) = (end(&range.start), end(&range.end));
        let inclusive = matches!(range.limits, RangeLimits::Closed(_));
        quote!(::lawful::model::Pattern::Range { from: #from, to: #to, inclusive: #inclusive })
    }
}

fn wrap(literal: &TokenStream) -> TokenStream {
    quote!(::lawful::model::Pattern::Literal(#literal))
}

fn construct(path: &str, fields: &[String], patterns: Vec<TokenStream>) -> TokenStream {
    let path = tokens::text(path);
    let fields = tokens::texts(fields.iter().map(String::as_str));
    let patterns = tokens::list(patterns);
    quote!(::lawful::model::Pattern::Construct { path: #path, fields: #fields, patterns: #patterns })
}
