//! Step by step, in memory, with three layers between the program and what answers it.

use crate::payments::Till;
use crate::show::{Print, say};
use crate::{MORNING, fulfil, order, state, stock};
use anyhow::Result;
use fulfilment::{Dispatch, Fulfil, Refusal, Shop, ShopServices};
use lawful::prelude::*;
use lawful::program::layer::{Backoff, Fault, Inject, Retry, Trace};
use lawful::program::{Asked, Request};
use lawful::{Services, Uuid};
use lawful_memory::{Clock, EngineOptions, Memory, MemoryLog};
use std::time::Duration;
use tracing_subscriber::layer::SubscriberExt;

/// The message that the customer's click became.
const CLICK: Uuid = Uuid::from_u128(0xc11c);

pub(crate) async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let payments = Till::open(&folder.path().join("payments"))?;
    let services = Services::new(ShopServices { payments });
    let log = MemoryLog::with_clock(Clock::fixed(MORNING));
    let shop = Memory::<Shop>::assemble(log, services, EngineOptions::default());
    stock(&shop).await?;
    let dispatch = Dispatch {
        order: order(),
        parcel: "a parcel".to_owned(),
        until: MORNING + Duration::from_hours(1),
    };
    let (fulfilled, dispatched) = tokio::join!(layered(&shop, fulfil(2)), shop.run(dispatch));
    dispatched?;
    fulfilled?;
    say(state(&shop).await?);
    Ok(())
}

/// Runs the program on any interpreter. From the inside to the outside: an answer gets lost, each attempt is a span, and what fails is
/// asked again.
async fn layered(shop: &impl Interpreter<Shop>, program: Fulfil) -> Result<(), Error<Refusal>> {
    let subscriber = tracing_subscriber::registry().with(Print);
    let _printing = tracing::subscriber::set_default(subscriber);
    let backoff = Backoff {
        first: Duration::from_millis(10),
        longest: Duration::from_secs(1),
    };
    let run = shop.run_with(program, |live| {
        let lossy = Inject::new(live, lose_one_payment());
        let traced = Trace::new(lossy).of("fulfil");
        Retry::new(traced, 3, backoff.with(tokio::time::sleep))
    });
    run.run_id(order().uuid()).causation(CLICK).await?;
    Ok(())
}

/// The money is taken, and the answer does not arrive: once.
fn lose_one_payment() -> impl FnMut(Asked<'_, Shop>) -> Option<Fault<Shop>> + Send {
    let mut is_lost = false;
    move |asked| {
        let is_second = asked.step.to_string() == "4";
        let now = matches!(asked.request, Request::Service(_)) && is_second && !is_lost;
        is_lost |= now;
        now.then(|| Fault::After(Failure::new(FailureKind::Unavailable, "the line broke")))
    }
}
