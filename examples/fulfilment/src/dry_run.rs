//! What would happen, and which rule would say no.

use crate::explore::choices;
use crate::payments::Till;
use crate::show::say;
use crate::{MORNING, fulfil, state, stock};
use anyhow::Result;
use fulfilment::{Shop, ShopCall, ShopReply, ShopServices};
use lawful::Services;
use lawful_memory::{Clock, EngineOptions, Memory, MemoryLog};
use lawful_pure::Scripted;

pub(crate) async fn dry_run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let payments = Till::open(&folder.path().join("payments"))?;
    let services = Services::new(ShopServices { payments });
    let log = MemoryLog::with_clock(Clock::fixed(MORNING));
    let shop = Memory::<Shop>::assemble(log, services, EngineOptions::default());
    stock(&shop).await?;

    say("Two teapots, which nobody sends off:\n");
    say(shop.dry_run_with(fulfil(2), Scripted(answer)).await?);
    say("\nTwelve teapots:\n");
    say(shop.dry_run_with(fulfil(12), Scripted(answer)).await?);
    say("\nNothing has happened:\n");
    say(state(&shop).await?);
    Ok(())
}

/// Stands in for the payment service, which hears of nothing.
fn answer(call: &ShopCall) -> ShopReply {
    choices(call).swap_remove(0)
}
