//! What the reader makes of bodies, and how the printer shows it.

use lawful::model::Expr;

/// The tree of a body of an `Account` with a few rules, helpers and events around it.
macro_rules! read {
    ($($parameter:ident),*; $body:block) => {{
        static TREE: Expr = lawful::__private::__read!(
            aggregate Account;
            parameters($($parameter),*);
            rules(is_open(), covers(amount), is_payable(amount));
            helpers(available(), total(lines), settle(amount));
            events(withdrawn(amount), closed(), charged(fee, reason), held_up(by));
            $body
        );
        &TREE
    }};
}

macro_rules! show {
    ($($parameter:ident),*; $body:block) => { println!("{}\n      => {}", stringify!($body).split_whitespace().collect::<Vec<_>>().join(" "), read!($($parameter),*; $body)) };
}

#[allow(dead_code)]
const LIMIT: i64 = 3;
type Cents = i64;
#[derive(lawful::__private::serde::Serialize, Default)]
#[serde(crate = "lawful::__private::serde")]
struct Account;
impl Account { const MAX: i64 = 3; }
#[derive(lawful::__private::serde::Serialize)]
#[serde(crate = "lawful::__private::serde")]
enum Status { Open }
struct Money;
#[derive(lawful::__private::serde::Serialize)]
#[serde(crate = "lawful::__private::serde")]
enum Order { Draft }
#[derive(lawful::__private::serde::Serialize, Default)]
#[serde(crate = "lawful::__private::serde")]
struct Item;

#[test]
fn first() {
    show!(amount; { self.balance >= amount });
    show!(amount; { self.balance >= (amount + 1) * 3 && self.owner.is_some() || !self.covers(amount) });
    show!(amount; { 0 < amount && amount <= LIMIT && amount < Self::MAX && amount < i64::MAX });
    show!(owner; { self.owner = Some(owner.to_owned()); });
    show!(owner; { self.owner = Some(owner.clone()); self.seen += 1 });
    show!(amount; { self.balance -= amount; });
    show!(id; { self.items.get(id).is_some_and(|item| item.quantity > 0) });
    show!(id; { if let Some(item) = self.items.get_mut(&id) { item.quantity += 1; } else { self.items.insert(id, Item::default()); } });
    show!(id; { matches!(self.status, Status::Open | Status::Held { .. } if id > 3) });
    show!(amount; { matches!(self, Order::Placed { lines, .. } if lines.len() > 1) });
    show!(amount; { match self { Order::Draft => true, Self::Placed { lines, .. } if lines.is_empty() => false, Order::Held(by, ..) => by == &amount, _ => { let x = 3; x > amount } } });
    show!(amount; { *self = Order::Placed { lines: self.lines.clone(), at: amount }; });
    show!(amount; { let Some(x) = self.owner.as_ref() else { return false }; x.len() > 3 && x.starts_with("A") });
    show!(amount; { self.items.iter().map(|i| i.price * Cents::from(i.quantity)).sum::<i64>() as Cents });
    show!(amount; { Money::from(amount) > self.x });
    show!(amount; { *self.counts.entry(amount).or_default() += 1; });
    show!(amount; { AccountEvent::withdrawn(amount) });
    show!(amount; { [AccountEvent::Withdrawn { amount }, AccountEvent::closed()] });
    show!(amount; { let mut next = self.deciding(); if next.covers(amount) { next.emit(AccountEvent::withdrawn(amount)); } next });
    show!(amount; { if amount > 3 { Err(AccountRule::Covers) } else { Ok(AccountEvent::held_up(1)) } });
    show!(amount; { (amount > 3).then(|| AccountEvent::withdrawn(amount)) });
    show!(amount; { self.frob(amount) + 1 });
    show!(amount; { for x in &mut self.items { x.count -= 1; } });
    show!(amount; { self.names.iter().map(String::from).filter(String::is_empty).collect::<BTreeSet<_>>() });
    show!(amount; { let amount = amount.max(0); amount + self.amount });
    show!(amount; { -1 + 2_000 - -self.x & 0xff });
    show!(amount; { format!("{}", x) == "a" });
    show!(amount; { vec![1, 2].len() + vec![0; 3].len() });
    show!(amount; { self.deadline + Duration::from_secs(3) < amount });
    show!(amount; { match amount.cmp(&self.x) { Ordering::Less => -1, Ordering::Equal => 0, std::cmp::Ordering::Greater => 1 } });
    show!(amount; { match amount { 0 | 1 => 1, -5..=3 => 2, n @ 7.. if n > 9 => 3, _ => 0 } });
    show!(amount; { unsafe { f(amount) } });
    show!(before; { self.available() >= before.available() });
    show!(amount; { Self::is_payable(amount) && Account::covers(self, amount) && self.available() > 3 });
    show!(amount; { std::mem::take(&mut self.items) });
    show!(amount; {});
}
