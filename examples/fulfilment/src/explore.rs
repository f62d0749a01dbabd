//! Every combination of answers of the payment service, and what becomes of the order.

use crate::show::say;
use crate::{fulfil, stock};
use anyhow::{Result, ensure};
use fulfilment::{Declined, Fulfil, PaymentsCall, PaymentsReply, Shop, ShopCall, ShopReply};
use lawful::Domain;
use lawful::program::{Answer, Program, Request};
use lawful_pure::{ProgramStory, Pure, Scripted};

/// The story of one path.
type Told = ProgramStory<Shop, <Fulfil as Program<Shop>>::Ok, <Fulfil as Program<Shop>>::Err>;

pub(crate) async fn explore(depth: usize) -> Result<()> {
    let shop = Pure::<Shop>::new(Scripted(|call: &ShopCall| choices(call).swap_remove(0)));
    stock(&shop).await?;
    let mut kept = 0;
    let explored = shop.explore(fulfil(2), depth, choices, |story| {
        tell(story);
        // On no path is money kept for goods that do not come.
        kept += usize::from(story.outcome.is_err() && balance(story) != 0);
    });
    let explored = explored.await?;
    let (paths, cut) = (explored.paths, explored.cut);
    say(format!("{paths} paths, {cut} of them cut"));
    ensure!(
        kept == 0,
        "on {kept} paths money is kept for goods that do not come"
    );
    Ok(())
}

/// Every answer that a call could have; the first one is the best.
pub(crate) fn choices(call: &ShopCall) -> Vec<<Shop as Domain>::Reply> {
    let ShopCall::Payments(call) = call;
    let replies = match call {
        PaymentsCall::Charge { .. } => {
            let reason = "it has expired".to_owned();
            vec![
                PaymentsReply::Charge(Ok(1)),
                PaymentsReply::Charge(Err(Declined { reason })),
            ]
        }
        PaymentsCall::Refund { .. } => vec![PaymentsReply::Refund(Ok(()))],
    };
    replies.into_iter().map(ShopReply::Payments).collect()
}

fn tell(story: &Told) {
    for line in &story.lines {
        if let Request::Service(call) = &line.request {
            say(format!("{call}: {}", line.answer));
        }
    }
    match &story.outcome {
        Ok(()) => say("  shipped\n"),
        Err(refusal) => say(format!("  {refusal}\n")),
    }
}

/// Payments less refunds.
fn balance(story: &Told) -> i32 {
    let count = |line: &lawful::program::layer::Line<Shop>| match &line.answer {
        Answer::Service(ShopReply::Payments(PaymentsReply::Charge(Ok(_)))) => 1,
        Answer::Service(ShopReply::Payments(PaymentsReply::Refund(Ok(())))) => -1,
        _ => 0,
    };
    story.lines.iter().map(count).sum()
}
