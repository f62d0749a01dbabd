//! Operators, casts and assignments.

use super::{Reader, known, literal, tokens};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{BinOp, Expr, Type, UnOp};

impl Reader<'_> {
    pub(super) fn unary(&mut self, unary: &syn::ExprUnary) -> TokenStream {
        let op = match unary.op {
            UnOp::Deref(_) => return self.expr(&unary.expr),
            UnOp::Not(_) => format_ident!("Not"),
            UnOp::Neg(_) => {
                if let Expr::Lit(lit) = &*unary.expr
                    && let Some(literal) = literal::negative(&lit.lit)
                {
                    return literal::expr(&literal);
                }
                format_ident!("Neg")
            }
            _ => return tokens::opaque(unary),
        };
        let of = tokens::one(self.expr(&unary.expr));
        quote!(::lawful::model::Expr::Unary { op: ::lawful::model::UnaryOp::#op, of: #of })
    }

    pub(super) fn binary(&mut self, binary: &syn::ExprBinary) -> TokenStream {
        let Some((name, assigns)) = operator(&binary.op) else {
            return tokens::opaque(binary);
        };
        let op = format_ident!("{name}");
        let op = quote!(::lawful::model::BinaryOp::#op);
        let sides = tokens::list([self.expr(&binary.left), self.expr(&binary.right)]);
        if assigns {
            quote!(::lawful::model::Expr::Assign { op: ::std::option::Option::Some(#op), sides: #sides })
        } else {
            quote!(::lawful::model::Expr::Binary { op: #op, sides: #sides })
        }
    }

    pub(super) fn assign(&mut self, assign: &syn::ExprAssign) -> TokenStream {
        let value = self.expr(&assign.right);
        match &*assign.left {
            Expr::Infer(_) => tokens::bind(&quote!(::lawful::model::Pattern::Wild), vec![value]),
            Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) => tokens::opaque(assign),
            place => {
                let sides = tokens::list([self.expr(place), value]);
                quote!(::lawful::model::Expr::Assign { op: ::std::option::Option::None, sides: #sides })
            }
        }
    }

    /// A cast to a type that is not primitive by name is one to an alias, whose meaning the compiler tells.
    pub(super) fn cast(&mut self, cast: &syn::ExprCast) -> TokenStream {
        let Type::Path(ty) = &*cast.ty else {
            return tokens::opaque(cast);
        };
        let of = tokens::one(self.expr(&cast.expr));
        let primitive = ty.path.get_ident().map(known::plain);
        let name = match primitive {
            Some(name) if known::is_number_type(&name) || name == "char" => tokens::text(&name),
            _ => {
                let ty = self.resolved(&ty.path);
                quote!(::std::borrow::Cow::Borrowed(<#ty as ::lawful::__private::Primitive>::NAME))
            }
        };
        quote!(::lawful::model::Expr::Cast { of: #of, ty: #name })
    }
}

fn operator(op: &BinOp) -> Option<(&'static str, bool)> {
    Some(match op {
        BinOp::And(_) => ("And", false),
        BinOp::Or(_) => ("Or", false),
        BinOp::Eq(_) => ("Eq", false),
        BinOp::Ne(_) => ("Ne", false),
        BinOp::Lt(_) => ("Lt", false),
        BinOp::Le(_) => ("Le", false),
        BinOp::Gt(_) => ("Gt", false),
        BinOp::Ge(_) => ("Ge", false),
        BinOp::Add(_) => ("Add", false),
        BinOp::Sub(_) => ("Sub", false),
        BinOp::Mul(_) => ("Mul", false),
        BinOp::Div(_) => ("Div", false),
        BinOp::Rem(_) => ("Rem", false),
        BinOp::BitAnd(_) => ("BitAnd", false),
        BinOp::BitOr(_) => ("BitOr", false),
        BinOp::BitXor(_) => ("BitXor", false),
        BinOp::Shl(_) => ("Shl", false),
        BinOp::Shr(_) => ("Shr", false),
        BinOp::AddAssign(_) => ("Add", true),
        BinOp::SubAssign(_) => ("Sub", true),
        BinOp::MulAssign(_) => ("Mul", true),
        BinOp::DivAssign(_) => ("Div", true),
        BinOp::RemAssign(_) => ("Rem", true),
        BinOp::BitAndAssign(_) => ("BitAnd", true),
        BinOp::BitOrAssign(_) => ("BitOr", true),
        BinOp::BitXorAssign(_) => ("BitXor", true),
        BinOp::ShlAssign(_) => ("Shl", true),
        BinOp::ShrAssign(_) => ("Shr", true),
        _ => return None,
    })
}
