//! The program, driven by messages: events, the clock, and replies of the payment service.

use fulfilment::*;
use lawful::prelude::*;
use lawful::program::Request;
use lawful_pure::{Driven, Pure};
use std::time::Duration;

fn order() -> Id<Order> {
    Id::from_name("1001")
}

fn article() -> Id<Stock> {
    Id::from_name("teapot")
}

fn deadline() -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    start + Duration::from_hours(24)
}

/// Ten teapots, two of which are ordered.
fn ordered() -> Driven<Shop, Fulfil> {
    let fulfil = Fulfil {
        order: order(),
        article: article(),
        count: 2,
        price: 4200,
        cards: vec!["old".to_owned(), "good".to_owned()],
    };
    Pure::<Shop>::process(fulfil).given(article(), [StockEvent::received(10)])
}

fn charge(card: &str) -> Request<Shop> {
    Request::Service(ShopCall::Payments(PaymentsCall::Charge {
        card: card.to_owned(),
        amount: 4200,
    }))
}

fn refund(payment: u64) -> Request<Shop> {
    Request::Service(ShopCall::Payments(PaymentsCall::Refund { payment }))
}

fn charged(reply: Result<u64, &str>) -> ShopReply {
    let declined = |reason: &str| Declined {
        reason: reason.to_owned(),
    };
    ShopReply::Payments(PaymentsReply::Charge(reply.map_err(declined)))
}

fn refunded() -> ShopReply {
    ShopReply::Payments(PaymentsReply::Refund(Ok(())))
}

fn placed() -> [Request<Shop>; 3] {
    [
        Request::command(order(), OrderCommand::place(article(), 2)),
        Request::command(article(), StockCommand::reserve(2)),
        charge("old"),
    ]
}

fn release() -> Request<Shop> {
    Request::command(article(), StockCommand::release(2))
}

fn cancel() -> Request<Shop> {
    Request::command(order(), OrderCommand::cancel())
}

/// Up to where the order is paid and the parcel is awaited.
fn paid() -> Driven<Shop, Fulfil> {
    ordered().asks(placed()).replies(charged(Ok(7))).asks([
        Request::command(order(), OrderCommand::pay(7)),
        Request::Now,
        Request::wait([order().stream()], deadline()),
    ])
}

#[test]
fn a_parcel_that_leaves_in_time_is_the_end() {
    let story = paid()
        .on(order(), OrderEvent::shipped("P-1"))
        .asks([])
        .returns(Ok(()))
        .then_state(article(), |stock| stock.free == 8);
    insta::assert_snapshot!(story);
}

#[test]
fn the_next_card_is_tried() {
    ordered()
        .asks(placed())
        .replies(charged(Err("it has expired")))
        .asks([charge("good")])
        .replies(charged(Ok(7)))
        .on(order(), OrderEvent::shipped("P-1"))
        .returns(Ok(()));
}

#[test]
fn without_money_the_goods_go_back() {
    ordered()
        .asks(placed())
        .replies(charged(Err("it has expired")))
        .asks([charge("good")])
        .replies(charged(Err("it is empty")))
        .asks([release(), cancel()])
        .returns(Err(Refusal::Unpaid(Declined {
            reason: "it is empty".to_owned(),
        })))
        .then_state(article(), |stock| stock.free == 10);
}

#[test]
fn without_goods_nobody_is_charged() {
    let without_stock = Pure::<Shop>::process(Fulfil {
        order: order(),
        article: article(),
        count: 2,
        price: 4200,
        cards: vec!["old".to_owned()],
    });
    without_stock
        .asks([placed()[0].clone(), placed()[1].clone(), cancel()])
        .then_state(order(), |order| *order == Order::Cancelled);
}

#[test]
fn at_the_deadline_everything_is_undone_the_newest_first() {
    let story = paid()
        .at(deadline() - Duration::from_micros(1))
        .asks([])
        .at(deadline())
        .asks([cancel(), refund(7)])
        .replies(refunded())
        .asks([release(), cancel()])
        .returns(Err(Refusal::Late))
        .then_state(article(), |stock| stock.free == 10);
    insta::assert_snapshot!(story);
}

#[test]
fn what_leaves_in_the_last_moment_is_on_its_way() {
    // The deadline has passed, and nobody has noticed yet.
    let late = paid();
    late.pure()
        .clock()
        .set(deadline() + Duration::from_micros(1));
    late.on(order(), OrderEvent::shipped("P-1"))
        .asks([cancel()])
        .returns(Ok(()))
        .then_state(order(), |order| *order == Order::Shipped);
}

#[test]
fn a_customer_who_cancels_gets_the_money_back() {
    paid()
        .on(order(), OrderEvent::cancelled())
        .asks([cancel(), refund(7)])
        .replies(refunded())
        .asks([release(), cancel()])
        .returns(Err(Refusal::Late));
}

#[test]
fn money_that_does_not_come_back_is_surfaced() {
    let lost = Declined {
        reason: "the account is closed".to_owned(),
    };
    paid()
        .at(deadline())
        .replies(ShopReply::Payments(PaymentsReply::Refund(Err(lost))))
        .stays_uncompensated("the account is closed")
        .then_state(article(), |stock| stock.free == 10);
}
