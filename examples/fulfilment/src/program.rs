//! The programs: written once, and run, rehearsed, resumed and explored as they are.

use crate::domain::{
    CallOrder, CallPayments, CallStock, Cents, Declined, Order, OrderEvent, Shop, ShopEvent, Stock,
};
use lawful::prelude::*;
use std::time::Duration;

/// How long a customer waits for the parcel to leave.
const PATIENCE: Duration = Duration::from_hours(24);

/// Why an order does not come.
#[value(inexact)]
#[derive(thiserror::Error)]
pub enum Refusal {
    /// A rule says no.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// Nobody pays.
    #[error("no card could be charged: {0}")]
    Unpaid(#[from] Declined),
    /// The warehouse was too slow.
    #[error("the parcel has not left in time")]
    Late,
}

/// Sees one order through: goods, money, parcel. If one of them does not come, the others go back.
#[program]
pub async fn fulfil(
    shop: &mut Perform<Shop>,
    order: Id<Order>,
    article: Id<Stock>,
    count: u32,
    price: Cents,
    cards: &[String],
) -> Result<(), Refusal> {
    shop.order(order).place(article, count).await?;
    shop.compensate(async move |shop| shop.order(order).cancel().await);

    shop.stock(article).reserve(count).await?;
    shop.compensate(async move |shop| shop.stock(article).release(count).await);

    let payment = charge(shop, cards, price).await?;
    shop.compensate(async move |shop| shop.payments().refund(payment).await);
    shop.order(order).pay(payment).await?;

    let deadline = shop.now().await + PATIENCE;
    match shop.wait([order.stream()], deadline).await {
        Some(ShopEvent::Order {
            event: OrderEvent::Shipped { .. },
            ..
        }) => Ok(()),
        // The order itself decides: what was shipped in the last moment cannot be given up any more.
        _ => match shop.order(order).cancel().await {
            Ok(_) => Err(Refusal::Late),
            Err(_) => Ok(()),
        },
    }
}

/// Takes the price from the first card that has it.
async fn charge(shop: &mut Perform<Shop>, cards: &[String], price: Cents) -> Result<u64, Declined> {
    let mut answer = Err(Declined {
        reason: "there is no card".to_owned(),
    });
    for card in cards {
        answer = shop.payments().charge(card, price).await;
        if answer.is_ok() {
            break;
        }
    }
    answer
}

/// The warehouse: sends an order off as soon as it is paid.
#[program]
pub async fn dispatch(
    shop: &mut Perform<Shop>,
    order: Id<Order>,
    parcel: &str,
    until: Timestamp,
) -> Result<(), Rejection> {
    while let Some(event) = shop.wait([order.stream()], until).await {
        if let ShopEvent::Order {
            event: OrderEvent::Paid { .. },
            ..
        } = event
        {
            shop.order(order).ship(parcel).await?;
            break;
        }
    }
    Ok(())
}
