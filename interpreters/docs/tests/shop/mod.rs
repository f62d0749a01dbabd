//! A shop: two aggregates, two services, and programs that span them.

#![allow(
    unreachable_pub,
    reason = "a domain is declared as its users declare one"
)]

use lawful::prelude::*;
use std::collections::BTreeMap;

/// Money, in hundredths.
pub type Cents = i64;

/// The most of one thing that one order may hold.
const MOST: u32 = 20;

/// One thing that was ordered.
#[entity]
pub struct Line {
    id: Id<Self>,
    article: Id<Stock>,
    quantity: u32,
    price: Cents,
}

/// Who brings it.
#[value]
pub enum Carrier {
    Post,
    Courier { express: bool },
}

/// What somebody wants to buy.
#[state]
#[derive(Default)]
pub enum Order {
    #[default]
    Draft,
    Open {
        lines: Vec<Line>,
    },
    Placed {
        total: Cents,
    },
    Sent(Carrier),
    Cancelled,
}

#[aggregate]
impl Order {
    /// A thing was put into the order.
    #[event]
    fn line_added(&mut self, line: Line) {
        if matches!(self, Order::Draft) {
            *self = Order::Open { lines: Vec::new() };
        }
        if let Order::Open { lines } = self {
            lines.push(line);
        }
    }

    /// The customer meant it.
    #[event(version = 2, alias = "ordered", upcast(1 => total_from_v1))]
    fn placed(&mut self, total: Cents) {
        *self = Order::Placed { total };
    }

    /// It left the house.
    #[event]
    fn sent(&mut self, by: Carrier) {
        *self = Order::Sent(by);
    }

    /// Nothing will come of it.
    #[event]
    fn cancelled(&mut self) {
        *self = Order::Cancelled;
    }

    /// the order can still be changed
    #[rule]
    fn is_open(&self) -> bool {
        matches!(self, Order::Draft | Order::Open { .. })
    }

    /// the order was placed
    #[rule]
    fn is_placed(&self) -> bool {
        matches!(self, Order::Placed { .. })
    }

    /// the order was cancelled
    #[rule]
    fn is_cancelled(&self) -> bool {
        matches!(self, Order::Cancelled)
    }

    /// nobody may order more than twenty of a thing
    #[rule]
    fn is_sensible(quantity: u32) -> bool {
        (1..=MOST).contains(&quantity)
    }

    /// the order holds something
    #[invariant]
    fn is_worth_something(&self) -> bool {
        match self {
            Order::Placed { total } => *total > 0,
            _ => true,
        }
    }

    /// what has left does not come back
    #[invariant]
    fn stays_away(&self, before: &Self) -> bool {
        match before {
            Order::Sent(_) => self == before,
            _ => true,
        }
    }

    fn total(&self) -> Cents {
        match self {
            Order::Open { lines } => lines
                .iter()
                .map(|line| line.price * i64::from(line.quantity))
                .sum(),
            Order::Placed { total } => *total,
            _ => 0,
        }
    }

    /// Puts a thing into the order.
    #[command(requires(is_open, is_sensible(line.quantity), then(money::is_payable(line.price))))]
    fn add(&self, line: Line) -> OrderEvent {
        OrderEvent::line_added(line)
    }

    /// Places the order; what is free of charge is sent at once.
    #[command(requires(is_open))]
    fn place(&self) -> Vec<OrderEvent> {
        if self.total() == 0 {
            vec![OrderEvent::placed(0), OrderEvent::sent(Carrier::Post)]
        } else {
            vec![OrderEvent::placed(self.total())]
        }
    }

    /// Hands the order to a carrier.
    #[command(requires(is_placed))]
    fn send(&self, by: Carrier) -> OrderEvent {
        OrderEvent::sent(by)
    }

    /// Gives up the order; a second time changes nothing.
    #[command(requires(any(is_open, is_placed, is_cancelled)), unless(is_cancelled))]
    fn cancel(&self) -> OrderEvent {
        OrderEvent::cancelled()
    }
}

fn total_from_v1(mut data: serde_json::Value) -> Result<serde_json::Value, String> {
    let fields = data.as_object_mut().ok_or("an object is expected")?;
    let price = fields.remove("price").ok_or("a price is expected")?;
    fields.insert("total".to_owned(), price);
    Ok(data)
}

