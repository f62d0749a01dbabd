//! One program, and four who answer its requests: step by step, as a rehearsal, across a crash, and with every answer there could be.

mod crash;
mod dry_run;
mod explore;
mod payments;
mod run;
mod show;

use anyhow::Result;
use clap::{Parser, Subcommand};
use fulfilment::{Fulfil, Order, Shop, Stock, StockCommand};
use lawful::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;

/// An order that reserves stock, takes money, waits for its parcel, and undoes itself: one program, run in four ways.
#[derive(Parser)]
#[command(name = "fulfilment")]
struct Arguments {
    #[command(subcommand)]
    interpretation: Interpretation,
}

#[derive(Subcommand)]
enum Interpretation {
    /// Runs it in memory, step by step, over a line that breaks once: with spans, and asking again.
    Run,
    /// Tells what would happen, and which rule would say no. Nothing is written.
    DryRun,
    /// Starts it on a SQLite file, kills the process that works on it, and lets others go on.
    Crash,
    /// Rehearses it with every combination of answers of the payment service.
    Explore {
        /// The most calls of the payment service on one path.
        #[arg(long, default_value_t = 5)]
        depth: usize,
    },
    /// One of the processes of `crash`.
    #[command(hide = true)]
    Node {
        folder: PathBuf,
        #[arg(long)]
        mute: bool,
    },
}

/// The time by the clock of every log here, 2026-03-02T09:00:00Z, so that each run prints the same.
const MORNING: Timestamp = Timestamp::from_micros(1_772_442_000_000_000);

fn order() -> Id<Order> {
    Id::from_name("1001")
}

fn article() -> Id<Stock> {
    Id::from_name("teapot")
}

/// The program, as a value: so many teapots, to be paid with one of two cards.
fn fulfil(count: u32) -> Fulfil {
    Fulfil {
        order: order(),
        article: article(),
        count,
        price: 4200,
        cards: ["an old card", "a good card"].map(str::to_owned).to_vec(),
    }
}

/// Ten teapots come in.
async fn stock(shop: &impl Interpreter<Shop>) -> Result<()> {
    shop.execute(article(), StockCommand::receive(10)).await?;
    Ok(())
}

/// What has become of the order, and of the teapots.
async fn state(shop: &impl Interpreter<Shop>) -> Result<String> {
    let order = shop.load(order()).await?.state;
    let stock = shop.load(article()).await?.state;
    Ok(format!("the order: {order:?}, the teapots: {stock:?}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Arguments::parse().interpretation {
        Interpretation::Run => run::run().await,
        Interpretation::DryRun => dry_run::dry_run().await,
        Interpretation::Crash => crash::crash().await,
        Interpretation::Explore { depth } => explore::explore(depth).await,
        Interpretation::Node { folder, mute } => crash::node(&folder, mute).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not a debug print, which may add a backtrace: the message says what to do.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
