//! Programs are a monad, as far as anybody can see: the laws hold for what is asked, under which names, and for what is returned.

use lawful::prelude::*;
use lawful::program::drive_at_once;
use lawful::program::layer::{Line, Record};
use programs::{Bank, CallAccount as _, World, account};
use proptest::prelude::*;
use std::pin::Pin;

/// A program as data, so that random ones can be made.
#[derive(Debug, Clone)]
enum Tree {
    Now,
    Fresh,
    Deposit(u128, i64),
    Withdraw(u128, i64),
    Fail,
    Then(Box<Tree>, Box<Tree>),
    Both(Box<Tree>, Box<Tree>),
    Attempt(Box<Tree>),
    Undo(u128),
}

type Running<'a> = Pin<Box<dyn Future<Output = Result<u64, Rejection>> + Send + 'a>>;

fn refusal() -> Rejection {
    Rejection::new("test", "fail", Vec::new())
}

/// What comes out depends on what went in, so that a lost or doubled step shows in the result too.
fn go<'a>(bank: &'a mut Perform<Bank>, tree: &'a Tree, seed: u64) -> Running<'a> {
    Box::pin(async move {
        let mixed = |value: u64| seed.wrapping_mul(31).wrapping_add(value);
        Ok(match tree {
            Tree::Now => mixed(bank.now().await.as_micros().unsigned_abs()),
            Tree::Fresh => {
                mixed(u64::try_from(bank.fresh::<()>().await.uuid().as_u128()).unwrap_or(0))
            }
            Tree::Deposit(id, amount) => {
                mixed(bank.account(account(*id)).deposit(*amount).await?.version)
            }
            Tree::Withdraw(id, amount) => {
                mixed(bank.account(account(*id)).withdraw(*amount).await?.version)
            }
            Tree::Fail => return Err(refusal()),
            Tree::Then(one, two) => {
                let seed = go(bank, one, seed).await?;
                go(bank, two, seed).await?
            }
            Tree::Both(one, two) => {
                let both = bank
                    .both(
                        async |bank| go(bank, one, seed).await,
                        async |bank| go(bank, two, seed).await,
                    )
                    .await;
                mixed(both.0? ^ both.1?)
            }
            Tree::Attempt(inner) => bank
                .attempt(async |bank| go(bank, inner, seed).await)
                .await
                .unwrap_or(mixed(7)),
            Tree::Undo(id) => {
                let id = account(*id);
                bank.compensate(async move |bank| bank.account(id).deposit(1).await);
                mixed(3)
            }
        })
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        3 => Just(Tree::Now),
        3 => Just(Tree::Fresh),
        5 => (1u128..4, 1i64..80).prop_map(|(id, amount)| Tree::Deposit(id, amount)),
        5 => (1u128..4, 1i64..80).prop_map(|(id, amount)| Tree::Withdraw(id, amount)),
        1 => Just(Tree::Fail),
        2 => (1u128..4).prop_map(Tree::Undo),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            4 => (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::Then(a.into(), b.into())),
            2 => (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::Both(a.into(), b.into())),
            1 => inner.prop_map(|inner| Tree::Attempt(inner.into())),
        ]
    })
}

type Seen = (Vec<Line<Bank>>, Result<u64, Rejection>, Vec<i64>);

fn seen(program: impl Program<Bank, Ok = u64, Err = Rejection>) -> Seen {
    let mut record = Record::new(World::with(3));
    let result = drive_at_once::<Bank, _, _>(program, &mut record).unwrap();
    let balances = record.inner.balances();
    (record.lines, result, balances)
}

proptest! {
    #[test]
    fn left_identity(f in tree(), x: u64) {
        let direct = seen(async |bank: &mut Perform<Bank>| go(bank, &f, x).await);
        let bound = seen(async |bank: &mut Perform<Bank>| {
            let pure = async |_: &mut Perform<Bank>, x: u64| Ok::<_, Rejection>(x);
            let x = pure(bank, x).await?;
            go(bank, &f, x).await
        });
        prop_assert_eq!(direct, bound);
    }

    #[test]
    fn right_identity(m in tree()) {
        let direct = seen(async |bank: &mut Perform<Bank>| go(bank, &m, 1).await);
        let bound = seen(async |bank: &mut Perform<Bank>| {
            let x = go(bank, &m, 1).await?;
            let pure = async |_: &mut Perform<Bank>, x: u64| Ok::<_, Rejection>(x);
            pure(bank, x).await
        });
        prop_assert_eq!(direct, bound);
    }

    #[test]
    fn associativity(m in tree(), f in tree(), g in tree()) {
        let left = seen(async |bank: &mut Perform<Bank>| {
            let inner = async |bank: &mut Perform<Bank>| {
                let x = go(bank, &m, 1).await?;
                go(bank, &f, x).await
            };
            let y = inner(bank).await?;
            go(bank, &g, y).await
        });
        let right = seen(async |bank: &mut Perform<Bank>| {
            let x = go(bank, &m, 1).await?;
            let rest = async |bank: &mut Perform<Bank>, x: u64| {
                let y = go(bank, &f, x).await?;
                go(bank, &g, y).await
            };
            rest(bank, x).await
        });
        prop_assert_eq!(left, right);
    }

    #[test]
    fn the_same_program_asks_the_same(m in tree()) {
        let one = seen(async |bank: &mut Perform<Bank>| go(bank, &m, 1).await);
        let two = seen(async |bank: &mut Perform<Bank>| go(bank, &m, 1).await);
        let steps: std::collections::BTreeSet<_> = one.0.iter().map(|line| line.step.clone()).collect();
        prop_assert_eq!(steps.len(), one.0.len(), "each step has a name of its own");
        prop_assert_eq!(one, two);
    }
}

/// The laws above would hold for a recorder that sees nothing.
#[test]
fn a_program_that_differs_is_seen_to_differ() {
    let one = Tree::Then(Tree::Now.into(), Tree::Fresh.into());
    let two = Tree::Then(Tree::Fresh.into(), Tree::Now.into());
    let of = |tree: &Tree| seen(async |bank: &mut Perform<Bank>| go(bank, tree, 1).await);
    assert_ne!(of(&one).0, of(&two).0);
}
