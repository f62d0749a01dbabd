//! What declarations become, to be read: a change of the generated code shows here.

use crate::shape::Kind;
use proc_macro2::TokenStream;
use quote::quote;

#[track_caller]
fn check(name: &str, generated: TokenStream) {
    let file = syn::parse2(generated).expect("what is generated is Rust");
    insta::assert_snapshot!(name, prettyplease::unparse(&file));
}

#[test]
fn an_aggregate() {
    let generated = crate::aggregate::aggregate(
        quote!(),
        &quote! {
            /// A purse.
            impl Purse {
                /// Money came in.
                #[event(version = 2, alias = "paid_in", upcast(1 => from_v1))]
                fn filled(&mut self, #[serde(rename = "cents")] amount: i64, by: &str) {
                    self.amount += amount;
                }

                /// the amount is positive
                #[rule]
                fn is_positive(amount: i64) -> bool {
                    amount > 0
                }

                /// it is open
                #[rule]
                fn is_open(&self) -> bool {
                    self.open
                }

                /// it holds no debt
                #[invariant]
                fn is_solvent(&self) -> bool {
                    self.amount >= 0
                }

                /// it never shrinks
                #[invariant]
                fn grows(&self, before: &Self) -> bool {
                    self.amount >= before.amount
                }

                /// Puts money in.
                #[command(
                    requires(any(is_open, not(money::is_known(by))), is_positive(amount), then(is_positive(amount - self.fee))),
                    unless(not(is_open)),
                )]
                fn fill(&self, amount: i64, by: &str) -> PurseEvent {
                    PurseEvent::filled(amount, by)
                }
            }
        },
    );
    check("an_aggregate", generated);
}

#[test]
fn an_aggregate_with_a_mistake() {
    let generated = crate::aggregate::aggregate(
        quote!(),
        &quote! {
            impl Purse {
                #[event]
                fn filled(&mut self, by: Option<&str>) -> bool {
                    true
                }

                #[command(requires(is_opne))]
                fn fill(&self, amount: i64) -> PurseEvent {
                    PurseEvent::filled(None)
                }
            }
        },
    );
    check("an_aggregate_with_a_mistake", generated);
}

#[test]
fn what_is_no_rust_comes_back_as_it_is() {
    let broken = quote!(impl Purse { #[rule] fn is_open(&self) -> bool { self. } });
    let generated = crate::aggregate::aggregate(quote!(), &broken);
    assert_eq!(generated.to_string(), broken.to_string());
}

#[test]
fn a_struct_state() {
    let generated = crate::shape::shape(
        Kind::State,
        quote!(),
        quote! {
            /// A purse.
            #[derive(Debug, PartialOrd)]
            pub struct Purse {
                coins: Vec<Coin>,
                of: Option<Id<Owner>>,
            }
        },
    );
    check("a_struct_state", generated);
}

#[test]
fn an_enum_state() {
    let generated = crate::shape::shape(
        Kind::State,
        quote!(without(Hash)),
        quote! {
            enum Purse {
                #[default]
                Lost,
                Held { coins: Vec<Coin>, by: String },
                Given(String),
            }
        },
    );
    check("an_enum_state", generated);
}

#[test]
fn an_entity() {
    let generated = crate::shape::shape(
        Kind::Entity,
        quote!(),
        quote! {
            pub(crate) struct LineItem {
                id: Id<Self>,
                count: u32,
            }
        },
    );
    check("an_entity", generated);
}

#[test]
fn a_value() {
    let generated = crate::shape::shape(
        Kind::Value,
        quote!(inexact),
        quote! {
            #[derive(Copy)]
            struct Degrees(f64);
        },
    );
    check("a_value", generated);
}

#[test]
fn a_free_rule() {
    let generated = crate::free_rule::rule(
        quote!(),
        quote! {
            /// the amount is positive
            pub fn is_payable(amount: i64, currency: &str) -> bool {
                amount > 0 && !currency.is_empty()
            }
        },
    );
    check("a_free_rule", generated);
}

#[test]
fn a_domain() {
    let generated = crate::domain::domain(
        quote!(aggregates(Account, shop::Cart)),
        quote! {
            /// A bank with a shop.
            pub struct Bank;
        },
    );
    check("a_domain", generated);
}

#[test]
fn a_service() {
    let generated = crate::service::service(
        quote!(),
        quote! {
            /// Tells people things.
            pub trait Notices {
                /// Sends one.
                async fn send(&self, to: Id<Purse>, text: &str, key: &IdempotencyKey) -> Result<(), Undeliverable>;

                async fn count(&self) -> Result<Result<u32, Undeliverable>, Failure>;
            }
        },
    );
    check("a_service", generated);
}

#[test]
fn a_program() {
    let generated = crate::program::program(
        quote!(requires(is_payable(amount), not(money::is_known(by)))),
        quote! {
            /// Moves money.
            pub async fn move_money(bank: &mut Atomic<Bank>, amount: i64, by: &str) -> Result<(), Rejection> {
                bank.purse(from).take(amount, by).await?;
                Ok(())
            }
        },
    );
    check("a_program", generated);
}

#[test]
fn a_domain_with_services_and_programs() {
    let generated = crate::domain::domain(
        quote!(aggregates(Purse), services(Notices), programs(move_money)),
        quote! {
            pub struct Bank;
        },
    );
    check("a_domain_with_services_and_programs", generated);
}

#[test]
fn a_row() {
    let generated = crate::shape::shape(
        Kind::Row,
        quote!(name = "purses"),
        quote! {
            /// What is in a purse.
            pub struct Content {
                #[key]
                purse: Id<Purse>,
                #[index]
                owner: Option<String>,
                amount: i64,
            }
        },
    );
    check("a_row", generated);
}

#[test]
fn a_read_model() {
    let generated = crate::read_model::read_model(
        quote!(
            version = 2,
            ignores(PurseEvent::Dusted, shop::CartEvent::Emptied)
        ),
        quote! {
            /// What is where.
            impl Content {
                /// Money came in.
                #[on(PurseEvent::Filled, PurseEvent::Refilled)]
                fn filled(rows: &mut Rows<Self>, from: &Origin<Purse>, amount: i64, by: &str) {
                    rows.change(&from.id, |content| content.amount += amount);
                }

                /// A helper, which stays as it is.
                fn helper() -> i64 {
                    3
                }
            }
        },
    );
    check("a_read_model", generated);
}