/// What there is of one article.
#[state]
pub struct Stock {
    article: Option<String>,
    available: u32,
    reserved: BTreeMap<Id<Order>, u32>,
}

#[aggregate]
impl Stock {
    /// Some more came in.
    #[event]
    fn filled(&mut self, article: &str, quantity: u32) {
        self.article = Some(article.to_owned());
        self.available += quantity;
    }

    /// Some of it was put aside for an order.
    #[event]
    fn reserved(&mut self, order: Id<Order>, quantity: u32) {
        self.reserved.insert(order, quantity);
        self.available -= quantity;
    }

    /// What was put aside went back on the shelf.
    #[event]
    fn released(&mut self, order: Id<Order>) {
        if let Some(quantity) = self.reserved.remove(&order) {
            self.available += quantity;
        }
    }

    /// there is enough of it
    #[rule]
    fn has(&self, quantity: u32) -> bool {
        self.available >= quantity
    }

    /// something is put aside for the order
    #[rule]
    fn holds(&self, order: Id<Order>) -> bool {
        self.reserved.contains_key(&order)
    }

    /// the name says something
    #[rule]
    fn has_words(article: &str) -> bool {
        !article.trim().is_empty()
    }

    /// Puts goods on the shelf.
    #[command(requires(has_words(article), not(all(has_words(article), has(1_000)))))]
    fn fill(&self, article: &str, quantity: u32) -> StockEvent {
        StockEvent::filled(article, quantity)
    }

    /// Puts something aside for an order.
    #[command(requires(has(quantity), not(holds(order))))]
    fn reserve(&self, order: Id<Order>, quantity: u32) -> StockEvent {
        StockEvent::reserved(order, quantity)
    }

    /// Puts back what was put aside.
    #[command(unless(not(holds(order))))]
    fn release(&self, order: Id<Order>) -> StockEvent {
        StockEvent::released(order)
    }
}

/// Money, shared by the whole shop.
pub mod money {
    use super::{Cents, rule};

    /// the price is positive
    #[rule]
    pub fn is_payable(price: Cents) -> bool {
        price > 0
    }
}

/// Nobody was reached.
#[value]
pub struct Unreachable {
    reason: String,
}

/// Takes money from people.
#[service]
pub trait Payments {
    /// Charges the customer of an order.
    async fn charge(&self, order: Id<Order>, amount: Cents) -> Result<(), Unreachable>;
}

/// Tells people things.
#[service]
pub trait Notices {
    /// Sends a message.
    async fn send(&self, order: Id<Order>, text: &str) -> Result<(), Unreachable>;

    /// Sends nothing, and nobody asks for it.
    async fn ping(&self) -> Result<(), Unreachable>;
}

/// Reserves goods for an order, and puts them back if that fails half-way.
#[program(requires(money::is_payable(price)))]
pub async fn reserve_goods(
    shop: &mut Perform<Shop>,
    order: Id<Order>,
    articles: &[Id<Stock>],
    price: Cents,
) -> Result<(), Rejection> {
    for &article in articles {
        shop.stock(article).reserve(order, 1).await?;
        shop.compensate(async move |shop| shop.stock(article).release(order).await);
    }
    shop.order(order).place().await?;
    Ok(())
}

/// Sells an order: goods, money, and a word to the customer.
#[program]
pub async fn sell(
    shop: &mut Perform<Shop>,
    order: Id<Order>,
    articles: &[Id<Stock>],
    price: Cents,
) -> Result<(), Rejection> {
    reserve_goods(shop, order, articles, price).await?;
    let total = shop.order(order).state().await.total();
    if shop.payments().charge(order, total).await.is_err() {
        shop.order(order).cancel().await?;
    } else {
        shop.order(order)
            .send(Carrier::Courier { express: false })
            .await?;
        shop.notices().send(order, "it is on its way").await.ok();
    }
    Ok(())
}

/// A shop that sells things.
#[domain(
    aggregates(Order, Stock),
    services(Payments, Notices),
    programs(reserve_goods, sell)
)]
pub struct Shop;
