//! The domain: what lies on the shelves, what was ordered, and who takes the money.

use crate::program::{dispatch, fulfil};
use lawful::prelude::*;

/// Money, in hundredths.
pub type Cents = i64;

/// One article on its shelf.
#[state]
pub struct Stock {
    /// How many are not set aside.
    pub free: u32,
}

#[aggregate]
impl Stock {
    /// Goods came in.
    #[event]
    fn received(&mut self, count: u32) {
        self.free += count;
    }

    /// Goods were set aside.
    #[event]
    fn reserved(&mut self, count: u32) {
        self.free -= count;
    }

    /// Goods that had been set aside are free again.
    #[event]
    fn released(&mut self, count: u32) {
        self.free += count;
    }

    /// the shelf holds that many
    #[rule]
    fn holds(&self, count: u32) -> bool {
        self.free >= count
    }

    /// Takes goods in.
    #[command]
    fn receive(&self, count: u32) -> StockEvent {
        StockEvent::received(count)
    }

    /// Sets goods aside.
    #[command(requires(holds(count)))]
    fn reserve(&self, count: u32) -> StockEvent {
        StockEvent::reserved(count)
    }

    /// Frees goods that had been set aside.
    #[command]
    fn release(&self, count: u32) -> StockEvent {
        StockEvent::released(count)
    }
}

/// An order of one customer, and how far it has come.
#[state]
pub enum Order {
    /// Nobody has placed it.
    #[default]
    Unknown,
    /// It was placed.
    Placed,
    /// It was paid.
    Paid,
    /// It is on its way.
    Shipped,
    /// It will not come.
    Cancelled,
}

#[aggregate]
impl Order {
    /// The customer ordered.
    #[event]
    fn placed(&mut self, article: Id<Stock>, count: u32) {
        *self = Order::Placed;
    }

    /// The money was taken.
    #[event]
    fn paid(&mut self, payment: u64) {
        *self = Order::Paid;
    }

    /// The parcel left the warehouse.
    #[event]
    fn shipped(&mut self, parcel: &str) {
        *self = Order::Shipped;
    }

    /// The order was given up.
    #[event]
    fn cancelled(&mut self) {
        *self = Order::Cancelled;
    }

    /// the order is known
    #[rule]
    fn is_known(&self) -> bool {
        !matches!(self, Order::Unknown)
    }

    /// the order waits for its payment
    #[rule]
    fn is_placed(&self) -> bool {
        matches!(self, Order::Placed)
    }

    /// the order is paid and waits to be shipped
    #[rule]
    fn is_paid(&self) -> bool {
        matches!(self, Order::Paid)
    }

    /// the parcel has left
    #[rule]
    fn is_shipped(&self) -> bool {
        matches!(self, Order::Shipped)
    }

    /// the order was given up
    #[rule]
    fn is_cancelled(&self) -> bool {
        matches!(self, Order::Cancelled)
    }

    /// Orders.
    #[command(requires(not(is_known)))]
    fn place(&self, article: Id<Stock>, count: u32) -> OrderEvent {
        OrderEvent::placed(article, count)
    }

    /// Writes the payment down.
    #[command(requires(is_placed))]
    fn pay(&self, payment: u64) -> OrderEvent {
        OrderEvent::paid(payment)
    }

    /// Sends the parcel off.
    #[command(requires(is_paid))]
    fn ship(&self, parcel: &str) -> OrderEvent {
        OrderEvent::shipped(parcel)
    }

    /// Gives the order up; twice is as good as once.
    #[command(requires(is_known, not(is_shipped)), unless(is_cancelled))]
    fn cancel(&self) -> OrderEvent {
        OrderEvent::cancelled()
    }
}

/// Why no money was taken.
#[value]
#[derive(thiserror::Error)]
#[error("{reason}")]
pub struct Declined {
    /// In words for the customer.
    pub reason: String,
}

/// Takes money, and gives it back. The same key again does nothing, and answers the same.
#[service]
pub trait Payments {
    /// Takes money from a card, and says under which number.
    async fn charge(
        &self,
        card: &str,
        amount: Cents,
        key: &IdempotencyKey,
    ) -> Result<Result<u64, Declined>, Failure>;

    /// Gives the money of a payment back.
    async fn refund(
        &self,
        payment: u64,
        key: &IdempotencyKey,
    ) -> Result<Result<(), Declined>, Failure>;
}

/// A shop.
#[domain(
    aggregates(Stock, Order),
    services(Payments),
    programs(fulfil, dispatch)
)]
pub struct Shop;
